"""Codes are judged by the code sets of the day that are at hand; without them nothing is told but that they are not."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from claimkeep.engine.codes import CodeSets, Kind, Release, read
from claimkeep.engine.codes.release import Row
from claimkeep.engine.x12.judge import check
from tests.engine.x12.test_rules import SETS as RULED
from tests.engine.x12.test_rules import built
from tests.engine.x12.vectors import CLAIMED, INSTITUTIONAL, SETS, TOLD

CODES = Path(__file__).resolve().parents[4] / "shared" / "data" / "codes"

Told = list[tuple[str, str, int | None, int | None, str]]
"""Code, segment, element, component and severity of each finding."""

BILLED = [
    *[line.replace("NM1*85", "PRV*BI*PXC*207Q00000X\nNM1*85") for line in CLAIMED],
    *"""\
CLM*CLAIMNUMBER*300***11:B:1*Y*A*Y*Y
HI*ABK:E119*ABF:I10
HI*BP:00100
SBR*S*18*OTHERGROUP******BL
CAS*CO*45*50**2*25
AMT*D*225
OI***Y***Y
MOA***MA01
NM1*IL*1*OTHERLAST*OTHERFIRST****MI*OTHERMEMBER
NM1*PR*2*OTHERPAYERNAME*****PI*OTHERPAYERID
DTP*573*D8*20260102
LX*1
SV1*HC:99213:25*100*UN*1*22**1
DTP*472*D8*20251225
LX*2
SV1*HC:E0601:RR*200*UN*1***1
DTP*472*RD8*20251226-20251227""".split("\n"),
]

SET_OF = {
    "837P": ("HC", "837", "005010X222A1", BILLED),
    "837I": ("HC", "837", "005010X223A2", INSTITUTIONAL),
    "835": RULED["835"],
    "277": ("HN", "277", "005010X212", TOLD),
}


def release(kind: Kind, *codes: str | Row, first: int = 20250101, last: int = 20261231) -> Release:
    rows = [one if isinstance(one, Row) else Row(one) for one in codes]
    return Release.of(kind, rows, name="2026", valid_from=first, valid_to=last)


RELEASES = [
    release(Kind.ICD10CM, "E119", "I10", "J069", Row("E11", is_complete=False), Row("OLD1", valid_to=20251224)),
    release(Kind.ICD10PCS, "0016070"),
    release(Kind.HCPCS, "E0601", Row("E0602", valid_to=20251226), Row("E0603", valid_to=20251225)),
    release(Kind.MODIFIER, "25", "RR"),
    release(Kind.PLACE_OF_SERVICE, "11", "22"),
    release(Kind.TAXONOMY, "207Q00000X"),
    release(Kind.CARC, "45", "1", "2", "23", Row("93", valid_to=20200101)),
    release(Kind.RARC, "MA01", "N130"),
    release(Kind.REVENUE, "0305"),
    release(Kind.STATUS_CATEGORY, "F1", "A1", "A2"),
    release(Kind.STATUS, "65", "19", "20"),
    release(Kind.ZIP, "32000", "33101"),
]
LOADED = CodeSets.of(RELEASES)


def interchange(kind: str, *changes: tuple[str, str]) -> bytes:
    """The set with these changes in it."""
    functional, code, version, lines = SET_OF[kind]
    body = "\n".join(lines) + "\n"
    for was, becomes in changes:
        assert was in body
        body = body.replace(was, becomes, 1)
    lines = body.split("\n")[:-1]
    isa = f"ISA*00*{'':10}*00*{'':10}*ZZ*{'SENDERID':15}*ZZ*{'RECEIVERID':15}*260105*0304*^*00501*000000007*0*T*:"
    header = f"ST*{code}*0001{'' if code == '835' else f'*{version}'}"
    whole = [isa, f"GS*{functional}*SENDER*RECEIVER*20260105*0304*8*X*{version}", header, *lines]
    return "".join(f"{one}~" for one in [*whole, f"SE*{len(lines) + 2}*0001", "GE*1*8", "IEA*1*000000007"]).encode()


def told(kind: str, *changes: tuple[str, str], codes: CodeSets | None = LOADED) -> Told:
    found = check(interchange(kind, *changes), codes).findings()
    return [(one.code, one.segment_id, one.element, one.component, str(one.severity)) for one in found]


@pytest.mark.parametrize("kind", SET_OF)
def test_codes_that_are_in_force_are_clean(kind: str) -> None:
    assert told(kind) == []


CHANGES: list[tuple[str, str, str, str, Told]] = [
    ("an unreal diagnosis", "837P", "ABK:E119", "ABK:E11999", [("X12-5-ICD10CM", "HI", 1, 2, "R")]),
    ("a diagnosis with a dot", "837P", "ABF:I10", "ABF:I10.0", [("X12-5-ICD10CM", "HI", 2, 2, "R")]),
    ("a heading", "837P", "ABK:E119", "ABK:E11", [("X12-5-ICD10CM", "HI", 1, 2, "R")]),
    ("a diagnosis that has ended", "837P", "ABK:E119", "ABK:OLD1", [("X12-5-ICD10CM", "HI", 1, 2, "R")]),
    ("an unreal supply", "837P", "HC:E0601", "HC:E0999", [("X12-5-HCPCS", "SV1", 1, 2, "R")]),
    ("a supply that ends in the period", "837P", "HC:E0601", "HC:E0602", []),
    ("a supply that ended before", "837P", "HC:E0601", "HC:E0603", [("X12-5-HCPCS", "SV1", 1, 2, "R")]),
    ("a procedure written as none", "837P", "HC:99213", "HC:9921", [("X12-5-HCPCS", "SV1", 1, 2, "R")]),
    ("a procedure in lower case", "837P", "HC:E0601", "HC:e0601", [("X12-5-HCPCS", "SV1", 1, 2, "R")]),
    ("a procedure between the sections", "837P", "HC:99213", "HC:99999", [("X12-5-CPT", "SV1", 1, 2, "V")]),
    ("a procedure of an own form", "837P", "HC:99213", "HC:0042T", []),
    ("a dental procedure", "837P", "HC:E0601", "HC:D0120", []),
    ("a procedure of another kind", "837P", "HC:E0601:RR", "ER:XXXXX:YY", []),
    ("an unreal modifier", "837P", "99213:25", "99213:2Z", [("X12-5-MODIFIER", "SV1", 1, 3, "R")]),
    ("a second unreal modifier", "837P", "E0601:RR", "E0601:RR:ZZ", [("X12-5-MODIFIER", "SV1", 1, 4, "R")]),
    ("where a ride began and ended", "837P", "HC:E0601:RR", "HC:A0425:RH",
     [("X12-5-HCPCS", "SV1", 1, 2, "R"), *[(f"X12-4-AMBULANCE-{one}", one[:3], None, None, "R")
                                           for one in ("CR1", "NM1-PW", "NM1-45")]]),
    ("a ride that is none", "837P", "E0601:RR", "E0601:RH", [("X12-5-MODIFIER", "SV1", 1, 3, "R")]),
    ("an anesthesia procedure", "837P", "BP:00100", "BP:0010", [("X12-5-HCPCS", "HI", 1, 2, "R")]),
    ("an unreal place", "837P", "300***11:B", "300***98:B", [("X12-5-POS", "CLM", 5, 1, "R")]),
    ("an unreal place of a line", "837P", "UN*1*22", "UN*1*98", [("X12-5-POS", "SV1", 5, None, "R")]),
    ("an unreal taxonomy", "837P", "207Q00000X", "207Q00000Y", [("X12-5-TAXONOMY", "PRV", 3, None, "R")]),
    ("an unreal reason", "837P", "**2*25", "**299*25", [("X12-5-CARC", "CAS", 5, None, "R")]),
    ("a reason written as none", "837P", "**2*25", "**9999*25", [("X12-5-CARC", "CAS", 5, None, "R")]),
    ("a reason that has ended", "837P", "**2*25", "**93*25", [("X12-5-CARC", "CAS", 5, None, "V")]),
    ("an unreal remark", "837P", "MA01", "MA999", [("X12-5-RARC", "MOA", 3, None, "R")]),
    ("a ZIP code nobody has", "837P", "320000001", "320010001", [("X12-5-ZIP-UNKNOWN", "N4", 3, None, "V")]),
    ("an unreal revenue code", "837I", "SV2*0305", "SV2*0306", [("X12-5-REVENUE", "SV2", 1, None, "R")]),
    ("an unreal inpatient procedure", "837I", "HI*BH", "HI*BBR:0016079:D8:20260101\nHI*BH",
     [("X12-5-ICD10PCS", "HI", 1, 2, "R")]),
    ("a real inpatient procedure", "837I", "HI*BH", "HI*BBR:0016070:D8:20260101\nHI*BH", []),
    ("an unreal diagnosis of a hospital", "837I", "ABF:J069", "ABF:J06", [("X12-5-ICD10CM", "HI", 2, 2, "R")]),
    ("an unreal reason of a payer", "835", "CAS*CO*45", "CAS*CO*299", [("X12-5-CARC", "CAS", 2, None, "R")]),
    ("a reason that is written as none", "835", "CAS*CO*45", "CAS*CO*9999", [("X12-5-CARC", "CAS", 2, None, "R")]),
    ("an unreal remark of a line", "835", "CLP*CLAIMTWO", "LQ*HE*N999\nCLP*CLAIMTWO",
     [("X12-5-RARC", "LQ", 2, None, "R")]),
    ("a remark of pharmacies", "835", "CLP*CLAIMTWO", "LQ*RX*N999\nCLP*CLAIMTWO", []),
    ("a procedure a payer repeats", "835", "HC:99213", "HC:E0999", [("X12-5-HCPCS", "SVC", 1, 2, "V")]),
    ("an unreal status category", "277", "F1:65*20260101*", "F9:65*20260101*",
     [("X12-5-STATUS-CATEGORY", "STC", 1, 1, "R")]),
    ("an unreal status", "277", "F1:65*20260101*", "F1:9999*20260101*", [("X12-5-STATUS", "STC", 1, 2, "R")]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "was", "becomes", "expected"),
    [row[1:] for row in CHANGES],
    ids=[f"{kind}, {name}" for name, kind, *_ in CHANGES],
)
def test_one_change_is_told_where_it_stands(kind: str, was: str, becomes: str, expected: Told) -> None:
    assert sorted(told(kind, (was, becomes)), key=str) == sorted(expected, key=str)


@pytest.mark.parametrize(("kind", "was", "becomes"), [row[1:4] for row in CHANGES if row[2] != "CAS*CO*45"])
def test_without_tables_nothing_is_told(kind: str, was: str, becomes: str) -> None:
    assert [one for one in told(kind, (was, becomes), codes=None) if one[0].startswith("X12-5-")] == []
    assert [one for one in told(kind, (was, becomes), codes=CodeSets()) if one[0].startswith("X12-5-")] == []


def test_the_verdict_says_which_code_sets_were_not_there() -> None:
    claim = interchange("837P")
    wanted = {"icd10cm", "hcpcs", "cpt", "modifier", "place_of_service", "taxonomy", "carc", "rarc", "zip"}
    assert set(check(claim).not_loaded) == wanted
    assert check(claim, LOADED).not_loaded == (Kind.CPT,)
    assert set(check(interchange("837I")).not_loaded) == wanted - {"place_of_service"} | {"icd10pcs", "revenue"}
    assert set(check(interchange("835"), LOADED).not_loaded) == {"cpt"}


def test_a_users_own_list_judges_level_one() -> None:
    sets = CodeSets.of([*RELEASES, release(Kind.CPT, "99213", "00100")])
    assert told("837P", codes=sets) == []
    assert told("837P", ("HC:99213", "HC:99214"), codes=sets) == [("X12-5-CPT", "SV1", 1, 2, "R")]
    assert check(interchange("837P"), sets).not_loaded == ()


def test_what_a_release_does_not_speak_for_refuses_nothing() -> None:
    early = CodeSets.of([release(Kind.ICD10CM, "I10", first=20240101, last=20241231)])
    (found,) = check(interchange("837P"), early).findings()
    assert (found.code, str(found.severity)) == ("X12-5-ICD10CM", "V")
    assert "does not speak for that day" in found.message
    assert check(interchange("837P"), early).verdict == "valid"


def test_each_day_is_judged_by_its_own_release() -> None:
    sets = CodeSets.of(
        [
            release(Kind.HCPCS, "E0601", first=20250101, last=20251225),
            release(Kind.HCPCS, "E0602", first=20251226, last=20261231),
        ]
    )
    assert told("837P", codes=sets) == [("X12-5-HCPCS", "SV1", 1, 2, "R")]
    assert told("837P", ("HC:E0601", "HC:E0602"), codes=sets) == []


def test_no_message_holds_a_code_of_the_file() -> None:
    for _, kind, was, becomes, _ in CHANGES:
        for one in check(interchange(kind, (was, becomes)), LOADED).findings():
            assert not any(value in f"{one.message} {one.cite}" for value in ("E11", "99213", "207Q", "MA999", "OLD1"))


def test_a_set_that_has_no_codes_wants_none() -> None:
    functional, version, lines = SETS["834"]
    isa = f"ISA*00*{'':10}*00*{'':10}*ZZ*{'SENDERID':15}*ZZ*{'RECEIVERID':15}*260102*0304*^*00501*000000007*0*T*:"
    whole = [isa, f"GS*{functional}*SENDER*RECEIVER*20260102*0304*8*X*{version}", f"ST*834*0001*{version}", *lines]
    whole += [f"SE*{len(lines) + 2}*0001", "GE*1*8", "IEA*1*000000007"]
    verdict = check("".join(f"{one}~" for one in whole).encode())
    assert (verdict.verdict, verdict.not_loaded) == ("valid", ())


PIECES = ("", "0", "-1", "9" * 20, "20260101", "20260101-20250101", "A:B:C", ":::", "1.2.3", "X" * 30)


@settings(max_examples=400, deadline=None)
@given(
    st.sampled_from(sorted({*SET_OF, *RULED})),
    st.lists(
        st.tuples(st.integers(0, 10_000), st.integers(0, 10_000), st.sampled_from(["out", "in", "swap", "put"]),
                  st.integers(0, 20), st.sampled_from(PIECES)),
        min_size=1, max_size=5,
    ),
)  # fmt: skip
def test_whatever_is_missing_misplaced_or_odd_no_rule_fails(
    kind: str, edits: list[tuple[int, int, str, int, str]]
) -> None:
    data = interchange(kind) if kind in SET_OF else built(kind)
    segments = data.decode().split("~")
    for place, other, what, element, value in edits:
        at, and_at = (2 + one % (len(segments) - 4) for one in (place, other))
        if what == "out" and len(segments) > 8:
            del segments[at]
        elif what == "in":
            segments.insert(at, segments[and_at])
        elif what == "swap":
            segments[at], segments[and_at] = segments[and_at], segments[at]
        else:
            elements = segments[at].split("*")
            elements[element % len(elements)] = value
            segments[at] = "*".join(elements)
    for codes in (None, LOADED):
        assert check("~".join(segments).encode(), codes).verdict in ("valid", "invalid", "unreadable")


@pytest.mark.skipif(not CODES.is_dir(), reason="the shared code sets do not stand beside this repository")
def test_the_public_extracts_find_what_is_unreal() -> None:
    sets = CodeSets.of(one for path in sorted(CODES.glob("*.csv*")) for one in read(path.name, path.read_bytes()))
    days = [("20251225", "20260501"), ("20251226-20251227", "20260502-20260503"), ("20260105*0102", "20260601*0102")]
    assert [one for one in told("837P", *days, codes=sets) if one[0] != "X12-5-ZIP-UNKNOWN"] == []
    unreal = [("E119", "E1199"), ("99213", "99999"), ("45*50", "998*50"), ("207Q00000X", "207Q00000Y")]
    assert {one[0] for one in told("837P", *days, *unreal, codes=sets)} >= {
        "X12-5-ICD10CM",
        "X12-5-CPT",
        "X12-5-CARC",
        "X12-5-TAXONOMY",
    }
