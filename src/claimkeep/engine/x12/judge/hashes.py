"""Words found in tables without branching, many at once."""

from __future__ import annotations

import numpy as np

from claimkeep.engine.x12.judge.look import Flags, Words, true_in, word
from claimkeep.engine.x12.segments import Offsets

MIX = 0x9E3779B97F4A7C15
"""What spreads words over a table: 2 ** 64 divided by the golden ratio."""


class WordNumbers:
    """A set of words with a number each, found without branching: one multiplication and one comparison."""

    def __init__(self, words: dict[int, int]) -> None:
        self._bits = max(8, (len(words) * 8).bit_length())
        multiplier = MIX
        while True:
            slots = {((word * multiplier) & (2**64 - 1)) >> (64 - self._bits) for word in words}
            if len(slots) == len(words):
                break
            multiplier = (multiplier * 6364136223846793005 + 1442695040888963407) % 2**64 | 1
            if multiplier % 64 == 1:
                self._bits += 1
        self._multiplier = np.uint64(multiplier)
        self._words = np.full(1 << self._bits, 2**64 - 1, dtype=np.uint64)
        self._numbers = np.zeros(1 << self._bits, dtype=np.intp)
        for one, number in words.items():
            slot = ((one * multiplier) & (2**64 - 1)) >> (64 - self._bits)
            self._words[slot], self._numbers[slot] = one, number

    def pairs(self) -> list[tuple[int, int]]:
        """Every word with its number."""
        slots = true_in(self._numbers)
        return list(zip(self._words[slots].tolist(), self._numbers[slots].tolist(), strict=True))

    def find(self, words: Words) -> Offsets:
        """The number of each word; 0 where it is none of ours."""
        slots = ((words * self._multiplier) >> np.uint64(64 - self._bits)).astype(np.intp)
        return np.where(self._words[slots] == words, self._numbers[slots], 0)


class CodeTable:
    """Every (list, code) of a guide with at most eight characters."""

    def __init__(self, lists: list[frozenset[str]]) -> None:
        pairs = [(word(code), number) for number, listed in enumerate(lists, 1) for code in listed if len(code) <= 8]
        bits = max(12, (len(pairs) * 4).bit_length())
        self._shift = np.uint64(64 - bits)
        self._words = np.zeros((1 << bits) + 64, dtype=np.uint64)
        self._lists = np.zeros((1 << bits) + 64, dtype=np.intp)
        self._reach = 1
        for one, number in pairs:
            slot = int(self._slots(np.array([one], dtype=np.uint64), np.array([number]))[0])
            reach = 1
            while self._lists[slot]:
                slot, reach = slot + 1, reach + 1
            self._words[slot], self._lists[slot] = one, number
            self._reach = max(self._reach, reach)

    def _slots(self, words: Words, lists: Offsets) -> Offsets:
        mixed = (words ^ (lists.astype(np.uint64) << np.uint64(40))) * np.uint64(MIX)
        return (mixed >> self._shift).astype(np.intp)

    def has(self, words: Words, lists: Offsets) -> Flags:
        """True where the word is a code of the list."""
        slots = self._slots(words, lists)
        found: Flags = (self._words[slots] == words) & (self._lists[slots] == lists)
        for _ in range(1, self._reach):
            lost = true_in(~found)
            if not len(lost):
                break
            slots[lost] += 1
            found[lost] = (self._words[slots[lost]] == words[lost]) & (self._lists[slots[lost]] == lists[lost])
        return found
