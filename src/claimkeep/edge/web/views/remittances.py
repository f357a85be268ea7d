"""Remittances: the list, one with its equations, and the claim payments that wait for a person."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase

from claimkeep.apps.access.roles import Actor
from claimkeep.apps.claims import queries as claims
from claimkeep.apps.remits import queries as remits
from claimkeep.apps.remits.models import ClaimPayment, Remittance, ServicePayment
from claimkeep.edge.web import masks, states
from claimkeep.edge.web.page import Crumb, page
from claimkeep.edge.web.templatetags.parts import Term
from claimkeep.edge.web.templatetags.words import MINUS
from claimkeep.engine.terms.codes import CLAIM_STATUS

ROWS = 50
STATES = ("posted", "partly_posted", "quarantined", "duplicate")
BOOKED = ("posted", "partly_posted")
METHODS = {"ACH": "transfer", "CHK": "check", "NON": "no payment", "FWT": "wire transfer", "BOP": "payer's choice"}
WORK, LIST = Crumb("Work", "/"), Crumb("Remittances", "/remittances/")


def listing(request: HttpRequest, actor: Actor, now: datetime) -> HttpResponseBase:
    """The remittances by state, newest first."""
    state = request.GET.get("state", "")
    rows = remits.remittances(actor)
    if state in STATES:
        rows = rows.filter(state=state)
    elif state == "booked":
        rows = rows.filter(state__in=BOOKED)
    found = Paginator(rows, ROWS).get_page(request.GET.get("page"))
    context = {
        "page": found,
        "rows": [{"remit": r, "badge": states.badge_of(r.state), "method": _method(r)} for r in found],
        "state": state,
        "states": STATES,
        "counts": remits.counts(actor),
    }
    return page(request, actor, "web/pages/remittances.html", context, crumbs=[WORK])


def one(request: HttpRequest, actor: Actor, now: datetime, remittance_id: UUID) -> HttpResponseBase:
    """One remittance: its equation, then each claim payment with its own; those that do not balance stand first."""
    remit = remits.remittance(actor, remittance_id, now=now)
    payments = sorted(remit.claim_payments.all(), key=lambda p: (not _is_faulty(p), p.position))
    faulty = sum(map(_is_faulty, payments))
    found = Paginator(payments, ROWS).get_page(_wanted_page(request, payments))
    numbers = _numbers(actor, list(found))
    context = {
        "remit": remit,
        "badge": states.badge_of(remit.state),
        "method": _method(remit),
        "terms": _remit_terms(remit, payments),
        "provider_adjustments": list(remit.provider_adjustments.all()),
        "page": found,
        "payments": [_payment(p, numbers) for p in found],
        "faulty": faulty,
        "faulty_words": f"{faulty} of {len(payments)} do not balance",
    }
    return page(request, actor, "web/pages/remittance.html", context, crumbs=[WORK, LIST])


def _method(remit: Remittance) -> str:
    return METHODS.get(remit.method, remit.method)


def _remit_terms(remit: Remittance, payments: list[ClaimPayment]) -> list[Term]:
    """The payment is the claim payments less the provider adjustments (005010X221A1 BPR02, 2100 CLP04, PLB04)."""
    adjusted = sum(a.amount_cents for a in remit.provider_adjustments.all())
    return [
        Term("", f"{len(payments)} claim payments", sum(p.paid_cents for p in payments)),
        Term(MINUS, "provider adjustments", adjusted),
    ]


def _is_faulty(payment: ClaimPayment) -> bool:
    """True when its charge less its adjustments is not its payment, for the claim or for one of its lines."""
    whole = payment.charge_cents - sum(a.amount_cents for a in payment.adjustments.all()) - payment.paid_cents
    return bool(whole) or any(map(_difference, payment.services.all()))


def _difference(service: ServicePayment) -> int:
    return service.charge_cents - sum(a.amount_cents for a in service.adjustments.all()) - service.paid_cents


def _wanted_page(request: HttpRequest, payments: list[ClaimPayment]) -> str | int | None:
    """The page asked for, or the one that holds the claim payment asked for by its position."""
    positions = [str(p.position) for p in payments]
    at = request.GET.get("at", "")
    return positions.index(at) // ROWS + 1 if at in positions else request.GET.get("page")


def _numbers(actor: Actor, payments: list[ClaimPayment]) -> dict[UUID, str]:
    """Our own numbers of the claims that were matched: what a payer sent back stands in no address."""
    if not actor.may("claim:read"):
        return {}
    keys = [p.claim_id for p in payments if p.claim_id]
    return dict(claims.claims(actor).filter(pk__in=keys).values_list("pk", "number"))


def _payment(payment: ClaimPayment, numbers: dict[UUID, str]) -> dict[str, Any]:
    services = sorted(payment.services.all(), key=lambda s: s.position)
    adjustments = list(payment.adjustments.all())
    return {
        "payment": payment,
        "number": numbers.get(payment.claim_id) if payment.claim_id else None,
        "badge": states.badge_of(payment.state),
        "outcome": states.badge_of(payment.outcome) if payment.state == "posted" else None,
        "sent_as": _sent_as(payment) if payment.claim_id is None else "",
        "status": CLAIM_STATUS.get(payment.status_code, f"status {payment.status_code}"),
        "terms": payment_terms(payment),
        "on_claim": [a for a in adjustments if a.service_id is None],
        "services": [
            {
                "service": s,
                "modifiers": s.modifiers.replace(",", " "),
                "adjustments": list(s.adjustments.all()),
                "difference": _difference(s),
            }
            for s in services
        ],
    }


def _sent_as(payment: ClaimPayment) -> str:
    """Whom the payer named, for a claim payment that is nobody's yet."""
    name = ", ".join(part for part in (payment.patient_last_name, payment.patient_first_name) if part)
    return " ".join(part for part in (name, masks.end_of(payment.member_id)) if part)


def payment_terms(payment: ClaimPayment) -> list[Term]:
    """Charge, less the adjustments added up by group and reason (005010X221A1 2100 CLP03, CAS; 2110 CAS)."""
    sums: dict[str, int] = {}
    for a in payment.adjustments.all():
        name = f"{a.group_code} {a.reason_code}"
        sums[name] = sums.get(name, 0) + a.amount_cents
    less = [Term(MINUS, name, cents) for name, cents in sorted(sums.items())]
    return [Term("", "charged", payment.charge_cents), *less]


def unexplained(actor: Actor) -> QuerySet[ClaimPayment]:
    """The claim payments of posted remittances that no rule could post: their cash is in suspense."""
    return remits.not_posted(actor).exclude(state="quarantined")


def waiting(request: HttpRequest, actor: Actor, now: datetime) -> HttpResponseBase:
    """The claim payments that nobody could post by rule: unmatched, in suspense, in a quarantined remittance."""
    state = request.GET.get("state", "")
    rows = unexplained(actor) if state == "unexplained" else remits.not_posted(actor)
    if state in ("unmatched", "suspense", "quarantined"):
        rows = rows.filter(state=state)
    found = Paginator(rows, ROWS).get_page(request.GET.get("page"))
    context = {
        "page": found,
        "rows": [{"payment": p, "badge": states.badge_of(p.state)} for p in found],
        "state": state,
    }
    return page(request, actor, "web/pages/waiting.html", context, crumbs=[WORK, LIST])
