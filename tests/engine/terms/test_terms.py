"""Identifiers, places, tables and errors: the words everything else is told in."""

from __future__ import annotations

import inspect
from datetime import date
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from claimkeep.engine.terms import claim, errors, remittance
from claimkeep.engine.terms.acknowledgement import acknowledgement
from claimkeep.engine.terms.errors import ClaimkeepError
from claimkeep.engine.terms.finding import Place, Severity
from claimkeep.engine.terms.identifiers import check_digit_npi, npi_is_valid, npi_valid_column
from claimkeep.engine.terms.table import Column, TableShape

SHAPES = (
    *(claim.claim, claim.service_line, claim.diagnosis, claim.other_payer, acknowledgement, remittance.payment),
    *(remittance.claim_payment, remittance.service_payment, remittance.adjustment, remittance.provider_adjustment),
)
NINE = st.from_regex(r"[12][0-9]{8}", fullmatch=True)


@given(first_nine=NINE)
def test_of_ten_last_digits_one_is_right(first_nine: str) -> None:
    right = check_digit_npi(first_nine)
    assert [first_nine + d for d in "0123456789" if npi_is_valid(first_nine + d)] == [right]


@given(first_nine=NINE, at=st.integers(0, 9), other=st.sampled_from("0123456789"))
def test_any_one_wrong_digit_is_seen(first_nine: str, at: int, other: str) -> None:
    right = check_digit_npi(first_nine)
    wrong = right[:at] + other + right[at + 1 :]
    assert npi_is_valid(wrong) == (wrong == right)


@given(npis=st.lists(st.none() | NINE.map(check_digit_npi) | st.text(alphabet="0123456789١²x\n ", max_size=12)))
def test_a_column_judges_every_npi_as_one_is_judged(npis: list[str | None]) -> None:
    frame = pl.DataFrame({"npi": npis}, schema={"npi": pl.String}).select(npi_valid_column(pl.col("npi")))
    assert frame["npi"].to_list() == [None if npi is None else npi_is_valid(npi) for npi in npis]


@pytest.mark.parametrize(
    ("place", "words"),
    [
        (Place(), "file"),
        (Place(interchange=1, transaction=2, segment=14, segment_id="NM1", element=9, component=2),
         "interchange 1, transaction 2, segment 14 (NM1), element 9, component 2"),
        (Place(segment_id="ISA", element=6), "ISA, element 6"),
        (Place(row=3, field="charge"), "line 3, charge"),
        (Place(entry=4, loop="2300"), "entry 4, loop 2300"),
        (Place(visit=5), "visit 5"),
    ],
)  # fmt: skip
def test_a_place_is_told_in_words(place: Place, words: str) -> None:
    assert str(place) == words


def test_only_what_would_be_refused_or_denied_holds_a_claim() -> None:
    assert {s for s in Severity if s.holds} == {Severity.REJECT, Severity.DENY}


def test_every_error_is_ours_and_tells_its_place_first() -> None:
    kinds = [k for _, k in inspect.getmembers(errors, inspect.isclass) if issubclass(k, Exception)]
    assert len(kinds) > 7 and all(issubclass(k, ClaimkeepError) for k in kinds)
    error = errors.X12Error("no header", place=Place(segment=1, segment_id="ISA"), cite="005010X222A1 ISA")
    assert (str(error), error.reason, error.cite) == ("segment 1 (ISA): no header", "no header", "005010X222A1 ISA")


@pytest.mark.parametrize("shape", SHAPES, ids=lambda s: s.name)
def test_a_table_has_each_column_once_and_an_empty_frame_of_its_shape(shape: TableShape) -> None:
    names = [column.name for column in shape.columns]
    assert len(names) == len(set(names))
    assert shape.frame().schema == shape.schema
    assert shape.frame([{}]).height == 1


def test_a_frame_refuses_a_column_that_is_not_declared_and_fills_one_that_is_not_given() -> None:
    shape = TableShape("days", (Column("day", pl.Date), Column("cents", pl.Int64)))
    assert shape.frame([{"day": date(2026, 3, 2)}]).rows() == [(date(2026, 3, 2), None)]
    rows: list[dict[str, Any]] = [{"dya": date(2026, 3, 2)}]
    with pytest.raises(KeyError, match="dya"):
        shape.frame(rows)
    with pytest.raises(AttributeError, match="dya"):
        _ = shape.dya
    assert shape.frame([{"cents": 3}, {"cents": 5}]).filter(shape.cents > 3).height == 1
