"""What came out of each claim, by group and reason of its adjustments and what was allowed, not by the amount paid."""

from __future__ import annotations

import polars as pl

from claimkeep.engine.remit.match import REVERSAL
from claimkeep.engine.remit.reason import treatment
from claimkeep.engine.terms.remittance import RemittanceTables
from claimkeep.engine.terms.table import Column, TableShape

outcome = TableShape(
    "outcomes",
    (
        Column("claim_row", pl.Int64),
        Column("claim_number", pl.String, "CLP01 as sent"),
        Column("outcome", pl.String, "paid, partial, zero_allowed, denied, reversed, forwarded or predetermined"),
        Column("crossed_over", pl.Boolean, "the payer sent it on to the next one: do not send it again"),
        Column("allowed_cents", pl.Int64, "charge less contractual less disputed"),
        Column("contractual_cents", pl.Int64),
        Column("disputed_cents", pl.Int64, "refused, the patient's part of a refused line included"),
        Column("patient_cents", pl.Int64, "deductible, coinsurance, copayment"),
    ),
)
"""One row a claim payment."""


def outcomes(tables: RemittanceTables) -> pl.DataFrame:
    """The outcome of every claim payment, an `outcome` row each.

    paid         : something allowed, nothing disputed; all of it may be the patient's
    partial      : something allowed, something disputed
    zero_allowed : nothing allowed, nothing disputed: the contract explains all (capitation)
    denied       : nothing allowed and something disputed, or the payer says denied
    Source: 005010X221A1 2100 CLP02, CAS; 2110 CAS.
    """
    kinds = ("contractual", "disputed", "patient")
    sums = (
        tables.adjustments.with_columns(treatment=treatment())
        .group_by("claim_row")
        .agg(pl.col("amount_cents").filter(pl.col("treatment") == kind).sum().alias(f"{kind}_cents") for kind in kinds)
    )
    status = pl.col("status_code")
    claims = tables.claim_payments.join(sums, on="claim_row", how="left", maintain_order="left").with_columns(
        pl.col(f"{kind}_cents").fill_null(0) for kind in kinds
    )
    allowed = pl.col("charge_cents") - pl.col("contractual_cents") - pl.col("disputed_cents")
    claims = claims.with_columns(
        allowed_cents=allowed,
        crossed_over=status.is_in(["19", "20", "21"]).fill_null(False)
        | pl.col("crossover_payer_id").is_not_null()
        | pl.col("crossover_payer_name").is_not_null(),
    )
    nothing, refused = pl.col("allowed_cents") <= 0, pl.col("disputed_cents") != 0
    word = (
        pl.when(status == REVERSAL)
        .then(pl.lit("reversed"))
        .when(status == "23")
        .then(pl.lit("forwarded"))
        .when(status == "25")
        .then(pl.lit("predetermined"))
        .when(nothing & (refused | (status == "4")))
        .then(pl.lit("denied"))
        .when(nothing)
        .then(pl.lit("zero_allowed"))
        .when(refused)
        .then(pl.lit("partial"))
        .otherwise(pl.lit("paid"))
    )
    return claims.with_columns(outcome=word).select(outcome.schema.names())
