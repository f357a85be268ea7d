"""Reads of access: which actor a person is."""

from __future__ import annotations

from uuid import UUID

from claimkeep.apps.access.models import Membership, User
from claimkeep.apps.access.roles import Actor
from claimkeep.engine.terms.errors import AccessDenied


def practices_of(user: User) -> list[UUID]:
    """The practices a person works for now, longest membership first."""
    if not user.is_active:
        return []
    return list(
        Membership.objects.filter(user=user, ended_at=None)
        .order_by("since", "pk")
        .values_list("practice_id", flat=True)
    )


def actor_for(user: User, practice_id: UUID | None = None) -> Actor:
    """The actor a person is in a practice (the first of theirs when none is named).

    Raises AccessDenied when the person has left or does not belong there.
    """
    jobs = Membership.objects.filter(user=user, ended_at=None)
    job = (jobs if practice_id is None else jobs.filter(practice_id=practice_id)).order_by("since", "pk").first()
    if job is None or not user.is_active:
        raise AccessDenied("you do not work for this practice")
    return Actor(id=f"user:{user.pk}", practice_id=job.practice_id, role=job.role)
