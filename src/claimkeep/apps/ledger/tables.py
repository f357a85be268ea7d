"""Ledger rows ⇄ engine columns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

import polars as pl

from claimkeep.apps.ledger.models import Posting
from claimkeep.engine.books.entry import entry, posting

_TEXT = ("claim_number", "line_control_number", "payer_sequence", "reason")


def row(practice_id: UUID, entry_id: int, values: dict[str, Any]) -> Posting:
    """One posting of a journal as a row."""
    return Posting(
        practice_id=practice_id,
        entry_id=entry_id,
        account=values["account"],
        cents=values["cents"],
        patient_id=None if values["patient_id"] is None else UUID(values["patient_id"]),
        payer_id=None if values["payer_id"] is None else UUID(values["payer_id"]),
        **{name: values[name] or "" for name in _TEXT},
    )


def frame(rows: Iterable[Mapping[str, Any]]) -> pl.DataFrame:
    """`.values()` rows of Posting as the engine's postings; `entry_row` is the entry's key."""
    columns: dict[str, list[Any]] = {name: [] for name in posting.schema}
    for values in rows:
        columns["entry_row"].append(values["entry_id"])
        columns["account"].append(values["account"])
        columns["cents"].append(values["cents"])
        for name in ("patient_id", "payer_id"):
            columns[name].append(None if values[name] is None else str(values[name]))
        for name in _TEXT:
            columns[name].append(values[name] or None)
    return pl.DataFrame(columns, schema=posting.schema)


def entry_frame(rows: Iterable[Mapping[str, Any]]) -> pl.DataFrame:
    """`.values()` rows of Entry as the engine's entries; `entry_row` is the key."""
    columns: dict[str, list[Any]] = {name: [] for name in entry.schema}
    for values in rows:
        columns["entry_row"].append(values["id"])
        columns["reverses"].append(values["reverses"] or None)
        for name in ("kind", "entry_day", "source"):
            columns[name].append(values[name])
    return pl.DataFrame(columns, schema=entry.schema)
