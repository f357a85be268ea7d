"""Sealed values: they open in their place with their key, and nowhere else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claimkeep.engine.crypto import keyring
from claimkeep.engine.crypto.envelope import Sealer, place
from claimkeep.engine.crypto.keyring import Purpose
from claimkeep.engine.terms.errors import SealError

KEYSET = keyring.new_keyset(Purpose.FIELD)
SEALER = Sealer(KEYSET)
HERE = ("PRACTICE", "TABLE", "COLUMN", "ROW")


@given(clear=st.binary(max_size=300), names=st.tuples(*[st.text(max_size=12)] * 4))
def test_what_is_sealed_opens_to_the_same_bytes_in_its_place(clear: bytes, names: tuple[str, str, str, str]) -> None:
    where = place(*names)
    assert SEALER.open(SEALER.seal(clear, where), where) == clear


@given(clear=st.binary(min_size=8, max_size=300))
def test_two_seals_of_one_value_differ_and_neither_shows_it(clear: bytes) -> None:
    first, second = SEALER.seal(clear, place(*HERE)), SEALER.seal(clear, place(*HERE))
    assert first != second
    assert clear not in first


@pytest.mark.parametrize("moved", range(4), ids=["practice", "table", "column", "row"])
def test_a_value_moved_to_another_place_does_not_open(moved: int) -> None:
    sealed = SEALER.seal(b"LASTNAME", place(*HERE))
    elsewhere = list(HERE)
    elsewhere[moved] = "OTHER"
    with pytest.raises(SealError):
        SEALER.open(sealed, place(*elsewhere))


def test_the_parts_of_a_place_do_not_run_into_each_other() -> None:
    assert place("p", "ab", "c", "r") != place("p", "a", "bc", "r")


@given(position=st.integers(min_value=0), bit=st.integers(0, 7))
def test_a_value_with_any_flipped_bit_does_not_open(position: int, bit: int) -> None:
    sealed = bytearray(SEALER.seal(b"FIRSTNAME", place(*HERE)))
    sealed[position % len(sealed)] ^= 1 << bit
    with pytest.raises(SealError):
        SEALER.open(bytes(sealed), place(*HERE))


@given(junk=st.binary(max_size=80))
def test_bytes_that_were_never_sealed_are_refused_like_all_others(junk: bytes) -> None:
    with pytest.raises(SealError):
        SEALER.open(junk, place(*HERE))


def test_another_keyset_of_the_same_purpose_does_not_open() -> None:
    sealed = SEALER.seal(b"LASTNAME", place(*HERE))
    with pytest.raises(SealError):
        Sealer(keyring.new_keyset(Purpose.FIELD)).open(sealed, place(*HERE))


def test_every_failure_says_the_same_and_shows_nothing() -> None:
    sealed = SEALER.seal(b"LASTNAME", place(*HERE))
    said = set()
    for bytes_, where, sealer in (
        (sealed[:-1], place(*HERE), SEALER),
        (sealed, place("OTHER", *HERE[1:]), SEALER),
        (sealed, place(*HERE), Sealer(keyring.new_keyset(Purpose.FIELD))),
        (b"", place(*HERE), SEALER),
    ):
        with pytest.raises(SealError) as caught:
            sealer.open(bytes_, where)
        said.add(str(caught.value))
    assert len(said) == 1
    assert "LASTNAME" not in said.pop()
