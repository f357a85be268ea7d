"""Keys that follow each other: the next opens before it seals, and seals before the last one goes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claimkeep.engine.crypto import keyring, succession
from claimkeep.engine.crypto.blind_index import BlindIndex, exact, whole
from claimkeep.engine.crypto.envelope import Sealer, place
from claimkeep.engine.crypto.keyring import Purpose
from claimkeep.engine.terms.errors import SealError

HERE = place("p", "t", "c", "r")


def test_a_value_opens_at_every_step_from_one_key_to_the_next() -> None:
    first = keyring.new_keyset(Purpose.FIELD)
    old = Sealer(first).seal(b"LASTNAME", HERE)
    added = succession.with_successor(first, keyring.new_keyset(Purpose.FIELD))
    assert Sealer(added).seal(b"X", HERE).startswith(Sealer(first).mark)
    promoted = succession.with_primary(added, succession.key_ids(added)[-1])
    new = Sealer(promoted).seal(b"LASTNAME", HERE)
    for keyset in (added, promoted):
        assert [Sealer(keyset).open(sealed, HERE) for sealed in (old, new)] == [b"LASTNAME"] * 2
        assert all(Sealer(keyset).knows(sealed) for sealed in (old, new))
    last = succession.with_primary_only(promoted)
    assert Sealer(last).open(new, HERE) == b"LASTNAME"
    assert not Sealer(last).knows(old)
    with pytest.raises(SealError):
        Sealer(last).open(old, HERE)


def test_a_sealed_value_names_the_key_that_sealed_it() -> None:
    keyset = keyring.new_keyset(Purpose.DOCUMENT)
    sealer = Sealer(keyset)
    assert succession.key_of(sealer.seal(b"FILE", HERE)) == succession.key_ids(keyset)[0] == sealer.key_ids[0]


@given(octets=st.binary(max_size=12))
def test_octets_that_name_no_key_name_none(octets: bytes) -> None:
    named = succession.key_of(octets)
    assert named is None or (octets[0] == 1 and succession.mark(named) == octets[: succession.MARK_BYTES])


def test_a_key_is_not_added_twice() -> None:
    keyset = keyring.new_keyset(Purpose.FIELD)
    with pytest.raises(SealError):
        succession.with_successor(keyset, keyset)


def test_an_index_has_the_tokens_of_each_of_its_keys_the_newest_first() -> None:
    first = keyring.new_keyset(Purpose.INDEX)
    added = succession.with_successor(first, keyring.new_keyset(Purpose.INDEX))
    promoted = BlindIndex(succession.with_primary(added, succession.key_ids(added)[-1]))
    before = BlindIndex(first)
    assert [one.key_id for one in promoted.each()] == [succession.key_ids(added)[-1], before.key_id]
    known = promoted.known_as(whole("c", "LASTNAME"))
    assert known == [promoted.whole("c", "LASTNAME"), before.whole("c", "LASTNAME")] and len(set(known)) == 2
    assert before.of(exact("c", "a,b")) == before.exact("c", "a,b") != before.of(whole("c", "a,b"))


def test_who_wrapped_a_keyset_can_be_told_without_a_key() -> None:
    master = keyring.new_wrapping_keyset()
    wrapped = keyring.wrap(keyring.new_keyset(Purpose.FIELD), keyring.wraps_with(master), b"place")
    assert keyring.wrapped_by(wrapped) == succession.key_ids(master)[0]
    assert keyring.wrapped_by(b"") is None and keyring.wrapped_by(b"\xff\xff") is None
