"""Charges released: what was done becomes what is owed."""

from __future__ import annotations

from datetime import date

import polars as pl

from claimkeep.engine.books.entry import Journal, check, entry, posting


def charge(lines: pl.DataFrame, *, day: date, source_prefix: str = "charge:") -> Journal:
    """One checked entry a claim: DR receivable, CR revenue_gross for each of its lines.

    lines : one row a service line; claim_number, line_control_number, charge_cents (int64), patient_id, payer_id,
            payer_sequence ('P', 'S' or 'T'; null is self-pay, then the patient owes)
    -> source is `source_prefix` and the claim number; a line of 0 makes no posting, a claim of 0 no entry
    Raises BooksError where a charge is missing or too large.
    """
    owed = lines.filter(pl.col("charge_cents").ne_missing(0))
    entries = (
        owed.select("claim_number")
        .unique(maintain_order=True)
        .with_row_index("entry_row")
        .with_columns(
            entry_row=pl.col("entry_row").cast(pl.Int64),
            kind=pl.lit("charge"),
            entry_day=pl.lit(day),
            source=pl.lit(source_prefix) + pl.col("claim_number"),
            reverses=pl.lit(None, pl.String),
        )
    )
    numbered = owed.join(entries.select("claim_number", "entry_row"), on="claim_number", nulls_equal=True)
    insured = pl.col("payer_sequence").is_not_null()
    names = posting.schema.names()
    debit = numbered.with_columns(
        account=pl.when(insured).then(pl.lit("ar_insurance")).otherwise(pl.lit("ar_patient")),
        cents=pl.col("charge_cents"),
        reason=pl.lit(None, pl.String),
        payer_id=pl.when(insured).then(pl.col("payer_id")),
    ).select(names)
    credit = debit.with_columns(
        account=pl.lit("revenue_gross"), cents=-pl.col("cents"), payer_sequence=pl.lit(None, pl.String)
    )
    made = Journal(
        entries.select(entry.schema.names()),
        pl.concat([debit, credit]).cast(posting.schema).sort("entry_row", maintain_order=True),
    )
    check(made)
    return made
