"""What X12 is read from: octets taken piece by piece, so that a file need never be in memory whole."""

from __future__ import annotations

from typing import Protocol

WINDOW = 1 << 18
"""Octets searched at once where the octets are no `bytes`."""


class Octets(Protocol):
    """Octets of known number that do not change while they are read; `bytes` are such, and so is an open file."""

    def __len__(self) -> int: ...

    def __getitem__(self, where: slice, /) -> bytes: ...


def find(octets: Octets, wanted: bytes, begin: int = 0, end: int | None = None) -> int:
    """Where `wanted` first stands whole between two places; -1 where it does not. Only a window is held at once."""
    end = len(octets) if end is None else min(end, len(octets))
    if isinstance(octets, bytes):
        return octets.find(wanted, begin, end)
    while begin + len(wanted) <= end:
        at = octets[begin : min(begin + WINDOW + len(wanted) - 1, end)].find(wanted)
        if at >= 0:
            return begin + at
        begin += WINDOW
    return -1
