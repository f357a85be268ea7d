"""Positions as data: which element of which segment of which loop is which column.

Readers and writers walk the same rows.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from claimkeep.engine.terms.money import cents
from claimkeep.engine.terms.table import TableShape
from claimkeep.engine.x12 import values
from claimkeep.engine.x12.loops import Labels
from claimkeep.engine.x12.segments import SPACE, Offsets, Spans, pack

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

    qualifier : (element, values): the value is this column only beside one of these; the first is written
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

Frame = dict[str, pl.Series]
"""Columns as polars holds them."""


def gather(
    spans: Spans, labels: Labels, layout: Sequence[SegmentAt], openers: Offsets
) -> tuple[Columns, list[Unreadable]]:
    """The columns of a layout as lists; else as `gathered`."""
    columns, unreadable = gathered(spans, labels, layout, openers)
    return {name: values.to_list() for name, values in columns.items()}, unreadable


def gathered(
    spans: Spans, labels: Labels, layout: Sequence[SegmentAt], openers: Offsets
) -> tuple[Frame, list[Unreadable]]:
    """The columns of a layout, one row an opener, and what could not be read.

    openers : the segments that begin each row, in order; a segment belongs to the last opener before it
    Where a segment repeats inside a row, the first is taken; null where nothing was sent.
    """
    columns = {
        name: _Column(kind, len(openers))
        for one in layout
        for at in one.at
        for name, kind in ((at.column, at.kind), (at.until, Kind.TIME if at.kind is Kind.MOMENT else at.kind))
        if name
    }
    unreadable: list[Unreadable] = []
    for one in layout:
        rows, where = _instances(spans, labels, one, openers)
        stands = {element: spans.bounds(where, element) for element in {at.element for at in one.at}}
        for at in one.at:
            unreadable.extend(_fill(spans, at, rows, where, stands[at.element], columns))
        unreadable.extend(_missing(one, rows, where, columns))
    written = values.texts(spans, {name: (one.first, one.second) for name, one in columns.items() if one.is_text})
    return {name: written[name] if one.is_text else one.series(name) for name, one in columns.items()}, unreadable


class _Column:
    """One column while it is filled: where its text begins and ends, or its numbers and whether they are known."""

    def __init__(self, kind: Kind, rows: int) -> None:
        self.kind = kind
        self.is_text = kind is Kind.TEXT
        self.first = np.zeros(rows, dtype=np.int64)
        self.second: npt.NDArray[Any] = np.zeros(rows, dtype=np.int64 if self.is_text else np.bool_)

    def known(self) -> values.Known:
        """The rows that have a value."""
        return np.asarray(self.second > self.first) if self.is_text else self.second

    def put(self, rows: Offsets, first: Offsets, second: Offsets | values.Known) -> None:
        """Puts what is known into rows that have no value; rows are distinct."""
        given = second > first if self.is_text else second
        new = given & ~self.known()[rows]
        self.first[rows[new]], self.second[rows[new]] = first[new], second[new]

    def series(self, name: str) -> pl.Series:
        """The column of numbers, days or times."""
        if self.kind is Kind.TIME:
            return timed(name, self.first, self.second)
        is_day = self.kind in (Kind.DAY, Kind.PERIOD, Kind.MOMENT)
        return masked(name, self.first, self.second, pl.Date if is_day else pl.Int64)


def framed(shape: TableShape, columns: Mapping[str, pl.Series], rows: int) -> pl.DataFrame:
    """A table of so many rows; a column that is not given is null."""
    absent = {name: dtype for name, dtype in shape.schema.items() if name not in columns}
    given = dict(columns)
    given |= {name: pl.Series(name, [None], dtype=one).new_from_index(0, rows) for name, one in absent.items()}
    return pl.DataFrame([given[name].alias(name) for name in shape.schema])


def masked(name: str, numbers: values.Whole, known: values.Known, dtype: type[pl.DataType] = pl.Int64) -> pl.Series:
    """Numbers, null where none is known; days are counted from 1970-01-01."""
    series = pl.Series(name, numbers)
    if not known.all():
        series = series.set(pl.Series(~known), None)
    return series if dtype is pl.Int64 else series.cast(pl.Int32).cast(dtype)


def timed(name: str, minutes: values.Whole, known: values.Known) -> pl.Series:
    """Times of day of minutes since midnight, null where none is known."""
    return (masked(name, minutes, known) * _MINUTE_NS).cast(pl.Time)


def occurrences(spans: Spans, labels: Labels, loop: str, segment: str) -> Offsets:
    """Every segment of this id in this loop."""
    return np.flatnonzero((spans.code == pack(segment)) & (labels.loop == labels.number(loop)))


def _instances(spans: Spans, labels: Labels, one: SegmentAt, openers: Offsets) -> tuple[Offsets, Offsets]:
    """Rows and segments of this SegmentAt: the first of each row."""
    where = occurrences(spans, labels, one.loop, one.segment)
    for element, allowed in one.match.items():
        where = where[values.is_one_of(spans, *spans.bounds(where, element), allowed)]
    rows = np.searchsorted(openers, where, side="right") - 1
    where, rows = where[rows >= 0], rows[rows >= 0]
    is_first = np.append(True, rows[1:] != rows[:-1]) if len(rows) else np.empty(0, dtype=bool)
    return rows[is_first], where[is_first]


def each(texts: list[str], change: Callable[[str], Any]) -> list[Any]:
    """Each text changed; texts that come again, as codes and dates do, are changed once."""
    changed = {text: change(text) for text in set(texts)}
    return [changed[text] for text in texts]


def _fill(
    spans: Spans,
    at: At,
    rows: Offsets,
    where: Offsets,
    stands: tuple[Offsets, Offsets],
    columns: Mapping[str, _Column],
) -> list[Unreadable]:
    """Puts one position into its columns. stands : where the whole element of each segment begins and ends"""
    begins, ends = values.components(spans, *stands, at.component) if at.component else stands
    column = columns[at.column]
    if at.kind is Kind.TEXT:
        if at.qualifier is not None:
            element, allowed = at.qualifier
            beside = values.is_one_of(spans, *spans.bounds(where, element), allowed)
            ends = np.where(beside, ends, begins)
        column.put(rows, begins, ends)
        return []
    last: list[npt.NDArray[Any]] = []
    if at.kind is Kind.CENTS:
        value, known = values.decimals(spans, begins, ends, 2, cents)
    elif at.kind is Kind.MILLI:
        value, known = values.decimals(spans, begins, ends, 3, milli)
    elif at.kind is Kind.NUMBER:
        value, known = values.numbers(spans, begins, ends, number)
    elif at.kind is Kind.DAY:
        value, known = values.days(spans, begins, ends)
    elif at.kind is Kind.TIME:
        value, known = values.times(spans, begins, ends)
    elif at.kind is Kind.MOMENT:
        value, known, *last = values.moments(spans, begins, ends)
    else:
        value, known, *last = values.periods(spans, begins, ends)
    wrong = np.flatnonzero(~known & (ends > begins) & ~column.second[rows])
    if last:
        new = known & ~column.second[rows]
        until, (second, ended) = columns[at.until], last
        until.first[rows[new]], until.second[rows[new]] = second[new], ended[new]
    column.put(rows, value, known)
    reason = f"the {at.kind} cannot be read"
    return [
        Unreadable(int(rows[one]), int(where[one]), at.element, reason, at.cite, at.component, at.kind)
        for one in wrong.tolist()
    ]


def _missing(one: SegmentAt, rows: Offsets, where: Offsets, columns: Mapping[str, _Column]) -> list[Unreadable]:
    """A segment that stands without a value it must carry."""
    reason = "a required value is not there"
    return [
        Unreadable(int(rows[lacks]), int(where[lacks]), at.element, reason, at.cite, at.component)
        for at in one.at
        if at.is_required
        for lacks in np.flatnonzero(~columns[at.column].known()[rows]).tolist()
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
