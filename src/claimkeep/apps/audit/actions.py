"""Writing to the audit log: inside the transaction of the thing it tells of, or not at all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import DatabaseError, connection, models, transaction

from claimkeep.apps.audit import queries
from claimkeep.apps.audit.models import Head, SignedHead, Tile
from claimkeep.engine.crypto import checkpoint, event, merkle
from claimkeep.engine.crypto.keyring import Signer
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
    practice, at = None if practice_id is None else practice_id.hex, event.time_text(now)
    rows: list[tuple[int, Note, str, bytes]] = []
    for seq, n in enumerate(notes, end.size + 1):
        detail = event.detail_text(n.detail)
        line = event.entry(seq, at, practice, actor, n.tag, n.subject, n.why, detail)
        rows.append((seq, n, detail, merkle.leaf(line)))
    frontier, tiles = queries.frontier(end).and_then([row[-1] for row in rows])
    _insert(rows, actor, now, practice_id)
    Tile.objects.bulk_create([Tile(level=one.level, index=one.index, root=one.root) for one in tiles])
    Head.objects.filter(pk=1).update(size=frontier.size, peaks=b"".join(frontier.peaks))
    return len(rows)


def _insert(rows: list[tuple[int, Note, str, bytes]], actor: str, now: datetime, practice_id: UUID | None) -> None:
    """The rows in one statement run again and again: thousands of looks are logged at once, and model objects are slow.

    rows : number, note, its detail as text, leaf
    """
    at = models.DateTimeField().get_db_prep_save(now, connection)
    practice = models.UUIDField().get_db_prep_save(practice_id, connection)
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO audit_event ({queries.COLUMNS}) VALUES ({', '.join(['%s'] * 9)})",
            [(seq, at, practice, actor, n.tag, n.subject, n.why, detail, leaf) for seq, n, detail, leaf in rows],
        )


@transaction.atomic
def sign_head(signer: Signer, *, now: datetime) -> str:
    """The head of the log as a signed note, which is kept here too. The same again while nothing was added.

    Raises AuditError when nothing is in the log yet, or when what was signed at this size is not what stands there now.
    """
    end = Head.objects.select_for_update().filter(pk=1).first()
    if end is None or not end.size:
        raise AuditError("nothing is in the audit log yet")
    there = SignedHead.objects.filter(pk=end.size).first()
    head = checkpoint.Checkpoint(queries.origin(end), end.size, queries.frontier(end).root(), now)
    if there is not None:
        if checkpoint.parse(there.note)[0].root != head.root:
            raise AuditError("the audit log is not what was signed at this size: it was written anew")
        return there.note
    note = checkpoint.signed(head, signer)
    SignedHead.objects.create(size=end.size, at=now, note=note)
    return note
