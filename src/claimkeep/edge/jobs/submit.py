"""Claims out: what is ready is frozen and written, what is written is sent, each file once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from claimkeep.apps.access.roles import Actor
from claimkeep.apps.claims.actions import build, submit
from claimkeep.edge.wire.clearinghouse import Clearinghouse


@dataclass(frozen=True, slots=True)
class Sent:
    """What one run did: claims made and held, files written and files sent."""

    claims: int
    held: int
    files_written: int
    files_sent: int


def submit_claims(wire: Clearinghouse, *, actor: Actor, now: datetime) -> Sent:
    """Files left over from a run that broke off are sent first; then new claims are built, written and sent."""
    left_over = submit.send(wire.put_once, actor=actor, now=now)
    built = build.build(actor=actor, now=now)
    written = submit.prepare(actor=actor, now=now)
    return Sent(built.claims, built.held, written, left_over + submit.send(wire.put_once, actor=actor, now=now))
