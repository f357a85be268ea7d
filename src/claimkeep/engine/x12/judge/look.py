"""The octets of a chunk, looked at where they stand: no element becomes text unless something is wrong with it."""

from __future__ import annotations

from calendar import isleap
from functools import cache, cached_property

import numpy as np
import numpy.typing as npt

from claimkeep.engine.x12 import fast
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

_BELOW_TOPS = np.uint64(0x7F7F7F7F7F7F7F7F)
_POINTS = np.uint64(0x2E2E2E2E2E2E2E2E)
_POINT = np.uint64(ord("."))

_BEFORE_POINT = np.array([(1 << 56) - 1, (1 << 48) - 1, (1 << 40) - 1, 0], dtype=np.uint64)
_BEHIND_POINT = np.array([0, 0xFF << 56, 0xFFFF << 48, 2**64 - 1], dtype=np.uint64)
_HUNDREDTHS = np.array([100, 10, 1, 100], dtype=np.int64)
"""Of an amount that fills a word from its end: the octets before and behind the point, and what its last digit is
worth, with no, one and two digits behind the point, and without a point."""

_PAIRS = np.uint64(0x00FF00FF00FF00FF)
"""Of eight digits, the four numbers of two digits."""


def true_in(flags: npt.NDArray[np.generic]) -> Offsets:
    """Where the flags of one dimension are true. `np.flatnonzero` is three calls deeper, which small files feel."""
    return flags.nonzero()[0]


def word(text: str) -> int:
    """A text of at most eight characters as a word."""
    return int.from_bytes(text.encode("ascii"), "little")


def _others(words: Words) -> Words:
    """The top bit of each octet that is no digit."""
    apart = words ^ _ZEROS
    found: Words = ((apart & _BELOW_TOPS) + _PAST_NINE | apart) & _TOPS
    return found


def _points(words: Words) -> Words:
    """The top bit of each octet that is a point."""
    apart = words ^ _POINTS
    found: Words = ~((apart & _BELOW_TOPS) + _BELOW_TOPS | apart | _BELOW_TOPS)
    return found


def number(digits: Words) -> Words:
    """The number that eight digits are, the first in the lowest octet."""
    pairs = ((digits ^ _ZEROS) * np.uint64(10) + ((digits ^ _ZEROS) >> np.uint64(8))) & _PAIRS
    fours = (pairs * np.uint64(100) + (pairs >> np.uint64(16))) & np.uint64(0x0000FFFF0000FFFF)
    found: Words = (fours * np.uint64(10_000) + (fours >> np.uint64(32))) & np.uint64(0xFFFFFFFF)
    return found


def _plain(segments: Offsets) -> Offsets:
    """The same as compiled code wants them: one after another."""
    return np.ascontiguousarray(segments, dtype=np.intp)


class Look:
    """The octets of a chunk, to be looked at where they stand.

    octets, words, signed : the octets; the eight that begin at each of them, as a number, and as one with a sign
    """

    def __init__(self, spans: Spans) -> None:
        data = spans.data
        self.spans = spans
        self._text = spans.text
        self._padded = data + b"\0" * 24
        self.octets = np.frombuffer(self._padded, dtype=np.uint8)
        self.words: Words = np.ndarray((len(data) + 16,), dtype="<u8", buffer=self._padded, strides=(1,))
        self.signed = self.words.view(np.int64)
        self.component = ord(spans.separators.component)

    @cached_property
    def _components(self) -> Offsets:
        return np.append(true_in(self.octets == self.component), len(self._padded))

    @property
    def many_components(self) -> int:
        """How many component separators there are."""
        return len(self._components) - 1

    def span(self, segments: Offsets, element: int) -> tuple[Offsets, Offsets]:
        """Where one element of each segment begins, and how long it is; 0 where the segment is shorter."""
        spans = self.spans
        kernels = fast.kernels()
        if kernels is not None:
            begin, length = np.empty((2, len(segments)), dtype=np.intp)
            kernels.span(spans.count, spans.first, spans.marks, _plain(segments), element, begin, length)
            return begin, length
        there = spans.count[segments] >= element
        at = np.where(there, spans.first[segments] + element, 1)
        begin = spans.marks[at - 1] + 1
        return begin, np.where(there, spans.marks[at] - begin, 0)

    def word(self, segments: Offsets, element: int) -> Words:
        """One element of each segment as a word; what is longer than a word is no code, so it is 0."""
        kernels = fast.kernels()
        if kernels is not None:
            spans, found = self.spans, np.empty(len(segments), dtype=np.int64)
            kernels.word(self.signed, spans.count, spans.first, spans.marks, _plain(segments), element, found)
            return found.view(np.uint64)
        begin, length = self.span(segments, element)
        return np.where(length <= WORD, self.words[begin] & WORD_MASK[np.minimum(length, WORD)], np.uint64(0))

    def text(self, begin: int, end: int) -> str:
        return self._text[begin:end]

    def odd_segments(self, spans: Spans) -> Offsets:
        """Segments with a control character, one none of ASCII, a repetition, or an element that begins with space."""
        octets, marks = self.octets[: len(spans.data)], spans.separators
        strange = true_in(octets - np.uint8(ord(" ")) > ord("~") - ord(" "))
        sorts = _sorts(marks)[octets[strange]]
        is_line = (sorts == _LINE) & (self.octets[strange - 1] == ord(marks.segment))
        spaces = true_in(octets == ord(" "))
        odds = [
            strange[(sorts != _SEPARATOR) & ~is_line],
            spaces[_sorts(marks)[self.octets[spaces - 1]] == _SEPARATOR],
        ]
        if marks.repetition:
            odds.append(true_in(octets == ord(marks.repetition)))
        odd = np.concatenate(odds)
        if not len(odd):
            return odd
        segment = np.searchsorted(spans.start, odd, side="right") - 1
        ends = spans.marks[spans.first + spans.count]
        inside = (segment >= 0) & (odd < ends[segment])
        found: Offsets = segment[inside]
        return found

    def components(self) -> Offsets:
        """Every component separator, in order."""
        return self._components[:-1]

    def before_component(self, begin: Offsets, end: Offsets) -> Offsets:
        found: Offsets = np.minimum(self._components[np.searchsorted(self._components, begin)], end)
        return found

    def components_between(self, begin: Offsets, end: Offsets) -> tuple[Offsets, Offsets]:
        return np.searchsorted(self._components, begin), np.searchsorted(self._components, end)

    def component_at(self, number: Offsets) -> Offsets:
        return self._components[np.clip(number, 0, len(self._components) - 1)]

    def plain_numbers(self, begin: Offsets, length: Offsets, is_decimal: Flags) -> Flags:
        """True for digits alone and, in a decimal, one point with no more than two behind it; false when too long."""
        size = np.minimum(length, WORD)
        words = self.words[begin + length - size]
        others = _others(words) & WORD_MASK[size]
        plain: Flags = others == 0
        pointed = true_in(~plain & is_decimal)
        if len(pointed):
            size = size[pointed]
            points = _points(words[pointed]) & WORD_MASK[size]
            late = points >> (np.uint64(8) * (size - np.minimum(size, 3)).astype(np.uint64))
            is_one = (others[pointed] == points) & ((points & (points - np.uint64(1))) == 0)
            plain[pointed] = is_one & (late != 0) & (length[pointed] > 1)
        long = true_in(length > WORD)
        if len(long):
            before = length[long] - WORD
            first = _others(self.words[begin[long]]) & WORD_MASK[np.minimum(before, WORD)]
            plain[long] &= (before <= WORD) & (first == 0)
        return plain

    def amounts(self, begin: Offsets, length: Offsets) -> tuple[npt.NDArray[np.int64], Flags]:
        """Amounts in cents, 0 where nothing stands, and which of them cannot be told at one look."""
        size = np.minimum(length, WORD)
        words = self.words[begin] << (np.uint64(8) * (WORD - size).astype(np.uint64)) % np.uint64(64)
        words = words * (size > 0) | _ZEROS & WORD_MASK[WORD - size]
        behind = np.where(words >> np.uint64(56) == _POINT, 0, 3)
        behind[(words >> np.uint64(48)) & np.uint64(0xFF) == _POINT] = 1
        behind[(words >> np.uint64(40)) & np.uint64(0xFF) == _POINT] = 2
        is_pointed = behind < 3
        before = (words & _BEFORE_POINT[behind]) << np.uint64(8) | np.uint64(ord("0"))
        digits = np.where(is_pointed, before, np.uint64(0)) | words & _BEHIND_POINT[behind]
        odd: Flags = (_others(digits) != 0) | (length > WORD) | (is_pointed & (length == 1))
        return number(digits).astype(np.int64) * _HUNDREDTHS[behind], odd

    def days(self, begin: Offsets) -> Flags:
        """True where the eight octets from here are a day of the calendar."""
        digits = self.words[begin] ^ _ZEROS
        is_number: Flags = ((digits + _PAST_NINE) | digits) & _TOPS == 0
        pairs = ((digits * np.uint64(10) + (digits >> np.uint64(8))) & _PAIRS) * is_number
        century, year, month, day = pairs.astype("<u8", copy=False).view("<u2").reshape(-1, 4).T
        right: Flags = is_number & (day > 0) & (day <= _DAYS[month]) & ((century | year) > 0)
        for row in true_in((month == _FEBRUARY) & (day == _LEAP_DAY)).tolist():
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


_ANY, _SEPARATOR, _LINE = range(3)


@cache
def _sorts(separators: Separators) -> npt.NDArray[np.uint8]:
    """Which octets are separators, and which ends a line."""
    sorts = np.full(256, _ANY, dtype=np.uint8)
    sorts[ord("\n")] = _LINE
    for one in (separators.component, separators.element, separators.segment):
        sorts[ord(one)] = _SEPARATOR
    return sorts
