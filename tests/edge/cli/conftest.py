"""Commands run in this process, on the database of the tests."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from claimkeep.apps.vault import actions as vault
from claimkeep.apps.vault import keyring
from claimkeep.apps.vault.models import SYSTEM
from claimkeep.edge.cli import main
from tests.apps.world import NOW, Place, place


@dataclass(frozen=True)
class Said:
    """What a command answered."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        """The object it printed."""
        found: dict[str, Any] = json.loads(self.out)
        return found


Command = Callable[..., Said]


@pytest.fixture
def here(db: None) -> Place:
    """An installation with one practice."""
    keyring.forget()
    vault.make_keys(SYSTEM, now=NOW)
    return place()


@pytest.fixture
def claimkeep(db: None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """`claimkeep` with these arguments."""

    def run(*arguments: Any) -> Said:
        monkeypatch.setattr(sys, "argv", ["claimkeep", *map(str, arguments)])
        capsys.readouterr()
        code = main.run()
        out, err = capsys.readouterr()
        return Said(code, out, err)

    return run
