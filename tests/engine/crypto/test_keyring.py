"""Keysets: wrapped by the master key, bound to practice and purpose."""

from __future__ import annotations

import pytest
import tink
from hypothesis import given
from hypothesis import strategies as st

from claimkeep.engine.crypto import keyring
from claimkeep.engine.crypto.blind_index import BlindIndex
from claimkeep.engine.crypto.envelope import Sealer, place
from claimkeep.engine.crypto.keyring import Purpose
from claimkeep.engine.terms.errors import SealError

MASTER = keyring.open_master(keyring.new_master())
HERE = place("p", "t", "c", "r")


def test_a_wrapped_keyset_opens_to_the_key_it_was() -> None:
    keyset = keyring.new_keyset(Purpose.FIELD)
    again = keyring.unwrap(keyring.wrap(keyset, MASTER, b"place"), MASTER, b"place")
    assert Sealer(again).open(Sealer(keyset).seal(b"LASTNAME", HERE), HERE) == b"LASTNAME"


@pytest.mark.parametrize("fault", ["master", "place", "bytes"])
def test_a_wrapped_keyset_opens_with_nothing_but_its_master_place_and_bytes(fault: str) -> None:
    wrapped = keyring.wrap(keyring.new_keyset(Purpose.INDEX), MASTER, b"practice|index")
    other = keyring.open_master(keyring.new_master())
    flipped = wrapped[:-1] + bytes([wrapped[-1] ^ 1])
    attempts = {
        "master": (wrapped, other, b"practice|index"),
        "place": (wrapped, MASTER, b"practice|field"),
        "bytes": (flipped, MASTER, b"practice|index"),
    }
    with pytest.raises(SealError):
        keyring.unwrap(*attempts[fault])


@given(junk=st.binary(max_size=200))
def test_a_master_key_file_that_is_no_keyset_is_refused(junk: bytes) -> None:
    with pytest.raises(SealError):
        keyring.open_master(junk)


def test_a_key_serves_one_purpose() -> None:
    with pytest.raises(tink.TinkError):
        Sealer(keyring.new_keyset(Purpose.INDEX))
    with pytest.raises(tink.TinkError):
        BlindIndex(keyring.new_keyset(Purpose.FIELD))


def test_two_keysets_of_one_purpose_are_two_keys() -> None:
    sealed = Sealer(keyring.new_keyset(Purpose.DOCUMENT)).seal(b"FILE", HERE)
    with pytest.raises(SealError):
        Sealer(keyring.new_keyset(Purpose.DOCUMENT)).open(sealed, HERE)
