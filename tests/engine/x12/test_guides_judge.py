"""Each further guide takes a whole set of its kind, and names what is wrong when one thing in it is."""

from __future__ import annotations

import importlib
import io
from pathlib import Path

import pytest

from claimkeep.engine.x12.judge import Finding, check

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


ENROLMENT = """\
BGN*00*REFERENCE*20260101*0102*ET***2
REF*38*POLICY
DTP*007*D8*20260101
N1*P5*SPONSORNAME*FI*123456789
N1*IN*PAYERNAME*XV*PAYERID
INS*Y*18*021*20*A***FT
REF*0F*SUBSCRIBERID
REF*1L*GROUPNUMBER
DTP*356*D8*20260101
NM1*IL*1*LASTNAME*FIRSTNAME****34*123456789
PER*IP**HP*5555550100
N3*ADDRESSONE
N4*CITYNAME*FL*32000
DMG*D8*19800101*F
HD*021**HLT*PLANNAME*FAM
DTP*348*D8*20260101
REF*1L*GROUPNUMBER
LX*1
NM1*P3*1*DOCTORLAST*DOCTORFIRST****XX*1234567893*72
COB*P*OTHERPOLICY*5
LS*2700
LX*1
N1*75*CATEGORYNAME
REF*ZZ*CATEGORYVALUE
LE*2700""".split("\n")

PREMIUM = """\
BPR*I*100.5*C*ACH*CCP*01*011900571*DA*ACCOUNT*1234567890**01*011900571*DA*ACCOUNT*20260101
TRN*1*TRACENUMBER*1234567890
REF*38*POLICY
DTM*009*20260101
DTM*582****RD8*20260101-20260131
N1*PE*PAYERNAME*FI*123456789
N1*PR*SPONSORNAME*FI*123456789
PER*IC*CONTACTNAME*TE*5555550100
ENT*1*2J*EI*123456789
NM1*IL*1*LASTNAME*FIRSTNAME****N*MEMBERID
RMR*AZ*POLICY**100.5
REF*38*POLICY
DTM*582****RD8*20260101-20260131
ADX*-1.5*52""".split("\n")

REVIEW = """\
BHT*0007*13*REFERENCE*20260101*0102
HL*1**20*1
NM1*X3*2*REVIEWERNAME*****PI*REVIEWERID
HL*2*1*21*1
NM1*1P*1*DOCTORLAST*DOCTORFIRST****XX*1234567893
HL*3*2*22*1
NM1*IL*1*LASTNAME*FIRSTNAME****MI*MEMBERID
DMG*D8*19800101*F
HL*4*3*EV*1
TRN*1*TRACENUMBER*1234567890
UM*HS*I*3*11:B
DTP*AAH*RD8*20260101-20260131
HI*ABK:E119:D8:20260101
MSG*MESSAGE
NM1*SJ*1*SPECIALISTLAST*SPECIALISTFIRST****XX*1234567893
PRV*PE*PXC*207Q00000X
HL*5*4*SS*0
UM*HS*I*3
SV1*HC:99213*100.5*F2*1
HSD*VS*1""".split("\n")

ADVICE = """\
BGN*11*REFERENCE*20260101*0102****RU
N1*41*SUBMITTERNAME*46*SUBMITTERID
PER*IC*CONTACTNAME*TE*5555550100
N1*40*RECEIVERNAME*46*RECEIVERID
OTI*IR*TN*CLAIMNUMBER*****8*0001*837*005010X222A1
REF*IK*REFERENCE
TED*024*MESSAGE
CTX*CLM01
RED*MESSAGE*94**IBP*W1""".split("\n")

PARTIES = """\
HL*1**20*1
NM1*PR*2*PAYERNAME*****PI*PAYERID
HL*2*1*21*1
NM1*{receiver}
HL*3*2*{level}""".split("\n")


def parties(receiver: str, level: str) -> list[str]:
    """Payer, receiver, and the HL of what stands below them."""
    return [one.format(receiver=receiver, level=level) for one in PARTIES]


COVERAGE = [
    "BHT*0022*13*REFERENCE*20260101*0102",
    *parties("1P*2*PROVIDERNAME*****XX*1234567893", "22*1"),
    "NM1*IL*1*LASTNAME*FIRSTNAME****MI*MEMBERID",
    "HL*4*3*23*0",
    "TRN*1*TRACENUMBER*1234567890",
    "NM1*03*1*LASTNAME*CHILDNAME",
    "DMG*D8*20180101*F",
    "INS*N*19",
    "DTP*291*D8*20260101",
    "EQ*30^98",
]

COVERED = [
    "BHT*0022*11*REFERENCE*20260101*0102",
    *parties("1P*2*PROVIDERNAME*****XX*1234567893", "22*0"),
    "TRN*2*TRACENUMBER*1234567890",
    "NM1*IL*1*LASTNAME*FIRSTNAME****MI*MEMBERID",
    "DMG*D8*19800101*F",
    "DTP*346*D8*20260101",
    "EB*1**30**PLANNAME",
    "EB*B**98*HM**27*10*****Y",
    "MSG*MESSAGE",
    "LS*2120",
    "NM1*P3*1*DOCTORLAST*DOCTORFIRST****XX*1234567893",
    "LE*2120",
    "EB*A**98*HM***.2",
    "AAA*N**52*C",
]

ASKED = [
    "BHT*0010*13*REFERENCE*20260101*0102",
    *parties("41*2*RECEIVERNAME*****46*RECEIVERID", "19*1"),
    "NM1*1P*2*PROVIDERNAME*****XX*1234567893",
    "HL*4*3*22*0",
    "DMG*D8*19800101*F",
    "NM1*IL*1*LASTNAME*FIRSTNAME****MI*MEMBERID",
    "TRN*1*TRACENUMBER",
    "REF*EJ*CLAIMNUMBER",
    "AMT*T3*100.5",
    "DTP*472*D8*20260101",
]

TOLD = [
    "BHT*0010*08*REFERENCE*20260101*0102*DG",
    *parties("41*2*RECEIVERNAME*****46*RECEIVERID", "19*1"),
    "NM1*1P*2*PROVIDERNAME*****XX*1234567893",
    "HL*4*3*22*0",
    "NM1*IL*1*LASTNAME*FIRSTNAME****MI*MEMBERID",
    "TRN*2*TRACENUMBER",
    "STC*F1:65*20260101**100.5*80*20260102**20260103*CHECK",
    "REF*1K*PAYERCONTROL",
    "DTP*472*D8*20260101",
    "SVC*HC:99213*100.5*80****1",
    "STC*F1:65*20260101",
    "DTP*472*D8*20260101",
]

TAKEN_IN = [
    "BHT*0085*08*REFERENCE*20260101*0102*TH",
    *PARTIES[:2],
    "TRN*1*PAYERTRACE",
    "DTP*050*D8*20260101",
    "DTP*009*D8*20260101",
    "HL*2*1*21*1",
    "NM1*41*2*RECEIVERNAME*****46*RECEIVERID",
    "TRN*2*BATCHREFERENCE",
    "STC*A1:19:PR*20260101*WQ*100.5",
    "HL*3*2*19*1",
    "NM1*85*2*BILLINGNAME*****XX*1234567893",
    "HL*4*3*PT",
    "NM1*QC*1*LASTNAME*FIRSTNAME****MI*MEMBERID",
    "TRN*2*CLAIMNUMBER",
    "STC*A2:20:PR*20260101*WQ*100.5",
    "REF*1K*PAYERCONTROL",
]

CLAIMED = """\
BHT*0019*00*REFERENCE*20260105*0102*CH
NM1*41*2*SUBMITTERNAME*****46*SUBMITTERID
PER*IC*CONTACTNAME*TE*5555550100
NM1*40*2*RECEIVERNAME*****46*RECEIVERID
HL*1**20*1
NM1*85*2*BILLINGNAME*****XX*1234567893
N3*ADDRESSONE
N4*CITYNAME*FL*320000001
REF*EI*123456789
HL*2*1*22*0
SBR*P*18*******CI
NM1*IL*1*LASTNAME*FIRSTNAME****MI*MEMBERID
N3*ADDRESSONE
N4*CITYNAME*FL*32000
DMG*D8*19800101*F
NM1*PR*2*PAYERNAME*****PI*PAYERID""".split("\n")

INSTITUTIONAL = [
    *CLAIMED,
    *"""\
CLM*CLAIMNUMBER*100.5***13:A:1**A*Y*Y
DTP*434*RD8*20260101-20260102
DTP*435*DT*202601010800
CL1*1*1*01
HI*ABK:E119:::::::Y
HI*ABF:I10:::::::N*ABF:J069
HI*BH:11:D8:20260101
HI*BE:A2:::15.31
NM1*71*1*DOCTORLAST*DOCTORFIRST****XX*1234567893
PRV*AT*PXC*207Q00000X
LX*1
SV2*0305*HC:85025*100.5*UN*1
DTP*472*D8*20260101""".split("\n"),
]

DENTAL = [
    *CLAIMED,
    *"""\
CLM*CLAIMNUMBER*100.5***11:B:1*Y*A*Y*Y
DTP*472*D8*20260101
DN2*3*M****JP
NM1*82*1*DOCTORLAST*DOCTORFIRST****XX*1234567893
PRV*PE*PXC*1223G0001X
LX*1
SV3*AD:D3320*100.5***I*1
TOO*JP*5*M:O
REF*6R*LINECONTROL""".split("\n"),
]

SETS = {
    "837I": ("HC", "005010X223A2", INSTITUTIONAL),
    "837D": ("HC", "005010X224A2", DENTAL),
    "270": ("HS", "005010X279A1", COVERAGE),
    "271": ("HB", "005010X279A1", COVERED),
    "276": ("HR", "005010X212", ASKED),
    "277": ("HN", "005010X212", TOLD),
    "277CA": ("HN", "005010X214", TAKEN_IN),
    "834": ("BE", "005010X220A1", ENROLMENT),
    "820": ("RA", "005010X218", PREMIUM),
    "278": ("HI", "005010X217", REVIEW),
    "824": ("AG", "005010X186A1", ADVICE),
}


def interchange(code: str, body: list[str]) -> bytes:
    functional, version, _ = SETS[code]
    isa = f"ISA*00*{'':10}*00*{'':10}*ZZ*{'SENDERID':15}*ZZ*{'RECEIVERID':15}*260102*0304*^*00501*000000007*0*T*:"
    opening = [isa, f"GS*{functional}*SENDERCODE*RECEIVERCODE*20260102*0304*8*X*{version}"]
    inside = [f"ST*{code[:3]}*0001*{version}", *body, f"SE*{len(body) + 2}*0001"]
    return "".join(f"{one}~" for one in [*opening, *inside, "GE*1*8", "IEA*1*000000007"]).encode()


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
