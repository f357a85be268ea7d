"""The octets of a chunk, looked at where they stand: no element becomes text unless something is wrong with it."""

from __future__ import annotations

from calendar import isleap
from functools import cache, cached_property

import numpy as np
import numpy.typing as npt

from claimkeep.engine.x12.guides import compile as tables
from claimkeep.engine.x12.segments import Offsets, Spans
from claimkeep.engine.x12.separators import Separators

Words = npt.NDArray[np.uint64]
Flags = npt.NDArray[np.bool_]

WORD = 8
"""Octets of a word: what one look sees."""

WORD_MASK = np.array([(1 << (8 * size)) - 1 for size in range(WORD + 1)], dtype=np.uint64)
"""What is left of a word that begins with so many octets of ours."""

_DAYS = np.array([0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] + [0] * 87, dtype=np.intp)
_FEBRUARY, _LEAP_DAY = 2, 29

_ZEROS, _TOPS = np.uint64(0x3030303030303030), np.uint64(0x8080808080808080)
_PAST_NINE = np.uint64(0x7676767676767676)
"""What makes the top bit of an octet stand, unless the octet is at most nine."""

_PAIRS = np.uint64(0x00FF00FF00FF00FF)
"""Of eight digits, the four numbers of two digits."""


def word(text: str) -> int:
    """A text of at most eight characters as a word."""
    return int.from_bytes(text.encode("ascii"), "little")


def _points(words: Words, size: Offsets) -> Words:
    """The top bit of each octet that is a point, among the first octets of each word."""
    tops = np.uint64(0x8080808080808080)
    apart = (words ^ np.uint64(0x2E2E2E2E2E2E2E2E)) | ~WORD_MASK[size]
    found: Words = ~(((apart & ~tops) + ~tops) | apart | ~tops)
    return found


class Look:
    """The octets of a chunk, to be looked at where they stand.

    octets, words : the octets, and the eight that begin at each of them, as a number
    kind_of       : the kind of each of 256 octets
    """

    def __init__(self, spans: Spans) -> None:
        data = spans.data
        self.spans = spans
        self._text = spans.text
        self._padded = data + b"\0" * 24
        self.octets = np.frombuffer(self._padded, dtype=np.uint8)
        self.words: Words = np.ndarray((len(data) + 16,), dtype="<u8", buffer=self._padded, strides=(1,))
        self.component = ord(spans.separators.component)
        self.kind_of = np.frombuffer(_kinds(spans.separators), dtype=np.uint8)

    @cached_property
    def _kinds(self) -> npt.NDArray[np.uint8]:
        return np.frombuffer(self._padded.translate(self.kind_of.tobytes()), dtype=np.uint8)

    @cached_property
    def _components(self) -> Offsets:
        return np.append(np.flatnonzero(self.octets == self.component), len(self._padded))

    @property
    def many_components(self) -> int:
        """How many component separators there are."""
        return len(self._components) - 1

    def span(self, segments: Offsets, element: int) -> tuple[Offsets, Offsets]:
        """Where one element of each segment begins, and how long it is; 0 where the segment is shorter."""
        spans = self.spans
        there = spans.count[segments] >= element
        at = np.where(there, spans.first[segments] + element, 1)
        begin = spans.marks[at - 1] + 1
        return begin, np.where(there, spans.marks[at] - begin, 0)

    def word(self, segments: Offsets, element: int) -> Words:
        """One element of each segment as a word; what is longer than a word is no code, so it is 0."""
        begin, length = self.span(segments, element)
        return np.where(length <= WORD, self.words[begin] & WORD_MASK[np.minimum(length, WORD)], np.uint64(0))

    def text(self, begin: int, end: int) -> str:
        return self._text[begin:end]

    def odd_segments(self, spans: Spans) -> Offsets:
        """Segments with a control character, one none of ASCII, a repetition, or an element that begins with space."""
        kinds = self._kinds[: len(spans.data)]
        is_odd = kinds >= tables.REPEAT
        octets = self.octets[: len(spans.data)]
        is_odd[1:] &= (octets[1:] != ord("\n")) | (octets[:-1] != ord(spans.separators.segment))
        is_odd[1:] |= (kinds[1:] == tables.SPACE) & ((kinds[:-1] & (0xFF ^ tables.COMPONENT)) == 0)
        odd = np.flatnonzero(is_odd)
        segment = np.searchsorted(spans.start, odd, side="right") - 1
        ends = spans.marks[spans.first + spans.count]
        inside = (segment >= 0) & (odd < ends[segment])
        found: Offsets = segment[inside]
        return found

    def misplaced_components(self, first_part: Offsets, row: Offsets, begin: Offsets, end: Offsets) -> Offsets:
        """Tokens that are no composite and yet hold a component separator."""
        at = self._components[:-1]
        token = np.searchsorted(begin, at, side="right") - 1
        token = token[(token >= 0) & (at < end[token])]
        found: Offsets = token[first_part[row[token]] == 0]
        return found

    def before_component(self, begin: Offsets, end: Offsets) -> Offsets:
        found: Offsets = np.minimum(self._components[np.searchsorted(self._components, begin)], end)
        return found

    def components_between(self, begin: Offsets, end: Offsets) -> tuple[Offsets, Offsets]:
        return np.searchsorted(self._components, begin), np.searchsorted(self._components, end)

    def component_at(self, number: Offsets) -> Offsets:
        return self._components[np.clip(number, 0, len(self._components) - 1)]

    def kinds_in(self, begin: Offsets, end: Offsets) -> npt.NDArray[np.uint8]:
        """The kinds of character in each span, none of which is empty."""
        edges = np.empty(2 * len(begin), dtype=np.intp)
        edges[::2], edges[1::2] = begin, end
        return np.bitwise_or.reduceat(self._kinds, edges)[::2]

    def oddly_pointed(self, begin: Offsets, end: Offsets) -> Flags:
        """Decimals with more than one point, more than two places, or too long to tell."""
        length = end - begin
        size = np.minimum(length, WORD)
        points = _points(self.words[end - size], size)
        late = points >> (np.uint64(8) * (size - np.minimum(size, 3)).astype(np.uint64))
        odd: Flags = (length < 2) | ((points & (points - np.uint64(1))) != 0) | (late == 0)
        long = np.flatnonzero(length > WORD)
        before = length[long] - WORD
        odd[long] |= (before > WORD) | (_points(self.words[begin[long]], np.minimum(before, WORD)) != 0)
        return odd

    def days(self, begin: Offsets) -> Flags:
        """True where the eight octets from here are a day of the calendar."""
        digits = self.words[begin] ^ _ZEROS
        is_number: Flags = ((digits + _PAST_NINE) | digits) & _TOPS == 0
        pairs = ((digits * np.uint64(10) + (digits >> np.uint64(8))) & _PAIRS) * is_number
        century, year, month, day = pairs.astype("<u8", copy=False).view("<u2").reshape(-1, 4).T
        right: Flags = is_number & (day > 0) & (day <= _DAYS[month]) & ((century | year) > 0)
        for row in np.flatnonzero((month == _FEBRUARY) & (day == _LEAP_DAY)).tolist():
            right[row] &= isleap(int(century[row]) * 100 + int(year[row]))
        return right

    def is_minute(self, begin: Offsets) -> Flags:
        """True where the four octets from here are a minute of a day, HHMM."""
        digits = self.octets[begin[:, None] + np.arange(4)] - np.uint8(ord("0"))
        hour = digits[:, 0] * np.uint8(10) + digits[:, 1]
        right: Flags = (digits <= 9).all(axis=1) & (hour < 24) & (digits[:, 2] < 6)
        return right

    def periods(self, begin: Offsets) -> Flags:
        """True where two days stand with a dash between, the first not after the last."""
        dash = self.octets[begin + 8] == ord("-")
        first, last = self.words[begin].byteswap(), self.words[begin + 9].byteswap()
        right: Flags = dash & self.days(begin) & self.days(begin + 9) & (first <= last)
        return right


@cache
def _kinds(separators: Separators) -> bytes:
    """The kind of each octet, as a table for `translate`; separators of elements and segments are of none."""
    kinds = [tables.ODD if octet < 0x20 or octet > 0x7E else tables.WORD for octet in range(256)]
    for octet in b"0123456789":
        kinds[octet] = tables.DIGIT
    kinds[ord(".")], kinds[ord("-")], kinds[ord(" ")] = tables.POINT, tables.MINUS, tables.SPACE
    kinds[ord(separators.component)] = tables.COMPONENT
    if separators.repetition:
        kinds[ord(separators.repetition)] = tables.REPEAT
    kinds[ord(separators.element)] = kinds[ord(separators.segment)] = 0
    return bytes(kinds)
