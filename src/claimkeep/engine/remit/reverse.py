"""Which posted entry does a reversal (claim status 22) undo."""

from __future__ import annotations

import polars as pl

from claimkeep.engine.remit.flat import FLAT


def signatures(flat: pl.DataFrame, by: str) -> pl.DataFrame:
    """What each entry does to each line and account, as one comparable text: columns `by`, signature.

    Postings of reason OA-23 are left out: how much of it was posted depended on what earlier payers had done by then.
    """
    sums = (
        flat.filter(pl.col("reason").ne_missing("OA-23"))
        .group_by(by, "line_control_number", "account", "payer_sequence")
        .agg(pl.col("cents").sum())
        .filter(pl.col("cents") != 0)
    )
    parts = ("line_control_number", "account", "payer_sequence", "cents")
    text = pl.concat_str([pl.col(part).cast(pl.String).fill_null("") for part in parts], separator="|")
    return sums.with_columns(text=text).group_by(by).agg(pl.col("text").sort().str.join(";").alias("signature"))


def reversed_entries(
    batch: pl.DataFrame, mechanical: pl.DataFrame, history: pl.DataFrame, *, mirrored_only: bool
) -> pl.DataFrame:
    """The entry each reversal of the batch undoes: claim_row, undone (its source); one without an entry is left out.

    An entry qualifies when it is a payment of the same claim, not undone yet, and the reversal turns it line by line.
    Unless `mirrored_only`, one with the same total paid by the same payer will do: payers leave adjustments out.
    The latest is taken.
    """
    claims = batch.select("claim_row", "claim_number", "payer_sequence", "paid_cents")
    undone = history["reverses"].drop_nulls()
    candidates = history.filter(
        (pl.col("kind") == "payment")
        & ~pl.col("source").is_in(undone.to_list())
        & pl.col("claim_number").is_in(claims["claim_number"].to_list())
    )
    order = candidates.select("source", "claim_number").unique(maintain_order=True).with_row_index("age")
    turned = signatures(mechanical.with_columns(cents=-pl.col("cents")), "claim_row")
    mirrored = (
        claims.join(turned, on="claim_row")
        .join(order.join(signatures(candidates, "source"), on="source"), on=["claim_number", "signature"])
        .select("claim_row", "age", "source", mirror=pl.lit(True))
    )
    paid = (
        candidates.filter(pl.col("account") == "remit_clearing")
        .group_by("source", "payer_sequence")
        .agg((-pl.col("cents").sum()).alias("paid_cents"))
    )
    alike = (
        claims.filter(pl.col("paid_cents") != 0)
        .join(order.join(paid, on="source"), on=["claim_number", "payer_sequence", "paid_cents"])
        .select("claim_row", "age", "source", mirror=pl.lit(False))
    )
    found = mirrored if mirrored_only else pl.concat([mirrored, alike])
    best = found.sort("claim_row", "mirror", "age").unique("claim_row", keep="last", maintain_order=True)
    return best.select("claim_row", undone="source")


def undo(batch: pl.DataFrame, found: pl.DataFrame, history: pl.DataFrame) -> pl.DataFrame:
    """The contra postings of the found entries, under the reversal's own source and remittance key."""
    keys = batch.select("claim_row", new_source="source", key="key").join(found, on="claim_row")
    rows = history.join(keys, left_on="source", right_on="undone", how="inner", maintain_order="left")
    clearing = pl.col("account") == "remit_clearing"
    return rows.with_columns(
        reverses=pl.col("source"),
        source=pl.col("new_source"),
        kind=pl.lit("contra"),
        cents=-pl.col("cents"),
        reason=pl.when(clearing).then("key").otherwise("reason"),
    ).select(FLAT.names())
