"""Spans of octets -> texts, whole numbers and days, many at once.

A value is where it begins and where it ends among the octets; nothing is made a Python object on the way to a column.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt
import polars as pl

from claimkeep.engine.x12.segments import Offsets, Spans

Known = npt.NDArray[np.bool_]
Whole = npt.NDArray[np.int64]
Words = npt.NDArray[np.uint64]

WORD = 8
"""Octets compared or read as one number."""

_KEPT = np.array([(1 << 8 * length) - 1 for length in range(WORD + 1)], dtype=np.uint64)
_HHMM = 4
"""Octets of a time of day."""

_DAYS = np.array([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31], dtype=np.int64)


def words(spans: Spans, begins: Offsets, ends: Offsets) -> Words:
    """The octets of each value as a number, lowest first; of a value longer than eight octets, its first eight."""
    length = np.minimum(ends - begins, WORD)
    return np.asarray(spans.words[begins] & _KEPT[length])


def which(spans: Spans, begins: Offsets, ends: Offsets, codes: Sequence[str]) -> Offsets:
    """Which of these codes each value is; their number where it is none. No code has more than eight octets."""
    said, length = words(spans, begins, ends), ends - begins
    found = np.full(len(begins), len(codes), dtype=np.intp)
    for number, code in enumerate(codes):
        octets = code.encode("ascii")
        found[(said == np.uint64(int.from_bytes(octets, "little"))) & (length == len(octets))] = number
    return found


def is_one_of(spans: Spans, begins: Offsets, ends: Offsets, codes: Sequence[str]) -> Known:
    """True where a value is one of these codes."""
    return which(spans, begins, ends, codes) < len(codes)


def texts(spans: Spans, columns: dict[str, tuple[Offsets, Offsets]]) -> dict[str, pl.Series]:
    """A column of text for each name; null where a value has no octets."""
    if not spans.is_ascii:
        return {
            name: pl.Series(name, [one or None for one in spans.texts(begins, ends)], dtype=pl.String)
            for name, (begins, ends) in columns.items()
        }
    said = {name: (begins, ends - begins) for name, (begins, ends) in columns.items() if (ends > begins).any()}
    found = {
        name: pl.Series(name, [None], dtype=pl.String).new_from_index(0, len(begins))
        for name, (begins, _) in columns.items()
        if name not in said
    }
    if not said:
        return found
    begin = pl.when(pl.col("length") > 0).then(pl.col("begin"))
    text = pl.lit(pl.Series([spans.data])).bin.slice(begin, pl.col("length")).cast(pl.String)
    where = {"begin": np.concatenate([one for one, _ in said.values()])}
    where["length"] = np.concatenate([one for _, one in said.values()])
    written = pl.DataFrame(where).select(text.alias("text")).to_series()
    at = 0
    for name, (begins, _) in said.items():
        found[name] = written.slice(at, len(begins)).alias(name)
        at += len(begins)
    return found


def decimals(
    spans: Spans, begins: Offsets, ends: Offsets, places: int, parse: Callable[[str], int | None]
) -> tuple[Whole, Known]:
    """Each X12 type R value in units of its last place, and whether it is one that is not finer (X12.6 3.3.1.3).

    parse : the same of one text; asked where a value is longer than eight octets
    """
    length = ends - begins
    said = words(spans, begins, ends)
    minus = (said & np.uint64(0xFF)) == ord("-")
    value = np.zeros(len(said), dtype=np.int64)
    digits, after = np.zeros(len(said), dtype=np.int8), np.zeros(len(said), dtype=np.int8)
    pointed, known = np.zeros(len(said), dtype=bool), length <= WORD
    octets = said.view(np.uint8).reshape(-1, WORD) if len(said) else np.empty((0, WORD), dtype=np.uint8)
    for at in range(min(int(length.max(initial=0)), WORD)):
        octet = octets[:, at]
        digit = octet - np.uint8(ord("0"))
        is_digit = digit <= 9
        is_point = (octet == ord(".")) & ~pointed
        is_fine = is_digit & (after == places) & pointed
        known &= is_digit | is_point | (at >= length) | (minus if at == 0 else False)
        known &= ~is_fine | (digit == 0)
        is_counted = is_digit & ~is_fine
        value = np.where(is_counted, value * 10 + digit, value)
        digits += is_digit
        after += is_counted & pointed
        pointed |= is_point
    known &= digits > 0
    value *= 10 ** (places - after.astype(np.int64))
    return _with_long(spans, begins, ends, parse, np.where(minus, -value, value), known)


def numbers(spans: Spans, begins: Offsets, ends: Offsets, parse: Callable[[str], int | None]) -> tuple[Whole, Known]:
    """Each type N0 value, and whether it is one. parse : the same of one text, where it is longer than eight octets"""
    octets = words(spans, begins, ends).view(np.uint8).reshape(len(begins), WORD)
    length = ends - begins
    value, known = np.zeros(len(begins), dtype=np.int64), (length > 0) & (length <= WORD)
    for at in range(min(int(length.max(initial=0)), WORD)):
        digit = octets[:, at] - np.uint8(ord("0"))
        inside = at < length
        known &= (digit <= 9) | ~inside
        value = np.where(inside, value * 10 + digit, value)
    return _with_long(spans, begins, ends, parse, value, known)


def _with_long(
    spans: Spans, begins: Offsets, ends: Offsets, parse: Callable[[str], int | None], value: Whole, known: Known
) -> tuple[Whole, Known]:
    long = np.flatnonzero(ends - begins > WORD)
    for at, text in zip(long.tolist(), spans.texts(begins[long], ends[long]), strict=True):
        parsed = parse(text)
        known[at] = parsed is not None
        value[at] = parsed or 0
    return value, known


def days(spans: Spans, begins: Offsets, ends: Offsets) -> tuple[Whole, Known]:
    """Days since 1970-01-01 of each CCYYMMDD, and whether it is a date."""
    octets = spans.words[begins].view(np.uint8).reshape(len(begins), WORD)
    digits = octets - np.uint8(ord("0"))
    known = np.asarray((ends - begins == WORD) & (digits <= 9).all(axis=1))
    wide = digits.astype(np.int64)
    year = wide[:, 0] * 1000 + wide[:, 1] * 100 + wide[:, 2] * 10 + wide[:, 3]
    month, day = wide[:, 4] * 10 + wide[:, 5], wide[:, 6] * 10 + wide[:, 7]
    known &= (year > 0) & (month >= 1) & (month <= 12) & (day >= 1)
    is_leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    last = _DAYS[np.clip(month, 1, 12) - 1] + (is_leap & (month == 2))
    known &= day <= last
    year -= month <= 2
    month = np.where(month > 2, month - 3, month + 9)
    since = 365 * year + year // 4 - year // 100 + year // 400 + (153 * month + 2) // 5 + day - 719469
    return np.where(known, since, 0), known


def periods(spans: Spans, begins: Offsets, ends: Offsets) -> tuple[Whole, Known, Whole, Known]:
    """First days, whether each is one, last days, whether each has one: CCYYMMDD-CCYYMMDD or CCYYMMDD."""
    length = ends - begins
    two = (length == 2 * WORD + 1) & ((spans.words[np.minimum(begins + WORD, len(spans.data))] & 0xFF) == ord("-"))
    first, known = days(spans, begins, np.where(two, begins + WORD, ends))
    last, ended = days(spans, np.where(two, begins + WORD + 1, begins), np.where(two, ends, begins))
    known &= ended | ~two
    return first, known, last, ended & known


def times(spans: Spans, begins: Offsets, ends: Offsets) -> tuple[Whole, Known]:
    """Minutes since midnight of each HHMM, and whether it is a time of day."""
    octets = words(spans, begins, ends).view(np.uint8).reshape(len(begins), WORD)
    digits = (octets - np.uint8(ord("0")))[:, :_HHMM].astype(np.int64)
    hour, minute = digits[:, 0] * 10 + digits[:, 1], digits[:, 2] * 10 + digits[:, 3]
    known = (ends - begins == _HHMM) & (digits <= 9).all(axis=1) & (hour < 24) & (minute < 60)
    return np.where(known, hour * 60 + minute, 0), np.asarray(known)


def moments(spans: Spans, begins: Offsets, ends: Offsets) -> tuple[Whole, Known, Whole, Known]:
    """Days, whether each is one, minutes, whether each has some: CCYYMMDDHHMM or CCYYMMDD."""
    two = ends - begins == WORD + _HHMM
    middle = np.where(two, begins + WORD, ends)
    day, known = days(spans, begins, middle)
    minute, timed = times(spans, middle, ends)
    known &= timed | ~two
    return day, known, minute, timed & known


def components(
    spans: Spans, begins: Offsets, ends: Offsets, number: int, is_bare: bool = True
) -> tuple[Offsets, Offsets]:
    """Where one component of each composite stands, counted from 1; no octets where there are fewer.

    is_bare : without surrounding space
    """
    cuts = spans.component_cuts
    before = np.searchsorted(cuts, begins)
    start, there = begins, np.ones(len(begins), dtype=bool)
    if number > 1:
        cut = cuts[np.minimum(before + number - 2, len(cuts) - 1)]
        there = (before + number - 2 < len(cuts) - 1) & (cut < ends)
        start = np.where(there, cut + 1, begins)
    stop = np.minimum(cuts[np.minimum(before + number - 1, len(cuts) - 1)], ends)
    stop = np.where(there, stop, start)
    return spans.stripped(start, stop) if is_bare else (start, stop)


def repetitions(spans: Spans, segments: Offsets) -> tuple[Offsets, Offsets, Offsets, Offsets]:
    """Every repetition of every element of these segments, in order: its segment, its element, its begin, its end."""
    count = spans.count[segments]
    segment = np.repeat(segments, count)
    element = np.arange(len(segment)) - np.repeat(np.cumsum(count) - count, count) + 1
    at = spans.first[segment] + element
    begins, ends = spans.stripped(spans.marks[at - 1] + 1, spans.marks[at])
    if not spans.separators.repetition:
        return segment, element, begins, ends
    cuts = np.flatnonzero(spans.octets[: len(spans.data)] == ord(spans.separators.repetition))
    owner = np.searchsorted(begins, cuts, side="right") - 1
    cuts = cuts[(owner >= 0) & (cuts < np.append(ends, 0)[owner])]
    whole, begins, ends = begins, np.sort(np.concatenate((begins, cuts + 1))), np.sort(np.concatenate((ends, cuts)))
    owner = np.searchsorted(whole, begins, side="right") - 1
    return segment[owner], element[owner], begins, ends
