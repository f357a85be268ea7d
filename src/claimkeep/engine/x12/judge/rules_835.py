"""What the remittance guide asks beyond the place of each segment: three sums that must agree."""

from __future__ import annotations

import re

from claimkeep.engine.x12.judge import rules_chain
from claimkeep.engine.x12.judge.context import Cents, Context, differs, plus, total

_REASONS = tuple(range(2, 20, 3))
_AMOUNTS = tuple(range(3, 20, 3))
_PROVIDER = tuple(range(4, 15, 2))
_REASON = re.compile(r"[1-9]\d{0,2}|[A-Z]\d{1,2}", re.ASCII)
"""How a claim adjustment reason code is written (external code source 139)."""


def _adjusted(context: Context) -> tuple[Cents, Cents]:
    """The adjustments of each claim, those of its services among them, and of each service."""
    known: tuple[Cents, Cents] | None = context.kept.get("adjusted")
    if known is None:
        claims, services = context.where("CLP", "2100"), context.where("SVC", "2110")
        of_services = context.sums(services, context.where("CAS", "2110"), _AMOUNTS)
        below = total(context.owner(claims, services), of_services, len(claims))
        of_claims = plus(below, context.sums(claims, context.where("CAS", "2100"), _AMOUNTS))
        known = context.kept["adjusted"] = of_claims, of_services
    return known


def services_balance(context: Context) -> None:
    """Charge less adjustments is the payment of each service (005010X221A1 2110 SVC02, SVC03, CAS)."""
    services = context.where("SVC", "2110")
    _, adjusted = _adjusted(context)
    for row in differs(context.cents(services, 2), plus(adjusted, context.cents(services, 3))):
        message = "charge less adjustments is not the payment of the service"
        context.tell(int(services[row]), "X12-3-SVC03", 3, message, 3)


def claims_balance(context: Context) -> None:
    """Charge less every adjustment is the payment of each claim (005010X221A1 2100 CLP03, CLP04, CAS; 2110 CAS)."""
    claims = context.where("CLP", "2100")
    adjusted, _ = _adjusted(context)
    for row in differs(context.cents(claims, 3), plus(adjusted, context.cents(claims, 4))):
        message = "charge less adjustments is not the payment of the claim"
        context.tell(int(claims[row]), "X12-3-CLP04", 3, message, 4)


def payment_balances(context: Context) -> None:
    """The claims less the provider adjustments are the payment (005010X221A1 BPR02, CLP04, PLB)."""
    payments, claims, adjustments = context.where("BPR"), context.where("CLP", "2100"), context.where("PLB")
    if not len(payments):
        return
    paid = context.sums(payments, claims, (4,))
    held = context.sums(payments, adjustments, _PROVIDER)
    paid, _ = context.gathered("CLP04", payments, paid)
    held, is_whole = context.gathered("PLB", payments, held)
    for row in differs(paid, plus(held, context.cents(payments, 2))):
        if is_whole[row]:
            message = "the payment is not that of the claims less the provider adjustments"
            context.tell(int(payments[row]), "X12-3-BPR02", 3, message, 2)


def reasons(context: Context) -> None:
    """An adjustment reason is written as one (005010X221A1 2100, 2110 CAS02)."""
    adjustments = context.where("CAS")
    for element in _REASONS:
        adjustments = adjustments[context.spans.count[adjustments] >= element]
        values = context.texts(adjustments, element)
        wrong = {one for one in set(values) if one and not _REASON.fullmatch(one)}
        for segment, value in zip(adjustments.tolist(), values, strict=True) if wrong else ():
            if value in wrong:
                context.tell(segment, "X12-5-CARC", 5, "the reason code is none", element, answer="7")


RULES = (
    (3, services_balance),
    (3, claims_balance),
    (3, payment_balances),
    (5, reasons),
    (5, rules_chain.identifiers),
    (5, rules_chain.states),
)
"""Every rule of a remittance, and the level each belongs to."""
