"""What real payers do wrong, on request and by seed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from random import Random

from claimkeep.edge.simulator.adjudicating import ClaimPayment, LinePayment, reversal
from claimkeep.edge.simulator.remitting import ProviderAdjustment

KINDS = (
    "late",
    "duplicate",
    "truncated",
    "out-of-balance",
    "reversed",
    "line-order",
    "modifier-lost",
    "unmatched",
    "silent",
    "takeback",
)
"""late: the 835 comes after `out` was looked into some times. duplicate: the 835 comes again, once byte for byte and
once in a new envelope. truncated: the 835 stops in the middle. out-of-balance: one claim payment is a cent off.
reversed: a second 835 takes some claims back and pays them anew. line-order: the lines of a claim come in another
order. modifier-lost: procedures come without modifiers. unmatched: a payment for a claim nobody sent. silent: no
answer at all. takeback: provider adjustments for old debts, a refund acknowledged, interest."""

NOBODYS_CLAIM = "NOBODY0001"

EARLIER_DEBT_CENTS, REFUND_CENTS, INTEREST_CENTS = 2_000, 7_500, 137


@dataclass(frozen=True, slots=True)
class Misbehaviour:
    """Which of KINDS the box shows; none by default. `late_looks`: into `out`, before a late answer is there."""

    kinds: frozenset[str] = frozenset()
    late_looks: int = 3

    def __post_init__(self) -> None:
        unknown = self.kinds - set(KINDS)
        if unknown:
            raise ValueError(f"no such misbehaviour: {', '.join(sorted(unknown))}; there are {', '.join(KINDS)}")


def spoil(payments: list[ClaimPayment], kinds: frozenset[str], chance: Random) -> list[ClaimPayment]:
    """The payments as a payer with these habits tells them."""
    told = list(payments)
    if "modifier-lost" in kinds:
        told = [_with_lines(each, map(_without_modifiers, each.lines)) for each in told]
    if "line-order" in kinds:
        told = [_with_lines(each, _shuffled(each.lines, chance)) for each in told]
    if "out-of-balance" in kinds:
        which = chance.randrange(len(told))
        told[which] = replace(told[which], off_by_cents=chance.choice((-1, 1)))
    if "unmatched" in kinds:
        told.append(_of_nobody(payments[chance.randrange(len(payments))]))
    return told


def provider_adjustments(kinds: frozenset[str], paid_cents: int, number: int) -> list[ProviderAdjustment]:
    """An earlier debt collected where the payment is large enough, a refund acknowledged without cash, interest."""
    if "takeback" not in kinds:
        return []
    told = [
        ProviderAdjustment("WO", f"REFUND{number:06d}", REFUND_CENTS),
        ProviderAdjustment("72", f"REFUND{number:06d}", -REFUND_CENTS),
        ProviderAdjustment("L6", f"INTEREST{number:06d}", -INTEREST_CENTS),
    ]
    if paid_cents + INTEREST_CENTS >= EARLIER_DEBT_CENTS:
        told.insert(0, ProviderAdjustment("WO", f"DEBT{number:06d}", EARLIER_DEBT_CENTS))
    return told


def taken_back(payments: list[ClaimPayment], chance: Random) -> list[ClaimPayment]:
    """For one paid claim in twenty, at least one: its reversal, then its correction with a tenth less paid."""
    paid = [each for each in payments if each.paid_cents > 0]
    chosen = chance.sample(paid, max(1, len(paid) // 20)) if paid else []
    return [told for each in chosen for told in (reversal(each), _corrected(each))]


def _corrected(payment: ClaimPayment) -> ClaimPayment:
    lines = []
    for line in payment.lines:
        less = (line.paid_cents + 9) // 10
        written_off = sum(cents for group, reason, cents in line.adjustments if (group, reason) == ("CO", "45"))
        others = tuple(each for each in line.adjustments if each[:2] != ("CO", "45"))
        contractual = (("CO", "45", written_off + less),) if written_off + less else ()
        allowed_cents = line.allowed_cents - less
        lines.append(replace(line, adjustments=(*contractual, *others), allowed_cents=allowed_cents))
    return replace(payment, control_number=f"{payment.control_number}C", lines=tuple(lines))


def _without_modifiers(line: LinePayment) -> LinePayment:
    return replace(line, procedure=line.procedure[:2])


def _with_lines(payment: ClaimPayment, lines: Iterable[LinePayment]) -> ClaimPayment:
    return replace(payment, lines=tuple(lines))


def _shuffled(lines: tuple[LinePayment, ...], chance: Random) -> list[LinePayment]:
    """The lines in another order, if there is another."""
    turn = chance.randrange(1, len(lines)) if len(lines) > 1 else 0
    return [*lines[turn:], *lines[:turn]]


def _of_nobody(payment: ClaimPayment) -> ClaimPayment:
    person = ("NM1", "QC", "1", "LASTNAMENOBODY", "FIRSTNAMENOBODY")
    return replace(
        payment,
        claim_number=NOBODYS_CLAIM,
        control_number=f"{payment.control_number}X",
        patient=person,
        subscriber=person,
        member_id="NOBODY",
        lines=tuple(replace(line, control_number="") for line in payment.lines),
    )
