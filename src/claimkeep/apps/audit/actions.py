"""Writing to the audit log: inside the transaction of the thing it tells of, or not at all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import DatabaseError, connection

from claimkeep.apps.audit.models import Event, Head
from claimkeep.apps.audit.queries import spelled
from claimkeep.engine.crypto import chain
from claimkeep.engine.terms.errors import AuditError


@dataclass(frozen=True, slots=True)
class Note:
    """An event about to be written."""

    tag: str
    subject: str
    why: str = ""
    detail: Mapping[str, Any] = field(default_factory=dict)


def note(
    tag: str, *, subject: str, actor: str, now: datetime, practice_id: UUID | None, why: str = "", **detail: Any
) -> None:
    """One event is in the log, in the caller's transaction. Raises AuditError when it cannot be written."""
    note_all([Note(tag, subject, why, detail)], actor=actor, now=now, practice_id=practice_id)


def note_all(notes: Iterable[Note], *, actor: str, now: datetime, practice_id: UUID | None) -> int:
    """The events are in the log, in order, in the caller's transaction; how many.

    Raises AuditError outside a transaction or when the log cannot be written: what it would tell of must not happen.
    """
    if not connection.in_atomic_block:
        raise AuditError("an audit event must be written in the transaction of what it tells of")
    try:
        return _append(list(notes), actor, now, practice_id)
    except DatabaseError as error:
        raise AuditError("the audit log cannot be written") from error


def _append(notes: list[Note], actor: str, now: datetime, practice_id: UUID | None) -> int:
    if not notes:
        return 0
    Head.objects.get_or_create(pk=1)
    end = Head.objects.select_for_update().get(pk=1)
    seq, head, rows = end.seq, bytes(end.head), []
    practice = None if practice_id is None else str(practice_id)
    for n in notes:
        seq += 1
        digest = chain.digest(spelled(seq, now, practice, actor, n.tag, n.subject, n.why, n.detail))
        head = chain.link(head, digest)
        rows.append(
            Event(
                seq=seq,
                at=now,
                practice_id=practice_id,
                actor=actor,
                tag=n.tag,
                subject=n.subject,
                why=n.why,
                detail=dict(n.detail),
                digest=digest,
                head=head,
            )
        )
    Event.objects.bulk_create(rows, batch_size=2000)
    Head.objects.filter(pk=1).update(seq=seq, head=head)
    return len(rows)
