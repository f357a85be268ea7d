"""A day that is killed at a moment and gone on with: nothing lost, nothing sent twice, no payment doubled."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import time
from dataclasses import dataclass
from typing import Any

from tests.journeys.days import Installation, installation, settled

VISITS = 40
MISBEHAVIOUR = "duplicate,reversed"

TWICE = """
import json
from django.db.models import Count
from claimkeep.apps.audit import queries as audit
from claimkeep.apps.claims.models import Submission, SubmissionFile
from claimkeep.apps.ledger import queries as ledger
from claimkeep.apps.ledger.models import Entry
actor = installation.actor()
print(json.dumps({
    "audit_ok": audit.verify().ok,
    "claims_sent_twice": Submission.objects.values("version__claim").annotate(n=Count("pk")).filter(n__gt=1).count(),
    "files_not_sent": SubmissionFile.objects.exclude(state="sent").count(),
    "unbalanced": len(ledger.unbalanced_entries(actor)),
    "entries": Entry.objects.count(),
    "balances": {r.account: r.balance_cents for r in ledger.trial_balance(actor)},
}))
"""


@dataclass(frozen=True)
class Whole:
    """A day nobody killed: its figures, what its rows say, and how long it took."""

    summary: dict[str, Any]
    facts: dict[str, Any]
    seconds: float


def arguments() -> tuple[str, ...]:
    """The day that is killed."""
    return ("demo", "--visits", str(VISITS), "--misbehave", MISBEHAVIOUR)


def facts(place: Installation) -> dict[str, Any]:
    """What must be the same however often the day was killed."""
    found: dict[str, Any] = json.loads(place.python(TWICE))
    found["files_at_the_clearinghouse"] = sorted(f.name for f in (place.data / "simulator" / "archive").iterdir())
    return found


def whole_day() -> Whole:
    """The day without a kill."""
    with installation() as place:
        begun = time.monotonic()
        summary = place.said(*arguments())
        seconds = time.monotonic() - begun
        return Whole(settled(summary), facts(place), seconds)


def killed_day(moments_s: list[float], *, with_clearinghouse: bool) -> tuple[dict[str, Any], dict[str, Any]]:
    """The day killed with SIGKILL at each moment after a start, then gone on with to its end.

    with_clearinghouse : the payers' process dies with it, as in a power cut; else it is left without a parent
    """
    with installation() as place:
        for number, moment in enumerate(moments_s):
            resume = ("--resume",) if number and (place.data / "demo.json").exists() else ()
            process = place.start(*arguments(), *resume, "--json")
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(timeout=moment)
            _kill(process, with_clearinghouse)
        resume = ("--resume",) if (place.data / "demo.json").exists() else ()
        summary = place.said(*arguments(), *resume)
        return settled(summary), facts(place)


def _kill(process: subprocess.Popen[str], with_clearinghouse: bool) -> None:
    with contextlib.suppress(ProcessLookupError):
        if with_clearinghouse:
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.send_signal(signal.SIGKILL)
    process.communicate()
