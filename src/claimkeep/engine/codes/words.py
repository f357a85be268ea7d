"""Codes as words: a code of up to sixteen characters is two numbers, compared without a Python value a code."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Words = npt.NDArray[np.uint64]
Days = npt.NDArray[np.int64]
"""CCYYMMDD as a number; 0 where no day is known."""

LONGEST = 16
"""Characters a code may have."""

_MIX, _OTHER_MIX = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F)
_ROOM = 4
"""Slots there are for each code, at least."""


def words_of(codes: Sequence[str]) -> tuple[Words, Words]:
    """The first and last eight characters of each code as little-endian words, as X12 is looked at; all of ASCII."""
    octets = np.array([code.encode("ascii") for code in codes] or [b""], dtype=f"S{LONGEST}")[: len(codes)]
    halves = np.frombuffer(octets.tobytes(), dtype="<u8").reshape(-1, 2)
    return halves[:, 0].copy(), halves[:, 1].copy()


class WordTable:
    """Distinct codes with a number each, found many at once: a hash table that was filled from left to right.

    A code stands in the first free slot from its own; `_reach` is the farthest any had to go.
    """

    def __init__(self, first: Words, second: Words) -> None:
        bits = max(8, (len(first) * _ROOM - 1).bit_length())
        self._shift = np.uint64(64 - bits)
        slots = self._slots(first, second)
        order = np.argsort(slots, kind="stable")
        ordinal = np.arange(len(order))
        places = np.maximum.accumulate(slots[order] - ordinal) + ordinal if len(order) else ordinal
        self._reach = int((places - slots[order]).max(initial=0))
        size = (1 << bits) + len(first) + 1
        self._first, self._second = np.zeros(size, dtype=np.uint64), np.zeros(size, dtype=np.uint64)
        self._number = np.full(size, -1, dtype=np.intp)
        self._first[places], self._second[places], self._number[places] = first[order], second[order], order
        self._is_long = bool(second.any())

    def _slots(self, first: Words, second: Words) -> npt.NDArray[np.intp]:
        return ((first * _MIX ^ second * _OTHER_MIX) >> self._shift).astype(np.intp)

    def find(self, first: Words, second: Words) -> npt.NDArray[np.intp]:
        """The number of each code; -1 where it is none of ours."""
        slots = self._slots(first, second)
        found = self._found(slots, first, second)
        rest = np.flatnonzero((found < 0) & (self._first[slots] != 0))
        for _ in range(self._reach):
            if not len(rest):
                break
            slots[rest] += 1
            found[rest] = self._found(slots[rest], first[rest], second[rest])
            rest = rest[(found[rest] < 0) & (self._first[slots[rest]] != 0)]
        return found

    def _found(self, slots: npt.NDArray[np.intp], first: Words, second: Words) -> npt.NDArray[np.intp]:
        same = self._first[slots] == first
        same &= self._second[slots] == second if self._is_long else second == 0
        return np.where(same & (first != 0), self._number[slots], -1)
