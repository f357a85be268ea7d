"""Reads of encounters, each within the actor's practice."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet

from claimkeep.apps.access.roles import Actor, require
from claimkeep.apps.encounters.models import ChargeLine, Diagnosis, Encounter


def without_claim(actor: Actor, limit: int) -> list[Encounter]:
    """Insured encounters that no claim was made of yet, oldest first, with what a claim needs of them."""
    require(actor, "claim:read")
    waiting = (
        Encounter.objects.filter(practice_id=actor.practice_id, claims=None, coverages__payer_sequence="P")
        .order_by("number")
        .prefetch_related("coverages__coverage__payer")
    )
    return list(waiting[:limit])


def lines(actor: Actor, encounter_id: UUID) -> list[ChargeLine]:
    """The charge lines of one encounter, in order."""
    require(actor, "claim:read")
    return list(
        ChargeLine.objects.filter(practice_id=actor.practice_id, encounter_id=encounter_id).order_by("line_number")
    )


def diagnoses(actor: Actor, encounter_id: UUID) -> list[Diagnosis]:
    """The diagnoses of one encounter, in order."""
    require(actor, "claim:read")
    rows = Diagnosis.objects.filter(encounter_id=encounter_id, encounter__practice_id=actor.practice_id)
    return list(rows.order_by("position"))


def of_patient(actor: Actor, patient_id: UUID) -> QuerySet[Encounter]:
    """The visits of one patient, newest first."""
    require(actor, "patient:read")
    return Encounter.objects.filter(practice_id=actor.practice_id, patient_id=patient_id).order_by("-number")


def count(actor: Actor) -> int:
    """How many visits the practice has."""
    require(actor, "claim:read")
    return Encounter.objects.filter(practice_id=actor.practice_id).count()
