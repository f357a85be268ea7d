"""Files that come in by the wire are kept, sealed, before anything is read from them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from claimkeep.apps.access.roles import Actor, require
from claimkeep.apps.audit import actions as audit
from claimkeep.apps.claims.models import ReceivedFile
from claimkeep.apps.organization import actions as organization
from claimkeep.apps.vault import actions as vault
from claimkeep.engine.terms.errors import X12Error
from claimkeep.engine.terms.finding import Skipped
from claimkeep.engine.x12.kind import kinds


@transaction.atomic
def keep(*, name: str, data: bytes, actor: Actor, now: datetime) -> tuple[ReceivedFile, bool]:
    """The file is kept; true when its bytes are new. The same bytes under another name are the same file."""
    require(actor, "answer:receive")
    organization.take_turn(actor, "turn:answers")
    digest = hashlib.sha256(data).digest()
    there = ReceivedFile.objects.filter(practice_id=actor.practice_id, sha256=digest).first()
    if there is not None:
        audit.note("file:duplicate", subject=f"file:{there.pk}", actor=actor.id, now=now, practice_id=actor.practice_id)
        return there, False
    try:
        found, note = ",".join(sorted(kinds(data)))[:40], ""
    except X12Error as error:
        found, note = "", str(error)[:240]
    document = vault.keep_document(actor.practice_id, kind="received", name=name[:128], data=data, now=now)
    row = ReceivedFile.objects.create(
        practice_id=actor.practice_id,
        name=name[:128],
        document=document,
        sha256=digest,
        kinds=found,
        state="received" if found else "unreadable",
        note=note,
        received_at=now,
    )
    audit.note(
        "file:receive", subject=f"file:{row.pk}", actor=actor.id, now=now, practice_id=actor.practice_id, kinds=found
    )
    return row, True


def begin(file: ReceivedFile, *, actor: Actor) -> bool:
    """True when the file still waits to be worked; nobody else works it until the caller's transaction ends."""
    organization.take_turn(actor, "turn:answers")
    return ReceivedFile.objects.filter(practice_id=actor.practice_id, pk=file.pk, state="received").exists()


def told(skipped: Sequence[Skipped]) -> str:
    """What could not be read of a file, in one line: the first place, and how many more."""
    if not skipped:
        return ""
    more = f" (and {len(skipped) - 1} more)" if len(skipped) > 1 else ""
    return f"{skipped[0].place}: {skipped[0].reason}{more}"


def finish(file: ReceivedFile, *, note: str = "", state: str = "done") -> None:
    """The file was worked; inside the transaction of its work."""
    ReceivedFile.objects.filter(pk=file.pk).update(state=state, note=note[:240])
