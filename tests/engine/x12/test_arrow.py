"""What numpy made is a polars table without a copy, and lives as long as it is needed."""

from __future__ import annotations

import gc
import subprocess
import sys

import numpy as np
import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from claimkeep.engine.x12 import arrow, segments, values
from claimkeep.engine.x12.segments import SPACE
from claimkeep.engine.x12.separators import Separators

TEXTS = st.lists(st.text(st.characters(exclude_characters="*~", exclude_categories=("Cs",)), max_size=30), min_size=1)


def column(octets: list[bytes]) -> tuple[segments.Spans, arrow.Views]:
    spans = segments.scan(b"ID*" + b"*".join(octets) + b"*~", Separators())
    bounds = [spans.bounds(np.array([0]), number) for number in range(1, len(octets) + 1)]
    begins, ends = (np.array([int(one[side][0]) for one in bounds], dtype=np.intp) for side in (0, 1))
    return spans, values.views(spans, begins, ends)


def listed(views: arrow.Views) -> list[str | None]:
    table = arrow.table({"text": views}, arrow.Shape({"text": pl.String}), len(views))
    found: list[str | None] = table["text"].to_list()
    return found


@given(TEXTS)
def test_texts_of_any_length_stand_in_their_octets(texts: list[str]) -> None:
    bare = [one.strip(SPACE) or None for one in texts]
    assert listed(column([one.encode() for one in texts])[1]) == bare


@given(st.lists(st.binary(max_size=20).map(lambda one: one.replace(b"*", b"").replace(b"~", b"")), min_size=1))
def test_octets_that_are_no_utf_8_are_said_character_for_octet(octets: list[bytes]) -> None:
    expected = [segments.decoded(one.strip(SPACE.encode())) or None for one in octets]
    assert listed(column(octets)[1]) == expected


def test_texts_that_were_not_sent_stand_beside_those_that_were() -> None:
    spans, views = column([b"SENT", b"A TEXT OF MANY OCTETS"])
    given = values.written(spans, ["", "SHORT", "A TEXT THAT WAS NOT SENT", None], np.array([2, 0, 1, 3, 2]))
    assert listed(given) == ["A TEXT THAT WAS NOT SENT", None, "SHORT", None, "A TEXT THAT WAS NOT SENT"]
    assert listed(views.take(np.array([1, -1, 0]))) == ["A TEXT OF MANY OCTETS", None, "SENT"]


@given(st.lists(st.text(st.sampled_from("E11.9 "), max_size=12), min_size=1))
def test_codes_lose_their_dots(codes: list[str]) -> None:
    spans, _ = column([one.encode() for one in codes])
    at = [spans.bounds(np.array([0]), number) for number in range(1, len(codes) + 1)]
    begins, ends = (np.array([int(one[side][0]) for one in at], dtype=np.intp) for side in (0, 1))
    expected = [one.strip(SPACE).replace(".", "").strip(SPACE) or None for one in codes]
    assert listed(values.without_dots(spans, begins, ends)) == expected


def test_numbers_days_and_times_are_null_where_none_is_known() -> None:
    schema = pl.Schema({"n": pl.Int64, "d": pl.Date, "t": pl.Time, "absent": pl.String})
    known = np.array([True, False, True])
    cells = {name: arrow.Numbers(np.array([1, 2, 3]), known) for name in ("n", "d", "t")}
    table = arrow.table(cells, arrow.Shape(schema), 3)
    assert table.schema == schema and table["absent"].null_count() == 3
    assert table["n"].to_list() == [1, None, 3] and table["d"].is_null().to_list() == (~known).tolist()
    assert str(table["d"][2]) == "1970-01-04" and table["t"][0].microsecond == 0


def test_the_first_of_two_columns_is_taken_where_it_is_chosen() -> None:
    first, none = np.array([True, False]), arrow.Nulls(2)
    numbers = arrow.Numbers(np.array([1, 2]))
    views = column([b"ONE", b"A TEXT OF MANY OCTETS"])[1]
    taken = arrow.chosen(first, numbers, none)
    assert isinstance(taken, arrow.Numbers) and taken.given().tolist() == [True, False]
    assert listed(arrow.chosen(first, none, views)) == [None, "A TEXT OF MANY OCTETS"]  # type: ignore[arg-type]
    assert arrow.chosen(first, none, none) is none


def test_octets_are_kept_as_long_as_one_column_is_and_no_longer() -> None:
    gc.collect()
    before = len(arrow._held)
    table = arrow.table({"text": column([b"A TEXT OF MANY OCTETS"])[1]}, arrow.Shape({"text": pl.String}), 1)
    assert len(arrow._held) == before + 1
    kept = table["text"].filter([True])
    del table
    gc.collect()
    assert kept.to_list() == ["A TEXT OF MANY OCTETS"]
    del kept
    gc.collect()
    assert len(arrow._held) == before


def test_a_table_may_outlive_everything_but_the_interpreter() -> None:
    code = "import tests.engine.x12.test_arrow as t, builtins; builtins.kept = t.whole()"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def whole() -> pl.DataFrame:
    """A table for somebody to keep to the very end."""
    return arrow.table({"text": column([b"A TEXT OF MANY OCTETS"])[1]}, arrow.Shape({"text": pl.String}), 1)
