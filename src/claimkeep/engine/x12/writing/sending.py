"""Sets -> an interchange that our own judge finds nothing against."""

from __future__ import annotations

from collections.abc import Sequence

from claimkeep.engine.terms.errors import X12Error
from claimkeep.engine.terms.finding import Place
from claimkeep.engine.x12.judge import Finding, check
from claimkeep.engine.x12.write import Around, enclosed, transaction_set

MOST_REFERENCE = 50
"""Characters of BHT03."""


def numbered(position: int) -> str:
    """ST02 of a set, counted from 1."""
    return f"{position:04d}"


def send(around: Around, functional_id: str, version: str, sets: Sequence[str]) -> bytes:
    """One interchange of these sets, judged before it is given.

    Raises X12Error at the first thing our judge would refuse, with its place; nothing that it refuses is ever given.
    """
    if not sets:
        raise X12Error("there is nothing to write", cite=version)
    data = enclosed(around, functional_id, version, sets)
    for found in check(data).findings():
        if found.severity.holds:
            raise X12Error(found.message, place=_place(found), cite=found.cite)
    return data


def whole(code: str, position: int, version: str, body: str) -> str:
    """One transaction set around a body; the segments are counted here. version : '' where the guide has no ST03"""
    return transaction_set(code, numbered(position), version, body, body.count("~"))


def _place(found: Finding) -> Place:
    return Place(
        transaction=found.transaction,
        segment=found.segment,
        segment_id=found.segment_id,
        element=found.element,
        component=found.component,
        loop=found.loop,
    )
