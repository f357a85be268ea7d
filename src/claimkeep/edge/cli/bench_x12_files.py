"""Synthetic interchanges to measure with: professional claims and remittances, as many as asked for, always the same.

Every name says that it is none, every amount balances, every control number counts; only the parts that differ from
claim to claim in real files differ here, so that no reader profits from seeing one claim ten thousand times.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from functools import cache

from claimkeep.engine.terms.identifiers import check_digit_npi
from claimkeep.engine.terms.money import amount

CLAIMS_A_SET = 500
"""Claims in one transaction set; the guide allows ten times as many, clearinghouses send fewer."""

_DAY = date(2026, 1, 5)
_PROCEDURES = ("99213", "99214", "85025", "93000", "36415", "80053", "71046", "97110", "90471", "11042")
_DIAGNOSES = ("E119", "I10", "J069", "M545", "R079", "Z0000", "N390", "K219", "E785", "F329")
_PLACES = (("32000", "FL"), ("07001", "NJ"), ("75001", "TX"), ("94016", "CA"))


@cache
def npi(number: int) -> str:
    """A provider number with its check digit."""
    return check_digit_npi(f"1{number:08d}")


def word(number: int) -> str:
    """A number in letters, so that a name holds no digit."""
    letters = ""
    while True:
        number, rest = divmod(number, 26)
        letters = chr(ord("A") + rest) + letters
        if not number:
            return letters


def compact(day: date) -> str:
    """CCYYMMDD."""
    return day.strftime("%Y%m%d")


def lines_of(claim: int) -> list[tuple[str, int]]:
    """Procedure and charge in cents of each line of a claim: one to six of them."""
    return [
        (_PROCEDURES[(claim + line) % len(_PROCEDURES)], 1_000 + (claim * 37 + line * 911) % 40_000)
        for line in range(1 + claim % 6)
    ]


Set = tuple[str, Iterable[list[str]]]
"""The ST of a set, but for its control number, and what follows it, some segments at a time."""


def interchange(functional_id: str, version: str, sets: Iterable[Set]) -> Iterator[bytes]:
    """One interchange with one group around bodies of sets, in parts: none need be held whole."""
    isa = f"ISA*00*{'':10}*00*{'':10}*ZZ*{'SENDERID':15}*ZZ*{'RECEIVERID':15}*260105*0304*^*00501*000000001*0*T*:"
    yield _segments([isa, f"GS*{functional_id}*SENDERCODE*RECEIVERCODE*20260105*0304*1*X*{version}"])
    count = 0
    for count, (header, body) in enumerate(sets, start=1):
        control, many = f"{count:04d}", 2
        yield _segments([header.format(control=control)])
        for part in body:
            many += len(part)
            yield _segments(part)
        yield _segments([f"SE*{many}*{control}"])
    yield _segments([f"GE*{count}*1", "IEA*1*000000001"])


def _segments(rows: list[str]) -> bytes:
    return "".join(f"{row}~\n" for row in rows).encode()


def claims(count: int, a_set: int = CLAIMS_A_SET) -> bytes:
    """So many professional claims (005010X222A1), a fifth of them for a dependent, so many in a set."""
    return b"".join(claims_in_parts(count, a_set))


def claims_in_parts(count: int, a_set: int = CLAIMS_A_SET) -> Iterator[bytes]:
    """The same, part after part."""
    return interchange("HC", "005010X222A1", _claim_sets(count, a_set))


def _claim_sets(count: int, a_set: int) -> Iterator[Set]:
    for first in range(0, count, a_set):
        yield "ST*837*{control}*005010X222A1", _claims_of(first, min(first + a_set, count))


def _claims_of(first: int, last: int) -> Iterator[list[str]]:
    """The header and the claims of one set."""
    yield [
        f"BHT*0019*00*REFERENCE{first}*20260105*0304*CH",
        "NM1*41*2*SUBMITTERNAME*****46*SUBMITTERID",
        "PER*IC*CONTACTNAME*TE*5555550100",
        "NM1*40*2*RECEIVERNAME*****46*RECEIVERID",
        "HL*1**20*1",
        "PRV*BI*PXC*207Q00000X",
        f"NM1*85*2*BILLINGNAME*****XX*{npi(23456789)}",
        "N3*100 BILLING STREET",
        "N4*TESTVILLE*FL*320000001",
        "REF*EI*123456789",
    ]
    level = 1
    for claim in range(first, last):
        body: list[str] = []
        level = _claim(body, claim, level)
        yield body


def _claim(body: list[str], claim: int, level: int) -> int:
    """One claim with its subscriber, and its patient where that is another; -> the last level."""
    zip_code, state = _PLACES[claim % len(_PLACES)]
    address = [f"N3*{claim % 9_000 + 1} TEST AVENUE", f"N4*TESTVILLE*{state}*{zip_code}"]
    birth = compact(date(1940, 1, 1) + timedelta(days=claim % 29_000))
    sex = "FM"[claim % 2]
    has_patient = claim % 5 == 0
    level += 1
    body += [
        f"HL*{level}*1*22*{int(has_patient)}",
        f"SBR*P*{'' if has_patient else '18'}*GROUP{claim % 97}******CI",
        f"NM1*IL*1*LASTNAME{word(claim)}*FIRSTNAME****MI*MEMBER{claim:07d}",
        *address,
        f"DMG*D8*{birth}*{sex}",
        f"NM1*PR*2*PAYERNAME{word(claim % 40)}*****PI*PAYER{claim % 40:03d}",
    ]
    if has_patient:
        level += 1
        patient = [f"NM1*QC*1*LASTNAME{word(claim)}*CHILDNAME", *address, f"DMG*D8*20180{claim % 9 + 1}01*{sex}"]
        body += [f"HL*{level}*{level - 1}*23*0", "PAT*19", *patient]
    lines = lines_of(claim)
    codes = [_DIAGNOSES[(claim + at) % len(_DIAGNOSES)] for at in range(1 + claim % 4)]
    body += [
        f"CLM*CLAIM{claim:07d}*{amount(sum(charge for _, charge in lines))}***11:B:1*Y*A*Y*Y",
        f"REF*D9*TRACE{claim:08d}",
        "HI*" + "*".join(f"{'ABF' if at else 'ABK'}:{code}" for at, code in enumerate(codes)),
        f"NM1*82*1*DOCTOR{word(claim % 300)}*FIRSTNAME****XX*{npi(claim % 300)}",
        "PRV*PE*PXC*207Q00000X",
    ]
    for number, (procedure, charge) in enumerate(lines, start=1):
        day = compact(_DAY - timedelta(days=claim % 60 + number))
        pointers = ":".join(str(one) for one in range(1, min(len(codes), number) + 1))
        body += [
            f"LX*{number}",
            f"SV1*HC:{procedure}*{amount(charge)}*UN*1***{pointers}",
            f"DTP*472*D8*{day}",
            f"REF*6R*{claim:07d}{number:02d}",
        ]
    return level


def remittances(count: int, a_set: int = CLAIMS_A_SET) -> bytes:
    """So many claim payments (005010X221A1) in payments that balance to the cent, so many in a set."""
    return b"".join(remittances_in_parts(count, a_set))


def remittances_in_parts(count: int, a_set: int = CLAIMS_A_SET) -> Iterator[bytes]:
    """The same, part after part."""
    return interchange("HP", "005010X221A1", _payment_sets(count, a_set))


def _payment_sets(count: int, a_set: int) -> Iterator[Set]:
    for first in range(0, count, a_set):
        yield "ST*835*{control}", _payments_of(first, min(first + a_set, count))


def _payments_of(first: int, last: int) -> Iterator[list[str]]:
    """The header and the claim payments of one set."""
    paid = sum(_payment([], claim) for claim in range(first, last))
    yield [
        f"BPR*I*{amount(paid)}*C*ACH*CCP*01*999999992*DA*000000001*1900000099**01*999988880*DA*000000002*20260105",
        f"TRN*1*TRACE{first:08d}*1900000099",
        "DTM*405*20260105",
        "N1*PR*PAYERNAME",
        "N3*200 PAYER PLAZA",
        "N4*TESTVILLE*NJ*07001",
        "PER*BL*PAYERCONTACT*TE*5555550199",
        f"N1*PE*BILLINGNAME*XX*{npi(23456789)}",
        "LX*1",
    ]
    for claim in range(first, last):
        body: list[str] = []
        _payment(body, claim)
        yield body


def inquiry(count: int) -> bytes:
    """So many questions about the eligibility of a subscriber (005010X279A1), in one set: about 140 octets each."""
    return b"".join(interchange("HS", "005010X279A1", [("ST*270*{control}*005010X279A1", _questions(count))]))


def _questions(count: int) -> Iterator[list[str]]:
    yield [
        "BHT*0022*13*REFERENCE*20260105*0304",
        "HL*1**20*1",
        "NM1*PR*2*PAYERNAME*****PI*PAYERID",
        "HL*2*1*21*1",
        f"NM1*1P*2*BILLINGNAME*****XX*{npi(23456789)}",
    ]
    for one in range(count):
        yield [
            f"HL*{one + 3}*2*22*0",
            f"TRN*1*TRACE{one:08d}*9877281234",
            f"NM1*IL*1*LASTNAME{word(one)}*FIRSTNAME****MI*MEMBER{one:07d}",
            f"DMG*D8*{compact(date(1940, 1, 1) + timedelta(days=one * 97))}*{'FM'[one % 2]}",
            "DTP*291*D8*20260105",
            "EQ*30",
        ]


def _payment(body: list[str], claim: int) -> int:
    """One claim payment with its lines; -> what was paid, in cents."""
    lines = lines_of(claim)
    charged = sum(charge for _, charge in lines)
    details: list[str] = []
    paid = owed = 0
    for number, (procedure, charge) in enumerate(lines, start=1):
        contract, copay = charge * 3 // 10, charge // 10
        allowed, line_paid = charge - contract, charge - contract - copay
        paid, owed = paid + line_paid, owed + copay
        details += [
            f"SVC*HC:{procedure}*{amount(charge)}*{amount(line_paid)}**1",
            f"DTM*472*{compact(_DAY - timedelta(days=claim % 60 + number))}",
            f"CAS*CO*45*{amount(contract)}",
            f"CAS*PR*2*{amount(copay)}",
            f"REF*6R*{claim:07d}{number:02d}",
            f"AMT*B6*{amount(allowed)}",
        ]
    body += [
        f"CLP*CLAIM{claim:07d}*1*{amount(charged)}*{amount(paid)}*{amount(owed)}*12*PAYERCONTROL{claim:07d}*11*1",
        f"NM1*QC*1*LASTNAME{word(claim)}*FIRSTNAME****MI*MEMBER{claim:07d}",
        f"NM1*82*1*DOCTOR{word(claim % 300)}*FIRSTNAME****XX*{npi(claim % 300)}",
        *details,
    ]
    return paid
