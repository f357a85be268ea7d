"""Files that come in by the wire are kept, sealed, before anything is read from them."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
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

USED = frozenset({"TA1", "999", "277CA", "835"})
_CODE = re.compile(r"\d{3}[A-Z]?|TA1|277CA", re.ASCII)
"""What ST01 may say; anything else is somebody's value in a damaged file, and its name is not kept in the clear."""

_MOST_KINDS = 8


def _named(found: Iterable[str]) -> list[str]:
    """The kinds of a file, those that are worked first; as many as its column holds."""
    names = {kind if _CODE.fullmatch(kind) else "other" for kind in found}
    return sorted(names, key=lambda kind: (kind not in USED, kind))[:_MOST_KINDS]


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
        found, note = ",".join(_named(kinds(data))), ""
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
