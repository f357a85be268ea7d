"""Steps of claims on their axes: the event and the state it leads to, written together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from claimkeep.apps.access.roles import Actor
from claimkeep.apps.claims.models import AXES, Claim, ClaimEvent

MOST_KEYS = 5000
"""Keys in one statement, well under what SQLite takes."""


@dataclass(frozen=True, slots=True)
class Step:
    """One claim moves to a state of an axis; why in a code, by which document, with which money."""

    claim_id: UUID
    axis: str
    state: str
    code: str = ""
    document_id: UUID | None = None
    cents: int | None = None


def take(steps: Iterable[Step], *, actor: Actor, now: datetime) -> None:
    """The steps are taken, in order; inside the caller's transaction.

    Raises ValueError for a state its axis does not have: that is a fault of ours, not of data.
    """
    taken = list(steps)
    for step in taken:
        if step.state not in AXES[step.axis]:
            raise ValueError(f"axis {step.axis} has no state {step.state}")
    ClaimEvent.objects.bulk_create(
        (
            ClaimEvent(
                practice_id=actor.practice_id,
                claim_id=s.claim_id,
                axis=s.axis,
                state=s.state,
                at=now,
                actor=actor.id,
                code=s.code[:80],
                document_id=s.document_id,
                cents=s.cents,
            )
            for s in taken
        ),
        batch_size=2000,
    )
    last = {(s.claim_id, s.axis): s.state for s in taken}
    goals: dict[tuple[str, str], list[UUID]] = defaultdict(list)
    for (claim_id, axis), state in last.items():
        goals[axis, state].append(claim_id)
    for (axis, state), keys in goals.items():
        for start in range(0, len(keys), MOST_KEYS):
            mine = Claim.objects.filter(practice_id=actor.practice_id, pk__in=keys[start : start + MOST_KEYS])
            mine.update(**{axis: state})
