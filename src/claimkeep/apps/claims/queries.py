"""Reads of claims, each within the actor's practice."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Count, QuerySet

from claimkeep.apps.access.roles import Actor, require
from claimkeep.apps.audit import actions as audit
from claimkeep.apps.claims.models import AXES, Claim, ClaimEvent, ClaimFinding, ReceivedFile, SubmissionFile
from claimkeep.engine.terms.errors import AccessDenied

_WHOLE = (
    "encounter__billing_provider",
    "encounter__rendering_provider",
    "encounter__referring_provider",
    "encounter__facility",
    "patient",
    "coverage",
    "payer",
)
_PARTS = ("encounter__lines", "encounter__diagnoses", "encounter__coverages__coverage")


def claims(actor: Actor) -> QuerySet[Claim]:
    """The claims of the practice with their payers: for lists that show no patient."""
    require(actor, "claim:read")
    return Claim.objects.filter(practice_id=actor.practice_id).select_related("payer").order_by("-number")


def whole(actor: Actor) -> QuerySet[Claim]:
    """The claims of the practice with all that their content is made of."""
    require(actor, "claim:read")
    found = Claim.objects.filter(practice_id=actor.practice_id).select_related(*_WHOLE)
    return found.prefetch_related(*_PARTS).order_by("number")


@transaction.atomic
def claim(actor: Actor, claim_id: UUID, *, now: datetime, why: str = "") -> Claim:
    """One claim with its patient; the look at the patient is logged. Raises AccessDenied when it is not here."""
    found = whole(actor).filter(pk=claim_id).first()
    if found is None:
        raise AccessDenied("there is no such claim here")
    audit.note(
        "patient:read",
        subject=f"patient:{found.patient_id}",
        actor=actor.id,
        now=now,
        practice_id=actor.practice_id,
        why=why or f"claim:{found.number}",
    )
    return found


def of_patient(actor: Actor, patient_id: UUID) -> QuerySet[Claim]:
    """The claims of one patient, newest first."""
    return claims(actor).filter(patient_id=patient_id)


def events(actor: Actor, claim_id: UUID) -> QuerySet[ClaimEvent]:
    """Every step of one claim, oldest first."""
    require(actor, "claim:read")
    return ClaimEvent.objects.filter(practice_id=actor.practice_id, claim_id=claim_id).order_by("pk")


def open_findings(actor: Actor) -> QuerySet[ClaimFinding]:
    """What edits found and nobody resolved yet, with its claim."""
    require(actor, "claim:read")
    rows = ClaimFinding.objects.filter(practice_id=actor.practice_id, resolved_at=None)
    return rows.select_related("claim").order_by("claim__number", "line", "pk")


def counts(actor: Actor) -> dict[str, dict[str, int]]:
    """How many claims stand in each state of each axis."""
    require(actor, "home:read")
    mine = Claim.objects.filter(practice_id=actor.practice_id)
    return {
        axis: {row[axis]: row["n"] for row in mine.values(axis).annotate(n=Count("pk")).order_by(axis)} for axis in AXES
    }


def files(actor: Actor) -> QuerySet[SubmissionFile]:
    """The files of claims, newest first."""
    require(actor, "claim:read")
    return SubmissionFile.objects.filter(practice_id=actor.practice_id).order_by("-interchange_control_number")


def unsent_files(actor: Actor) -> list[SubmissionFile]:
    """Files whose bytes stand but whose sending is not known to have ended, oldest first."""
    require(actor, "claim:send")
    return list(files(actor).filter(state="queued").order_by("interchange_control_number"))


def received_files(actor: Actor) -> QuerySet[ReceivedFile]:
    """The files that came in by the wire, newest first."""
    require(actor, "claim:read")
    return ReceivedFile.objects.filter(practice_id=actor.practice_id).order_by("-received_at", "name")


def unread_files(actor: Actor) -> list[ReceivedFile]:
    """Files that are kept but were not worked yet, oldest first."""
    require(actor, "answer:receive")
    return list(received_files(actor).filter(state="received").order_by("received_at", "name"))


def matched_by_number(actor: Actor, numbers: Iterable[str]) -> list[Claim]:
    """Claims with these numbers, with their lines and plans, as a remittance is matched to them."""
    require(actor, "claim:read")
    found = Claim.objects.filter(practice_id=actor.practice_id, number__in=list(numbers)).select_related(
        "encounter", "payer"
    )
    return list(found.prefetch_related("encounter__lines", "encounter__coverages__coverage"))


def replayed(steps: Iterable[ClaimEvent]) -> dict[str, str]:
    """Where a claim stands by its events alone: the last state of each axis."""
    states: dict[str, str] = {}
    for step in steps:
        states[step.axis] = step.state
    return states


def batches(rows: QuerySet[Claim], size: int) -> Iterator[list[Claim]]:
    """The claims of a query, `size` at a time, by number."""
    last = ""
    while batch := list(rows.filter(number__gt=last).order_by("number")[:size]):
        yield batch
        last = batch[-1].number


def numbered(rows: Iterable[Claim]) -> Mapping[str, Claim]:
    """Claims by their number."""
    return {row.number: row for row in rows}
