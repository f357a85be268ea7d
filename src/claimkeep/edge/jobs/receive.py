"""Answers in: each file is fetched, kept, worked, and only then taken away from the other side.

A break at any step is safe: a file not yet kept is fetched again, one kept but not worked is worked by the next run,
one worked but not taken away is known by its bytes.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from django.db import DatabaseError, DataError, transaction

from claimkeep.apps.access.roles import Actor
from claimkeep.apps.claims import queries
from claimkeep.apps.claims.actions import acknowledge, receive
from claimkeep.apps.claims.models import ReceivedFile
from claimkeep.apps.remits import actions as remits
from claimkeep.edge.wire.clearinghouse import Clearinghouse
from claimkeep.engine.terms.errors import AccessDenied, AuditError, ClaimkeepError, SetupError
from claimkeep.engine.terms.finding import Skipped

log = logging.getLogger(__name__)

ANSWERS = frozenset({"TA1", "999", "277CA"})


@dataclass(slots=True)
class Fetched:
    """What one run took in."""

    files: int = 0
    duplicates: int = 0
    unreadable: int = 0
    remits: int = 0
    quarantined: int = 0
    skipped: list[tuple[str, Skipped]] = field(default_factory=list)


def receive_answers(
    wire: Clearinghouse, *, actor: Actor, now: datetime, step: Callable[[], None] = lambda: None
) -> Fetched:
    """Every answer that waits is worked; `step` is called after each."""
    result = Fetched()
    for file in queries.unread_files(actor):
        _work(file, result, actor, now)
        step()
    for name in wire.waiting():
        file, is_new = receive.keep(name=name, data=wire.fetch(name), actor=actor, now=now)
        result.files += 1
        result.duplicates += not is_new
        if file.state == "received":
            _work(file, result, actor, now)
        elif is_new:
            result.unreadable += 1
        wire.done(name)
        step()
    return result


def _work(file: ReceivedFile, result: Fetched, actor: Actor, now: datetime) -> None:
    """One kept file is worked in one transaction; what stops it is set down on the file, and the others go on."""
    try:
        with transaction.atomic():
            if not receive.begin(file, actor=actor):
                return
            _work_kinds(file, frozenset(file.kinds.split(",")), result, actor, now)
    except Exception as error:
        if not _is_of_the_file(error):
            raise
        log.warning("file %s could not be worked: %s", file.pk, _told(error))
        with transaction.atomic():
            receive.finish(file, note=_told(error).splitlines()[-1], state="unreadable")
        result.unreadable += 1


def _is_of_the_file(error: Exception) -> bool:
    """True when another file can go better: not when it is about us, our log or our database."""
    if isinstance(error, DatabaseError):
        return isinstance(error, DataError)
    return not isinstance(error, AccessDenied | AuditError | SetupError)


def _told(error: Exception) -> str:
    """An error of ours in its words; of any other, whose words may hold a patient's values, the places and its kind."""
    if isinstance(error, ClaimkeepError):
        return str(error)
    return f"{''.join(traceback.format_tb(error.__traceback__))}an unforeseen {type(error).__name__}"


def _work_kinds(file: ReceivedFile, kinds: frozenset[str], result: Fetched, actor: Actor, now: datetime) -> None:
    if kinds & ANSWERS:
        answered = acknowledge.acknowledge(file, actor=actor, now=now)
        result.skipped += [(file.name, s) for s in answered.skipped]
        receive.finish(file, note=receive.told(answered.skipped))
    if "835" in kinds:
        taken = remits.take_in(file, actor=actor, now=now)
        result.remits += taken.remits
        result.quarantined += taken.quarantined
        result.skipped += [(file.name, s) for s in taken.skipped]
    if not kinds & (ANSWERS | {"835"}):
        receive.finish(file, note=f"no use for a file of kind {','.join(sorted(kinds))}", state="unreadable")
        result.unreadable += 1
