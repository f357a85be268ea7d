"""One fault in a clean interchange is one finding, at its place, with the code an acknowledgment gives it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from claimkeep.engine.terms.money import cents
from claimkeep.engine.x12 import segments, separators
from claimkeep.engine.x12.columns import day
from claimkeep.engine.x12.guides import known
from claimkeep.engine.x12.judge import Finding, check
from claimkeep.engine.x12.judge.look import Look
from claimkeep.engine.x12.judge.sweep import Part, Sweep
from claimkeep.engine.x12.judge.walk import Walk

NPI = "1234567893"

CLAIM = f"""\
ST*837*0001*005010X222A1
BHT*0019*00*REFERENCE*20260201*1200*CH
NM1*41*2*SUBMITTERNAME*****46*SUBMITTERID
PER*IC*CONTACTNAME*TE*5555550100
NM1*40*2*RECEIVERNAME*****46*RECEIVERID
HL*1**20*1
PRV*BI*PXC*207Q00000X
NM1*85*2*BILLINGNAME*****XX*{NPI}
N3*BILLINGADDRESS
N4*BILLINGCITY*FL*331010001
REF*EI*123456789
PER*IC**TE*5555550100
HL*2*1*22*0
SBR*P*18*GROUPNUMBER******CI
NM1*IL*1*LASTNAME*FIRSTNAME****MI*MEMBERID
N3*ADDRESS
N4*CITY*FL*33101
DMG*D8*19800501*F
NM1*PR*2*PAYERNAME*****PI*PAYERID
CLM*CLAIMONE*150.5***11:B:1*Y*A*Y*Y
DTP*431*D8*20260110
REF*G1*AUTHNUMBER
HI*ABK:E119*ABF:I10
NM1*82*1*RENDERINGLAST*FIRSTNAME****XX*{NPI}
PRV*PE*PXC*207Q00000X
LX*1
SV1*HC:99213:25*100.5*UN*1***1:2
DTP*472*D8*20260115
REF*6R*LINEONE
LX*2
SV1*HC:99214*50*UN*1***1
DTP*472*RD8*20260115-20260116
HL*3*1*22*1
SBR*P**GROUPNUMBER******CI
NM1*IL*1*PARENTLAST*PARENTFIRST****MI*PARENTMEMBER
NM1*PR*2*PAYERNAME*****PI*PAYERID
HL*4*3*23*0
PAT*19
NM1*QC*1*CHILDLAST*CHILDFIRST
N3*ADDRESS
N4*CITY*FL*33101
DMG*D8*20200501*M
CLM*CLAIMTWO*80***11:B:1*Y*A*Y*Y
HI*ABK:J020
SBR*S*18*OTHERGROUP******BL
AMT*D*50
OI***Y***Y
NM1*IL*1*OTHERLAST*OTHERFIRST****MI*OTHERMEMBER
NM1*PR*2*OTHERPAYERNAME*****PI*OTHERPAYERID
LX*1
SV1*HC:99212*80*UN*1***1
DTP*472*D8*20260104
LIN**N4*00000000001
CTP****2.5*ML
SVD*OTHERPAYERID*50*HC:99212**1
CAS*PR*1*30
DTP*573*D8*20260120
SE*58*0001"""

REMITTANCE = f"""\
ST*835*0001
BPR*I*145.5*C*ACH*CCP*01*999999992*DA*123456*1512345678**01*999988880*DA*98765*20260201
TRN*1*TRACENUMBER*1512345678
DTM*405*20260201
N1*PR*PAYERNAME
N3*PAYERADDRESS
N4*CITY*FL*33101
PER*BL*CONTACT*TE*5555550100
N1*PE*PAYEENAME*XX*{NPI}
LX*1
CLP*CLAIMONE*1*150.5*120.5*20*12*PAYERCLAIM*11*1
CAS*CO*45*10
NM1*QC*1*LASTNAME*FIRSTNAME****MI*MEMBERID
DTM*232*20260115
SVC*HC:99213*100.5*80.5**1
DTM*472*20260115
CAS*PR*1*20
SVC*HC:99214*50*50**1
DTM*472*20260115
CLP*CLAIMTWO*2*50*30**12*PAYERCLAIMTWO*11*1
CAS*OA*23*20
NM1*QC*1*LASTNAME*FIRSTNAME
PLB*{NPI}*20261231*WO:REFERENCE*5
SE*24*0001"""


def interchange(body: str, functional: str = "HC", version: str = "005010X222A1") -> bytes:
    """The set in a sound envelope."""
    isa = "ISA*00*          *00*          *ZZ*SENDERID       *ZZ*RECEIVERID     *260201*1200*^*00501*000000001*0*T*:"
    gs = f"GS*{functional}*SENDERID*RECEIVERID*20260201*1200*1*X*{version}"
    return "~\n".join([isa, gs, *body.splitlines(), "GE*1*1", "IEA*1*000000001", ""]).encode()


def counted(body: str) -> str:
    """The set with its SE01 made right again, so that a fault stays the only one."""
    lines = body.splitlines()
    last = lines[-1].split("*")
    lines[-1] = "*".join([last[0], str(len(lines)), *last[2:]])
    return "\n".join(lines)


def swapped(old: str, new: str) -> Callable[[str], str]:
    """The set with one text in place of another; the first of its kind."""

    def change(body: str) -> str:
        assert old in body
        return counted(body.replace(old, new, 1))

    return change


def moved(line: str, before: str) -> Callable[[str], str]:
    """The set with one segment moved before another."""

    def change(body: str) -> str:
        lines = body.splitlines()
        one = next(text for text in lines if text.startswith(line))
        lines.remove(one)
        lines.insert(next(at for at, text in enumerate(lines) if text.startswith(before)), one)
        return "\n".join(lines)

    return change


def many_lines(body: str) -> str:
    """The first claim with 52 service lines that add up."""
    lines = body.splitlines()
    at = next(n for n, text in enumerate(lines) if text.startswith("HL*3"))
    extra = [text for number in range(3, 53) for text in (f"LX*{number}", "SV1*HC:99212*1*UN*1***1", LAST_DAY)]
    return counted("\n".join([*lines[:at], *extra, *lines[at:]]).replace("CLAIMONE*150.5", "CLAIMONE*200.5"))


LAST_DAY = "DTP*472*D8*20260117"
RECEIVER = "NM1*40*2*RECEIVERNAME*****46*RECEIVERID"
SECOND_BILLING = f"NM1*85*2*BILLINGNAME*****XX*{NPI}\nN3*ADDRESS\nN4*CITY*FL*331010001\nREF*EI*123456789\nHL*2*1"

FAULTS: list[tuple[str, Callable[[str], str], tuple[str, str, str, str]]] = [
    ("a wrong SE02", lambda body: body[:-4] + "0009", ("X12-1-SE02", "SE", "", "")),
    ("a wrong SE01", lambda body: body.replace("SE*58", "SE*57"), ("X12-1-SE01", "SE", "", "")),
    ("an unknown segment", swapped("PRV*PE", "ZZ9*1\nPRV*PE"), ("X12-1-SEGMENT-UNKNOWN", "ZZ9", "1", "")),
    ("trailing separators", swapped("LINEONE", "LINEONE**"), ("X12-1-TRAILING-SEPARATOR", "REF", "8", "3")),
    ("a control character", swapped("LASTNAME", "LAST\x07NAME"), ("X12-1-CHARACTER", "NM1", "8", "6")),
    ("a bad SBR01", swapped("SBR*P*18", "SBR*X*18"), ("X12-2-CODE", "SBR", "8", "7")),
    ("a missing N3", swapped("N3*BILLINGADDRESS\n", ""), ("X12-2-SEGMENT-MISSING", "N3", "3", "")),
    ("a missing HI", swapped("HI*ABK:J020\n", ""), ("X12-2-SEGMENT-MISSING", "HI", "3", "")),
    ("a long state", swapped("CITY*FL", "CITY*FLA"), ("X12-1-TOO-LONG", "N4", "8", "5")),
    ("an impossible day", swapped("20260110", "20260230"), ("X12-2-DATE", "DTP", "8", "8")),
    ("a letter in DTP03", swapped("D8*20260104", "D8*2026O104"), ("X12-2-DATE", "DTP", "8", "8")),
    ("a HI before DTP and REF", moved("HI*ABK:E119", "DTP*431"), ("X12-2-SEQUENCE", "DTP", "7", "")),
    ("a second billing provider", swapped("HL*2*1", SECOND_BILLING), ("X12-2-LOOP-REPEATS", "NM1", "4", "")),
    ("52 service lines", many_lines, ("X12-2-LOOP-REPEATS", "LX", "4", "")),
    ("a letter in SV102", swapped("99214*50*", "99214*5O*"), ("X12-1-CHARACTER", "SV1", "8", "6")),
    ("three decimals in SV102", swapped("99214*50*", "99214*50.001*"), ("X12-2-DECIMALS", "SV1", "8", "I12")),
    ("lines that do not add up", swapped("99214*50*", "99214*51*"), ("X12-3-CLM02", "CLM", "8", "I12")),
    ("another payer's line out of balance", swapped("CAS*PR*1*30", "CAS*PR*1*31"), ("X12-3-SVD02", "SVD", "8", "I12")),
    ("a wrong HL parent", swapped("HL*4*3", "HL*4*2"), ("X12-2-HL02", "HL", "8", "7")),
    ("a repeated HL number", swapped("HL*4*3", "HL*3*3"), ("X12-2-HL01", "HL", "8", "7")),
    ("a gap of LX", swapped("LX*2", "LX*3"), ("X12-2-LX01", "LX", "8", "7")),
    ("self yet a dependent below", swapped("SBR*P**GROUP", "SBR*P*18*GROUP"), ("X12-4-SBR02", "SBR", "8", "I13")),
    ("a pointer to nothing", swapped("*1***1:2", "*1***1:3"), ("X12-4-SV107", "SV1", "8", "7")),
    ("a service in 2099", swapped("20260104", "20990104"), ("X12-4-DTP-472", "DTP", "8", "8")),
    ("an accident without a day", swapped("B:1*Y*A*Y*Y", "B:1*Y*A*Y*Y**OA"), ("X12-4-DTP-439", "DTP", "I6", "")),
    ("a replacement without its number", swapped("11:B:1*", "11:B:7*"), ("X12-4-REF-F8", "REF", "I6", "")),
    ("an NPI that fails", swapped(NPI, "1234567890"), ("X12-5-NPI", "NM1", "8", "I12")),
    ("a state that is none", swapped("CITY*FL", "CITY*ZZ"), ("X12-5-STATE", "N4", "8", "7")),
    ("a ZIP code of another state", swapped("CITY*FL*33101", "CITY*NY*33101"), ("X12-5-ZIP", "N4", "8", "7")),
    ("a bad qualifier of a loop", swapped("NM1*82*1", "NM1*XX*1"), ("X12-2-QUALIFIER", "NM1", "8", "7")),
    ("a bad qualifier of a required loop", swapped("NM1*85", "NM1*ZZ"), ("X12-2-QUALIFIER", "NM1", "8", "7")),
    ("a bad level", swapped("HL*4*3*23", "HL*4*3*99"), ("X12-2-QUALIFIER", "HL", "8", "7")),
    ("a bad qualifier of a date", swapped("DTP*472", "DTP*999"), ("X12-2-QUALIFIER", "DTP", "8", "7")),
    ("a qualifier without its value", swapped("****XX*" + NPI, "****XX"), ("X12-2-CONDITION", "NM1", "8", "2")),
    ("an element not used", swapped("*Y*A*Y*Y", "*Y*A*Y*Y*****X"), ("X12-2-ELEMENT-NOT-USED", "CLM", "8", "I10")),
    ("a component too many", swapped("11:B:1", "11:B:1:2"), ("X12-2-TOO-MANY-COMPONENTS", "CLM", "8", "13")),
    ("a component missing", swapped("HI*ABK:J020", "HI*ABK"), ("X12-2-ELEMENT-MISSING", "HI", "8", "1")),
    ("a component of no composite", swapped("CLAIMTWO", "CLAIM:2"), ("X12-2-TOO-MANY-COMPONENTS", "CLM", "8", "13")),
    ("a repetition", swapped("GROUPNUMBER", "GROUP^NUMBER"), ("X12-2-ELEMENT-REPEATS", "SBR", "8", "12")),
    ("a missing loop", swapped(f"{RECEIVER}\n", ""), ("X12-2-LOOP-MISSING", "NM1", "I7", "")),
]  # fmt: skip


def told(data: bytes) -> list[Finding]:
    return list(check(data).findings())


def test_a_clean_claim_and_a_clean_remittance_have_no_finding() -> None:
    assert told(interchange(CLAIM)) == []
    assert told(interchange(REMITTANCE, "HP", "005010X221A1")) == []
    assert check(interchange(CLAIM)).verdict == "valid"


@pytest.mark.parametrize(("change", "expected"), [(c, e) for _, c, e in FAULTS], ids=[name for name, _, _ in FAULTS])
def test_one_fault_of_a_claim_is_one_finding(change: Callable[[str], str], expected: tuple[str, str, str, str]) -> None:
    found = told(interchange(change(CLAIM)))
    assert [(one.code, one.segment_id, one.ik3, one.ik4) for one in found] == [expected]


REMITTANCE_FAULTS: list[tuple[str, Callable[[str], str], list[str]]] = [
    ("no TRN", swapped("TRN*1*TRACENUMBER*1512345678\n", ""), ["X12-2-SEGMENT-MISSING"]),
    ("a payment that is not the sum", swapped("BPR*I*145.5", "BPR*I*145.51"), ["X12-3-BPR02"]),
    ("a claim out of balance", swapped("150.5*120.5", "150.5*120.4"), ["X12-3-BPR02", "X12-3-CLP04"]),
    ("a service out of balance", swapped("CAS*PR*1*20", "CAS*PR*1*19"), ["X12-3-CLP04", "X12-3-CLP05", "X12-3-SVC03"]),
    ("a claim adjustment out of balance", swapped("CAS*CO*45*10", "CAS*CO*45*9"), ["X12-3-CLP04"]),
    ("a reason that is none", swapped("CAS*OA*23", "CAS*OA*9999"), ["X12-5-CARC"]),
    ("a provider adjustment that is not taken off", swapped("REFERENCE*5", "REFERENCE*-5"), ["X12-3-BPR02"]),
]


@pytest.mark.parametrize(
    ("change", "codes"), [(c, e) for _, c, e in REMITTANCE_FAULTS], ids=[name for name, _, _ in REMITTANCE_FAULTS]
)
def test_one_fault_of_a_remittance_is_told_by_every_sum_it_breaks(
    change: Callable[[str], str], codes: list[str]
) -> None:
    found = told(interchange(change(REMITTANCE), "HP", "005010X221A1"))
    assert sorted(one.code for one in found) == codes


@pytest.mark.parametrize(
    ("old", "new", "code", "answer"),
    [
        (b"GE*1*1", b"GE*2*1", "X12-1-GE01", "5"),
        (b"GE*1*1", b"GE*1*7", "X12-1-GE02", "4"),
        (b"IEA*1*000000001", b"IEA*1*000000009", "X12-1-IEA02", "001"),
        (b"IEA*1*", b"IEA*2*", "X12-1-IEA01", "021"),
        (b"IEA*1*000000001~\n", b"", "X12-1-NO-IEA", "023"),
        (b"GE*1*1~\n", b"", "X12-1-NO-GE", "3"),
        (b"ST*837", b"N1*X~ST*837", "X12-1-OUTSIDE", "022"),
    ],
)
def test_a_fault_of_the_envelope_is_one_finding(old: bytes, new: bytes, code: str, answer: str) -> None:
    assert old in interchange(CLAIM)
    found = told(interchange(CLAIM).replace(old, new))
    assert [(one.code, one.ak9 or one.ta1) for one in found] == [(code, answer)]


def test_a_set_of_a_guide_nobody_knows_is_told_and_refused() -> None:
    found = told(interchange(CLAIM, version="005010X999"))
    assert [(one.code, one.ik5) for one in found] == [("X12-1-GUIDE", "I6")]


def test_a_letter_outside_ascii_is_one_character_however_many_octets_it_takes() -> None:
    longest = interchange(CLAIM).replace(b"N3*BILLINGADDRESS", b"N3*" + "É".encode() * 55)
    assert told(longest) == []
    longer = told(longest.replace(b"N3*", b"N3*E", 1))
    assert [(one.code, one.segment_id) for one in longer] == [("X12-1-TOO-LONG", "N3")]


def test_a_set_of_another_guide_than_its_group_says_is_judged_by_its_own_and_told_once() -> None:
    found = told(interchange(CLAIM, version="005010X223A2"))
    assert [(one.code, one.segment_id, one.element) for one in found] == [("X12-1-ST03", "ST", 3)]


def test_a_control_number_used_twice_in_a_group_is_told() -> None:
    data = interchange(CLAIM + "\n" + CLAIM).replace(b"GE*1*", b"GE*2*")
    assert [(one.code, one.transaction, one.ik5) for one in told(data)] == [("X12-1-ST02", 2, "23")]


@pytest.mark.parametrize("end", ["~", "~\r\n", "~\n   "])
@pytest.mark.parametrize(("element", "component", "repetition"), ["*:^", "|>!", "\x1d\x1f\x1e"])
def test_the_same_claim_is_clean_whatever_divides_it(end: str, element: str, component: str, repetition: str) -> None:
    text = interchange(CLAIM).decode().replace("\n", "")
    text = text.replace("^", repetition).replace("*", element).replace(":", component).replace("~", end)
    assert told(text.encode()) == []
    assert told(b"\xef\xbb\xbf" + text.encode()) == []
    assert told(text.encode("utf-16")) == []


def test_a_chunk_may_hold_many_sets_and_a_set_many_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    sets = [CLAIM.replace("*0001", f"*{number:04d}") for number in range(1, 40)]
    sets[30] = sets[30].replace("CITY*FL", "CITY*ZZ", 1)
    data = interchange("\n".join(sets)).replace(b"GE*1*", b"GE*39*")
    for size in (1, 5000, 1 << 20):
        monkeypatch.setattr("claimkeep.engine.x12.judge.blocks.BLOCK", size)
        assert [(one.code, one.transaction, one.segment) for one in told(data)] == [("X12-5-STATE", 31, 10)]


def test_no_message_holds_a_value_of_the_file() -> None:
    for _, change, _ in FAULTS:
        for one in told(interchange(change(CLAIM))):
            assert not any(word in f"{one.message} {one.cite}" for word in ("NAME", "MEMBER", "CLAIMONE", NPI))


@given(st.binary(max_size=400))
def test_any_bytes_get_a_verdict(data: bytes) -> None:
    assert check(data).verdict in ("valid", "invalid", "unreadable")


EDITS = st.lists(
    st.tuples(st.integers(0, 10_000), st.sampled_from("*:~^ \n0129AZ.-\x00\xe9"), st.booleans()), min_size=1, max_size=4
)


def damaged(data: bytes, edits: list[tuple[int, str, bool]]) -> bytes:
    """The file with some octets replaced, or put in between."""
    octets = bytearray(data)
    for place, new, is_more in edits:
        at = place % len(octets)
        octets[at : at if is_more else at + 1] = new.encode("latin-1")
    return bytes(octets)


@settings(max_examples=300)
@given(EDITS, st.booleans())
def test_a_damaged_file_gets_a_verdict(edits: list[tuple[int, str, bool]], is_claim: bool) -> None:
    data = interchange(CLAIM) if is_claim else interchange(REMITTANCE, "HP", "005010X221A1")
    assert check(damaged(data, edits)).verdict in ("valid", "invalid", "unreadable")


@settings(max_examples=300)
@given(EDITS, st.booleans())
def test_what_the_fast_path_clears_has_no_fault(edits: list[tuple[int, str, bool]], is_claim: bool) -> None:
    body, version, code = (CLAIM, "005010X222A1", "837") if is_claim else (REMITTANCE, "005010X221A1", "835")
    guide = known.find(version, code)
    assert guide is not None
    data = damaged("~".join([*body.splitlines(), ""]).encode(), edits)
    spans = segments.scan(data, separators.Separators())
    if len(spans) < 2 or spans.id(0) != "ST":
        return
    last = len(spans) - 1
    swept = Sweep(guide).run(Look(spans), [Part(0, last)])
    walk = Walk(guide)
    nodes = walk.take(spans, 0, last)
    assert swept.doubtful[0] or (walk.told() == [] and np.array_equal(swept.nodes, nodes))


def test_what_the_fast_path_clears_is_most_of_what_is_clean() -> None:
    guide = known.find("005010X222A1", "837")
    assert guide is not None
    spans = segments.scan("~".join([*CLAIM.splitlines(), ""]).encode(), separators.Separators())
    assert not Sweep(guide).run(Look(spans), [Part(0, len(spans) - 1)]).doubtful.any()


LARGE = [
    ("BPR*I*145.5", "BPR*I*1000140.5"),
    ("*150.5*120.5", "*1000145.5*1000115.5"),
    ("*100.5*80.5", "*1000095.5*1000075.5"),
]


@pytest.mark.parametrize(
    "changes",
    [
        LARGE,
        [(old, new.replace("1000", "100200300400")) for old, new in LARGE],
        [("SVC*HC:99214*50*50**1", "SVC*HC:99214*50*50**1.125")],
    ],
    ids=["a large amount", "an amount too large for a look", "three decimals of a quantity"],
)
def test_the_fast_path_clears_any_decimal_that_is_right(changes: list[tuple[str, str]]) -> None:
    guide = known.find("005010X221A1", "835")
    assert guide is not None
    body = REMITTANCE
    for old, new in changes:
        body = swapped(old, new)(body)
    assert told(interchange(body, "HP", "005010X221A1")) == []
    spans = segments.scan("~".join([*body.splitlines(), ""]).encode(), separators.Separators())
    assert not Sweep(guide).run(Look(spans), [Part(0, len(spans) - 1)]).doubtful.any()


@given(st.from_regex(r"[0-9.]{1,20}", fullmatch=True), st.from_regex(r"[0-9.*]{0,20}", fullmatch=True))
def test_a_number_is_plain_when_at_most_one_point_stands_before_its_last_two_digits(value: str, before: str) -> None:
    look = Look(segments.scan(f"{before}*{value}~".encode(), separators.Separators()))
    begin = np.array([len(before) + 1])
    is_pointed = value.count(".") == 1 and len(value) > 1 and "." in value[-3:]
    is_plain = len(value) <= 16 and (is_pointed or value.isdigit())
    length = np.array([len(value)])
    assert look.plain_numbers(begin, length, np.array([True])).tolist() == [is_plain]
    assert look.plain_numbers(begin, length, np.array([False])).tolist() == [is_plain and not is_pointed]


@given(
    st.lists(st.from_regex(r"([0-9]{4}(0[0-9]|1[0-3])[0-3][0-9]|[0-9]{2}00022[89])", fullmatch=True), min_size=1),
    st.text("0123456789:;/. \x7f\xff", min_size=8, max_size=8),
)
def test_eight_octets_are_a_day_exactly_when_the_calendar_has_it(values: list[str], other: str) -> None:
    values.append(other)
    look = Look(segments.scan("".join(values).encode("latin-1"), separators.Separators()))
    begin = np.arange(len(values)) * 8
    assert look.days(begin).tolist() == [day(one) is not None for one in values]


def test_the_level_of_a_finding_is_the_one_its_code_says() -> None:
    found = told(interchange(CLAIM).replace(b"*20260201*1200*1*X", b"*20260201*2460*1*X"))
    assert [(one.code, one.snip, one.segment_id, one.element) for one in found] == [("X12-2-TIME", 2, "GS", 5)]


def test_a_file_of_very_many_segments_is_judged() -> None:
    body = CLAIM.splitlines()
    data = interchange("\n".join([*body[:-1], *["ZZ9*1"] * 200_000, body[-1]]))
    assert check(data).verdict == "invalid"


@given(st.from_regex(r"-?[0-9]{0,9}(\.[0-9]{0,3})?", fullmatch=True), st.from_regex(r"[0-9.*]{0,12}", fullmatch=True))
def test_an_amount_looked_at_as_a_word_is_the_amount(value: str, before: str) -> None:
    look = Look(segments.scan(f"{before}*{value}~".encode(), separators.Separators()))
    told, odd = look.amounts(np.array([len(before) + 1]), np.array([len(value)]))
    assert odd[0] or told[0] == (cents(value) if value else 0)
    assert not odd[0] or len(value) > 8 or value[0] == "-" or value == "." or value.partition(".")[2][2:]
