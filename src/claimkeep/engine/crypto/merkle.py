"""A log as a Merkle tree: one root stands for every entry in its order, and small proofs show what is under it.

Source: RFC 9162 2.1 (leaf = SHA-256(0x00 || entry), node = SHA-256(0x01 || left || right)); what 45 CFR 164.312(b) and
164.312(c)(1) ask of a log that can be believed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

WIDTH = 256
"""Leaves of a tile of level 1, and tiles of each level under one of the next."""

_HEIGHT = WIDTH.bit_length() - 1

EMPTY = hashlib.sha256(b"").digest()
"""The root of a log of nothing."""

_sha256 = hashlib.sha256

Root = Callable[[int, int], bytes]
"""The root over the entries from one ordinal to another, the last not among them; both from 0."""


def leaf(entry: bytes) -> bytes:
    """What stands in the tree for one entry."""
    return _sha256(b"\x00" + entry).digest()


def node(left: bytes, right: bytes) -> bytes:
    """What stands in the tree for two that stand beside each other."""
    return _sha256(b"\x01" + left + right).digest()


@dataclass(frozen=True, slots=True)
class Tile:
    """The root of one whole subtree: the `index`-th, from 0, of those over WIDTH ** level leaves."""

    level: int
    index: int
    root: bytes


@dataclass(frozen=True, slots=True)
class Frontier:
    """The roots of the whole subtrees a log falls into, the largest first: all that is needed to go on with it.

    Their sizes are the powers of two in `size`.
    """

    size: int = 0
    peaks: tuple[bytes, ...] = ()

    def root(self) -> bytes:
        """The root of the log.

        >>> Frontier().root() == EMPTY
        True
        """
        if not self.peaks:
            return EMPTY
        root = self.peaks[-1]
        for peak in reversed(self.peaks[:-1]):
            root = node(peak, root)
        return root

    def and_then(self, leaves: Sequence[bytes]) -> tuple[Frontier, list[Tile]]:
        """The frontier after these leaves, and every tile they made whole. Linear in their number."""
        size, peaks, tiles = self.size, list(self.peaks), list[Tile]()
        at, count = 0, len(leaves)
        while at < count:
            whole = size % WIDTH == 0 and count - at >= WIDTH
            step = WIDTH if whole else 1
            peaks.append(fold(leaves[at : at + WIDTH]) if whole else leaves[at])
            at, size = at + step, size + step
            height, ordinal = (_HEIGHT, size >> _HEIGHT) if whole else (0, size)
            while True:
                if height and height % _HEIGHT == 0:
                    tiles.append(Tile(height // _HEIGHT, ordinal - 1, peaks[-1]))
                if ordinal & 1:
                    break
                right = peaks.pop()
                peaks[-1] = _sha256(b"\x01" + peaks[-1] + right).digest()
                height, ordinal = height + 1, ordinal >> 1
        return Frontier(size, tuple(peaks)), tiles


def fold(roots: Sequence[bytes]) -> bytes:
    """The root over subtrees of one size that stand beside each other; the last may be smaller. At least one."""
    level = list(roots)
    while len(level) > 1:
        paired = [_sha256(b"\x01" + a + b).digest() for a, b in zip(level[::2], level[1::2], strict=False)]
        level = paired + level[-1:] if len(level) & 1 else paired
    return level[0]


def inclusion_proof(index: int, size: int, root: Root) -> list[bytes]:
    """What shows that an entry, counted from 0, is in the log of that size (RFC 9162 2.1.3.1)."""
    if not 0 <= index < size:
        raise ValueError("there is no such entry in a log of that size")
    begin, end, path = 0, size, list[bytes]()
    while end - begin > 1:
        middle = begin + _split(end - begin)
        if index < middle:
            path.append(root(middle, end))
            end = middle
        else:
            path.append(root(begin, middle))
            begin = middle
    return path[::-1]


def is_included(leaf_hash: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """True when the proof shows the leaf at its place under the root (RFC 9162 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    one, last, found = index, size - 1, leaf_hash
    for step in proof:
        if last == 0:
            return False
        if one & 1 or one == last:
            found = node(step, found)
            while not one & 1 and one:
                one, last = one >> 1, last >> 1
        else:
            found = node(found, step)
        one, last = one >> 1, last >> 1
    return last == 0 and found == root


def consistency_proof(before: int, size: int, root: Root) -> list[bytes]:
    """What shows that the log of one size is the beginning of the log of another (RFC 9162 2.1.4.1)."""
    if not 0 < before <= size:
        raise ValueError("a log grows from at least one entry")
    begin, end, is_known, path = 0, size, True, list[bytes]()
    while end != before:
        middle = begin + _split(end - begin)
        if before <= middle:
            path.append(root(middle, end))
            end = middle
        else:
            path.append(root(begin, middle))
            begin, is_known = middle, False
    if not is_known:
        path.append(root(begin, end))
    return path[::-1]


def is_consistent(before: int, size: int, first: bytes, second: bytes, proof: Sequence[bytes]) -> bool:
    """True when the proof shows the first root's log to be the beginning of the second's (RFC 9162 2.1.4.2)."""
    if not 0 < before <= size:
        return False
    if before == size:
        return not proof and first == second
    steps = [first, *proof] if before & (before - 1) == 0 else list(proof)
    if not steps:
        return False
    one, last = before - 1, size - 1
    while one & 1:
        one, last = one >> 1, last >> 1
    old = new = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if one & 1 or one == last:
            old, new = node(step, old), node(step, new)
            while not one & 1 and one:
                one, last = one >> 1, last >> 1
        else:
            new = node(new, step)
        one, last = one >> 1, last >> 1
    return last == 0 and old == first and new == second


def root_from(tiles: Callable[[int, int, int], Sequence[bytes]]) -> Root:
    """Roots of ranges out of what a log keeps.

    tiles : level, first index, number -> the roots of so many tiles; level 0 is the leaves themselves
    The range begins where a whole subtree as large as itself could begin, as those of the proofs do.
    """

    def root(begin: int, end: int) -> bytes:
        level = 0
        while WIDTH ** (level + 1) <= end - begin:
            level += 1
        width = WIDTH**level
        number = (end - begin) // width
        found = list(tiles(level, begin // width, number))
        rest = begin + number * width
        return fold([*found, root(rest, end)] if rest < end else found)

    return root


def _split(size: int) -> int:
    """The largest power of two below the size."""
    return 1 << (size - 1).bit_length() - 1
