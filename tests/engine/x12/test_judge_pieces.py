"""A file judged block by block, and a set in pieces, is found the same as when all of it is looked at together."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from claimkeep.edge.cli import bench_x12_files as made
from claimkeep.engine.x12.judge import MOST_LEVEL, Verdict, blocks, check, envelope, running

SHARED = Path(__file__).resolve().parents[4] / "shared" / "data" / "x12"
FILES = sorted(path for path in SHARED.glob("*/*") if path.is_file())

WHOLE = 1 << 30
SIZES = (1, 200, 1000)


@contextmanager
def blocks_of(size: int) -> Iterator[None]:
    """Blocks of at least so many octets."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(blocks, "BLOCK", size)
        patch.setattr(blocks, "_NEAR", size)
        yield


def same_in_pieces(data: bytes, sizes: tuple[int, ...] = SIZES) -> Verdict:
    """The verdict on the whole, once every other way to cut has given the same."""
    with blocks_of(WHOLE):
        whole = check(data)
    for size in sizes:
        with blocks_of(size):
            assert check(data) == whole
    return whole


def giant(kind: str, many: int) -> bytes:
    """So many claims, or claim payments, in one set without a fault."""
    return made.claims(many, many) if kind == "837" else made.remittances(many, many)


def codes(verdict: Verdict) -> list[tuple[str, int | None]]:
    return [(one.code, one.segment) for one in verdict.findings()]


@pytest.mark.skipif(not FILES, reason="the shared test data does not stand beside this repository")
@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}/{file.name}")
def test_every_shared_file_is_found_the_same_in_pieces(file: Path) -> None:
    data = file.read_bytes()
    same_in_pieces(data, SIZES if len(data) < 30_000 else SIZES[1:])


FAULTS: list[tuple[str, bytes, bytes, list[str]]] = [
    ("837", b"HL*30*1*22*0", b"HL*31*1*22*0", ["X12-2-HL01"]),
    ("837", b"HL*3*2*23*0", b"HL*3*1*23*0", ["X12-2-HL02"]),
    ("837", b"HL*10*1*22*0", b"HL*10*1*22*1", ["X12-2-HL04", "X12-4-SBR02"]),
    ("837", b"LX*2~\nSV1", b"LX*3~\nSV1", ["X12-2-LX01"]),
    ("837", b"CLM*CLAIM0000020*", b"CLM*CLAIM0000020*1", ["X12-3-CLM02"]),
    ("835", b"BPR*I*", b"BPR*I*1", ["X12-3-BPR02"]),
    ("835", b"CAS*CO*45*", b"CAS*CO*45*1", ["X12-3-CLP04", "X12-3-SVC03"]),
    ("835", b"LX*1~", b"LX*1~\nTS3*1234567893*11*20261231*40*1~", ["X12-3-TS305"]),
]


@pytest.mark.parametrize(("kind", "old", "new", "wanted"), FAULTS, ids=[wanted[0] for *_, wanted in FAULTS])
def test_a_fault_anywhere_in_one_large_set_is_found_in_pieces(
    kind: str, old: bytes, new: bytes, wanted: list[str]
) -> None:
    data = giant(kind, 40)
    assert codes(same_in_pieces(data)) == []
    assert old in data
    found = same_in_pieces(data.replace(old, new, 1))
    assert sorted({code for code, _ in codes(found)} - {"X12-1-SE01"}) == wanted


def answered(functional: str, version: str, body: list[str]) -> bytes:
    """An interchange with one set."""
    header = f"ST*{'999' if functional == 'FA' else '277'}*{{control}}*{version}"
    return b"".join(made.interchange(functional, version, [(header, [body])]))


def test_what_an_answer_counts_is_counted_over_pieces() -> None:
    """Sets of a 999 below its AK1; claims of a 277CA below each provider and all of them below the receiver."""
    sets = [
        row
        for one in range(30)
        for row in (f"AK2*837*{one:04}*005010X222A1", "IK3*NM1*8**8", "IK4*9**1", "IK3*N3*9**8", "IK4*1**1", "IK5*R*5")
    ]
    whole = ["AK1*HC*1*005010X222A1", *sets, "AK9*R*30*30*0"]
    assert codes(same_in_pieces(answered("FA", "005010X231A1", whole))) == []
    whole[-1] = "AK9*R*30*29*0"
    assert [code for code, _ in codes(same_in_pieces(answered("FA", "005010X231A1", whole)))] == ["X12-3-AK903"]
    for total, wanted in (("40", []), ("39", ["X12-3-AMT-YU"])):
        found = codes(same_in_pieces(answered("HN", "005010X214", acknowledged(total))))
        assert [code for code, _ in found] == wanted


def acknowledged(total: str) -> list[str]:
    """Two providers with ten accepted claims of two dollars each."""
    rows = ["BHT*0085*08*REFERENCE*20260105*0304*TH", "HL*1**20*1", "NM1*PR*2*PAYERNAME*****PI*PAYERID"]
    rows += ["TRN*1*TRACE", "DTP*050*D8*20260105", "DTP*009*D8*20260105", "HL*2*1*21*1"]
    rows += ["NM1*41*2*SUBMITTERNAME*****46*SUBMITTERID", "TRN*2*BATCH", "STC*A1:19:PR*20260105*WQ*40"]
    rows += ["QTY*90*20", f"AMT*YU*{total}"]
    for provider in (3, 14):
        rows += [f"HL*{provider}*2*19*1", "NM1*85*2*BILLINGNAME*****XX*1234567893", "TRN*1*PROVIDER"]
        rows += ["STC*A1:19:PR**WQ*20", "QTY*QA*10", "AMT*YU*20"]
        for claim in range(provider + 1, provider + 11):
            rows += [f"HL*{claim}*{provider}*PT", "NM1*QC*1*LASTNAME*FIRSTNAME****MI*MEMBERID", f"TRN*2*CLAIM{claim}"]
            rows += ["STC*A2:20*20260105*WQ*2", "DTP*472*D8*20260101"]
    return rows


def test_more_claims_than_a_level_may_have_are_counted_over_pieces() -> None:
    """The guide allows a hundred claims below one subscriber; the states of the automaton count no further than ten."""
    data = made.claims(1)
    claim = data[data.index(b"CLM*") : data.index(b"SE*")]
    for many, wanted in ((100, []), (101, [("X12-2-LOOP-REPEATS", "CLM")])):
        found = same_in_pieces(data.replace(claim, claim * many), (200, 5000))
        assert [(one.code, one.segment_id) for one in found.findings() if one.code != "X12-1-SE01"] == wanted


def test_a_set_that_is_never_closed_is_told_once_whatever_the_cut() -> None:
    data = giant("837", 8)
    found = codes(same_in_pieces(data[: data.index(b"SE*")]))
    assert [code for code, _ in found] == ["X12-1-NO-IEA", "X12-1-NO-GE", "X12-1-NO-SE"]


def test_segments_outside_every_set_are_told_once_whatever_the_cut() -> None:
    data = giant("837", 2).replace(b"ST*837", b"N1*XX~\n" * 30 + b"ST*837", 1)
    assert [code for code, _ in codes(same_in_pieces(data))] == ["X12-1-OUTSIDE"]


def test_text_marks_and_several_interchanges_are_found_the_same() -> None:
    one = giant("835", 3)
    same_in_pieces(b"\xef\xbb\xbfbefore " + one + b"\nbetween\n" + one.replace(b"IEA*1", b"IEA*2") + one[:400])
    same_in_pieces(one.decode().encode("utf-16"))


def test_a_claim_too_large_for_its_rules_is_told_and_the_others_are_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "MOST_UNIT", 3000)
    data = giant("837", 6)
    line = re.search(rb"LX\*1~\n.*?(?=HL\*|LX\*2|SE\*)", data, re.DOTALL)
    assert line is not None
    large = data.replace(line[0], line[0] + b"REF*6R*NOTHING~\n" * 400, 1).replace(b"HL*7*1*22*1", b"HL*7*2*22*1")
    found = [code for code, _ in codes(same_in_pieces(large)) if code[:5] != "X12-1"]
    assert found.count("X12-3-SIZE") == 1 and "X12-3-CLM02" not in found


def changed(data: bytes, edits: list[tuple[str, int, int, int]]) -> bytes:
    """The file with segments lost, doubled, many times over and moved, and octets replaced."""
    found = data.split(b"~")
    for what, at, to, octet in edits:
        if not found:
            break
        at, to = at % len(found), to % len(found)
        match what:
            case "lose":
                del found[at : at + 1 + to % 3]
            case "double":
                found[to:to] = [found[at]] * (1 + octet % 13)
            case "repeat":
                found[at:at] = found[at : at + 1 + to % 30] * (1 + octet % 4)
            case "move":
                found.insert(to, found.pop(at))
            case _:
                segment = bytearray(found[at] or b"*")
                segment[to % len(segment)] = b"*:^~ \n0129AZ.-\x00\xe9"[octet % 16]
                found[at] = bytes(segment)
    return b"~".join(found)


EDITS = st.lists(
    st.tuples(
        st.sampled_from(("lose", "double", "repeat", "move", "octet", "octet")),
        st.integers(0, 10_000),
        st.integers(0, 10_000),
        st.integers(0, 255),
    ),
    min_size=1,
    max_size=5,
)
MADE = [giant("837", 12), giant("835", 12), made.claims(3), *(one.read_bytes() for one in FILES)]
BASES = [one for one in MADE if len(one) < 20_000]


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.sampled_from(range(len(BASES))), EDITS, st.sampled_from((1, 50, 200, 1000)))
def test_a_damaged_file_is_found_the_same_in_pieces(
    base: int, edits: list[tuple[str, int, int, int]], size: int
) -> None:
    same_in_pieces(changed(BASES[base], edits), (size,))


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.sampled_from(range(len(BASES))), EDITS, st.sampled_from((100, 300, 1000)))
def test_claims_too_large_are_the_same_in_pieces(base: int, edits: list[tuple[str, int, int, int]], most: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(running, "MOST_UNIT", most)
        same_in_pieces(changed(BASES[base], edits), (1, 200))


class Watched:
    """Octets that know the most that was asked of them at once, and how much in all."""

    def __init__(self, data: bytes) -> None:
        self.data, self.most, self.read = data, 0, 0

    def __len__(self) -> int:
        return len(self.data)

    def __getitem__(self, where: slice) -> bytes:
        part = self.data[where]
        self.most, self.read = max(self.most, len(part)), self.read + len(part)
        return part


def test_a_file_is_read_once_and_never_held(monkeypatch: pytest.MonkeyPatch) -> None:
    held: list[int] = []
    kept = running.kept

    def watched(*args: Any) -> Any:
        found = kept(*args)
        held.append(len(found[0].octets))
        return found

    monkeypatch.setattr(running, "kept", watched)
    for data in (giant("837", 3000), giant("835", 3000)):
        octets = Watched(data)
        assert check(octets) == check(data) and check(octets).verdict == "valid"
        assert octets.most <= blocks.BLOCK < len(data) // 4
        assert octets.read < 2.1 * len(data)
    assert held and max(held) < 10_000


def test_a_segment_without_end_ends_its_interchange(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocks, "MOST_SEGMENT", 5000)
    data = giant("837", 4).replace(b"CLM*CLAIM0000002", b"CLM*" + b"X" * 6000, 1)
    found = [code for code, _ in codes(same_in_pieces(data, (1000,)))]
    assert "X12-1-SEGMENT-LENGTH" in found and "X12-1-NO-IEA" in found


def test_only_so_many_sets_groups_interchanges_and_findings_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    one = made.claims(1)
    body = one[one.index(b"ST*") : one.index(b"GE*")]
    group = one[one.index(b"GS*") : one.index(b"IEA*")]
    monkeypatch.setattr(envelope.Room.__init__, "__defaults__", (3, 2, 10))
    found = check(one.replace(body, body * 8))
    assert len(found.interchanges[0].groups[0].sets) == 3
    assert "X12-1-TOO-MANY" in {one.code for one in found.findings()}
    found = check(one.replace(group, group * 8))
    assert len(found.interchanges[0].groups) == 2
    monkeypatch.setattr(envelope.Room.__init__, "__defaults__", (100, 2, 10))
    bad = body.replace(b"N4*TESTVILLE*FL", b"N4*TESTVILLE*ZZ").replace(b"HI*ABK", b"HI*XXX")
    many = check(one.replace(body, bad * 20)).interchanges[0].groups[0].sets
    assert len(many[0].findings) > 1 and len(many[-1].findings) == 1
    assert not any(one.is_accepted for one in many)


def test_a_level_finds_what_lower_ones_do_and_no_more() -> None:
    data = giant("837", 6).replace(b"HI*ABK", b"HI*XXX", 1).replace(b"TESTVILLE*FL", b"TESTVILLE*ZZ")
    data = (
        data.replace(b"SV1*HC:99213*", b"SV1*HC:99213*1", 1)
        .replace(b"HL*4*1", b"HL*4*2", 1)
        .replace(b"GE*1*", b"GE*9*")
    )
    every = list(check(data).findings())
    assert {one.snip for one in every} >= {1, 2, 3, 5}
    for level in range(1, MOST_LEVEL + 1):
        assert list(check(data, level=level).findings()) == [one for one in every if one.snip <= level]
