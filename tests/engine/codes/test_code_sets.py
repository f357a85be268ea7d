"""A code is judged by the release of its day; what is not sure is said to be so."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from claimkeep.engine.codes import CodeSets, Kind, Release, Standing, words_of
from claimkeep.engine.codes.release import ALWAYS, Row
from claimkeep.engine.codes.words import WordTable

CODES = st.text("ABZ019", min_size=1, max_size=16)


def said(sets: CodeSets, kind: Kind, *asked: tuple[str, int]) -> list[tuple[Standing, bool]]:
    """What is said of each code on its day, and whether for sure."""
    standings, is_sure = sets.standings(
        kind, *words_of([code for code, _ in asked]), np.array([day for _, day in asked], dtype=np.int64)
    )
    return [(Standing(int(one)), bool(sure)) for one, sure in zip(standings, is_sure, strict=True)]


def release(*rows: Row, name: str = "2026apr", valid_from: int = 20260401, valid_to: int = 20260930) -> Release:
    return Release.of(Kind.ICD10CM, rows, name=name, valid_from=valid_from, valid_to=valid_to)


@given(st.lists(CODES, unique=True, max_size=300), st.lists(CODES, max_size=50))
def test_a_table_finds_its_codes_and_no_others(listed: list[str], others: list[str]) -> None:
    table = WordTable(*words_of(listed))
    assert table.find(*words_of(listed)).tolist() == list(range(len(listed)))
    wanted = [listed.index(one) if one in listed else -1 for one in others]
    assert table.find(*words_of(others)).tolist() == wanted


def test_codes_that_fall_into_one_slot_are_all_found() -> None:
    listed = [f"{number:07d}" for number in range(100_000)]
    table = WordTable(*words_of(listed))
    assert table.find(*words_of(listed)).tolist() == list(range(100_000))
    assert (table.find(*words_of([f"{number:08d}" for number in range(1000)])) == -1).all()


def test_a_code_that_agrees_in_eight_characters_is_another_code() -> None:
    sets = CodeSets.of([Release.of(Kind.TAXONOMY, [Row("207Q00000X")], valid_from=20260101, valid_to=20260630)])
    asked = [(code, 20260201) for code in ("207Q00000X", "207Q00000Y", "207Q0000", "207Q00000X0")]
    expected = [Standing.VALID, Standing.UNKNOWN, Standing.UNKNOWN, Standing.UNKNOWN]
    assert [standing for standing, _ in said(sets, Kind.TAXONOMY, *asked)] == expected


def test_a_heading_is_incomplete_and_an_empty_code_unknown() -> None:
    sets = CodeSets.of([release(Row("E11", is_complete=False), Row("E119"))])
    found = said(sets, Kind.ICD10CM, ("E11", 20260501), ("E119", 20260501), ("E11X", 20260501), ("", 20260501))
    sure = [Standing.INCOMPLETE, Standing.VALID, Standing.UNKNOWN, Standing.UNKNOWN]
    assert found == [(one, True) for one in sure]


def test_a_code_is_in_force_from_its_first_day_to_its_last_and_again_later() -> None:
    sets = CodeSets.of(
        [release(Row("A0001", 20260405, 20260410), Row("A0001", 20260601), Row("B0001"), valid_to=20261231)]
    )
    days = [20260404, 20260405, 20260410, 20260411, 20260531, 20260601, 20260930]
    expected = [Standing.NOT_IN_FORCE if day in (20260404, 20260411, 20260531) else Standing.VALID for day in days]
    assert [one for one, _ in said(sets, Kind.ICD10CM, *(("A0001", day) for day in days))] == expected
    assert said(sets, Kind.ICD10CM, ("B0001", 20260404)) == [(Standing.VALID, True)]


def test_the_release_of_the_day_is_asked_and_the_nearest_when_there_is_none() -> None:
    older = release(Row("A000"), Row("OLD1"), name="2025oct", valid_from=20251001, valid_to=20260331)
    newer = release(Row("A000"), Row("NEW1"))
    sets = CodeSets.of([newer, older])
    asked = [("OLD1", 20260331), ("OLD1", 20260401), ("NEW1", 20260331), ("NEW1", 20260401)]
    assert said(sets, Kind.ICD10CM, *asked) == [
        (Standing.VALID, True),
        (Standing.UNKNOWN, True),
        (Standing.UNKNOWN, True),
        (Standing.VALID, True),
    ]
    outside = [("OLD1", 20200101), ("NEW1", 20200101), ("NEW1", 20271231), ("NEW1", 0), ("OLD1", 0)]
    assert said(sets, Kind.ICD10CM, *outside) == [
        (Standing.VALID, False),
        (Standing.UNKNOWN, False),
        (Standing.VALID, False),
        (Standing.VALID, False),
        (Standing.UNKNOWN, False),
    ]


def test_two_releases_of_one_day_are_refused() -> None:
    with pytest.raises(ValueError, match="begin on the same day"):
        CodeSets.of([release(Row("A000")), release(Row("A001"), name="again")])


def test_a_code_without_an_end_has_none() -> None:
    assert Row("A000").valid_to == ALWAYS
    assert said(CodeSets.of([release(Row("A000"))]), Kind.ICD10CM, ("A000", 20260930)) == [(Standing.VALID, True)]
