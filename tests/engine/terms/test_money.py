"""Money: whole cents in, the same text out, and a column says what a single amount says."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from claimkeep.engine.terms.money import MOST_CENTS, amount, cents, cents_column, dollars

AMOUNTS = st.integers(-MOST_CENTS + 1, MOST_CENTS - 1)
TEXTS = st.text(alphabet="0123456789.-+ e١²", max_size=18) | st.text(max_size=6)


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


@given(texts=st.lists(TEXTS | AMOUNTS.map(amount), max_size=20))
def test_a_column_says_of_every_text_what_one_amount_says(texts: list[str]) -> None:
    frame = pl.DataFrame({"x": texts}, schema={"x": pl.String}).select(cents_column(pl.col("x")))
    assert frame["x"].to_list() == [cents(text) for text in texts]


@pytest.mark.parametrize(
    "text", ["", "-", ".", "-.", "1.001", "1e2", "+1", " 1", "1 ", "1,000", "١", "²", "1" * 14, "NaN"]
)
def test_what_is_no_amount_of_whole_cents_is_none(text: str) -> None:
    assert cents(text) is None


@pytest.mark.parametrize(("text", "value"), [("1.10", 110), ("1.1000", 110), ("-0", 0), ("00100", 10_000), ("1.", 100)])
def test_idle_zeros_are_read_over(text: str, value: int) -> None:
    assert cents(text) == value
