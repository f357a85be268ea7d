"""The worker beside the pages: one that ends by itself is named and started again, and none outlives its keeper."""

from __future__ import annotations

import logging
import subprocess
import sys
import threading
from typing import Any

import pytest

from claimkeep.edge.cli import serve


def test_a_worker_that_dies_is_named_and_started_again(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    started: list[subprocess.Popen[bytes]] = []
    stop, real = threading.Event(), subprocess.Popen

    def dying_then_living(command: list[str], **options: Any) -> subprocess.Popen[bytes]:
        assert command[-1] == "claimkeep.edge.cli.worker"
        program = "raise SystemExit(3)" if not started else "import sys; sys.stdin.read()"
        started.append(real([sys.executable, "-c", program], **options))
        if len(started) == 2:
            stop.set()
        return started[-1]

    monkeypatch.setattr(serve.subprocess, "Popen", dying_then_living)
    monkeypatch.setattr(serve, "ROUND_S", 0.01)
    with caplog.at_level(logging.WARNING):
        serve._keep_worker(stop)
    assert len(started) == 2
    assert "ended by itself with status 3" in caplog.text
    assert all(worker.poll() is not None for worker in started)
