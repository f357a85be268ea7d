"""What every test stands on: a data folder of its own, Django set up over it, and marks for what touches a database."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests import machine
from tests.folder import make_data_folder

DATA = make_data_folder()
os.environ["DJANGO_SETTINGS_MODULE"] = "claimkeep.edge.config.settings"

# pytest-django is given its settings here and not in pyproject.toml: it would read them before the folder is there.
import django  # noqa: E402

django.setup()

# Not tests, and not to be imported for their doctests: each does something to the process it is loaded into.
collect_ignore_glob = ["settings_for_types.py", "long/*", "mutants/*"]

# A busy machine is not a fault: nothing here fails for having taken long.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"
DATABASE_FIXTURES = {"db", "transactional_db", "live_server", "django_db_reset_sequences"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What touches a database says so, and the gate learns that there is something to run again on PostgreSQL."""
    for item in items:
        used = DATABASE_FIXTURES & set(getattr(item, "fixturenames", ()))
        if used or item.get_closest_marker("django_db"):
            item.add_marker(pytest.mark.database)
    folder = os.environ.get("CLAIMKEEP_TEST_FOLDER")
    if folder and any(item.get_closest_marker("database") for item in items):
        (Path(folder) / "touches-a-database").touch()


@pytest.fixture
def shared_data() -> Path:
    """The folder of claim and interchange samples that is kept outside this repository."""
    if not SHARED.is_dir():
        pytest.skip("the shared samples are not beside this checkout")
    return SHARED


@pytest.fixture(scope="session")
def chromium() -> Iterator[str]:
    """The path of a Chromium to drive. Absent, the test is skipped; in continuous integration it fails."""
    found = machine.chromium()
    if found is None:
        missing = pytest.fail if machine.nothing_may_be_skipped() else pytest.skip
        missing("no Chromium on PATH: install the system package chromium")
    yield found
