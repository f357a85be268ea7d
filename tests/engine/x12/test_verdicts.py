"""docs/x12_verdicts.md says what the judge says now, explains all of it, and every difference from pyx12."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from tests.engine.x12 import verdicts
from tests.engine.x12.verdicts_explained import BESIDE

pytestmark = pytest.mark.skipif(
    not verdicts.SHARED.is_dir(), reason="the shared test data does not stand beside this repository"
)

AGAIN = "write it again: python -m tests.engine.x12.verdicts"


@pytest.fixture(scope="module")
def rows() -> list[verdicts.Row]:
    return verdicts.rows()


@pytest.fixture(scope="module")
def peer() -> Mapping[str, tuple[bool | None, bool]]:
    pytest.importorskip("pyx12.x12n_document")
    return verdicts.beside()


def test_everything_told_of_a_file_of_others_is_explained(rows: list[verdicts.Row]) -> None:
    assert verdicts.unexplained(rows) == []


def test_no_explanation_outlives_what_it_explains(rows: list[verdicts.Row]) -> None:
    assert verdicts.stale(rows) == []


def test_a_file_that_is_meant_to_be_bad_is_refused(rows: list[verdicts.Row]) -> None:
    meant = [row for row in rows if row.expected == "invalid"]
    assert len(meant) == 17
    assert [row.file for row in meant if row.verdict.verdict == "valid"] == []


def test_pyx12_says_the_same_or_the_difference_is_explained(peer: Mapping[str, tuple[bool | None, bool]]) -> None:
    assert sorted(verdicts.differing(peer)) == sorted(BESIDE)
    assert sum(theirs is True for theirs, _ in peer.values()) > 30
    assert sum(theirs is False for theirs, _ in peer.values()) > 20


def test_the_document_is_what_is_found(rows: list[verdicts.Row], peer: Mapping[str, tuple[bool | None, bool]]) -> None:
    assert verdicts.DOCUMENT.read_text(encoding="utf-8") == verdicts.document(rows, peer), AGAIN
