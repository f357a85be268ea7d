"""Reads of the audit log."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db.models import QuerySet

from claimkeep.apps.audit.models import Event, Head
from claimkeep.engine.crypto import chain


def content(event: Event) -> dict[str, Any]:
    """What an event's digest is made of."""
    return spelled(
        event.seq,
        event.at,
        None if event.practice_id is None else str(event.practice_id),
        event.actor,
        event.tag,
        event.subject,
        event.why,
        event.detail,
    )


def spelled(
    seq: int,
    at: datetime,
    practice_id: str | None,
    actor: str,
    tag: str,
    subject: str,
    why: str,
    detail: Mapping[str, Any],
) -> dict[str, Any]:
    """The canonical content of an event; times in UTC to the microsecond."""
    return {
        "seq": seq,
        "at": at.astimezone(UTC).isoformat(timespec="microseconds"),
        "practice": practice_id,
        "actor": actor,
        "tag": tag,
        "subject": subject,
        "why": why,
        "detail": dict(detail),
    }


def about(subject: str) -> QuerySet[Event]:
    """Every event of one subject, oldest first."""
    return Event.objects.filter(subject=subject).order_by("seq")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a verification found: how many events, the head in hex, and the first bad sequence number if any."""

    events: int
    head: str
    first_bad: int | None

    @property
    def ok(self) -> bool:
        """True when every event is as it was written and none is missing."""
        return self.first_bad is None


def verify() -> Verdict:
    """The whole chain recomputed from its events: changed, missing, added or swapped rows are seen.

    Events may be written meanwhile: the end that stood before must be on the way, and the one that stands after as far.
    """
    before = _end()
    head, count = chain.GENESIS, 0
    passed = before == (count, head)
    for event in _events():
        count += 1
        right = chain.digest(content(event))
        head = chain.link(head, right)
        if event.seq != count or right != bytes(event.digest) or head != bytes(event.head):
            return Verdict(count, head.hex(), count)
        passed = passed or before == (count, head)
    complete = passed and (count == before[0] or _end()[0] >= count)
    return Verdict(count, head.hex(), None if complete else min(count, before[0]) + 1)


def _end() -> tuple[int, bytes]:
    end = Head.objects.filter(pk=1).first()
    return (end.seq, bytes(end.head)) if end else (0, chain.GENESIS)


def _events() -> Iterator[Event]:
    return Event.objects.order_by("seq").iterator(chunk_size=2000)
