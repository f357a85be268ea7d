"""Further payers of a claim, and what they decided of it and of its lines -> 2320 and 2430."""

from __future__ import annotations

import polars as pl

from claimkeep.engine.terms.claim import ClaimTables
from claimkeep.engine.x12.guides.claim_layout import CAS_TRIPLETS, Layout, Rows
from claimkeep.engine.x12.write import MARKS, decimal, render

_LINE = ["claim_row", "line_number"]


def payers(tables: ClaimTables, guide: Layout) -> pl.DataFrame:
    """The 2320 loops of each claim; OI repeats what the claim itself answers (005010X222A1 2320 OI)."""
    told = tables.claims.select("claim_row", "benefits_assignment", "release_of_information")
    frame = positioned(tables.other_payers).sort("claim_row", "position")
    frame = frame.join(told, on="claim_row", how="left", maintain_order="left")
    own = tuple(one for one in guide.other_payer if one.loop == "2320")
    amounts = tuple(one for one in own[1:] if one.segment == "AMT")
    remarks = tuple(one for one in own[1:] if one.segment != "AMT")
    of_claim = tables.prior_adjustments.filter(pl.col("line_number").is_null())
    parts = [
        render(frame, own[:1], frozenset({"2320"})),
        _adjusted(frame, ["claim_row", "position"], of_claim),
        rest(frame, amounts, "2320"),
        render(frame, guide.answers, frozenset({"2320"})),
        rest(frame, remarks, "2320"),
        render(frame, tuple(one for one in guide.other_payer if one.loop != "2320")),
    ]
    return together(["claim_row"], frame, parts)


def decisions(tables: ClaimTables, guide: Layout) -> pl.DataFrame:
    """The 2430 loops of each line."""
    frame = tables.line_payments.sort(*_LINE, "position")
    of_lines = tables.prior_adjustments.filter(pl.col("line_number").is_not_null())
    parts = [
        render(frame, guide.line_payment[:1], frozenset({"2430"})),
        _adjusted(frame, [*_LINE, "position"], of_lines),
        rest(frame, guide.line_payment[1:], "2430"),
    ]
    return together(_LINE, frame, parts)


def positioned(frame: pl.DataFrame) -> pl.DataFrame:
    """Further payers whose position is not told stand as their rows do."""
    ordinal = pl.int_range(1, pl.len() + 1).over("claim_row")
    return frame.with_columns(position=pl.coalesce("position", ordinal))


def grouped(adjusted: pl.DataFrame, keys: list[str]) -> pl.DataFrame:
    """The CAS of each: keys, group_code, text; adjustments of one group that follow one another share up to six."""
    empty = pl.lit("")
    parts = [pl.col("reason_code"), decimal(pl.col("amount_cents"), 2), decimal(pl.col("quantity_milli"), 3)]
    triplet = pl.concat_str([one.fill_null(empty) for one in parts], separator=MARKS.element)
    run = pl.struct(*keys, "group_code").rle_id()
    frame = adjusted.sort(keys, maintain_order=True).with_columns(run=run)
    chunk = pl.int_range(pl.len()).over("run") // len(CAS_TRIPLETS)
    text = triplet.str.join(MARKS.element).str.strip_chars_end(MARKS.element)
    return (
        frame.with_columns(chunk=chunk)
        .group_by("run", "chunk", maintain_order=True)
        .agg(pl.col(*keys, "group_code").first(), text=text)
    )


def _adjusted(frame: pl.DataFrame, keys: list[str], adjusted: pl.DataFrame) -> pl.DataFrame:
    """The CAS of each row of a frame."""
    each = pl.concat_str([pl.lit("CAS"), "group_code", "text"], separator=MARKS.element) + MARKS.segment
    segments = grouped(adjusted, keys).group_by(keys, maintain_order=True)
    found = segments.agg(text=each.str.join(""), segments=pl.len().cast(pl.Int64))
    return beside(frame, keys, found)


def beside(frame: pl.DataFrame, keys: list[str], found: pl.DataFrame) -> pl.DataFrame:
    """What was found for the keys of each row of a frame: its text and segments, none where there is nothing."""
    joined = frame.select(keys).join(found, on=keys, how="left", maintain_order="left")
    return joined.select(pl.col("text").fill_null(""), pl.col("segments").fill_null(0))


def rest(frame: pl.DataFrame, layout: Rows, loop: str) -> pl.DataFrame:
    """The segments of each row that come after others of the loop; none where the layout has none."""
    if not layout:
        return pl.select(text=pl.repeat("", frame.height), segments=pl.repeat(0, frame.height, dtype=pl.Int64))
    return render(frame, layout, inside=frozenset({loop}))


def together(keys: list[str], frame: pl.DataFrame, parts: list[pl.DataFrame]) -> pl.DataFrame:
    """The rows of each claim, or of each line, joined in order."""
    joined = frame.select(keys).with_columns(
        text=pl.concat_str([part["text"] for part in parts]),
        segments=pl.sum_horizontal([part["segments"] for part in parts]),
    )
    return joined.group_by(keys, maintain_order=True).agg(pl.col("text").str.join(""), pl.col("segments").sum())
