"""What a payer of the box pays for a claim, line by line, in cents, always in balance:
charge less adjustments is the payment, of every line and so of the claim.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from claimkeep.edge.simulator.clinic import Payer
from claimkeep.edge.simulator.fees import FILING_LIMIT_DAYS, NEEDS_AUTHORIZATION, NOT_COVERED, allowed
from claimkeep.edge.simulator.memory import Recollection
from claimkeep.edge.simulator.reading import Claim, Line

COVERAGE_ENDED = "TERM"
"""A member id that ends so is of somebody no longer covered."""

EVALUATION_PREFIX = "99"
"""A visit is billed under such a code; a copay is taken on the first of them."""

CLAIM_DENIED = "4"
REVERSAL = "22"
PROCESSED = {"P": "1", "S": "2", "T": "3"}
"""CLP02 of a claim that is not denied, by payer sequence."""

Adjustment = tuple[str, str, int]
"""Group, reason, cents; positive lowers the payment."""


@dataclass(frozen=True, slots=True)
class LinePayment:
    """One SVC: what was charged, allowed and paid, and why not more. `units` as sent."""

    procedure: tuple[str, ...]
    charge_cents: int
    allowed_cents: int
    units: str
    service_day: str
    control_number: str
    adjustments: tuple[Adjustment, ...]
    remarks: tuple[str, ...] = ()

    @property
    def paid_cents(self) -> int:
        """Charge less adjustments."""
        return self.charge_cents - sum(cents for _, _, cents in self.adjustments)


@dataclass(frozen=True, slots=True)
class ClaimPayment:
    """One CLP with its lines. `off_by_cents` is 0 unless somebody wants a payment out of balance."""

    claim_number: str
    control_number: str
    status: str
    sequence: str
    filing_indicator: str
    place_of_service: str
    frequency: str
    patient: tuple[str, ...]
    subscriber: tuple[str, ...]
    member_id: str
    rendering_npi: str
    first_day: str
    last_day: str
    lines: tuple[LinePayment, ...]
    off_by_cents: int = 0

    @property
    def charge_cents(self) -> int:
        """CLP03: the sum of the lines."""
        return sum(line.charge_cents for line in self.lines)

    @property
    def paid_cents(self) -> int:
        """CLP04: the sum of the lines."""
        return sum(line.paid_cents for line in self.lines) + self.off_by_cents

    @property
    def responsibility_cents(self) -> int:
        """CLP05: the sum of group PR."""
        return sum(cents for line in self.lines for group, _, cents in line.adjustments if group == "PR")


def to_record(payment: ClaimPayment) -> dict[str, Any]:
    """The payment as plain JSON, once tuples are lists."""
    # dataclasses.asdict copies deeply, which is most of the time a large file takes
    lines = [{name: getattr(line, name) for name in LinePayment.__slots__} for line in payment.lines]
    return {name: getattr(payment, name) for name in ClaimPayment.__slots__} | {"lines": lines}


def from_record(record: dict[str, Any]) -> ClaimPayment:
    """The payment that `to_record` wrote, after JSON or before."""
    lines = tuple(
        LinePayment(
            **{
                **line,
                "procedure": tuple(line["procedure"]),
                "adjustments": tuple((group, reason, cents) for group, reason, cents in line["adjustments"]),
                "remarks": tuple(line["remarks"]),
            }
        )
        for line in record["lines"]
    )
    names = {name: tuple(record[name]) for name in ("patient", "subscriber")}
    return ClaimPayment(**{**record, **names, "lines": lines})


def reversal(payment: ClaimPayment) -> ClaimPayment:
    """The payment taken back: every amount with the other sign, the groups unchanged (005010X221A1 1.10.2.8)."""
    lines = tuple(
        replace(
            line,
            charge_cents=-line.charge_cents,
            allowed_cents=-line.allowed_cents,
            adjustments=tuple((group, reason, -cents) for group, reason, cents in line.adjustments),
        )
        for line in payment.lines
    )
    return replace(payment, status=REVERSAL, lines=lines)


def adjudicate(claim: Claim, terms: Payer, control_number: str, today: date, known: Recollection) -> ClaimPayment:
    """What is paid for the claim; the deductible it uses and that it was seen are noted."""
    denial = _claim_denial(claim, terms, today, known)
    if denial is not None:
        lines = [_denied(line, *denial) for line in claim.lines]
    elif claim.sequence in ("S", "T"):
        lines = _after_another_payer(claim, terms)
    else:
        lines = _as_first_payer(claim, terms, known)
    if denial is None:
        known.note("seen", fingerprint(claim), control_number)
    is_denied = bool(lines) and all(line.allowed_cents == 0 and line.paid_cents == 0 for line in lines)
    days = sorted(line.service_day for line in lines if line.service_day)
    return ClaimPayment(
        claim_number=claim.number,
        control_number=control_number,
        status=CLAIM_DENIED if is_denied else PROCESSED.get(claim.sequence, "1"),
        sequence=claim.sequence,
        filing_indicator=claim.filing_indicator,
        place_of_service=claim.place_of_service,
        frequency=claim.frequency,
        patient=tuple(claim.patient),
        subscriber=tuple(claim.subscriber),
        member_id=claim.member_id,
        rendering_npi=claim.rendering_npi,
        first_day=days[0] if days else "",
        last_day=days[-1] if days else "",
        lines=tuple(lines),
    )


def fingerprint(claim: Claim) -> str:
    """The same for two claims that bill the same services of the same person on the same day to the same payer."""
    what = sorted(
        f"{line.service_day} {':'.join(line.procedure)} {line.charge_cents} {line.units}" for line in claim.lines
    )
    person = [claim.member_id, claim.patient_birth, *claim.patient[3:6]]
    who = [claim.payer_id, claim.sequence, claim.provider.npi, *person]
    return hashlib.sha256("\n".join([*who, *what]).encode()).hexdigest()


def _claim_denial(claim: Claim, terms: Payer, today: date, known: Recollection) -> tuple[str, str] | None:
    """Group and reason of what denies the whole claim, or None."""
    first = claim.service_day
    if claim.member_id.upper().endswith(COVERAGE_ENDED):
        # coverage that ended is the patient's to settle, unless the plan says that the provider should have asked
        return ("CO" if terms.filing_indicator == "MB" else "PR", "27")
    if claim.frequency == "1" and known.recall("seen", fingerprint(claim)):
        return ("OA", "18")
    if first is not None and (today - first).days > FILING_LIMIT_DAYS:
        return ("CO", "29")
    if claim.sequence in ("S", "T") and not any(prior.paid_cents is not None for prior in claim.prior):
        return ("CO", "22")
    return None


def _line_denial(line: Line, claim: Claim) -> tuple[str, str, tuple[str, ...]] | None:
    """Group, reason and remarks of what denies the line, or None. CARC 96 needs a remark."""
    code = line.procedure[1] if len(line.procedure) > 1 else ""
    if code in NOT_COVERED:
        return ("CO", "96", ("N130",))
    if code in NEEDS_AUTHORIZATION and not (line.authorization or claim.authorization):
        return ("CO", "197", ())
    return None


def _denied(line: Line, group: str, reason: str, remarks: tuple[str, ...] = ()) -> LinePayment:
    return _payment(line, 0, [(group, reason, line.charge_cents or 0)], remarks)


def _as_first_payer(claim: Claim, terms: Payer, known: Recollection) -> list[LinePayment]:
    """Allowed amount, then deductible, copay on the first visit code, coinsurance of the rest."""
    year = claim.service_day.year if claim.service_day else 0
    account = f"{terms.payer_id}|{claim.member_id}|{year}"
    used = known.recall("deductibles", account) or 0
    copay_left = terms.copay_cents
    lines = []
    for line in claim.lines:
        denial = _line_denial(line, claim)
        if denial is not None:
            lines.append(_denied(line, *denial))
            continue
        charge = line.charge_cents or 0
        allowance = _allowed(line)
        deductible = min(allowance, terms.deductible_cents - used)
        used += deductible
        rest = allowance - deductible
        is_visit = line.procedure[1].startswith(EVALUATION_PREFIX)
        copay = min(rest, copay_left) if is_visit else 0
        copay_left -= copay
        coinsurance = 0 if copay else (rest * terms.coinsurance_percent + 50) // 100
        shares = [("PR", "1", deductible), ("PR", "2", coinsurance), ("PR", "3", copay)]
        lines.append(_payment(line, allowance, [("CO", "45", charge - allowance), *shares]))
    if used:
        known.note("deductibles", account, used)
    return lines


def _after_another_payer(claim: Claim, terms: Payer) -> list[LinePayment]:
    """What the payer before did is OA-23; of what is left, we pay up to what we would have paid first.

    005010X222A1 2320 AMT D and CAS, or by line 2430 SVD and CAS where they stand.
    """
    before = _prior_by_line(claim)
    lines = []
    for line, prior_cents in zip(claim.lines, before, strict=True):
        denial = _line_denial(line, claim)
        charge = line.charge_cents or 0
        left = charge - prior_cents
        if denial is not None:
            shares = [("OA", "23", prior_cents), (denial[0], denial[1], left)]
            lines.append(_payment(line, 0, shares, denial[2]))
            continue
        allowance = _allowed(line)
        pays = min(left, allowance * (100 - terms.coinsurance_percent) // 100)
        lines.append(_payment(line, allowance, [("OA", "23", prior_cents), ("PR", "2", left - pays)]))
    return lines


def _prior_by_line(claim: Claim) -> list[int]:
    """Per line, what earlier payers paid and wrote off, in cents, never more than the charge."""
    charges = [line.charge_cents or 0 for line in claim.lines]
    if all(line.prior for line in claim.lines):
        effects = [sum(_effect(each.paid_cents, each.adjustments) for each in line.prior) for line in claim.lines]
    else:
        whole = sum(_effect(each.paid_cents, each.adjustments) for each in claim.prior)
        total = sum(charges) or 1
        effects = [whole * charge // total for charge in charges]
        effects[-1] += whole - sum(effects)
    return [max(0, min(effect, charge)) for effect, charge in zip(effects, charges, strict=True)]


def _effect(paid_cents: int | None, adjustments: list[Adjustment]) -> int:
    """Payment and write-offs: all that is no longer anybody's to pay. Patient responsibility (PR) still is."""
    return (paid_cents or 0) + sum(cents for group, _, cents in adjustments if group != "PR")


def _allowed(line: Line) -> int:
    whole, _, fraction = line.units.partition(".")
    digits = (whole or "0") + fraction.ljust(3, "0")[:3]
    return allowed(line.procedure[1], line.charge_cents or 0, int(digits) if digits.isdigit() else 1000)


def _payment(
    line: Line, allowed_cents: int, adjustments: list[Adjustment], remarks: tuple[str, ...] = ()
) -> LinePayment:
    return LinePayment(
        procedure=tuple(line.procedure),
        charge_cents=line.charge_cents or 0,
        allowed_cents=allowed_cents,
        units=line.units,
        service_day=line.service_day.strftime("%Y%m%d") if line.service_day else "",
        control_number=line.control_number,
        adjustments=tuple(each for each in adjustments if each[2]),
        remarks=remarks,
    )
