"""Matched claim payments as movements on our lines: what each line was paid, written off, passed on, refused.

Claim-level adjustments are shared out among the lines in proportion to what the lines were paid (to their charges
where nothing was paid or no lines came), in whole cents, the remainder to the last; the payment of each line is lowered
by its share, so the lines still add up to CLP04.
"""

from __future__ import annotations

import polars as pl

from claimkeep.engine.remit.match import REVERSAL, Matches
from claimkeep.engine.remit.reason import reason_text, treatment
from claimkeep.engine.terms.remittance import RemittanceTables
from claimkeep.engine.terms.table import Column, TableShape

move = TableShape(
    "moves",
    (
        Column("claim_row", pl.Int64),
        Column("service_row", pl.Int64, "null where the remittance gave no lines"),
        Column("claim_number", pl.String, "of ours"),
        Column("line_control_number", pl.String, "of ours"),
        Column("treatment", pl.String, "payment, contractual, patient, prior_payer or disputed"),
        Column("group_code", pl.String),
        Column("reason_code", pl.String),
        Column("reason", pl.String, "'CO-45'; null for a payment"),
        Column("cents", pl.Int64, "positive lowers what is open on the line"),
    ),
)
"""One row a line and payment or adjustment; zero amounts make none."""


def moves(tables: RemittanceTables, matches: Matches, our_lines: pl.DataFrame) -> pl.DataFrame:
    """The `move` rows of every exactly matched claim payment; per claim the payments add up to CLP04.

    our_lines : claim_number, line_control_number, charge_cents; asked only for claim payments without lines
    """
    lines = _answered_lines(tables, matches, our_lines)
    shares = _shares(tables, lines)
    taken = shares.group_by("answer").agg(pl.col("cents").sum().alias("taken"))
    paid = (
        lines.join(taken, on="answer", how="left")
        .with_columns(
            cents=pl.col("paid_cents") - pl.col("taken").fill_null(0),
            treatment=pl.lit("payment"),
            **{name: pl.lit(None, pl.String) for name in ("group_code", "reason_code", "reason")},
        )
        .select(move.schema.names())
    )
    on_lines = (
        tables.adjustments.drop_nulls("service_row")
        .select("service_row", "group_code", "reason_code", cents="amount_cents")
        .join(lines, on="service_row", how="inner", maintain_order="left")
    )
    adjusted = pl.concat(
        frame.with_columns(treatment=treatment(), reason=reason_text()).select(move.schema.names())
        for frame in (on_lines, shares.join(lines, on="answer", how="inner", maintain_order="left"))
    )
    return pl.concat([paid, adjusted]).filter(pl.col("cents") != 0).sort("claim_row", maintain_order=True)


def _answered_lines(tables: RemittanceTables, matches: Matches, our_lines: pl.DataFrame) -> pl.DataFrame:
    """One row a service payment, or a line of ours where the claim payment has none; `answer` numbers them."""
    exact = matches.claims.filter(pl.col("how") == "exact").select("claim_row", "claim_number")
    given = (
        tables.service_payments.select("claim_row", "service_row", "charge_cents", "paid_cents")
        .join(matches.lines.select("service_row", "line_control_number"), on="service_row", how="inner")
        .join(exact, on="claim_row", how="inner")
    )
    sign = pl.when(pl.col("status_code") == REVERSAL).then(-1).otherwise(1)
    bare = (
        exact.join(given, on="claim_row", how="anti")
        .join(tables.claim_payments.select("claim_row", "status_code"), on="claim_row")
        .join(our_lines.select("claim_number", "line_control_number", "charge_cents"), on="claim_number")
        .with_columns(charge_cents=pl.col("charge_cents") * sign, service_row=pl.lit(None, pl.Int64))
        .with_columns(paid_cents=pl.col("charge_cents"))
    )
    return (
        pl.concat([given, bare.select(given.columns)])
        .sort("claim_row", "service_row", "line_control_number")
        .with_row_index("answer")
    )


def _shares(tables: RemittanceTables, lines: pl.DataFrame) -> pl.DataFrame:
    """answer, group_code, reason_code, cents: claim-level adjustments shared out; each one's shares add up to it."""
    on_claim = tables.adjustments.filter(pl.col("service_row").is_null()).with_row_index("share_of")
    total_paid = pl.col("paid_cents").sum().over("claim_row")
    by_paid = (total_paid != 0) & (pl.col("paid_cents") * total_paid >= 0).all().over("claim_row")
    weighed = lines.with_columns(weight=pl.when(by_paid).then("paid_cents").otherwise("charge_cents"))
    pairs = (
        on_claim.select("share_of", "claim_row", "group_code", "reason_code", "amount_cents")
        .join(weighed.select("answer", "claim_row", "weight"), on="claim_row", how="inner")
        # lines of no weight first, so that the remainder falls to a line that has a share
        .sort("share_of", pl.col("weight") != 0, "answer")
        .with_columns(total=pl.col("weight").cast(pl.Int128).sum().over("share_of"))
    )
    part = pl.col("amount_cents").cast(pl.Int128) * pl.col("weight")
    size = pl.when(pl.col("total") == 0).then(0).otherwise(part.abs() // pl.col("total").abs())
    share = (size * part.sign() * pl.col("total").sign()).cast(pl.Int64)
    last = pl.int_range(pl.len()).over("share_of") == pl.len().over("share_of") - 1
    rest = pl.col("amount_cents") - (pl.col("share").sum().over("share_of") - pl.col("share"))
    return (
        pairs.with_columns(share=share)
        .with_columns(cents=pl.when(last).then(rest).otherwise("share"))
        .select("answer", "group_code", "reason_code", "cents")
    )
