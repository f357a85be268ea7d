"""Components of elements, and days, looked at where they stand: many at once, none as text."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from claimkeep.engine.codes.words import Days, Words
from claimkeep.engine.x12.judge.context import Context
from claimkeep.engine.x12.judge.look import WORD, WORD_MASK, Flags, Look, word
from claimkeep.engine.x12.segments import Offsets

_ZEROS = np.uint64(0x3030303030303030)
_TOPS, _PAST_NINE = np.uint64(0x8080808080808080), np.uint64(0x7676767676767676)
_PAIRS = np.uint64(0x00FF00FF00FF00FF)
_DAY, _PERIOD = 8, 17
"""Characters of CCYYMMDD, and of two with a dash between."""


@dataclass(slots=True)
class Values:
    """Elements, or one component of each: where they begin and how long they are, 0 where they are not there.

    segments, elements, begin, length : one a value; component : 0 for the whole element
    """

    look: Look
    segments: Offsets
    elements: Offsets
    component: int
    begin: Offsets
    length: Offsets
    _marks: tuple[Offsets, Offsets] | None = None

    @staticmethod
    def of(context: Context, segments: Offsets, element: int) -> Values:
        """One element of each segment."""
        elements = np.full(len(segments), element, dtype=np.intp)
        return Values(context.look, segments, elements, 0, *context.look.span(segments, element))

    @staticmethod
    def every(context: Context, segments: Offsets) -> Values:
        """Every element of each segment."""
        spans = context.spans
        many = spans.count[segments]
        owner = np.repeat(np.arange(len(segments)), many)
        elements = np.arange(len(owner)) - np.repeat(np.cumsum(many) - many, many) + 1
        segments = segments[owner]
        at = spans.first[segments] + elements
        begin = spans.marks[at - 1] + 1
        return Values(context.look, segments, elements, 0, begin, spans.marks[at] - begin)

    def part(self, number: int) -> Values:
        """A component of each, counted from 1; a value that is no composite is its own first."""
        if self._marks is None:
            self._marks = self.look.components_between(self.begin, self.begin + self.length)
        first, until = self._marks
        at = first + number - 1
        there = (self.length > 0) & (at <= until)
        begin = self.begin if number == 1 else np.where(there, self.look.component_at(at - 1) + 1, 0)
        end = np.where(at < until, self.look.component_at(at), self.begin + self.length)
        return Values(self.look, self.segments, self.elements, number, begin, np.where(there, end - begin, 0))

    def where(self, rows: Flags | Offsets) -> Values:
        """These rows alone."""
        begin, length = self.begin[rows], self.length[rows]
        return Values(self.look, self.segments[rows], self.elements[rows], self.component, begin, length)

    def words(self) -> tuple[Words, Words]:
        """The first and the next eight characters of each, as `engine.codes` compares them."""
        words, length = self.look.words, self.length
        more = np.maximum(length - WORD, 0)
        first = words[self.begin] & WORD_MASK[np.minimum(length, WORD)]
        if not more.any():
            return first, np.zeros(len(first), dtype=np.uint64)
        after = np.where(more > 0, self.begin + WORD, 0)
        return first, words[after] & WORD_MASK[np.minimum(more, WORD)]

    def is_one_of(self, *codes: str) -> Flags:
        """True where it is one of these codes of at most eight characters."""
        value = self.look.words[self.begin] & WORD_MASK[np.minimum(self.length, WORD)]
        found: Flags = np.zeros(len(value), dtype=bool)
        for code in codes:
            found |= value == np.uint64(word(code))
        return found & (self.length <= WORD)

    def days(self) -> tuple[Days, Days]:
        """The first and last day of each, CCYYMMDD: one day twice, or both of a period; 0 where there is none."""
        is_period = self.length == _PERIOD
        first = self._day(self.begin, (self.length == _DAY) | is_period)
        if not is_period.any():
            return first, first
        return first, np.where(is_period, self._day(np.where(is_period, self.begin + _DAY + 1, 0), is_period), first)

    def _day(self, begin: Offsets, there: Flags) -> Days:
        digits = self.look.words[begin] ^ _ZEROS
        there = there & (((digits + _PAST_NINE) | digits) & _TOPS == 0)
        pairs = (digits * np.uint64(10) + (digits >> np.uint64(8))) & _PAIRS
        century, year, month, day = pairs.astype("<u8", copy=False).view("<u2").reshape(-1, 4).T.astype(np.int64)
        return np.where(there, ((century * 100 + year) * 100 + month) * 100 + day, 0)
