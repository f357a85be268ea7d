"""Positions as data: which element of which segment of which loop is which column.

Readers and writers walk the same rows.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from claimkeep.engine.terms.money import cents
from claimkeep.engine.terms.table import TableShape
from claimkeep.engine.x12 import arrow, values
from claimkeep.engine.x12.arrow import Cells, Nulls, Numbers, Views
from claimkeep.engine.x12.loops import Labels
from claimkeep.engine.x12.segments import SPACE, Offsets, Spans

_MINUTE_NS = 60_000_000_000
"""Polars counts a time of day in nanoseconds."""

_QUANTITY = re.compile(r"(-?)(\d{0,12})(?:\.(\d{0,3})0*)?", re.ASCII)


class Kind(StrEnum):
    """How an element is written."""

    TEXT = "text"
    CENTS = "amount"
    MILLI = "quantity"
    DAY = "date"
    PERIOD = "date or period"
    MOMENT = "date and time"
    TIME = "time"
    NUMBER = "number"


@dataclass(frozen=True, slots=True)
class At:
    """One column's position. `component` counts from 1; 0 when the element is no composite.

    qualifier : (element, values): a text is this column only beside one of these; the first is written
    until     : the column of the last day when `kind` is PERIOD, of the time when it is MOMENT
    absent    : what is written when the segment stands and the column is null
    beside    : a column; the value is written only where that one stands too
    unless    : a column; the value is written only where that one is null. Itself, when it is only read
    """

    column: str
    element: int
    cite: str
    component: int = 0
    kind: Kind = Kind.TEXT
    qualifier: tuple[int, tuple[str, ...]] | None = None
    until: str = ""
    absent: str = ""
    is_required: bool = False
    beside: str = ""
    unless: str = ""


@dataclass(frozen=True, slots=True)
class SegmentAt:
    """One segment of a guide: its loop, its id, what tells it from others of that id, and the columns it carries.

    match    : element -> values; the segment is this one only with one of them; the first is written
    constant : (element, component) -> what we write there when the segment stands; not asked for when reading
    """

    loop: str
    segment: str
    at: tuple[At, ...]
    match: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    constant: Mapping[tuple[int, int], str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A value that is not of its kind: the row it belongs to, and its place among the spans."""

    row: int
    segment: int
    element: int
    reason: str
    cite: str
    component: int = 0
    kind: Kind = Kind.TEXT


Columns = dict[str, list[Any]]

Frame = dict[str, Cells | pl.Series]
"""Columns before they are a table."""


def gather(
    spans: Spans, labels: Labels, layout: Sequence[SegmentAt], openers: Offsets
) -> tuple[Columns, list[Unreadable]]:
    """The columns of a layout as lists; else as `gathered`."""
    columns, unreadable = gathered(spans, labels, layout, openers)
    types = {
        name: _DTYPES[kind]
        for one in layout
        for at in one.at
        for name, kind in ((at.column, at.kind), (at.until, Kind.TIME if at.kind is Kind.MOMENT else at.kind))
        if name
    }
    if not len(openers):
        return {name: [] for name in columns}, unreadable
    frame = arrow.table(columns, arrow.Shape(types), len(openers))
    return {name: frame[name].to_list() for name in columns}, unreadable


def gathered(
    spans: Spans, labels: Labels, layout: Sequence[SegmentAt], openers: Offsets
) -> tuple[dict[str, Cells], list[Unreadable]]:
    """The columns of a layout, one row an opener, and what could not be read.

    openers : the segments that begin each row, in order; a segment belongs to the last opener before it
    Where a segment repeats inside a row, the first is taken; null where nothing was sent.
    """
    filled = _Filled(spans, labels, openers)
    for one in layout:
        filled.take(one)
    return filled.columns, filled.unreadable


class _Filled:
    """The columns of one layout while they are filled, segment by segment of the guide."""

    def __init__(self, spans: Spans, labels: Labels, openers: Offsets) -> None:
        self.spans = spans
        self.labels = labels
        self.rows = len(openers)
        begins = np.zeros(len(spans), dtype=np.intp)
        begins[openers] = 1
        self.row_of = np.cumsum(begins) - 1
        self.columns: dict[str, Cells] = {}
        self.unreadable: list[Unreadable] = []
        self.where: dict[tuple[str, str], Offsets] = {}
        self.said: dict[tuple[str, str, int], values.Words] = {}

    def take(self, one: SegmentAt) -> None:
        """Fills the columns of one segment of the guide."""
        for name in (name for at in one.at for name in (at.column, at.until) if name):
            self.columns.setdefault(name, Nulls(self.rows))
        rows, where = self._instances(one)
        if not len(where):
            return
        elements = {at.element for at in one.at} | {at.qualifier[0] for at in one.at if at.qualifier}
        stands = self._stands(where, elements)
        parts = self._parts(one, stands)
        texts: list[tuple[At, Offsets, Offsets]] = []
        for at in one.at:
            begins, ends = parts[at.element, at.component] if at.component else stands[at.element]
            if at.qualifier is not None and at.kind is Kind.TEXT:
                element, allowed = at.qualifier
                ends = np.where(values.is_one_of(self.spans, *stands[element], allowed), ends, begins)
            if not (ends > begins).any():
                continue
            if at.kind is Kind.TEXT:
                texts.append((at, begins, ends))
            else:
                self._number(at, rows, where, begins, ends)
        if texts:
            begins, ends = np.stack([begin for _, begin, _ in texts]), np.stack([end for _, _, end in texts])
            views = values.views(self.spans, begins, ends).views
            for (at, *_), column in zip(texts, views, strict=True):
                self._put(at.column, rows, Views(column, self.spans))
        self.unreadable.extend(_missing(one, rows, where, self.columns))

    def _instances(self, one: SegmentAt) -> tuple[Offsets, Offsets]:
        """Rows and segments of this SegmentAt: the first of each row."""
        where = self._where(one.loop, one.segment)
        if not len(where):
            return where, where
        if one.match:
            fits = [self._is_one_of(one, element, allowed) for element, allowed in one.match.items()]
            where = where[np.logical_and.reduce(fits)]
        rows = self.row_of[where]
        is_first = np.empty(len(rows), dtype=np.bool_)
        is_first[:1] = True
        np.not_equal(rows[1:], rows[:-1], out=is_first[1:])
        is_first &= rows >= 0
        return (rows, where) if is_first.all() else (rows[is_first], where[is_first])

    def _where(self, loop: str, segment: str) -> Offsets:
        """Every segment of this id in this loop; several of the guide are often told apart by what stands in them."""
        if (loop, segment) not in self.where:
            self.where[loop, segment] = occurrences(self.spans, self.labels, loop, segment)
        return self.where[loop, segment]

    def _is_one_of(self, one: SegmentAt, element: int, allowed: Sequence[str]) -> values.Known:
        """Of every segment of that id in that loop, whether an element is one of these codes."""
        key = (one.loop, one.segment, element)
        if key not in self.said:
            self.said[key] = values.keys(self.spans, *self.spans.bounds(self.where[key[:2]], element))
        return values.are_one_of(self.said[key], allowed)

    def _stands(self, where: Offsets, elements: set[int]) -> dict[int, tuple[Offsets, Offsets]]:
        """Where each of these elements of each segment begins and ends; no octets where the segment is shorter."""
        spans = self.spans
        first, count = spans.first[where], spans.count[where]
        asked = sorted({each for element in elements for each in (element - 1, element)})
        marks = {one: spans.marks.take(first + one, mode="clip") for one in asked}
        if int(count.min()) < asked[-1]:
            last = spans.marks[first + count]
            marks = {one: np.minimum(mark, last) for one, mark in marks.items()}
            stands = {one: (np.minimum(marks[one - 1] + 1, marks[one]), marks[one]) for one in elements}
        else:
            stands = {one: (marks[one - 1] + 1, marks[one]) for one in elements}
        return {one: spans.stripped(*bounds) for one, bounds in stands.items()} if spans.is_padded else stands

    def _parts(
        self, one: SegmentAt, stands: dict[int, tuple[Offsets, Offsets]]
    ) -> dict[tuple[int, int], tuple[Offsets, Offsets]]:
        """Where the components that are asked for stand, by element and component."""
        asked: dict[int, list[int]] = {}
        for at in one.at:
            if at.component:
                asked.setdefault(at.element, []).append(at.component)
        return {
            (element, number): bounds
            for element, numbers in asked.items()
            for number, bounds in zip(numbers, values.opened(self.spans, *stands[element], numbers), strict=True)
        }

    def _number(self, at: At, rows: Offsets, where: Offsets, begins: Offsets, ends: Offsets) -> None:
        spans = self.spans
        last: Sequence[npt.NDArray[Any]] = ()
        if at.kind is Kind.CENTS:
            value, known = values.decimals(spans, begins, ends, 2, cents)
        elif at.kind is Kind.MILLI:
            value, known = values.decimals(spans, begins, ends, 3, milli)
        elif at.kind is Kind.NUMBER:
            value, known = values.numbers(spans, begins, ends, number)
        elif at.kind is Kind.DAY:
            value, known = values.days(spans, begins, ends)
        elif at.kind is Kind.TIME:
            minutes, known = values.times(spans, begins, ends)
            value = minutes * _MINUTE_NS
        elif at.kind is Kind.MOMENT:
            value, known, minutes, timed = values.moments(spans, begins, ends)
            last = (minutes * _MINUTE_NS, timed)
        else:
            value, known, *last = values.periods(spans, begins, ends)
        before = self.columns[at.column].given()[rows]
        wrong = np.flatnonzero(~known & (ends > begins) & ~before)
        if last:
            # The last day, or the time, goes with the day: where that was given before, this one is not taken.
            self._put(at.until, rows, Numbers(last[0], last[1] & known & ~before))
        self._put(at.column, rows, Numbers(value, known))
        reason = f"the {at.kind} cannot be read"
        self.unreadable.extend(
            Unreadable(int(rows[one]), int(where[one]), at.element, reason, at.cite, at.component, at.kind)
            for one in wrong.tolist()
        )

    def _put(self, name: str, rows: Offsets, cells: Views | Numbers) -> None:
        """Puts what is given into rows that have no value; rows are distinct and in order."""
        before = self.columns[name]
        if len(rows) < self.rows:
            cells = cells.put(rows, self.rows)
        self.columns[name] = cells if isinstance(before, Nulls) else arrow.chosen(before.given(), before, cells)


_DTYPES = {
    Kind.TEXT: pl.String,
    Kind.CENTS: pl.Int64,
    Kind.MILLI: pl.Int64,
    Kind.NUMBER: pl.Int64,
    Kind.DAY: pl.Date,
    Kind.PERIOD: pl.Date,
    Kind.MOMENT: pl.Date,
    Kind.TIME: pl.Time,
}


def framed(shape: TableShape, columns: Mapping[str, Cells | pl.Series], rows: int) -> pl.DataFrame:
    """A table of so many rows; a column that is not given is null."""
    if not rows:
        return shape.frame()
    cells = {name: one for name, one in columns.items() if not isinstance(one, pl.Series)}
    plain = _plain(shape)
    frame = arrow.table(cells, plain, rows)
    said = [one.alias(name) for name, one in columns.items() if isinstance(one, pl.Series)]
    said += [
        pl.Series(name, [None], dtype=dtype).new_from_index(0, rows)
        for name, dtype in shape.schema.items()
        if name not in plain.schema and name not in columns
    ]
    if len(plain.schema) == len(shape.schema):
        return frame.with_columns(said) if said else frame
    return frame.with_columns(said).select(*shape.schema)


@cache
def _plain(shape: TableShape) -> arrow.Shape:
    return arrow.Shape(shape.schema)


def masked(name: str, numbers: values.Whole, known: values.Known, dtype: type[pl.DataType] = pl.Int64) -> pl.Series:
    """Numbers, null where none is known; days are counted from 1970-01-01."""
    if not len(numbers):
        return pl.Series(name, dtype=dtype)
    return arrow.table({name: Numbers(numbers, known)}, arrow.Shape({name: dtype}), len(numbers)).to_series()


def occurrences(spans: Spans, labels: Labels, loop: str, segment: str) -> Offsets:
    """Every segment of this id in this loop."""
    return labels.of(loop, segment)


def each(texts: list[str], change: Callable[[str], Any]) -> list[Any]:
    """Each text changed; texts that come again, as codes and dates do, are changed once."""
    changed = {text: change(text) for text in set(texts)}
    return [changed[text] for text in texts]


def _missing(one: SegmentAt, rows: Offsets, where: Offsets, columns: Mapping[str, Cells]) -> list[Unreadable]:
    """A segment that stands without a value it must carry."""
    reason = "a required value is not there"
    return [
        Unreadable(int(rows[lacks]), int(where[lacks]), at.element, reason, at.cite, at.component)
        for at in one.at
        if at.is_required
        for lacks in np.flatnonzero(~columns[at.column].given()[rows]).tolist()
    ]


def component(text: str, separator: str, number: int) -> str:
    """One component of a composite, counted from 1, without surrounding space; empty when there are fewer."""
    parts = text.split(separator)
    return parts[number - 1].strip(SPACE) if number <= len(parts) else ""


def day(text: str) -> date | None:
    """The date of CCYYMMDD, or None where it is none."""
    if len(text) != 8 or not (text.isascii() and text.isdigit()):
        return None
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return None


def milli(text: str) -> int | None:
    """Thousandths of an X12 type R quantity, or None where it is none or is finer (X12.6 3.3.1.3)."""
    found = _QUANTITY.fullmatch(text)
    if found is None or not (found[2] or found[3]):
        return None
    value = int(found[2] or 0) * 1000 + int((found[3] or "").ljust(3, "0"))
    return -value if found[1] else value


def number(text: str) -> int | None:
    """A type N0 number of at most nine digits."""
    return int(text) if len(text) <= 9 and text.isascii() and text.isdigit() else None
