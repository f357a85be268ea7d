"""Spans of octets -> texts, whole numbers and days, many at once.

A value is where it begins and where it ends among the octets; nothing is made a Python object on the way to a column.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt
import polars as pl

from claimkeep.engine.x12 import arrow, segments
from claimkeep.engine.x12.arrow import Views
from claimkeep.engine.x12.segments import SPACE, Offsets, Spans

Known = npt.NDArray[np.bool_]
Whole = npt.NDArray[np.int64]
Words = npt.NDArray[np.uint64]

WORD = 8
"""Octets compared or read as one number."""

_KEPT = np.array([(1 << 8 * length) - 1 for length in range(WORD + 1)], dtype=np.uint64)
_INLINE = 12
"""Octets of a value that its view holds itself."""

_KEPT_FIRST = np.array([(1 << 8 * length) - 1 for length in range(5)], dtype=np.uint32)
_KEPT_REST = np.array([(1 << 8 * max(length - 4, 0)) - 1 for length in range(_INLINE + 1)], dtype=np.uint64)

_ZEROS = np.uint64(0x3030303030303030)
_OVER_NINE = np.uint64(0x7676767676767676)
_ONES = np.uint64(0x0101010101010101)
_HIGH = np.uint64(0x8080808080808080)
_POINTS = np.uint64(0x2E2E2E2E2E2E2E2E)
_EIGHT = np.uint64(8)
_SCALE = 10 ** np.arange(WORD + 1, dtype=np.int64)

_HHMM = 4
"""Octets of a time of day."""

_DAYS = np.array([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31], dtype=np.int64)


def _calendar() -> tuple[Whole, Whole, Whole]:
    """By year the day before its first, counted from 1970-01-01, and where its months stand; those, by MMDD."""
    years = np.arange(10_000)
    leap = (years % 4 == 0) & ((years % 100 != 0) | (years % 400 == 0))
    before = years - 1
    base = 365 * before + before // 4 - before // 100 + before // 400 - 719_163
    of = np.zeros(20_000, dtype=np.int64)
    for is_leap, lengths in ((0, _DAYS), (1, _DAYS + (np.arange(12) == 1))):
        for month, length in enumerate(lengths.tolist()):
            first = 10_000 * is_leap + 100 * (month + 1) + 1
            of[first : first + length] = int(lengths[:month].sum()) + np.arange(1, length + 1)
    return base, np.where(leap, 10_000, 0), of


_YEAR, _MONTHS, _DAY_OF = _calendar()


def words(spans: Spans, begins: Offsets, ends: Offsets) -> Words:
    """The octets of each value as a number, lowest first; of a value longer than eight octets, its first eight."""
    return np.asarray(spans.words[begins] & _KEPT.take(ends - begins, mode="clip"))


def which(spans: Spans, begins: Offsets, ends: Offsets, codes: Sequence[str]) -> Offsets:
    """Which of these codes each value is; their number where it is none. No code has more than seven octets."""
    said = keys(spans, begins, ends)
    found = np.full(len(begins), len(codes), dtype=np.intp)
    for number, code in enumerate(codes):
        found[said == _key(code)] = number
    return found


def keys(spans: Spans, begins: Offsets, ends: Offsets) -> Words:
    """The octets of each value and how many there are as one number, the same for no two values of at most seven."""
    length = ends - begins
    said = words(spans, begins, ends)
    if int(length.max(initial=0)) >= WORD:
        said[length >= WORD] = _NO_KEY
    said |= _LENGTH.take(length, mode="clip")
    return said


_LENGTH = np.array([*(length << 56 for length in range(WORD)), 0], dtype=np.uint64)
_NO_KEY = np.uint64(0xFF << 56)
"""The key of every longer value."""


def _key(code: str) -> np.uint64:
    octets = code.encode("ascii")
    return np.uint64(int.from_bytes(octets, "little") | len(octets) << 56)


def are_one_of(said: Words, codes: Sequence[str]) -> Known:
    """True where a value is one of these codes. said : the values as `keys`"""
    return np.asarray(np.logical_or.reduce([said == _key(code) for code in codes]))


def is_one_of(spans: Spans, begins: Offsets, ends: Offsets, codes: Sequence[str]) -> Known:
    """True where a value is one of these codes."""
    return are_one_of(keys(spans, begins, ends), codes)


def views(spans: Spans, begins: Offsets, ends: Offsets) -> Views:
    """Values as a column of text that stands in the octets of the spans.

    A value that is no UTF-8 is said again in it, octet for character: files of both kinds are sent.
    """
    length = ends - begins
    made = np.empty((*length.shape, 2), dtype=np.uint64)
    first = (spans.words32[begins] & _KEPT_FIRST.take(length, mode="clip")).astype(np.uint64)
    first <<= np.uint64(32)
    np.bitwise_or(first, length.view(np.uint64), out=made[..., 0])
    rest = spans.words[begins + 4]
    rest &= _KEPT_REST.take(length, mode="clip")
    if int(length.max(initial=0)) > _INLINE:
        rest = np.where(length > _INLINE, (begins << 32).view(np.uint64), rest)
    made[..., 1] = rest
    found = made.view(np.complex128)[..., 0]
    if not spans.is_ascii:
        _recode(spans, begins.ravel(), ends.ravel(), found.reshape(-1))
    return Views(found, spans)


def _recode(spans: Spans, begins: Offsets, ends: Offsets, found: npt.NDArray[np.complex128]) -> None:
    """Changes the views of values that are no UTF-8."""
    high = np.flatnonzero(spans.octets >= 0x80)
    for at in np.flatnonzero(np.searchsorted(high, begins) < np.searchsorted(high, ends)).tolist():
        raw = spans.data[begins[at] : ends[at]]
        try:
            raw.decode()
        except UnicodeDecodeError:
            found[at] = _written(spans, raw.decode("latin-1"))


def _written(spans: Spans, text: str) -> np.complex128:
    """The view of a text that does not stand in the octets: it is written behind those that do not either."""
    octets = text.encode()
    length = len(octets).to_bytes(4, "little")
    if len(octets) <= _INLINE:
        return np.complex128(np.frombuffer(length + octets.ljust(_INLINE, b"\0"), dtype=np.complex128)[0])
    place = len(spans.recoded)
    spans.recoded.extend(octets)
    view = length + octets[:4] + (1).to_bytes(4, "little") + place.to_bytes(4, "little")
    return np.complex128(np.frombuffer(view, dtype=np.complex128)[0])


def written(spans: Spans, texts: Sequence[str | None], which: Offsets) -> Views:
    """A column of text of which each row is one of a few texts; None and the empty text are no value."""
    few = np.array([_written(spans, one) if one else 0 for one in texts], dtype=np.complex128)
    return Views(few[which], spans)


def without_dots(spans: Spans, begins: Offsets, ends: Offsets) -> Views:
    """Codes as a column of text, each without the dots that stand in it."""
    found = views(spans, begins, ends)
    beside = words(spans, begins, ends) ^ _POINTS
    dotted = (((beside - _ONES) & ~beside & _HIGH) != 0) | (ends - begins > WORD)
    for at in np.flatnonzero(dotted).tolist():
        code = segments.decoded(spans.data[begins[at] : ends[at]])
        found.views[at] = _written(spans, bare) if (bare := code.replace(".", "").strip(SPACE)) else 0
    return found


def texts(spans: Spans, columns: dict[str, tuple[Offsets, Offsets]]) -> dict[str, pl.Series]:
    """A column of text for each name, all of one length; null where a value has no octets."""
    made = {name: views(spans, *bounds) for name, bounds in columns.items()}
    schema = dict.fromkeys(made, pl.String)
    rows = len(next(iter(made.values())))
    return (arrow.table(made, arrow.Shape(schema), rows) if rows else pl.DataFrame(schema=schema)).to_dict()


def decimals(
    spans: Spans, begins: Offsets, ends: Offsets, places: int, parse: Callable[[str], int | None]
) -> tuple[Whole, Known]:
    """Each X12 type R value in units of its last place, and whether it is one that is not finer (X12.6 3.3.1.3).

    parse : the same of one text; asked where a value is longer than eight octets
    """
    length = ends - begins
    said = words(spans, begins, ends)
    minus = (said & np.uint64(0xFF)) == ord("-")
    if minus.any():
        said = np.where(minus, said >> _EIGHT, said)
        count = length - minus
    else:
        count = length
    # The lowest octet that is a point: all below it stay, all above it move down by one.
    beside = said ^ _POINTS
    point = (beside - _ONES) & ~beside & _HIGH
    point = (point & (~point + np.uint64(1))) >> np.uint64(7)
    before = point - np.uint64(1)
    pointed = point != 0
    after = np.where(pointed, count - 1 - (np.bitwise_count(before) >> 3), 0)
    joined = np.bitwise_or(said & before, (said >> _EIGHT) & np.invert(before))
    digits, is_whole = _digits(joined, count - pointed)
    known = is_whole & (length <= WORD)
    after *= known
    value = digits * _SCALE.take(places - after, mode="clip")
    fine = np.flatnonzero(after > places)
    if len(fine):
        unit = _SCALE[after[fine] - places]
        known[fine] &= digits[fine] % unit == 0
        value[fine] = digits[fine] // unit
    return _with_long(spans, begins, ends, parse, np.where(minus, -value, value) if minus.any() else value, known)


def _digits(said: Words, count: Offsets) -> tuple[Whole, Known]:
    """The number that so many digits make, the first of them lowest, and whether they are all digits and one at least.

    Three multiplications join eight digits to one number, two and two at a time.
    """
    by = _EIGHT * (_EIGHT - np.minimum(count, WORD).astype(np.uint64))
    digits = (said << by) ^ (_ZEROS << by)
    known = (((digits + _OVER_NINE) | digits) & _HIGH) == 0
    known &= count > 0
    pairs = digits * np.uint64(10) + (digits >> _EIGHT)
    kept = np.uint64(0x000000FF000000FF)
    value = (pairs & kept) * np.uint64(0x000F424000000064)
    value += ((pairs >> np.uint64(16)) & kept) * np.uint64(0x0000271000000001)
    return (value >> np.uint64(32)).view(np.int64), known


def numbers(spans: Spans, begins: Offsets, ends: Offsets, parse: Callable[[str], int | None]) -> tuple[Whole, Known]:
    """Each type N0 value, and whether it is one. parse : the same of one text, where it is longer than eight octets"""
    length = ends - begins
    value, known = _digits(words(spans, begins, ends), length)
    known &= length <= WORD
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
    digits = spans.words[begins] ^ _ZEROS
    known = np.asarray((((digits + _OVER_NINE) | digits) & _HIGH) == 0)
    known &= ends - begins == WORD
    pairs = (digits * np.uint64(10) + (digits >> _EIGHT)).view(np.uint8).reshape(-1, WORD)
    year = pairs[:, 0] * np.int64(100) + pairs[:, 2]
    within = pairs[:, 4] * np.int64(100) + pairs[:, 6]
    day = _DAY_OF.take(within + _MONTHS.take(year, mode="clip"), mode="clip")
    known &= (day > 0) & (year > 0)
    return np.where(known, _YEAR.take(year, mode="clip") + day, 0), known


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
    (found,) = opened(spans, begins, ends, (number,), is_bare)
    return found


def opened(
    spans: Spans, begins: Offsets, ends: Offsets, numbers: Sequence[int], is_bare: bool = True
) -> list[tuple[Offsets, Offsets]]:
    """Several components of each composite, as `components`."""
    cuts = spans.component_cuts
    before = np.searchsorted(cuts, begins)
    stops = [begins - 1]
    for number in range(max(numbers)):
        stops.append(np.minimum(cuts.take(before + number, mode="clip"), ends))
        if np.array_equal(stops[-1], ends):
            break
    found = []
    for number in numbers:
        if number >= len(stops):
            found.append((ends, ends))
            continue
        start, stop = np.minimum(stops[number - 1] + 1, stops[number]), stops[number]
        found.append(spans.stripped(start, stop) if is_bare and spans.is_loose else (start, stop))
    return found


def repetitions(spans: Spans, segments: Offsets) -> tuple[Offsets, Offsets, Offsets, Offsets]:
    """Every repetition of every element of these segments, in order: its segment, its element, its begin, its end."""
    count = spans.count[segments]
    segment = np.repeat(segments, count)
    element = np.arange(len(segment)) - np.repeat(np.cumsum(count) - count, count) + 1
    at = spans.first[segment] + element
    begins, ends = spans.stripped(spans.marks[at - 1] + 1, spans.marks[at])
    mark = spans.separators.repetition.encode("latin-1")
    if not mark or mark not in spans.data:
        return segment, element, begins, ends
    cuts = np.flatnonzero(spans.octets[: len(spans.data)] == ord(mark))
    owner = np.searchsorted(begins, cuts, side="right") - 1
    cuts = cuts[(owner >= 0) & (cuts < np.append(ends, 0)[owner])]
    whole, begins, ends = begins, np.sort(np.concatenate((begins, cuts + 1))), np.sort(np.concatenate((ends, cuts)))
    owner = np.searchsorted(whole, begins, side="right") - 1
    return segment[owner], element[owner], begins, ends
