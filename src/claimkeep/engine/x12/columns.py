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

from claimkeep.engine.terms.money import cents
from claimkeep.engine.x12.loops import Labels
from claimkeep.engine.x12.segments import SPACE, Offsets, Spans, pack

_QUANTITY = re.compile(r"(-?)(\d{0,12})(?:\.(\d{0,3})0*)?", re.ASCII)


class Kind(StrEnum):
    """How an element is written."""

    TEXT = "text"
    CENTS = "amount"
    MILLI = "quantity"
    DAY = "date"
    PERIOD = "date or period"
    NUMBER = "number"


@dataclass(frozen=True, slots=True)
class At:
    """One column's position. `component` counts from 1; 0 when the element is no composite.

    qualifier : (element, values): the value is this column only beside one of these; the first is written
    until     : the column of the last day when `kind` is PERIOD
    absent    : what is written when the segment stands and the column is null
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


def gather(
    spans: Spans, labels: Labels, layout: Sequence[SegmentAt], openers: Offsets
) -> tuple[Columns, list[Unreadable]]:
    """The columns of a layout, one row an opener, and what could not be read.

    openers : the segments that begin each row, in order; a segment belongs to the last opener before it
    Where a segment repeats inside a row, the first is taken; null where nothing was sent.
    """
    names = dict.fromkeys(name for one in layout for at in one.at for name in (at.column, at.until) if name)
    columns: Columns = {name: [None] * len(openers) for name in names}
    unreadable: list[Unreadable] = []
    for one in layout:
        rows, where = _instances(spans, labels, one, openers)
        texts = {element: spans.elements(where, element) for element in {at.element for at in one.at}}
        for at in one.at:
            unreadable.extend(_fill(spans, at, rows, where, texts[at.element], columns))
        unreadable.extend(_missing(one, rows, where, columns))
    return columns, unreadable


def occurrences(spans: Spans, labels: Labels, loop: str, segment: str) -> Offsets:
    """Every segment of this id in this loop."""
    return np.flatnonzero((spans.code == pack(segment)) & (labels.loop == labels.number(loop)))


def _instances(spans: Spans, labels: Labels, one: SegmentAt, openers: Offsets) -> tuple[list[int], Offsets]:
    """Rows and segments of this SegmentAt: the first of each row."""
    where = occurrences(spans, labels, one.loop, one.segment)
    for element, values in one.match.items():
        fits = [value in values for value in spans.elements(where, element)]
        where = where[np.array(fits, dtype=bool)]
    rows = np.searchsorted(openers, where, side="right") - 1
    where, rows = where[rows >= 0], rows[rows >= 0]
    is_first = np.append(True, rows[1:] != rows[:-1]) if len(rows) else np.empty(0, dtype=bool)
    return rows[is_first].tolist(), where[is_first]


def each(texts: list[str], change: Callable[[str], Any]) -> list[Any]:
    """Each text changed; texts that come again, as codes and dates do, are changed once."""
    changed = {text: change(text) for text in set(texts)}
    return [changed[text] for text in texts]


def _fill(
    spans: Spans, at: At, rows: list[int], where: Offsets, texts: list[str], columns: Columns
) -> list[Unreadable]:
    """Puts one position into its columns. texts : the whole element of each segment"""
    if at.component:
        mark = spans.separators.component
        texts = each(texts, lambda text: component(text, mark, at.component))
    if at.qualifier is not None and at.kind is Kind.TEXT:
        element, allowed = at.qualifier
        beside = spans.elements(where, element)
        texts = [text if q in allowed else "" for text, q in zip(texts, beside, strict=True)]
    column = columns[at.column]
    if at.kind is Kind.TEXT:
        _scatter(column, rows, [text or None for text in texts])
        return []
    values = each(texts, PARSE[at.kind])
    reason = f"the {at.kind} cannot be read"
    wrong = [
        Unreadable(rows[number], int(where[number]), at.element, reason, at.cite, at.component, at.kind)
        for number, value in enumerate(values)
        if value is None and texts[number] and column[rows[number]] is None
    ]
    if at.kind is Kind.PERIOD:
        for row, value in zip(rows, values, strict=True):
            if value is not None and column[row] is None:
                column[row], columns[at.until][row] = value
    else:
        _scatter(column, rows, values)
    return wrong


def _scatter(column: list[Any], rows: list[int], values: list[Any]) -> None:
    """Puts each value into its row, unless one stands there; rows are distinct and in order."""
    if len(rows) == len(column) and column.count(None) == len(column):
        column[:] = values
        return
    for row, value in zip(rows, values, strict=True):
        if value is not None and column[row] is None:
            column[row] = value


def _missing(one: SegmentAt, rows: list[int], where: Offsets, columns: Columns) -> list[Unreadable]:
    """A segment that stands without a value it must carry."""
    return [
        Unreadable(row, segment, at.element, "a required value is not there", at.cite, at.component)
        for at in one.at
        if at.is_required
        for row, segment in zip(rows, where.tolist(), strict=True)
        if columns[at.column][row] is None
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


def period(text: str) -> tuple[date, date | None] | None:
    """First and last day of CCYYMMDD-CCYYMMDD; a single day has no last."""
    first, dash, last = text.partition("-")
    begin, end = day(first), day(last) if dash else None
    if begin is None or (dash and end is None):
        return None
    return begin, end


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


def words(text: str) -> str | None:
    """Text as sent."""
    return text


PARSE: dict[Kind, Callable[[str], Any]] = {
    Kind.TEXT: words,
    Kind.CENTS: cents,
    Kind.MILLI: milli,
    Kind.DAY: day,
    Kind.PERIOD: period,
    Kind.NUMBER: number,
}
