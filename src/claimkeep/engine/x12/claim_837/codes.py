"""The code tables of a claim -> its HI segments."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from claimkeep.engine.terms.claim import ClaimTables
from claimkeep.engine.x12.guides.claim_layout import CodeList
from claimkeep.engine.x12.write import MARKS, decimal

_A_SEGMENT = 12
"""Codes of one HI (X12 005010 HI)."""


def lists(tables: ClaimTables, guide: Sequence[CodeList]) -> pl.DataFrame:
    """The HI of each claim that has one: claim_row, text, segments.

    Each list begins a new segment, and so does each thirteenth code of one (2300 HI).
    """
    parts = [_composites(tables, number, one) for number, one in enumerate(guide)]
    return (
        pl.concat(parts)
        .with_columns(segment=pl.int_range(pl.len()).over("claim_row", "list") // _A_SEGMENT)
        .group_by("claim_row", "list", "segment", maintain_order=True)
        .agg(pl.col("text").str.join(MARKS.element))
        .sort("claim_row", "list", "segment")
        .group_by("claim_row", maintain_order=True)
        .agg(
            text=(pl.lit(f"HI{MARKS.element}") + pl.col("text") + MARKS.segment).str.join(""),
            segments=pl.len().cast(pl.Int64),
        )
    )


def _composites(tables: ClaimTables, number: int, one: CodeList) -> pl.DataFrame:
    """The codes of one list in order: claim_row, list, text."""
    frame, parts = _parts(tables, one)
    words = [parts.get(at, pl.lit("")).fill_null("").str.strip_chars() for at in range(1, max(parts) + 1)]
    text = pl.concat_str(words, separator=MARKS.component).str.strip_chars_end(MARKS.component)
    return frame.select("claim_row", list=pl.lit(number), text=text)


def _parts(tables: ClaimTables, one: CodeList) -> tuple[pl.DataFrame, dict[int, pl.Expr]]:
    """The rows of one list in order, and what stands in which component (C022)."""
    code, first = pl.col("code"), pl.lit(one.qualifiers[0])
    if one.table == "claims":
        return tables.claims.filter(pl.col(one.kind).str.strip_chars() != ""), {1: first, 2: pl.col(one.kind)}
    frame: pl.DataFrame = getattr(tables, one.table)
    is_ours = pl.col("kind") == one.kind if one.kind else pl.col("qualifier").is_in(one.qualifiers)
    frame = frame.filter(is_ours).sort("claim_row", "position")
    if one.table == "diagnoses":
        return frame, {1: pl.col("qualifier"), 2: code, 9: pl.col("present_on_admission")}
    if one.table == "procedures":
        return frame, {1: pl.col("qualifier"), 2: code, 3: _form(pl.col("day")), 4: _text(pl.col("day"))}
    begins, ends = pl.col("day_from"), pl.col("day_to")
    days = pl.concat_str([_text(begins), pl.lit("-") + _text(ends)], ignore_nulls=True)
    form = pl.when(ends.is_not_null()).then(pl.lit("RD8")).otherwise(_form(begins))
    return frame, {1: first, 2: code, 3: form, 4: days, 5: decimal(pl.col("amount_cents"), 2)}


def _form(day: pl.Expr) -> pl.Expr:
    return pl.when(day.is_not_null()).then(pl.lit("D8"))


def _text(day: pl.Expr) -> pl.Expr:
    return day.dt.strftime("%Y%m%d")
