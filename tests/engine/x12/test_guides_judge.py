"""Each further guide takes a whole set of its kind, and names what is wrong when one thing in it is."""

from __future__ import annotations

import importlib
import io
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from claimkeep.engine.x12 import segments, separators
from claimkeep.engine.x12.guides import known
from claimkeep.engine.x12.judge import Finding, check
from claimkeep.engine.x12.judge.look import Look
from claimkeep.engine.x12.judge.sweep import Part, Sweep
from claimkeep.engine.x12.judge.walk import Walk
from tests.engine.x12.faults import FAULTS, Fault
from tests.engine.x12.vectors import REVIEW, SETS, interchange

SHARED = Path(__file__).resolve().parents[4] / "shared" / "data" / "x12"

EXPLAINED = {
    ("837i/LinuxForHe_demo.837i", "CLM06"): "005010X223A2 2300 does not use CLM06",
    ("837i/LinuxForHe_demo.837i", "DTP02"): "005010X223A2 2300 DTP 434 takes RD8 alone",
    ("277/kputnam_1.era", "IEA02"): "IEA02 differs from ISA13",
}
"""Faults that files called valid by others do have, with the position that says so."""

DIVIDED_OTHERWISE = {
    "837i/LinuxForHe_out-of-network-repriced-claim.837i",
    "837i/LinuxForHe_ppo-repriced-claim.837i",
}
"""Composites divided by another character than ISA16 names: every one of them is at fault."""

VALID = [
    path
    for folder in ("270", "271", "276", "277", "837d", "837i")
    for path in sorted((SHARED / folder).glob("*"))
    if path.name.startswith(("kputnam", "LinuxForHe")) and f"{folder}/{path.name}" not in DIVIDED_OTHERWISE
]


def form(findings: list[Finding]) -> list[Finding]:
    """What is wrong with form and place; made-up provider numbers are another level."""
    return [one for one in findings if one.snip <= 2]


@pytest.mark.skipif(not VALID, reason="the shared test data does not stand beside this repository")
def test_a_file_that_others_call_valid_is_taken_or_its_fault_is_explained() -> None:
    told = {
        (f"{path.parent.name}/{path.name}", f"{one.segment_id}{one.element or 0:02}")
        for path in VALID
        for one in form(list(check(path.read_bytes()).findings()))
    }
    assert told == set(EXPLAINED)


@pytest.mark.parametrize("code", SETS)
def test_a_whole_set_is_valid(code: str) -> None:
    verdict = check(interchange(code, SETS[code][2]))
    assert [(one.code, one.segment, one.segment_id, one.element) for one in verdict.findings()] == []
    assert verdict.verdict == "valid"


@pytest.mark.parametrize("code", ["834", "820"])
def test_the_peer_that_knows_a_set_takes_it_too(code: str) -> None:
    document = pytest.importorskip("pyx12.x12n_document")
    params = importlib.import_module("pyx12.params").params()
    assert document.x12n_document(params, io.StringIO(interchange(code, SETS[code][2]).decode()), None, None, None)


@pytest.mark.parametrize(("code", "fault"), [(code, fault) for code, found in FAULTS.items() for fault in found])
def test_one_fault_is_one_finding_at_its_place(code: str, fault: Fault) -> None:
    was, becomes, *found = fault
    body = list(SETS[code][2])
    at = next(number for number, line in enumerate(body) if was in line)
    body[at : at + 1] = [] if becomes is None else body[at].replace(was, becomes).split("\n")
    verdict = check(interchange(code, body))
    assert [[one.code, one.segment, one.segment_id, one.element] for one in verdict.findings()] == [found]


def test_every_kind_of_set_has_its_single_faults() -> None:
    assert FAULTS.keys() == SETS.keys()
    assert min(len(found) for found in FAULTS.values()) >= 8


EDITS = st.lists(
    st.tuples(st.integers(0, 10_000), st.sampled_from("*:~^ 019AZ.-\x00"), st.sampled_from(["put", "over", "out"])),
    min_size=1,
    max_size=3,
)


@settings(max_examples=300)
@given(st.sampled_from(sorted(SETS)), EDITS)
def test_what_the_fast_path_clears_has_no_fault(code: str, edits: list[tuple[int, str, str]]) -> None:
    _, version, body = SETS[code]
    octets = bytearray("~".join([f"ST*{code[:3]}*0001*{version}", *body, f"SE*{len(body) + 2}*0001", ""]).encode())
    for place, new, how in edits:
        at = place % len(octets)
        octets[at : at + (how != "put")] = b"" if how == "out" else new.encode()
    guide = known.find(version, code[:3])
    assert guide is not None
    spans = segments.scan(bytes(octets), separators.Separators())
    if len(spans) < 2 or spans.id(0) != "ST":
        return
    last = len(spans) - 1
    walk = Walk(guide)
    nodes = walk.take(spans, 0, last)
    found = walk.told()
    swept = Sweep(guide).run(Look(spans), [Part(0, last)])
    assert swept.doubtful[0] or (found == [] and np.array_equal(swept.nodes, nodes))


def test_codes_of_dates_are_read_by_their_own_qualifier() -> None:
    body = [one.replace("DTP*AAH*RD8*20260101-20260131", "DTP*AAH*RD8*20260131") for one in REVIEW]
    assert [one.code for one in check(interchange("278", body)).findings()] == ["X12-2-DATE"]
