"""The log as a tree: one root for every log, proofs that hold for what is there and for nothing else."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claimkeep.engine.crypto import merkle
from claimkeep.engine.crypto.merkle import EMPTY, WIDTH, Frontier, Tile

KNOWN = (
    ("", "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"),
    ("00", "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"),
    ("10", "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77"),
    ("2021", "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"),
    ("3031", "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4"),
    ("40414243", "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef"),
    ("5051525354555657", "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c"),
    ("606162636465666768696a6b6c6d6e6f", "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"),
)
"""Each entry of a log in hexadecimal, and the root after it: what every log of RFC 6962 and RFC 9162 gives."""


def leaves(count: int, salt: int = 0) -> list[bytes]:
    """So many leaves."""
    return [merkle.leaf(b"%d/%d" % (salt, number)) for number in range(count)]


def by_definition(some: Sequence[bytes]) -> bytes:
    """The root as RFC 9162 2.1.1 writes it down."""
    if not some:
        return hashlib.sha256().digest()
    if len(some) == 1:
        return some[0]
    split = 1
    while split * 2 < len(some):
        split *= 2
    return merkle.node(by_definition(some[:split]), by_definition(some[split:]))


def kept(some: Sequence[bytes]) -> merkle.Root:
    """Roots of ranges of a log out of its leaves and tiles, as a table keeps them."""
    _, tiles = Frontier().and_then(some)
    rows = {(one.level, one.index): one.root for one in tiles} | {(0, n): one for n, one in enumerate(some)}
    return merkle.root_from(lambda level, first, count: [rows[level, first + n] for n in range(count)])


def test_roots_are_those_of_every_other_log_of_this_kind() -> None:
    frontier = Frontier()
    assert frontier.root() == EMPTY
    for entry, root in KNOWN:
        frontier, _ = frontier.and_then([merkle.leaf(bytes.fromhex(entry))])
        assert frontier.root().hex() == root


@given(parts=st.lists(st.sampled_from([0, 1, 2, 3, 100, 255, 256, 257, 700]), max_size=5))
def test_a_log_grows_to_one_root_however_its_entries_come(parts: list[int]) -> None:
    some = leaves(sum(parts))
    frontier, tiles, at = Frontier(), list[Tile](), 0
    for part in parts:
        frontier, new = frontier.and_then(some[at : at + part])
        tiles, at = tiles + new, at + part
    assert (frontier.size, frontier.root()) == (len(some), by_definition(some))
    whole = [Tile(1, n, by_definition(some[n * WIDTH : (n + 1) * WIDTH])) for n in range(len(some) // WIDTH)]
    assert tiles == whole


def test_tiles_stand_on_tiles() -> None:
    some = leaves(WIDTH * WIDTH + 3)
    _, tiles = Frontier().and_then(some)
    high = [one for one in tiles if one.level == 2]
    assert high == [Tile(2, 0, by_definition(some[: WIDTH * WIDTH]))]
    assert kept(some)(0, len(some)) == by_definition(some)


@given(size=st.integers(1, 70) | st.sampled_from([255, 256, 257, 513, 800]), data=st.data())
def test_a_proof_shows_its_entry_and_no_other(size: int, data: st.DataObject) -> None:
    index, some = data.draw(st.integers(0, size - 1)), leaves(size)
    root = by_definition(some)
    proof = merkle.inclusion_proof(index, size, kept(some))
    assert merkle.is_included(some[index], index, size, proof, root)
    assert not merkle.is_included(merkle.leaf(b"planted"), index, size, proof, root)
    for other in {0, size - 1, (index + 1) % size} - {index}:
        assert not merkle.is_included(some[index], other, size, proof, root)
        assert not merkle.is_included(some[other], index, size, proof, root)
    assert not merkle.is_included(some[index], index, size, [*proof, bytes(32)], root)
    for at in range(len(proof)):
        assert not merkle.is_included(some[index], index, size, proof[:at] + proof[at + 1 :], root)
        changed = [*proof[:at], bytes([proof[at][0] ^ 1]) + proof[at][1:], *proof[at + 1 :]]
        assert not merkle.is_included(some[index], index, size, changed, root)


@given(size=st.integers(1, 70) | st.sampled_from([256, 257, 513, 800]), data=st.data())
def test_a_proof_shows_that_a_log_grew_and_was_not_rewritten(size: int, data: st.DataObject) -> None:
    before, some = data.draw(st.integers(1, size)), leaves(size)
    first, second = by_definition(some[:before]), by_definition(some)
    proof = merkle.consistency_proof(before, size, kept(some))
    assert merkle.is_consistent(before, size, first, second, proof)
    assert not merkle.is_consistent(before, size, merkle.leaf(b"planted"), second, proof)
    assert not merkle.is_consistent(before, size, first, merkle.leaf(b"planted"), proof)
    assert not merkle.is_consistent(before, size, first, second, [*proof, bytes(32)])
    rewritten = leaves(before, salt=1) + some[before:]
    assert not merkle.is_consistent(
        before, size, first, by_definition(rewritten), merkle.consistency_proof(before, size, kept(rewritten))
    )
    for at in range(len(proof)):
        changed = [*proof[:at], bytes([proof[at][0] ^ 1]) + proof[at][1:], *proof[at + 1 :]]
        assert not merkle.is_consistent(before, size, first, second, changed)


def test_there_is_no_proof_of_what_is_not_there() -> None:
    roots = kept(leaves(3))
    for index in (-1, 3):
        with pytest.raises(ValueError, match="no such entry"):
            merkle.inclusion_proof(index, 3, roots)
        assert not merkle.is_included(leaves(3)[0], index, 3, [], by_definition(leaves(3)))
    for before in (0, 4):
        with pytest.raises(ValueError, match="at least one entry"):
            merkle.consistency_proof(before, 3, roots)
        assert not merkle.is_consistent(before, 3, EMPTY, by_definition(leaves(3)), [])


@given(size=st.integers(2, 600), at=st.integers(0, 599), swap=st.booleans())
def test_a_changed_or_swapped_entry_changes_the_root(size: int, at: int, swap: bool) -> None:
    some, at = leaves(size), at % (size - 1)
    root = Frontier().and_then(some)[0].root()
    some[at], some[at + 1] = (some[at + 1], some[at]) if swap else (merkle.leaf(b"planted"), some[at + 1])
    assert Frontier().and_then(some)[0].root() != root
