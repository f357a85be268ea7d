"""Entries and postings: made, judged, reversed, put together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from claimkeep.engine.books.account import CODES
from claimkeep.engine.terms.errors import BooksError
from claimkeep.engine.terms.finding import Place
from claimkeep.engine.terms.money import MOST_CENTS
from claimkeep.engine.terms.table import Column, TableShape

entry = TableShape(
    "entries",
    (
        Column("entry_row", pl.Int64, "joins the postings; counts from 0 in its journal"),
        Column("kind", pl.String, "charge, payment, suspense, provider_adjustment, contra, ..."),
        Column("entry_day", pl.Date, "the day it counts for"),
        Column("source", pl.String, "idempotency key, unique in a practice"),
        Column("reverses", pl.String, "source of the entry this one undoes, else null"),
    ),
)
"""One row an entry."""

posting = TableShape(
    "postings",
    (
        Column("entry_row", pl.Int64),
        Column("account", pl.String, "code of the chart"),
        Column("cents", pl.Int64, "debit positive, credit negative"),
        Column("claim_number", pl.String),
        Column("line_control_number", pl.String),
        Column("payer_sequence", pl.String, "P, S or T on insurance receivables, else null"),
        Column("patient_id", pl.String),
        Column("payer_id", pl.String),
        Column("reason", pl.String, "'CO-45' on adjustments, a PLB code, the remittance key on remit_clearing"),
    ),
)
"""One row a posting."""


@dataclass(frozen=True, slots=True)
class Journal:
    """Entries and their postings, joined by `entry_row`."""

    entries: pl.DataFrame
    postings: pl.DataFrame

    @staticmethod
    def empty() -> Journal:
        """Nothing happened, right shapes."""
        return Journal(entry.frame(), posting.frame())


def one_entry(*, kind: str, day: date, source: str, postings: Iterable[Mapping[str, Any]]) -> Journal:
    """A journal of one checked entry; each posting is a row of `posting` without its `entry_row`.

    Raises BooksError as `check` does.
    """
    made = Journal(
        entry.frame([{"entry_row": 0, "kind": kind, "entry_day": day, "source": source}]),
        posting.frame([{"entry_row": 0, **row} for row in postings]),
    )
    check(made)
    return made


def check(journal: Journal) -> None:
    """Every entry has two postings or more, sums to zero and names only accounts of the chart.

    Raises BooksError placed at the first bad entry (its ordinal, from 1): also for a source that is missing or comes
    twice, a posting of no entry, an amount that is missing or larger than any claim holds.
    """
    entries, postings = journal.entries, journal.postings
    strangers = postings.join(entries, on="entry_row", how="anti")
    if strangers.height:
        raise BooksError("a posting belongs to no entry", place=_place(strangers["entry_row"].min()))
    cents = pl.col("cents")
    sums = postings.group_by("entry_row").agg(
        pl.len().alias("size"),
        cents.sum().alias("total"),
        (cents.is_null() | (cents.abs() > MOST_CENTS)).any().alias("wild"),
        (~pl.col("account").is_in(sorted(CODES))).fill_null(True).any().alias("unknown"),
    )
    judged = entries.join(sums, on="entry_row", how="left").sort("entry_row")
    rules = (
        ("is numbered twice", pl.col("entry_row").is_duplicated() | pl.col("entry_row").is_null()),
        ("has no source", pl.col("source").is_null()),
        ("has the source of another entry", pl.col("source").is_duplicated()),
        ("has no day", pl.col("entry_day").is_null()),
        ("has fewer than two postings", pl.col("size").fill_null(0) < 2),
        ("has an amount that is missing or too large", pl.col("wild")),
        ("names an account that is not in the chart", pl.col("unknown")),
        ("does not sum to zero", pl.col("total") != 0),
    )
    for words, rule in rules:
        bad = judged.filter(rule)
        if bad.height:
            raise BooksError(f"the entry {words}", place=_place(bad["entry_row"][0]))


def _place(entry_row: Any) -> Place:
    return Place(entry=None if entry_row is None else int(entry_row) + 1)


def contra(journal: Journal, day: date, source_prefix: str) -> Journal:
    """The journal that undoes every entry of this one on `day`: signs turned, each entry naming what it undoes.

    Its sources are `source_prefix` and the source undone. The contra of a contra posts the first journal again.
    """
    entries = journal.entries.with_columns(
        kind=pl.lit("contra"),
        entry_day=pl.lit(day),
        source=pl.lit(source_prefix) + pl.col("source"),
        reverses=pl.col("source"),
    )
    return Journal(entries, journal.postings.with_columns(cents=-pl.col("cents")))


def together(journals: Iterable[Journal]) -> Journal:
    """One journal of several, entries numbered anew from 0 in the given order."""
    entries, postings, offset = [entry.frame()], [posting.frame()], 0
    for journal in journals:
        rows = journal.entries.select(old="entry_row").with_row_index("new", offset=offset)
        number = rows.select(pl.col("old"), pl.col("new").cast(pl.Int64))
        offset += journal.entries.height
        for frame, shape, into in ((journal.entries, entry, entries), (journal.postings, posting, postings)):
            renamed = frame.join(number, left_on="entry_row", right_on="old", how="inner", maintain_order="left")
            into.append(renamed.with_columns(entry_row=pl.col("new")).select(shape.schema.names()))
    return Journal(pl.concat(entries), pl.concat(postings))
