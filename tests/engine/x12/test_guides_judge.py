"""Each further guide takes a whole set of its kind, and names what is wrong when one thing in it is."""

from __future__ import annotations

import importlib
import io
from pathlib import Path

import pytest

from claimkeep.engine.x12.judge import Finding, check
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


@pytest.mark.parametrize(
    ("code", "was", "becomes", "found"),
    [
        ("837I", "CL1*1*1*01", "CL1**1*01", ("X12-2-ELEMENT-MISSING", 21, "CL1", 1)),
        ("837I", "13:A:1", "13:B:1", ("X12-2-CODE", 18, "CLM", 5)),
        ("837I", "HI*BE:A2:::15.31", "HI*BE:A2", ("X12-2-ELEMENT-MISSING", 25, "HI", 1)),
        ("837I", "HI*ABK:E119:::::::Y", "HI*ABK:E119:::::::Q", ("X12-2-CODE", 22, "HI", 1)),
        ("837D", "TOO*JP*5*M:O", "TOO*JP*5*M:Q", ("X12-2-CODE", 25, "TOO", 3)),
        ("837D", "SV3*AD:D3320", "SV3*HC:D3320", ("X12-2-CODE", 24, "SV3", 1)),
        ("270", "EQ*30^98", "EQ*30^Q9", ("X12-2-CODE", 15, "EQ", 1)),
        ("270", "INS*N*19", "INS*N*18", ("X12-2-CODE", 13, "INS", 2)),
        ("271", "LE*2120", None, ("X12-2-SEGMENT-MISSING", 17, "LE", None)),
        ("271", "EB*A**98*HM***.2", "EB*A**98*ZZ***.2", ("X12-2-CODE", 18, "EB", 4)),
        ("276", "AMT*T3*100.5", "AMT*T3", ("X12-2-ELEMENT-MISSING", 14, "AMT", 2)),
        ("276", "BHT*0010*13*", "BHT*0010*08*", ("X12-2-CODE", 2, "BHT", 2)),
        ("277", "STC*F1:65*20260101*", "STC*F1*20260101*", ("X12-2-ELEMENT-MISSING", 12, "STC", 1)),
        ("277CA", "DTP*009*D8*20260101", None, ("X12-2-SEGMENT-MISSING", 7, "DTP", None)),
        ("277CA", "STC*A2:20:PR*20260101*WQ", "STC*A2:20:PR*20260101*XX", ("X12-2-CODE", 17, "STC", 3)),
        ("834", "INS*Y*18*021*20*A***FT", "INS*Y*18*021*20*Q***FT", ("X12-2-CODE", 7, "INS", 5)),
        ("834", "REF*0F*SUBSCRIBERID", None, ("X12-2-SEGMENT-MISSING", 9, "REF", None)),
        ("834", "DTP*348*D8*20260101", "DTP*348*D8*20260230", ("X12-2-DATE", 17, "DTP", 3)),
        ("834", "LE*2700", None, ("X12-2-SEGMENT-MISSING", 26, "LE", None)),
        ("820", "ENT*1*2J*EI*123456789", "ENT*1*2J*ZZ*123456789", ("X12-2-CODE", 10, "ENT", 3)),
        ("820", "ADX*-1.5*52", "ADX*-1.5*99", ("X12-2-QUALIFIER", 15, "ADX", 2)),
        ("820", "TRN*1*TRACENUMBER*1234567890", None, ("X12-2-SEGMENT-MISSING", 3, "TRN", None)),
        ("278", "UM*HS*I*3*11:B", "UM*ZZ*I*3*11:B", ("X12-2-CODE", 12, "UM", 1)),
        ("278", "MSG*MESSAGE", "MSG*MESSAGE*XX", ("X12-2-ELEMENT-NOT-USED", 15, "MSG", 2)),
        ("824", "OTI*IR*TN*", "OTI*ZZ*TN*", ("X12-2-CODE", 6, "OTI", 1)),
        ("824", "BGN*11*REFERENCE", "BGN*11*", ("X12-2-ELEMENT-MISSING", 2, "BGN", 2)),
    ],
)
def test_one_fault_is_one_finding_at_its_place(
    code: str, was: str, becomes: str | None, found: tuple[str, int, str, int | None]
) -> None:
    body = [one if becomes is None else one.replace(was, becomes) for one in SETS[code][2] if becomes or one != was]
    verdict = check(interchange(code, body))
    assert [(one.code, one.segment, one.segment_id, one.element) for one in verdict.findings()] == [found]


def test_codes_of_dates_are_read_by_their_own_qualifier() -> None:
    body = [one.replace("DTP*AAH*RD8*20260101-20260131", "DTP*AAH*RD8*20260131") for one in REVIEW]
    assert [one.code for one in check(interchange("278", body)).findings()] == ["X12-2-DATE"]
