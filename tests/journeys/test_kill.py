"""kill -9 at any moment of the day, then go on: no claim lost, none sent twice, no payment doubled."""

from __future__ import annotations

import random
import time

import pytest

from tests.journeys import kills
from tests.journeys.days import installation, settled
from tests.postgres import free_port

pytestmark = pytest.mark.database

POINTS = 6
"""A sample for the gate; `./test --long kill` takes fifty."""


@pytest.fixture(scope="module")
def whole() -> kills.Whole:
    """The day that nobody killed."""
    return kills.whole_day()


@pytest.mark.parametrize("point", range(POINTS))
def test_a_day_killed_at_a_random_moment_ends_as_if_it_had_not_been(whole: kills.Whole, point: int) -> None:
    moment = random.Random(point).uniform((point + 0.1) / POINTS, (point + 1) / POINTS) * whole.seconds
    summary, facts = kills.killed_day([moment], with_clearinghouse=point % 2 == 0)
    assert summary == whole.summary
    assert facts == whole.facts


def test_serving_goes_on_where_a_killed_day_stopped(whole: kills.Whole) -> None:
    with installation() as place:
        prepared = place.said("demo", "--visits", str(kills.VISITS), "--misbehave", kills.MISBEHAVIOUR)
        assert prepared["files_sent"] > 0
        place.python(UNSEND)
        server = place.start("serve", "--port", str(free_port()))
        try:
            assert _until_sent(place, prepared)
        finally:
            server.terminate()
            server.communicate(timeout=30)
        again = place.said("demo", "--visits", str(kills.VISITS), "--misbehave", kills.MISBEHAVIOUR, "--resume")
        assert settled(again) == settled(prepared) == whole.summary


UNSEND = """
from claimkeep.apps.claims.models import SubmissionFile
SubmissionFile.objects.update(state="queued", sent_at=None)
"""
"""As a kill between the sending of a file and the marking of it leaves it."""

SENT = """
from claimkeep.apps.claims.models import SubmissionFile
print(SubmissionFile.objects.filter(state="sent").count())
"""


def _until_sent(place: object, prepared: dict[str, int]) -> bool:
    for _ in range(30):
        if int(place.python(SENT)) == prepared["files_sent"]:  # type: ignore[attr-defined]
            return True
        time.sleep(1)
    return False
