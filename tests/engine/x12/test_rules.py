"""What the guides ask of payers, days, parties, services and totals: a fault is told at its place, as gravely as it is.

Each set below is clean as it stands; a row changes one thing in it.
"""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from claimkeep.engine.x12.answer import answer
from claimkeep.engine.x12.judge import check
from tests.engine.x12.vectors import CLAIMED, DENTAL, INSTITUTIONAL, TAKEN_IN

Told = list[tuple[str, str, int | None, int | None, str]]
"""Code, segment, element, component and severity of each finding."""

PROFESSIONAL = [
    *CLAIMED,
    *"""\
CLM*CLAIMNUMBER*300***21:B:1*Y*A*Y*Y**OA
DTP*431*D8*20251201
DTP*439*D8*20251201
DTP*435*D8*20251220
DTP*096*D8*20251230
HI*ABK:E119*ABF:I10
SBR*S*18*OTHERGROUP******BL
CAS*CO*45*50
CAS*PR*2*25
AMT*D*225
AMT*EAF*25
OI***Y***Y
NM1*IL*1*OTHERLAST*OTHERFIRST****MI*OTHERMEMBER
NM1*PR*2*OTHERPAYERNAME*****PI*OTHERPAYERID
DTP*573*D8*20260102
SBR*T*18*THIRDGROUP******CI
CAS*OA*23*20
AMT*D*130
OI***Y***Y
NM1*IL*1*OTHERLAST*OTHERFIRST****MI*OTHERMEMBER
NM1*PR*2*THIRDPAYERNAME*****PI*THIRDPAYERID
LX*1
SV1*HC:99213*100*UN*1***1
DTP*472*D8*20251225
LIN**N4*00000000001
CTP****2.5*ML
SVD*THIRDPAYERID*100*HC:99213**1
DTP*573*D8*20260103
LX*2
SV1*HC:00100:AA*200*MJ*60***1
DTP*472*D8*20251226
SVD*THIRDPAYERID*50*HC:00100**60
CAS*PR*1*150
DTP*573*D8*20260103
AMT*EAF*150""".split("\n"),
]

REMITTED = """\
BPR*I*145.5*C*ACH*CCP*01*999999992*DA*123456*1512345678**01*999988880*DA*98765*20260105
TRN*1*TRACENUMBER*1512345678
N1*PR*PAYERNAME
N3*PAYERADDRESS
N4*CITY*FL*33101
PER*BL*CONTACT*TE*5555550100
N1*PE*PAYEENAME*XX*1234567893
LX*1
TS3*1234567893*11*20261231*2*200.5
CLP*CLAIMONE*1*150.5*120.5*20*12*PAYERCLAIM*11*1
CAS*CO*45*10
NM1*QC*1*LASTNAME*FIRSTNAME****MI*MEMBERID
SVC*HC:99213*100.5*80.5**1
DTM*472*20260103
CAS*PR*1*20
SVC*HC:99214*50*50**1
DTM*472*20260103
CLP*CLAIMTWO*2*50*30**12*PAYERCLAIMTWO*11*1
CAS*OA*23*20
NM1*QC*1*LASTNAME*FIRSTNAME
PLB*1234567893*20261231*WO:REFERENCE*5""".split("\n")

ANSWERED = """\
AK1*HC*1*005010X222A1
AK2*837*0001*005010X222A1
IK5*A
AK2*837*0002*005010X222A1
IK5*R*5
AK9*P*2*2*1""".split("\n")

COUNTED = [
    line
    for each in TAKEN_IN
    for line in (
        [each, "QTY*90*1", "AMT*YU*100.5"]
        if each == "STC*A1:19:PR*20260101*WQ*100.5"
        else [each, "TRN*1*PROVIDERTRACE", "STC*A1:19:PR**WQ*100.5", "QTY*QA*1", "AMT*YU*100.5"]
        if each.startswith("NM1*85")
        else [each]
    )
]

SETS = {
    "837P": ("HC", "837", "005010X222A1", PROFESSIONAL),
    "837I": ("HC", "837", "005010X223A2", INSTITUTIONAL),
    "837D": ("HC", "837", "005010X224A2", DENTAL),
    "835": ("HP", "835", "005010X221A1", REMITTED),
    "277CA": ("HN", "277", "005010X214", COUNTED),
    "999": ("FA", "999", "005010X231A1", ANSWERED),
}

DENTAL_POINTER = "SV3*AD:D3320*100.5***I*1*****{}\n"


def built(kind: str, *changes: tuple[str, str]) -> bytes:
    """The set with these changes in it."""
    functional, code, version, lines = SETS[kind]
    body = "\n".join(lines) + "\n"
    for was, becomes in changes:
        assert was in body
        body = body.replace(was, becomes, 1)
    lines = body.split("\n")[:-1]
    isa = f"ISA*00*{'':10}*00*{'':10}*ZZ*{'SENDERID':15}*ZZ*{'RECEIVERID':15}*260105*0304*^*00501*000000007*0*T*:"
    header = f"ST*{code}*0001{'' if code == '835' else f'*{version}'}"
    whole = [isa, f"GS*{functional}*SENDER*RECEIVER*20260105*0304*8*X*{version}", header, *lines]
    return "".join(f"{one}~" for one in [*whole, f"SE*{len(lines) + 2}*0001", "GE*1*8", "IEA*1*000000007"]).encode()


def told(kind: str, *changes: tuple[str, str]) -> Told:
    """Every finding on the set with these changes in it."""
    found = check(built(kind, *changes)).findings()
    return [(one.code, one.segment_id, one.element, one.component, str(one.severity)) for one in found]


@pytest.mark.parametrize("kind", SETS)
def test_the_set_as_it_stands_is_clean(kind: str) -> None:
    assert told(kind) == []


FAULTS: list[tuple[str, str, str, str, Told]] = [
    ("a payer's total out of balance", "837P", "AMT*D*225", "AMT*D*226", [("X12-3-AMT-D", "AMT", 2, None, "R")]),
    ("a payer that adjusts nothing", "837P", "CAS*CO*45*50\nCAS*PR*2*25\n", "",
     [("X12-3-AMT-D", "AMT", 2, None, "V")]),
    ("a total not of its lines", "837P", "AMT*D*130", "AMT*D*131", [("X12-3-AMT-D", "AMT", 2, None, "R")]),
    ("a payer that does not say what it paid", "837P", "AMT*D*225\n", "", [("X12-4-AMT-D", "AMT", None, None, "R")]),
    ("a payer of lines that does not say so", "837P", "AMT*D*130\n", "", [("X12-4-AMT-D", "AMT", None, None, "R")]),
    ("nobody's decision", "837P", "SVD*THIRDPAYERID*100", "SVD*STRANGER*100",
     [("X12-4-SVD01", "SVD", 1, None, "R")]),
    ("too much owed of a claim", "837P", "AMT*EAF*25", "AMT*EAF*75.01", [("X12-6-AMT-EAF", "AMT", 2, None, "V")]),
    ("too much owed of a line", "837P", "AMT*EAF*150", "AMT*EAF*150.01", [("X12-6-AMT-EAF", "AMT", 2, None, "V")]),
    ("owed twice", "837P", "AMT*D*130", "AMT*D*130\nAMT*EAF*1", [("X12-4-AMT-EAF", "AMT", 1, None, "V")]),
    ("two second payers", "837P", "SBR*T*18", "SBR*S*18", [("X12-4-SBR01", "SBR", 1, None, "R")]),
    ("two first payers", "837P", "SBR*T*18", "SBR*P*18", [("X12-4-SBR01", "SBR", 1, None, "R")]),
    ("payers of unknown rank", "837P", "SBR*T*18", "SBR*U*18", []),
    ("a short ZIP code", "837P", "FL*320000001", "FL*32000", [("X12-4-N403", "N4", 3, None, "R")]),
    ("a ZIP code abroad", "837P", "N4*CITYNAME*FL*320000001", "N4*CITYNAME**K1A0B1*CA", []),
    ("a box for a street", "837P", "N3*ADDRESSONE", "N3*P.O. BOX 12", [("X12-4-N301", "N3", 1, None, "R")]),
    ("a street named after a box", "837P", "N3*ADDRESSONE", "N3*1 BOXWOOD STREET", []),
    ("a dash in a tax number", "837P", "EI*123456789", "EI*12-3456789", [("X12-4-REF-TAX", "REF", 2, None, "R")]),
    ("no birth date", "837P", "DMG*D8*19800101*F\n", "", [("X12-4-2010BA-DMG", "DMG", None, None, "R")]),
    ("no address", "837P", "MEMBERID\nN3*ADDRESSONE\n", "MEMBERID\n", [("X12-4-2010BA-N3", "N3", None, None, "R")]),
    ("no city", "837P", "N4*CITYNAME*FL*32000\n", "", [("X12-4-2010BA-N4", "N4", None, None, "R")]),
    ("Medicare second", "837P", "SBR*P*18*******CI", "SBR*U*18*******MB", [("X12-4-SBR05", "SBR", 5, None, "R")]),
    ("Medicare second and why", "837P", "SBR*P*18*******CI", "SBR*U*18***12****MB", []),
    ("Medicare first", "837P", "SBR*P*18*******CI", "SBR*P*18*******MB", []),
    ("onset after care", "837P", "431*D8*20251201", "431*D8*20251227", [("X12-6-DTP-ONSET", "DTP", 3, None, "V")]),
    ("accident on the last day", "837P", "439*D8*20251201", "439*D8*20251226", []),
    ("an accident to come", "837P", "439*D8*20251201", "439*D8*20260106",
     [("X12-4-DTP-FUTURE", "DTP", 3, None, "R"), ("X12-6-DTP-ONSET", "DTP", 3, None, "V")]),
    ("a day of no accident", "837P", "Y**OA", "Y", [("X12-4-CLM11-DAY", "DTP", 1, None, "V")]),
    ("nobody admitted", "837P", "DTP*435*D8*20251220\n", "", [("X12-4-DTP-435", "DTP", None, None, "V")]),
    ("nobody admitted to a hospital", "837I", "13:A:1**A*Y*Y\nDTP*434*RD8*20260101-20260102\nDTP*435*DT*202601010800\n",
     "11:A:1**A*Y*Y\nDTP*434*RD8*20260101-20260102\n", [("X12-4-DTP-435", "DTP", None, None, "R")]),
    ("nobody admitted to an outpatient's bill", "837I", "DTP*435*DT*202601010800\n", "", []),
    ("discharge first", "837P", "096*D8*20251230", "096*D8*20251219", [("X12-4-DTP-096", "DTP", 3, None, "R")]),
    ("discharge on the day", "837P", "096*D8*20251230", "096*D8*20251220", []),
    ("birth after care", "837P", "19800101", "20251226", [("X12-6-DMG02", "DMG", 2, None, "V")]),
    ("birth to come", "837P", "19800101", "20260106",
     [("X12-4-DMG02", "DMG", 2, None, "R"), ("X12-6-DMG02", "DMG", 2, None, "V")]),
    ("care after death", "837P", "**CI\n", "**CI\nPAT*****D8*20251224\n", [("X12-6-PAT06", "PAT", 6, None, "V")]),
    ("care on the day of death", "837P", "**CI\n", "**CI\nPAT*****D8*20251225\n", []),
    ("an external cause", "837P", "ABK:E119", "ABK:W19XXXA", [("X12-4-HI-EXTERNAL", "HI", 1, 2, "R")]),
    ("an external cause behind", "837P", "ABF:I10", "ABF:W19XXXA", []),
    ("ICD-9 after its time", "837P", "ABK:E119*ABF:I10", "BK:25000*BF:4019",
     [("X12-4-HI-ICD", "HI", 1, 1, "R"), ("X12-4-HI-ICD", "HI", 2, 1, "R")]),
    ("anesthesia in units", "837P", "*MJ*", "*UN*", [("X12-4-SV103", "SV1", 3, None, "V")]),
    ("a visit in minutes", "837P", "*100*UN*", "*100*MJ*", [("X12-4-SV103", "SV1", 3, None, "V")]),
    ("anesthesia that has no time", "837P", "SV1*HC:00100:AA*200*MJ*60", "SV1*HC:01996:AA*200*UN*1", []),
    ("a short drug code", "837P", "N4*00000000001", "N4*0000000001", [("X12-5-NDC", "LIN", 3, None, "R")]),
    ("an ambulance that says nothing", "837P", "SV1*HC:99213", "SV1*HC:A0429",
     [(f"X12-4-AMBULANCE-{name}", name[:3], None, None, "R") for name in ("CR1", "NM1-PW", "NM1-45")]),
    ("a stay that ends first", "837I", "435*DT*20260101", "435*DT*20260103", [("X12-4-DTP-434", "DTP", 3, None, "R")]),
    ("a service outside the bill", "837I", "472*D8*20260101", "472*D8*20260103",
     [("X12-6-DTP-472", "DTP", 3, None, "V")]),
    ("a value code of three", "837I", "BE:A2", "BE:A22", [("X12-5-NUBC", "HI", 1, 2, "R")]),
    ("an occurrence span backwards", "837I", "HI*BH:11", "HI*BI:71:RD8:20260102-20260101\nHI*BH:11",
     [("X12-2-DATE", "HI", 1, 4, "R")]),
    ("lines that do not add up", "837I", "HC:85025*100.5", "HC:85025*100", [("X12-3-CLM02", "CLM", 2, None, "R")]),
    ("a dental line that does not add up", "837D", "D3320*100.5", "D3320*100", [("X12-3-CLM02", "CLM", 2, None, "R")]),
    ("a patient who lies in", "837D", "100.5***11:B", "100.5***21:B", []),
    ("a tooth too many", "837D", "TOO*JP*5", "TOO*JP*33", [("X12-5-TOOTH", "TOO", 2, None, "R")]),
    ("a primary tooth", "837D", "TOO*JP*5", "TOO*JP*A", []),
    ("no tooth that is missing", "837D", "DN2*3", "DN2*0", [("X12-5-TOOTH", "DN2", 1, None, "R")]),
    ("an area that is none", "837D", "100.5***I", "100.5**10:55*I", [("X12-5-MOUTH", "SV3", 4, 2, "R")]),
    ("money taken back", "835", "BPR*I*145.5", "BPR*I*-1",
     [("X12-4-BPR02", "BPR", 2, None, "R"), ("X12-3-BPR02", "BPR", 2, None, "R")]),
    ("a payment that is none", "835", "*C*ACH*", "*C*NON*", [("X12-4-BPR04", "BPR", 4, None, "R")]),
    ("a notice that pays", "835", "BPR*I*", "BPR*H*", [("X12-4-BPR04", "BPR", 4, None, "R")]),
    ("a company missing", "835", "*1512345678**01", "***01", [("X12-4-BPR-ACCOUNT", "BPR", 10, None, "R")]),
    ("a reversal that charges", "835", "CLAIMTWO*2*", "CLAIMTWO*22*", [("X12-4-CLP03", "CLP", 3, None, "R")]),
    ("a denial that pays", "835", "CLAIMTWO*2*", "CLAIMTWO*4*", [("X12-4-CLP02", "CLP", 2, None, "V")]),
    ("more owed than adjusted", "835", "120.5*20*", "120.5*21*", [("X12-3-CLP05", "CLP", 5, None, "V")]),
    ("a line short", "835", "99214*50*50", "99214*49*49", [("X12-3-CLP03", "CLP", 3, None, "V")]),
    ("a reason twice", "835", "CAS*PR*1*20", "CAS*PR*1*10**1*10", [("X12-4-CAS", "CAS", 5, None, "V")]),
    ("a reason twice, in two segments", "835", "CAS*PR*1*20", "CAS*PR*1*10\nCAS*PR*1*10",
     [("X12-4-CAS", "CAS", 2, None, "V")]),
    ("a reason in two groups", "835", "CAS*PR*1*20", "CAS*PR*1*10\nCAS*OA*1*10",
     [("X12-3-CLP05", "CLP", 5, None, "V")]),
    ("interest taken off", "835", "WO:REFERENCE", "L6:REFERENCE", [("X12-4-PLB", "PLB", 4, None, "V")]),
    ("claims miscounted", "835", "20261231*2*", "20261231*3*", [("X12-3-TS304", "TS3", 4, None, "V")]),
    ("charges misadded", "835", "*2*200.5", "*2*200", [("X12-3-TS305", "TS3", 5, None, "V")]),
    ("sets answered that were not received", "999", "AK9*P*2*2*1", "AK9*R*2*1*0",
     [("X12-3-AK903", "AK9", 3, None, "R")]),
    ("more accepted than received", "999", "AK9*P*2*2*1", "AK9*P*2*2*3",
     [("X12-3-AK904", "AK9", 4, None, "R")]),
    ("acceptances miscounted", "999", "AK9*P*2*2*1", "AK9*R*2*2*0", [("X12-3-AK904", "AK9", 4, None, "R")]),
    ("a group that says accepted", "999", "AK9*P", "AK9*A", [("X12-4-AK901", "AK9", 1, None, "R")]),
    ("a group that says rejected", "999", "AK9*P", "AK9*R", [("X12-4-AK901", "AK9", 1, None, "R")]),
    ("a group that says in part", "999", "IK5*R*5", "IK5*E*5",
     [("X12-3-AK904", "AK9", 4, None, "R")]),
    ("claims taken in, miscounted", "277CA", "QTY*90*1", "QTY*90*2", [("X12-3-QTY-90", "QTY", 2, None, "V")]),
    ("charges taken in, misadded", "277CA", "QTY*QA*1\nAMT*YU*100.5", "QTY*QA*1\nAMT*YU*100",
     [("X12-3-AMT-YU", "AMT", 2, None, "V")]),
    ("a claim turned away and counted in", "277CA", "STC*A2:20:PR*20260101*WQ", "STC*A3:21:PR*20260101*U",
     [("X12-3-QTY-90", "QTY", 2, None, "V"), ("X12-3-AMT-YU", "AMT", 2, None, "V"),
      ("X12-3-QTY-QA", "QTY", 2, None, "V"), ("X12-3-AMT-YU", "AMT", 2, None, "V")]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "was", "becomes", "expected"),
    [row[1:] for row in FAULTS],
    ids=[f"{kind}, {name}" for name, kind, *_ in FAULTS],
)
def test_one_change_is_told_at_its_place(kind: str, was: str, becomes: str, expected: Told) -> None:
    assert sorted(told(kind, (was, becomes)), key=str) == sorted(expected, key=str)


@pytest.mark.parametrize("kind", SETS)
def test_a_set_without_any_one_of_its_segments_gets_a_verdict(kind: str) -> None:
    segments = built(kind).decode().split("~")
    for at in range(3, len(segments) - 1):
        less = "~".join([*segments[:at], *segments[at + 1 :]]).encode()
        assert check(less).verdict in ("valid", "invalid")


def test_care_before_icd_10_is_told_in_icd_9() -> None:
    old = [("20260105*0102", "20150930*0102")]
    days = [(day, "2015" + day[4:]) for day in ("20251201", "20251201", "20251220", "20251230", "20251225", "20251226")]
    old += [(was, new.replace("201512", "201509")) for was, new in days]
    ninth = ("HI*ABK:E119*ABF:I10", "HI*BK:25000*BF:4019")
    assert told("837P", *old, ninth) == []
    assert [one[:3] for one in told("837P", *old)] == [("X12-4-HI-ICD", "HI", 1), ("X12-4-HI-ICD", "HI", 2)]


def test_a_claim_over_the_change_of_icd_may_use_either() -> None:
    spans = [("20260105*0102", "20151105*0102"), *[("2025120", "2015080")] * 2, ("20251220", "20150920")]
    spans += [("20251230", "20151005"), ("D8*20251225", "D8*20150929"), ("D8*20251226", "D8*20151002")]
    assert told("837P", *spans) == []


def test_a_dental_pointer_points_at_a_diagnosis() -> None:
    diagnosis = ("NM1*82", "HI*ABK:K0230\nNM1*82")
    line = "SV3*AD:D3320*100.5***I*1\n"
    assert told("837D", diagnosis, (line, DENTAL_POINTER.format("1"))) == []
    found = told("837D", diagnosis, (line, DENTAL_POINTER.format("1:2")))
    assert found == [("X12-4-SV311", "SV3", 11, 2, "R")]
    assert told("837D", (line, DENTAL_POINTER.format("1"))) == [("X12-4-SV311", "SV3", 11, 1, "R")]


def test_an_ambulance_that_tells_of_its_ride_is_clean() -> None:
    parties = "NM1*PW*2\nN3*STREET\nN4*CITY*FL*33101\nNM1*45*2\nN3*STREET\nN4*CITY*FL*33101\n"
    ride = [("HI*ABK", "CR1****A*DH*12\nHI*ABK"), ("SBR*S*18", parties + "SBR*S*18")]
    assert told("837P", ("SV1*HC:99213", "SV1*HC:A0429"), *ride) == []


def test_a_transfer_of_nothing_is_for_somebody_to_look_at() -> None:
    nothing = [("BPR*I*145.5", "BPR*I*0"), ("WO:REFERENCE*5", "WO:REFERENCE*150.5")]
    assert told("835", *nothing) == [("X12-4-BPR04", "BPR", 4, None, "V")]
    assert told("835", *nothing, ("*C*ACH*CCP*", "*C*NON**")) == []


def test_a_reversal_takes_back() -> None:
    back = [("CLAIMTWO*2*50*30", "CLAIMTWO*22*-50*-30"), ("CAS*OA*23*20", "CAS*OA*23*-20")]
    totals = [("BPR*I*145.5", "BPR*I*85.5"), ("*2*200.5", "*2*100.5")]
    assert told("835", *back, *totals) == []
    negative = [(was, new.replace("*22*", "*1*")) for was, new in back]
    assert told("835", *negative, *totals) == [("X12-4-CLP03", "CLP", 3, None, "V")]


ANSWERED = [row for row in FAULTS if row[1] != "999"]
"""A 999 is not answered by a 999."""


@pytest.mark.parametrize("row", ANSWERED, ids=[f"{kind}, {name}" for name, kind, *_ in ANSWERED])
def test_every_fault_can_be_answered(row: tuple[str, str, str, str, Told]) -> None:
    _, kind, was, becomes, expected = row
    (interchange,) = check(built(kind, (was, becomes))).interchanges
    given = answer(interchange, when=datetime(2026, 1, 5, 12, tzinfo=UTC), control_number=1)
    assert given.x999 is not None and check(given.x999).verdict == "valid"
    refuses = any(one[4] in "RD" for one in expected)
    assert (given.accepted, given.rejected) == (int(not refuses), int(refuses))
