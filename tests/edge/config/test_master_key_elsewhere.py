"""The master key may lie away from the data it opens."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.journeys.days import installation

pytestmark = pytest.mark.database


def test_a_day_runs_with_the_master_key_in_another_folder_and_not_without_it(monkeypatch: pytest.MonkeyPatch) -> None:
    with installation() as place:
        elsewhere = place.root / "mounted" / "master.keyset"
        environment = {**place.environment(), "CLAIMKEEP_MASTER_KEY_PATH": str(elsewhere)}
        monkeypatch.setattr(type(place), "environment", lambda self: environment)
        assert place.said("demo", "--visits", "5")["trial_balance_cents"] == 0
        assert elsewhere.exists()
        assert not list(place.data.rglob("master.keyset"))
        assert place.said("audit", "verify")["ok"] is True
        taken = elsewhere.rename(Path(f"{elsewhere}.away"))
        assert place.run("audit", "verify")[0] == 2
        taken.rename(elsewhere)
        elsewhere.chmod(0o644)
        assert place.run("audit", "verify")[0] == 2
        assert "can be read by others" in (place.root / "log").read_text()
