"""837P files written for these tests alone, so that neither the product's writer nor the box's is trusted."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest


@dataclass
class Line:
    code: str = "99213"
    dollars: str = "135"
    modifiers: tuple[str, ...] = ()
    units: str = "1"
    pointers: str = "1"
    day: str = "20260220"
    control: str = ""
    prior: str = ""
    """Segments of a 2430 loop, if another payer has paid."""


@dataclass
class Bill:
    number: str = "CLAIM1"
    lines: list[Line] = field(default_factory=lambda: [Line()])
    payer: str = "SYNTH01"
    member: str = "M00000001"
    dollars: str = ""
    frequency: str = "1"
    original: str = ""
    authorization: str = ""
    diagnoses: tuple[str, ...] = ("I10",)
    sequence: str = "P"
    prior: str = ""
    """Segments of a 2320 loop."""
    dependant: bool = False
    rendering: str = "1999999901"


def write_837(
    bills: list[Bill], control: int = 1, day: str = "20260302", sets: int = 1, spoil: dict[str, str] | None = None
) -> bytes:
    """One interchange of `sets` transaction sets, the bills dealt among them; `spoil` replaces text afterwards."""
    out = ["ISA*00*          *00*          *ZZ*PRACTICE       *ZZ*BOXCLEARING    "]
    out[0] += f"*{day[2:]}*1200*^*00501*{control:09d}*0*T*:"
    out.append(f"GS*HC*PRACTICE*BOXCLEARING*{day}*1200*{control}*X*005010X222A1")
    for number in range(sets):
        out += _set(bills[number::sets], f"{number + 1:04d}", day)
    out += [f"GE*{sets}*{control}", f"IEA*1*{control:09d}"]
    text = "~\n".join(out) + "~\n"
    for old, new in (spoil or {}).items():
        assert old in text, old
        text = text.replace(old, new)
    return text.encode()


def _set(bills: list[Bill], control: str, day: str) -> list[str]:
    body = [f"ST*837*{control}*005010X222A1", f"BHT*0019*00*BATCH{control}*{day}*1200*CH"]
    body += ["NM1*41*2*SYNTHETIC FAMILY CLINIC*****46*PRACTICE", "PER*IC*BILLING*TE*2015550100"]
    body += ["NM1*40*2*BOX*****46*BOXCLEARING", "HL*1**20*1", "PRV*BI*PXC*207Q00000X"]
    body += ["NM1*85*2*SYNTHETIC FAMILY CLINIC*****XX*1234567893", "N3*100 SYNTHETIC PLAZA"]
    body += ["N4*TESTVILLE*NJ*070010001", "REF*EI*900000001"]
    level = 1
    for bill in bills:
        level += 1
        body += _people(bill, level)
        level += bill.dependant
        body += _claim(bill)
    return [*body, f"SE*{len(body) + 1}*{control}"]


def _people(bill: Bill, level: int) -> list[str]:
    relation = "" if bill.dependant else "18"
    out = [f"HL*{level}*1*22*{int(bill.dependant)}", f"SBR*{bill.sequence}*{relation}*GROUP01******CI"]
    out += [f"NM1*IL*1*LASTNAME00001*FIRSTNAME00001****MI*{bill.member}", "N3*1 SYNTHETIC STREET"]
    out += ["N4*TESTVILLE*NJ*07001"]
    out += ["DMG*D8*19700101*F", f"NM1*PR*2*SYNTHETIC HEALTH PLAN*****PI*{bill.payer}"]
    if bill.dependant:
        out += [f"HL*{level + 1}*{level}*23*0", "PAT*19", "NM1*QC*1*LASTNAME00001*CHILD00001", "N3*1 SYNTHETIC STREET"]
        out += ["N4*TESTVILLE*NJ*07001", "DMG*D8*20150101*M"]
    return out


def _claim(bill: Bill) -> list[str]:
    total = bill.dollars or f"{sum(float(line.dollars) for line in bill.lines):.2f}".rstrip("0").rstrip(".")
    out = [f"CLM*{bill.number}*{total}***11:B:{bill.frequency}*Y*A*Y*Y"]
    out += [f"REF*F8*{bill.original}"] if bill.original else []
    out += [f"REF*G1*{bill.authorization}"] if bill.authorization else []
    out.append("*".join(["HI", *(f"{'ABF' if n else 'ABK'}:{code}" for n, code in enumerate(bill.diagnoses))]))
    out += [f"NM1*82*1*DOCTORLAST0*DOCTORFIRST0****XX*{bill.rendering}"]
    out += [each for each in bill.prior.split("~") if each]
    for number, line in enumerate(bill.lines, start=1):
        procedure = ":".join(["HC", line.code, *line.modifiers])
        out += [f"LX*{number}", f"SV1*{procedure}*{line.dollars}*UN*{line.units}***{line.pointers}"]
        out += [f"DTP*472*D8*{line.day}", f"REF*6R*{line.control or f'{bill.number}-{number}'}"]
        out += [each for each in line.prior.split("~") if each]
    return out


@pytest.fixture(scope="session")
def write():
    return write_837


@pytest.fixture(scope="session")
def bill():
    return Bill


@pytest.fixture(scope="session")
def line():
    return Line
