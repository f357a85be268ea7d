"""A payer who answers claims with an 835: seven tenths paid, three tenths contractual."""

from __future__ import annotations

from collections.abc import Sequence

from claimkeep.apps.claims.models import Claim
from claimkeep.engine.terms.money import amount


def answer(claims: Sequence[Claim], *, trace: str, short_cents: int = 0) -> bytes:
    """The bytes of one remittance that pays these claims; `short_cents` is left out of the first adjustment."""
    body: list[str] = []
    total = 0
    for claim in claims:
        segments, paid = _claim(claim, short_cents if not body else 0)
        total += paid
        body += segments
    head = [
        "ST*835*0001",
        f"BPR*I*{amount(total)}*C*ACH*CCP*01*999999992*DA*123456*1512345678**01*999988880*DA*98765*20260320",
        f"TRN*1*{trace}*1512345678",
        "DTM*405*20260320",
        "N1*PR*PAYERNAME*XV*PAYERID",
        "N3*PAYERADDRESS",
        "N4*CITYNAME*NJ*07001",
        "PER*BL*CONTACTNAME*TE*5555550100",
        "N1*PE*BILLINGNAME*XX*1234567893",
        "LX*1",
    ]
    segments = [*head, *body]
    group = [
        "GS*HP*SENDERID*RECEIVERID*20260320*1200*1*X*005010X221A1",
        *segments,
        f"SE*{len(segments) + 1}*0001",
        "GE*1*1",
    ]
    isa = "ISA*00*          *00*          *ZZ*SENDERID       *ZZ*RECEIVERID     *260320*1200*^*00501*000000901*0*T*:"
    return "".join(f"{s}~" for s in (isa, *group, "IEA*1*000000901")).encode()


def _claim(claim: Claim, short_cents: int) -> tuple[list[str], int]:
    lines = sorted(claim.encounter.lines.all(), key=lambda line: line.line_number)
    services: list[str] = []
    paid = 0
    for line in lines:
        less = line.charge_cents * 3 // 10
        paid += line.charge_cents - less
        written = less - short_cents if not services else less
        services += [
            f"SVC*HC:{line.procedure_code}*{amount(line.charge_cents)}*{amount(line.charge_cents - less)}**1",
            f"DTM*472*{line.service_day:%Y%m%d}",
            f"CAS*CO*45*{amount(written)}",
            f"REF*6R*{line.line_control_number}",
        ]
    clp = f"CLP*{claim.number}*1*{amount(claim.charge_cents)}*{amount(paid)}**12*PAYERCONTROL{claim.number}*11*1"
    return [clp, "NM1*QC*1*LASTNAME*FIRSTNAME****MI*MEMBERID", *services], paid
