"""Blind indexes: equal values meet, everything else stays apart."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from claimkeep.engine.crypto import keyring
from claimkeep.engine.crypto.blind_index import LONGEST_PREFIX, SHORTEST_PREFIX, TOKEN_BYTES, BlindIndex, folded
from claimkeep.engine.crypto.keyring import Purpose

INDEX = BlindIndex(keyring.new_keyset(Purpose.INDEX))
OTHER_PRACTICE = BlindIndex(keyring.new_keyset(Purpose.INDEX))
NAMES = st.text(alphabet=st.characters(codec="utf-8"), max_size=30)


@given(value=NAMES)
def test_equal_values_have_equal_tokens_of_a_fixed_size(value: str) -> None:
    assert INDEX.whole("column", value) == INDEX.whole("column", value)
    assert len(INDEX.whole("column", value)) == TOKEN_BYTES


@given(value=NAMES, other=NAMES)
def test_values_meet_exactly_when_they_fold_to_the_same(value: str, other: str) -> None:
    assert (INDEX.whole("column", value) == INDEX.whole("column", other)) == (folded(value) == folded(other))


def test_accents_case_and_punctuation_do_not_part_a_name() -> None:
    assert INDEX.whole("name", "Núñez-O'Brien") == INDEX.whole("name", "NUNEZ OBRIEN")


@given(value=NAMES)
def test_every_beginning_of_a_name_finds_it(value: str) -> None:
    tokens = set(INDEX.prefixes("name", value))
    text = folded(value)
    for length in range(SHORTEST_PREFIX, len(text) + 1):
        assert INDEX.prefix("name", text[:length]) in tokens
    assert len(tokens) == max(0, min(len(text), LONGEST_PREFIX) - SHORTEST_PREFIX + 1)


def test_what_is_no_beginning_finds_nothing() -> None:
    tokens = set(INDEX.prefixes("name", "LASTNAME"))
    assert INDEX.prefix("name", "ASTNAME") not in tokens
    assert INDEX.prefix("name", "LASTNAMES") not in tokens
    assert INDEX.prefix("name", "L") not in tokens


@given(value=NAMES)
def test_columns_kinds_and_practices_stay_apart(value: str) -> None:
    token = INDEX.whole("last_name", value)
    assert token != INDEX.whole("first_name", value)
    assert token != OTHER_PRACTICE.whole("last_name", value)
    assert token != INDEX.prefix("last_name", value)


def test_several_values_do_not_run_into_each_other() -> None:
    assert INDEX.whole("person", "ANN", "A") != INDEX.whole("person", "AN", "NA")
    assert INDEX.whole("person", "", "ANN") != INDEX.whole("person", "ANN", "")
    assert INDEX.whole("person", "A|B") != INDEX.whole("person", "A", "B")


@given(text=st.text(max_size=40), other=st.text(max_size=40))
def test_an_exact_token_sees_every_character(text: str, other: str) -> None:
    assert (INDEX.exact("content", text) == INDEX.exact("content", other)) == (text == other)


def test_an_exact_token_is_no_token_of_a_folded_value() -> None:
    assert INDEX.exact("column", "LASTNAME") != INDEX.whole("column", "LASTNAME")
