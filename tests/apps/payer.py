"""A payer whose words we choose: 835, 999, TA1 and 277CA in segments, every count right."""

from __future__ import annotations

from collections.abc import Iterable

from claimkeep.apps.claims.models import Claim, SubmissionFile
from claimkeep.engine.terms.money import amount
from tests.engine.remit.remittances import Clp, Line, Remit


def paid(claim: Claim, *, share: int = 7, group: str = "CO", reason: str = "45", status: str = "1") -> Clp:
    """A claim payment of so many tenths of every line; the rest is one adjustment."""
    lines = []
    for row in claim.encounter.lines.order_by("line_number"):
        less = row.charge_cents * (10 - share) // 10
        rest = [(f"{group}-{reason}", less)] if less else []
        lines.append(
            Line(row.charge_cents, row.charge_cents - less, rest, row.line_control_number, row.procedure_code,
                 tuple(filter(None, row.modifiers.split(","))), row.service_day)
        )  # fmt: skip
    return Clp(claim.number, lines, status)


def reversed_(clp: Clp) -> Clp:
    """The reversal of a claim payment: every amount turned."""
    lines = [
        Line(-x.charge, -x.paid, [(r, -c) for r, c in x.adjustments], x.number, x.code, x.modifiers, x.day)
        for x in clp.lines
    ]
    return Clp(clp.number, lines, "22")


def remittances(*remits: Remit, control: int = 901, sender: str = "PAYERID", group: int = 1) -> bytes:
    """An interchange of these remittances, one transaction set each."""
    body: list[str] = []
    for number, remit in enumerate(remits, start=1):
        segments = list(_remittance(remit, number))
        body += [*segments, f"SE*{len(segments) + 1}*{number:04d}"]
    return _interchange("HP", "005010X221A1", body, len(remits), control, sender, group)


def _remittance(remit: Remit, number: int) -> Iterable[str]:
    segments: list[str] = []
    total = 0
    for clp in remit.claims:
        less = sum(cents for _, cents in clp.adjustments)
        charge = sum(x.charge for x in clp.lines) if clp.charge is None else clp.charge
        cents = sum(x.paid for x in clp.lines) - less if clp.paid is None else clp.paid
        total += cents
        segments.append(f"CLP*{clp.number}*{clp.status}*{amount(charge)}*{amount(cents)}**12*ICN{clp.number}*11*1")
        segments += [_cas(adjustment) for adjustment in clp.adjustments]
        segments.append("NM1*QC*1*LASTNAME*FIRSTNAME****MI*M00000001")
        for x in clp.lines:
            segments.append(f"SVC*{':'.join(['HC', x.code, *x.modifiers])}*{amount(x.charge)}*{amount(x.paid)}**1")
            segments += [f"DTM*472*{x.day:%Y%m%d}"] if x.day else []
            segments += [_cas(adjustment) for adjustment in x.adjustments]
            segments += [f"REF*6R*{x.number}"] if x.number else []
    for reason, reference, cents in remit.plb:
        total -= cents
        segments.append(f"PLB*1234567893*20261231*{reason}:{reference}*{amount(cents)}")
    paid_cents = total if remit.paid is None else remit.paid
    yield f"ST*835*{number:04d}"
    yield f"BPR*I*{amount(paid_cents)}*C*ACH*CCP*01*999999992*DA*123456*1999999999**01*999988880*DA*98765*20260320"
    yield f"TRN*1*{remit.trace}*1999999999"
    yield from ("DTM*405*20260320", f"N1*PR*PAYERNAME*XV*{remit.payer_id}", "N3*PAYERADDRESS", "N4*TESTVILLE*NJ*07001")
    yield from ("PER*BL*CONTACTNAME*TE*5555550100", "N1*PE*BILLINGNAME*XX*1234567893")
    yield from (["LX*1"] if remit.claims else [])
    yield from segments


def _cas(adjustment: tuple[str, int]) -> str:
    group, _, code = adjustment[0].partition("-")
    return f"CAS*{group}*{code}*{amount(adjustment[1])}"


def _interchange(code: str, version: str, body: list[str], sets: int, control: int, sender: str, group: int) -> bytes:
    isa = f"ISA*00*{'':10}*00*{'':10}*ZZ*{sender:15}*ZZ*{'RECEIVERID':15}*260320*1200*^*00501*{control:09d}*0*T*:"
    head = [isa, f"GS*{code}*{sender}*RECEIVERID*20260320*1200*{group}*X*{version}"] if sets else [isa]
    tail = [f"GE*{sets}*{group}"] if sets else []
    return "".join(f"{s}~" for s in (*head, *body, *tail, f"IEA*{int(sets > 0)}*{control:09d}")).encode()


def ta1(file: SubmissionFile, code: str = "A", note: str = "000", *, number: str = "") -> bytes:
    """A TA1 for the interchange of the file, or for the number given."""
    answered = number or f"{file.interchange_control_number:09d}"
    return _interchange("", "", [f"TA1*{answered}*260302*1500*{code}*{note}"], 0, 700, "PAYERID", 1)


def implementation(file: SubmissionFile, verdicts: dict[str, str], *, whole: str = "", group: str = "") -> bytes:
    """A 999 for the group of the file; `verdicts` gives IK501 by the control number of each set."""
    answered = group or str(file.group_control_number)
    segments = ["ST*999*0001*005010X231A1", f"AK1*HC*{answered}*005010X222A1"]
    for number, verdict in verdicts.items():
        segments += [f"AK2*837*{number}*005010X222A1", *(["IK3*CLM*9**8"] if verdict == "R" else [])]
        segments += [f"IK5*{verdict}{'*5' if verdict == 'R' else ''}"]
    good = sum(v != "R" for v in verdicts.values())
    summary = whole or ("A" if good == len(verdicts) else "P" if good else "R")
    segments.append(f"AK9*{summary}*{len(verdicts)}*{len(verdicts)}*{good}")
    segments.append(f"SE*{len(segments) + 1}*0001")
    return _interchange("FA", "005010X231A1", segments, 1, 701, "PAYERID", 2)


def claim_answers(verdicts: dict[str, str], *, from_payer: bool = False, control: int = 702) -> bytes:
    """A 277CA; `verdicts` gives STC01 by claim number."""
    who = "PR" if from_payer else "AY"
    segments = ["ST*277*0001*005010X214", "BHT*0085*08*1*20260302*1500*TH", "HL*1**20*1"]
    segments += [f"NM1*{who}*2*SOURCENAME*****{'PI' if from_payer else '46'}*SOURCEID", "TRN*1*1"]
    segments += ["DTP*050*D8*20260302", "DTP*009*D8*20260302", "HL*2*1*21*1", "NM1*41*2*SUBMITTERNAME*****46*ID"]
    segments += ["TRN*2*1", "STC*A1:19*20260302*WQ*1", "HL*3*2*19*1", "NM1*85*2*BILLINGNAME*****XX*1234567893"]
    segments += ["TRN*1*0", "STC*A1:19**WQ*1"]
    for level, (number, verdict) in enumerate(verdicts.items(), start=4):
        segments += [f"HL*{level}*3*PT", "NM1*QC*1*LASTNAME*FIRSTNAME****MI*M00000001", f"TRN*2*{number}"]
        segments += [f"STC*{verdict}*20260302*{'U' if verdict[1] in '3678' else 'WQ'}*200"]
    segments.append(f"SE*{len(segments) + 1}*0001")
    return _interchange("HN", "005010X214", segments, 1, control, "PAYERID", 3)
