"""Claim status: 276, 277 and 277CA bytes -> the status table, every status with all that stands above it, and back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import polars as pl

from claimkeep.engine.terms.claim_status import claim_status
from claimkeep.engine.terms.finding import Skipped
from claimkeep.engine.x12 import cutting, envelope, kind
from claimkeep.engine.x12.columns import Unreadable, occurrences
from claimkeep.engine.x12.cutting import Part
from claimkeep.engine.x12.envelope import Interchange, Received, Transaction
from claimkeep.engine.x12.guides import g005010x212 as guide
from claimkeep.engine.x12.hierarchy import Rows, chosen, in_order, joined, labelled, printable, under
from claimkeep.engine.x12.octets import Octets
from claimkeep.engine.x12.segments import Offsets
from claimkeep.engine.x12.writing.claim_status import write

__all__ = ["KINDS", "read", "write"]

KINDS = ("276", "277", "277CA")
"""The transactions that are read."""


def read(data: Octets) -> tuple[pl.DataFrame, tuple[Skipped, ...]]:
    """The questions and answers of a file, and what was left out, each with its place.

    data : any number of interchanges; 005010X212 (276, 277), 005010X214 (277CA)
    ->     the status table; `status_row` counts from 0 through the file
    A status in which one amount or quantity cannot be read is left out, as is all under a claim or service in which
    one cannot. A date that is none is null and told.
    Raises X12Error when no interchange header can be read.
    Source: 005010X212 (276, 277) and 005010X214, 2000A to 2220E.
    """
    frames: list[pl.DataFrame] = []
    skipped: list[Skipped] = []
    for frame, lost in pieces(envelope.read(data)):
        frames.append(frame)
        skipped.extend(lost)
    return pl.concat(frames), tuple(skipped)


def pieces(received: Received) -> Iterator[tuple[pl.DataFrame, tuple[Skipped, ...]]]:
    """What `read` gives, some sets at a time: `status_row` counts through them."""
    yield claim_status.frame(), received.skipped
    statuses = 0
    for interchange in received.interchanges:
        for what in KINDS:
            told = [one for one in interchange.sound() if kind.kind(one) == what]
            sets, refused = chosen(interchange, told, guide.VERSION)
            yield claim_status.frame(), tuple(refused)
            for part, batch in cutting.batches(received.octets, interchange, sets):
                whole, unprinted = printable(part, batch)
                frame, lost = _read(part, whole, what)
                yield frame.with_columns(claim_status.status_row + statuses), in_order(unprinted + lost)
                statuses += frame["status_row"].drop_nulls().n_unique()
        yield claim_status.frame(), tuple(_others(interchange))


def _read(part: Part, sets: Sequence[Transaction], what: str) -> tuple[pl.DataFrame, list[Skipped]]:
    if not sets:
        return claim_status.frame(), []
    return _questions(part, sets) if what == "276" else _answers(part, sets, what)


def _others(interchange: Interchange) -> list[Skipped]:
    others = [one for one in interchange.sound() if kind.kind(one) not in KINDS]
    reason = "the transaction set holds no claim status"
    return [Skipped(interchange.place(one, one.first), reason, f"{guide.VERSION} ST01") for one in others]


def _questions(interchange: Part, sets: Sequence[Transaction]) -> tuple[pl.DataFrame, list[Skipped]]:
    """One row a claim asked about, and one a service."""
    labels = labelled(interchange, sets, guide.LOOPS)
    rows = Rows(interchange, sets, labels, joined(labels.openers("2200"), labels.openers("2220")), guide.VERSION)
    _above(rows, "276")
    for name in claim_status.schema:
        rows.columns.setdefault(name, [None] * len(rows.at))
    return rows.frame(claim_status), rows.skipped


def _answers(interchange: Part, sets: Sequence[Transaction], what: str) -> tuple[pl.DataFrame, list[Skipped]]:
    """One row a status: STC01 always, STC10 and STC11 where they stand."""
    labels = labelled(interchange, sets, guide.LOOPS)
    spans = interchange.spans
    at = joined(*(occurrences(spans, labels, loop, "STC") for loop in guide.STATUS_LOOPS))
    frames: list[pl.DataFrame] = []
    skipped: list[Skipped] = []
    for position in guide.POSITIONS:
        rows = Rows(interchange, sets, labels, at, guide.VERSION)
        _above(rows, what)
        rows.fill([guide.status(loop, position) for loop in guide.STATUS_LOOPS], at, rows.firsts)
        rows.strays("STC", at)
        if position == guide.POSITIONS[0]:
            _without_category(rows)
        rows.columns["position"] = [position] * len(at)
        rows.columns["status_row"] = list(range(len(at)))
        given = claim_status.category_code.is_not_null() | claim_status.status_code.is_not_null()
        frames.append(rows.frame(claim_status).filter(given))
        skipped = skipped or rows.skipped
    found = pl.concat(frames).sort("status_row", "position")
    stands = found.filter(claim_status.position == guide.POSITIONS[0])["status_row"].to_list()
    kept = found.filter(claim_status.status_row.is_in(stands))
    anew = {old: new for new, old in enumerate(stands)}
    return kept.with_columns(claim_status.status_row.replace_strict(anew, return_dtype=pl.Int64)), skipped


def _without_category(rows: Rows) -> None:
    """An STC that says no category says nothing: its rows are lost."""
    for row, category in enumerate(rows.columns["category_code"]):
        if category is None:
            fault = Unreadable(
                row, int(rows.at[row]), 1, "a status names no category", f"{guide.VERSION} STC01-1", component=1
            )
            rows.tell(fault, [row])


def _above(rows: Rows, what: str) -> None:
    """All that stands above each row, and what the row is about."""
    labels = rows.labels
    rows.stamp()
    rows.fill(guide.HEAD, rows.firsts, rows.firsts)
    levels = rows.levels(guide.LEVELS)
    claims = labels.openers("2200")
    rows.fill(guide.CLAIM, claims, joined(rows.firsts, levels))
    services = labels.openers("2220")
    service = rows.fill(guide.SERVICE, services, joined(rows.firsts, levels, claims))
    codes = _codes(rows, levels)
    names = [guide.LEVEL_NAMES.get(code) for code in codes]
    rows.columns["level"] = ["service" if one >= 0 else name for one, name in zip(service.tolist(), names, strict=True)]
    rows.columns["kind"] = [what] * len(rows.at)
    if what == "277CA":
        traces = rows.columns["trace_number"]
        rows.columns["claim_number"] = [
            trace if name == "claim" else None for trace, name in zip(traces, names, strict=True)
        ]


def _codes(rows: Rows, levels: Offsets) -> list[str]:
    """HL03 of the level each row stands under."""
    if not len(levels):
        return [""] * len(rows.at)
    return rows.spans.elements(levels[np.maximum(under(levels, rows.at, rows.firsts), 0)], 3)
