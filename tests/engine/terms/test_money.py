"""Money: whole cents in, the same text out, and a column says what a single amount says."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claimkeep.engine.terms.money import MOST_CENTS, amount, cents, dollars

AMOUNTS = st.integers(-MOST_CENTS + 1, MOST_CENTS - 1)


@given(value=AMOUNTS)
def test_what_is_written_reads_back_to_the_cent(value: int) -> None:
    assert cents(amount(value)) == value
    assert cents(dollars(value).replace(",", "")) == value


@given(value=AMOUNTS)
def test_an_amount_is_written_without_idle_zeros(value: int) -> None:
    text = amount(value).removeprefix("-")
    assert text == "0" or not text.startswith("0")
    assert "." not in text or text[-1] not in "0."
    assert "E" not in text.upper()


@pytest.mark.parametrize(
    "text", ["", "-", ".", "-.", "1.001", "1e2", "+1", " 1", "1 ", "1,000", "١", "²", "1" * 14, "NaN"]
)
def test_what_is_no_amount_of_whole_cents_is_none(text: str) -> None:
    assert cents(text) is None


@pytest.mark.parametrize(("text", "value"), [("1.10", 110), ("1.1000", 110), ("-0", 0), ("00100", 10_000), ("1.", 100)])
def test_idle_zeros_are_read_over(text: str, value: int) -> None:
    assert cents(text) == value
