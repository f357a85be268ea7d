"""Many keys asked of a large table at once: a map of bits says no to nearly all of them, a search finds the rest."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Keys = npt.NDArray[np.uint64]
Rows = npt.NDArray[np.intp]

_MIX = np.uint64(0x9E3779B97F4A7C15)
_ROOM = 16
"""Bits there are for each key, at least: about one in seventeen other keys gets past them."""
_LEAST_BITS = 10


class KeyTable:
    """Keys in ascending order, a key perhaps several times, each with its row.

    `find` gives the first row of each key asked, -1 where there is none; a key that occurs again stands in the rows
    that follow, up to `ends` of the first.
    """

    def __init__(self, keys: Keys) -> None:
        """keys: ascending."""
        self._keys = keys
        bits = max(_LEAST_BITS, (len(keys) * _ROOM).bit_length())
        self._shift = np.uint64(64 - bits)
        self._bits = np.zeros(1 << (bits - 3), dtype=np.uint8)
        slots = (keys * _MIX) >> self._shift
        np.bitwise_or.at(self._bits, (slots >> np.uint64(3)).astype(np.intp), _bit(slots))

    def __len__(self) -> int:
        return len(self._keys)

    def find(self, asked: Keys) -> Rows:
        """The first row of each key; -1 where it is none of ours."""
        found = np.full(len(asked), -1, dtype=np.intp)
        slots = (asked * _MIX) >> self._shift
        perhaps = np.flatnonzero(self._bits[(slots >> np.uint64(3)).astype(np.intp)] & _bit(slots))
        if not len(perhaps) or not len(self._keys):
            return found
        wanted = asked[perhaps]
        at = np.searchsorted(self._keys, wanted)
        same = self._keys[np.minimum(at, len(self._keys) - 1)] == wanted
        found[perhaps[same]] = at[same]
        return found

    def ends(self, first: Rows) -> Rows:
        """The row after the last one with the key of each of these rows."""
        return np.searchsorted(self._keys, self._keys[first], side="right")


def _bit(slots: Keys) -> npt.NDArray[np.uint8]:
    return np.left_shift(np.uint8(1), (slots & np.uint64(7)).astype(np.uint8))
