"""What every table of flat rows needs on its way out: its sets, its texts, its refusals."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import polars as pl

from claimkeep.engine.terms.errors import X12Error
from claimkeep.engine.terms.finding import Place
from claimkeep.engine.terms.table import TableShape
from claimkeep.engine.x12.columns import SegmentAt
from claimkeep.engine.x12.write import Around, refuse, refuse_unwritable, render, segment
from claimkeep.engine.x12.writing.sending import whole

ROW = "table_row"
"""The ordinal of a row in the table that was given, from 0; places count it from 1."""

_SET = ("interchange_control_number", "transaction_control_number", "reference")
"""Rows that follow one another with the same of these stand in one transaction set."""


def numbered(frame: pl.DataFrame, shape: TableShape) -> pl.DataFrame:
    """The rows with their ordinal. Raises X12Error when there is none, or a column is missing."""
    if frame.is_empty():
        raise X12Error("there is nothing to write")
    missing = [name for name in shape.schema if name not in frame.columns]
    if missing:
        raise X12Error("the table lacks a column", place=Place(field=missing[0]))
    return frame.select(shape.schema.names()).with_columns(pl.int_range(pl.len()).alias(ROW))


def refused(frame: pl.DataFrame, layouts: Sequence[Sequence[SegmentAt]]) -> None:
    """Raises X12Error where a value of any of these layouts cannot be written."""
    for layout in layouts:
        refuse_unwritable(frame, layout, ROW)


def refuse_where(frame: pl.DataFrame, bad: pl.Expr, column: str, reason: str, cite: str) -> None:
    """Raises X12Error at the first row where `bad` holds."""
    refuse(frame, bad, column, reason, cite, row=ROW)


def texts(
    frame: pl.DataFrame, layout: Sequence[SegmentAt], *, always: Sequence[str] = (), inside: Sequence[str] = ()
) -> list[str]:
    """The text of a layout for each row."""
    return render(frame, layout, frozenset(always), frozenset(inside))["text"].to_list()


def sets(frame: pl.DataFrame) -> Iterator[tuple[str, pl.DataFrame]]:
    """The reference (BHT03) and rows of each transaction set, in order."""
    runs = frame.with_columns(_set=pl.struct(_SET).rle_id())
    for part in runs.partition_by("_set", maintain_order=True, include_key=False):
        yield part["reference"][0] or "", part


def begun(around: Around, structure: str, purpose: str, reference: str, position: int, kind: str = "") -> str:
    """The BHT. A reference that is not given is made of the control numbers, so that no other set has it."""
    own = reference or f"{around.control_numbers.interchange:09d}{position:04d}"
    day, time = around.when.strftime("%Y%m%d"), around.when.strftime("%H%M")
    return segment("BHT", structure, purpose, own, day, time, kind)


def all_sets(
    frame: pl.DataFrame, code: str, version: str, body: Callable[[str, int, pl.DataFrame], str]
) -> Iterator[str]:
    """Each transaction set; `body` writes what stands between ST and SE of the rows of one."""
    for position, (reference, part) in enumerate(sets(frame), 1):
        yield whole(code, position, version, body(reference, position, part))


def listed(values: Sequence[Any] | None, before: str, between: str, after: str) -> str:
    """The values of a list as text; '' where there is none."""
    return f"{before}{between.join(values)}{after}" if values else ""


def refuse_beyond(frame: pl.DataFrame, beyond: Mapping[str, Sequence[Sequence[SegmentAt]]]) -> None:
    """Raises X12Error where a row says something of a level or loop that it does not reach: it would be lost.

    beyond : `level` of a row -> the layouts it does not reach
    """
    for level, layouts in beyond.items():
        for one in (one for layout in layouts for one in layout):
            for at in one.at:
                said = (pl.col("level") == level) & pl.col(at.column).is_not_null()
                refuse_where(frame, said, at.column, "the value belongs to a level the row does not reach", at.cite)


def refuse_in_lists(frame: pl.DataFrame, one: SegmentAt) -> None:
    """Raises X12Error where a value of a list, the first column of this segment, cannot be written."""
    at = one.at[0]
    every = frame.explode(at.column)
    refuse_unwritable(every, (replace(one, at=(at,)),), ROW)
    listed = pl.col(at.column).list
    blank = listed.eval(pl.element().is_null() | (pl.element().str.strip_chars() == "")).list.any()
    refuse_where(frame, blank | (listed.len() == 0), at.column, "a list holds nothing, or a blank", at.cite)
