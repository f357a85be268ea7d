"""What the books say: derived from postings alone, never stored."""

from __future__ import annotations

from datetime import date

import polars as pl

from claimkeep.engine.books.account import CHART, RECEIVABLE
from claimkeep.engine.books.entry import Journal

BUCKETS = ((30, "0-30"), (60, "31-60"), (90, "61-90"), (120, "91-120"))
"""Last day of each aging bucket, with its label; what is older is '121+'."""

OLDEST = "121+"

LINE = ("claim_number", "line_control_number", "account", "payer_sequence", "payer_id", "patient_id")
"""What tells one receivable from another."""


def trial_balance(postings: pl.DataFrame) -> pl.DataFrame:
    """Debits, credits and balance of every account that was posted to, in the order of the chart.

    -> account, name, debits_cents, credits_cents (both positive), balance_cents (debit positive); balances sum to zero.
    """
    chart = pl.DataFrame({"account": [a.code for a in CHART], "name": [a.name for a in CHART]})
    cents = pl.col("cents")
    sums = postings.group_by("account").agg(
        cents.filter(cents > 0).sum().alias("debits_cents"),
        (-cents.filter(cents < 0).sum()).alias("credits_cents"),
        cents.sum().alias("balance_cents"),
    )
    return chart.join(sums, on="account", how="inner", maintain_order="left")


def open_by_line(postings: pl.DataFrame) -> pl.DataFrame:
    """What is open on each receivable: one row a claim line, account and payer where the sum is not zero.

    -> claim_number, line_control_number, account, payer_sequence, payer_id, patient_id, open_cents (negative: a credit)
    """
    owed = postings.filter(pl.col("account").is_in(RECEIVABLE))
    sums = owed.group_by(LINE, maintain_order=True).agg(pl.col("cents").sum().alias("open_cents"))
    return sums.filter(pl.col("open_cents") != 0)


def aging(journal: Journal, as_of: date) -> pl.DataFrame:
    """Open receivables at the end of `as_of`, by the days since each was first owed by its present debtor.

    -> one row an open receivable: the columns of `open_by_line`, first_day, age_days, bucket ('0-30' ... '121+').
    """
    dated = journal.postings.join(journal.entries.select("entry_row", "entry_day"), on="entry_row")
    owed = dated.filter(pl.col("account").is_in(RECEIVABLE) & (pl.col("entry_day") <= as_of))
    sums = owed.group_by(LINE, maintain_order=True).agg(
        pl.col("cents").sum().alias("open_cents"), pl.col("entry_day").min().alias("first_day")
    )
    age = (pl.lit(as_of) - pl.col("first_day")).dt.total_days()
    return sums.filter(pl.col("open_cents") != 0).with_columns(age_days=age).with_columns(bucket=_bucket())


def _bucket() -> pl.Expr:
    label = pl.lit(OLDEST)
    for last_day, name in reversed(BUCKETS):
        label = pl.when(pl.col("age_days") <= last_day).then(pl.lit(name)).otherwise(label)
    return label
