"""Postings with their entry's facts beside them: the shape in which a remittance is worked into the books."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import polars as pl

from claimkeep.engine.books.entry import Journal, entry, posting

FLAT = pl.Schema(
    {"source": pl.String, "kind": pl.String, "reverses": pl.String}
    | {name: dtype for name, dtype in posting.schema.items() if name != "entry_row"}
)
"""A posting, with source, kind and reverses of its entry in place of the entry's row."""


def flat_of(journal: Journal) -> pl.DataFrame:
    """The journal's postings in FLAT, in order of its entries."""
    joined = journal.postings.join(journal.entries, on="entry_row", how="inner").sort("entry_row", maintain_order=True)
    return joined.select(FLAT.names()).cast(FLAT)


def journal_of(flats: Sequence[pl.DataFrame], day: date) -> Journal:
    """The journal of FLAT rows, an entry a source, in their order."""
    rows = pl.concat([pl.DataFrame(schema=FLAT), *flats])
    entries = (
        rows.select("source", "kind", "reverses")
        .unique(maintain_order=True)
        .with_row_index("entry_row")
        .with_columns(pl.col("entry_row").cast(pl.Int64), entry_day=pl.lit(day))
    )
    numbered = rows.join(entries.select("source", "entry_row"), on="source", maintain_order="left")
    return Journal(
        entries.select(entry.schema.names()),
        numbered.select(posting.schema.names()).sort("entry_row", maintain_order=True),
    )
