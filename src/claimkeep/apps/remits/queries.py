"""Reads of remits, each within the actor's practice."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Count, QuerySet

from claimkeep.apps.access.roles import Actor, require
from claimkeep.apps.audit import actions as audit
from claimkeep.apps.remits.models import ClaimPayment, Remittance
from claimkeep.engine.terms.errors import AccessDenied


def remittances(actor: Actor) -> QuerySet[Remittance]:
    """The remittances of the practice with the number of their claim payments, newest first."""
    require(actor, "remit:read")
    mine = Remittance.objects.filter(practice_id=actor.practice_id).select_related("payer")
    return mine.annotate(claims=Count("claim_payments")).order_by("-received_at", "-payment_day", "trace_number")


@transaction.atomic
def remittance(actor: Actor, remittance_id: UUID, *, now: datetime) -> Remittance:
    """One remittance with its claim payments; the look at it and at each person named in it is logged.

    Raises AccessDenied when it is not here.
    """
    found = (
        remittances(actor)
        .filter(pk=remittance_id)
        .prefetch_related(
            "claim_payments__services__adjustments", "claim_payments__adjustments", "provider_adjustments"
        )
        .first()
    )
    if found is None:
        raise AccessDenied("there is no such remittance here")
    patients = found.claim_payments.exclude(claim=None).values_list("claim__patient_id", flat=True).distinct()
    notes = [audit.Note("remittance:read", f"remittance:{found.pk}")]
    notes += [audit.Note("patient:read", f"patient:{key}", f"remittance:{found.pk}") for key in patients]
    strangers = found.claim_payments.filter(claim=None).values_list("pk", flat=True)
    notes += [audit.Note("patient:read", f"claim_payment:{key}", f"remittance:{found.pk}") for key in strangers]
    audit.note_all(notes, actor=actor.id, now=now, practice_id=actor.practice_id)
    return found


def of_claim(actor: Actor, claim_id: UUID) -> list[ClaimPayment]:
    """What payers said of one claim, oldest first."""
    require(actor, "remit:read")
    mine = ClaimPayment.objects.filter(practice_id=actor.practice_id, claim_id=claim_id)
    found = mine.select_related("remittance").prefetch_related("services__adjustments", "adjustments")
    return list(found.order_by("remittance__received_at", "remittance__pk", "position"))


def not_posted(actor: Actor) -> QuerySet[ClaimPayment]:
    """Claim payments that wait for a person: unmatched, in suspense, in a quarantined remittance."""
    require(actor, "remit:read")
    mine = ClaimPayment.objects.filter(practice_id=actor.practice_id).exclude(state__in=("posted", "forwarded"))
    return mine.select_related("remittance", "claim").order_by("remittance__received_at", "position")


def counts(actor: Actor) -> dict[str, int]:
    """How many remittances stand in each state, and how many claim payments wait unmatched."""
    require(actor, "home:read")
    mine = Remittance.objects.filter(practice_id=actor.practice_id)
    states = {row["state"]: row["n"] for row in mine.values("state").annotate(n=Count("pk")).order_by("state")}
    waiting = ClaimPayment.objects.filter(practice_id=actor.practice_id).exclude(match="exact")
    states["unmatched"] = waiting.exclude(state="quarantined").count()
    return states
