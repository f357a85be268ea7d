"""A master key on paper: any two of three shares are the key, one is nothing, and a wrong word is seen."""

from __future__ import annotations

from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shamir_mnemonic import wordlist

from claimkeep.engine.crypto import keyring, shares, succession
from claimkeep.engine.crypto.keyring import Purpose
from claimkeep.engine.terms.errors import SealError

MASTER = keyring.new_wrapping_keyset()
MADE = shares.of_master(MASTER)
WORDS = wordlist.WORDLIST


@pytest.mark.parametrize("pair", list(permutations(range(3), 2)))
def test_any_two_in_any_order_are_the_very_keyset_that_was_shared(pair: tuple[int, int]) -> None:
    again = shares.master_of([MADE[n] for n in pair])
    assert keyring.master_octets(again) == keyring.master_octets(MASTER)
    wrapped = keyring.wrap(keyring.new_keyset(Purpose.FIELD), keyring.wraps_with(MASTER), b"place")
    assert keyring.unwrap(wrapped, keyring.wraps_with(again), b"place")


def test_all_three_are_the_key_as_well_and_capitals_and_line_ends_do_not_matter() -> None:
    spelled = ["\n".join(share.upper().split()) for share in MADE]
    assert keyring.master_octets(shares.master_of(spelled)) == keyring.master_octets(MASTER)


@given(at=st.integers(0, 35), word=st.sampled_from(WORDS), which=st.integers(0, 2))
@settings(max_examples=200)
def test_one_wrong_word_is_always_seen_and_never_repeated(at: int, word: str, which: int) -> None:
    words = MADE[which].split()
    if words[at] == word:
        return
    words[at] = word
    with pytest.raises(SealError) as caught:
        shares.master_of([" ".join(words), MADE[(which + 1) % 3]])
    assert str(caught.value) == "share 1 is not as it was printed: a word is wrong, missing or too many"


@given(text=st.text(max_size=80))
def test_what_is_no_share_is_refused_as_such(text: str) -> None:
    with pytest.raises(SealError):
        shares.master_of([text, MADE[0]])


def test_shares_of_two_makings_of_one_key_do_not_mix() -> None:
    with pytest.raises(SealError, match="were not made together"):
        shares.master_of([MADE[0], shares.of_master(MASTER)[1]])


def test_one_share_is_too_few_and_the_same_twice_too() -> None:
    with pytest.raises(SealError, match="2 shares are needed, and 1 was given"):
        shares.master_of(MADE[:1])
    with pytest.raises(SealError, match="the same share was given twice"):
        shares.master_of([MADE[0], MADE[0]])


def test_a_keyset_of_two_keys_is_not_shared() -> None:
    two = succession.with_successor(MASTER, keyring.new_wrapping_keyset())
    with pytest.raises(SealError, match="end its rotation"):
        shares.of_master(two)
