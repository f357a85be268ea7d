"""A practice and, beside it, another one behind the wall."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from claimkeep.apps.vault import keyring
from tests.apps.world import Place, place


@pytest.fixture
def here(db: None) -> Iterator[Place]:
    """The practice of the test."""
    yield place("PRACTICENAME HERE")
    keyring.forget()


@pytest.fixture
def elsewhere(db: None) -> Place:
    """Another practice."""
    return place("PRACTICENAME ELSEWHERE")
