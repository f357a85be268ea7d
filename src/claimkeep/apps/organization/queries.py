"""Reads of the organization, each within the actor's practice."""

from __future__ import annotations

from django.db.models import QuerySet

from claimkeep.apps.access.roles import Actor, require
from claimkeep.apps.organization.models import Clearinghouse, Payer, Practice
from claimkeep.engine.terms.errors import AccessDenied


def practice(actor: Actor) -> Practice:
    """The actor's practice."""
    require(actor, "organization:read")
    found = Practice.objects.filter(pk=actor.practice_id).first()
    if found is None:
        raise AccessDenied("there is no such practice here")
    return found


def payers(actor: Actor) -> QuerySet[Payer]:
    """The payers of the practice."""
    require(actor, "organization:read")
    return Payer.objects.filter(practice_id=actor.practice_id)


def clearinghouse(actor: Actor) -> Clearinghouse | None:
    """The wire of the practice, or None while it has none."""
    require(actor, "organization:read")
    return Clearinghouse.objects.filter(practice_id=actor.practice_id).first()
