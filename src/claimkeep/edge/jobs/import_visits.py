"""Visits in: a file of any kind we read becomes encounters and charges."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import partial

from claimkeep.apps.access.roles import Actor
from claimkeep.apps.encounters import actions as encounters
from claimkeep.apps.encounters.actions import Received
from claimkeep.engine.intake import delimited, fhir
from claimkeep.engine.intake.kind import kind
from claimkeep.engine.terms.claim import ClaimTables
from claimkeep.engine.terms.errors import IntakeError
from claimkeep.engine.terms.finding import Skipped
from claimkeep.engine.x12 import claim_837

READERS: dict[str, Callable[[bytes], tuple[ClaimTables, tuple[Skipped, ...]]]] = {
    "x12": partial(claim_837.read, kinds=frozenset({"837P"})),
    "fhir": fhir.read,
    "csv": delimited.read,
}
"""How each kind of file is read: bytes to claim tables and what was skipped.

Visits are billed as professional claims: an institutional or dental one would lose what only those carry.
"""


def import_visits(data: bytes, *, actor: Actor, now: datetime) -> Received:
    """The visits of one file are in; what could not be used is skipped with its place and reason.

    Raises IntakeError or X12Error when the file cannot be read at all; then nothing was changed.
    """
    what = kind(data)
    if what not in READERS:
        raise IntakeError("this is no X12 837, FHIR bundle or CSV file of visits")
    tables, skipped = READERS[what](data)
    received = encounters.receive(tables, source_kind=what, actor=actor, now=now)
    return replace(received, skipped=(*skipped, *received.skipped))
