"""Whole days as their user runs them: the command in a process of its own, on a data folder of its own."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

PROJECT = Path(__file__).resolve().parents[2]
LIMIT_S = 300


@dataclass(frozen=True)
class Installation:
    """A data folder and, where the tests run on PostgreSQL, a database of its own."""

    root: Path
    database_url: str = ""

    @property
    def data(self) -> Path:
        """The data folder."""
        return self.root / "data"

    def environment(self) -> dict[str, str]:
        """What the command sees: temporary files and logs lie inside the root as well, so that they can be searched."""
        kept = {k: v for k, v in os.environ.items() if not k.startswith("CLAIMKEEP_") and k != "DATABASE_URL"}
        (self.root / "tmp").mkdir(exist_ok=True)
        kept |= {"CLAIMKEEP_DATA": str(self.data), "TMPDIR": str(self.root / "tmp"), "PYTHONPATH": str(PROJECT)}
        return kept | ({"DATABASE_URL": self.database_url} if self.database_url else {})

    def start(self, *arguments: str, module: str = "claimkeep.edge.cli") -> subprocess.Popen[str]:
        """The command, running; what it says goes to a log in the root."""
        with (self.root / "log").open("a") as log:
            return subprocess.Popen(
                [sys.executable, "-m", module, *arguments], env=self.environment(), cwd=self.root,
                stdout=subprocess.PIPE, stderr=log, text=True, start_new_session=True,
            )  # fmt: skip

    def run(self, *arguments: str, module: str = "claimkeep.edge.cli") -> tuple[int, str]:
        """The command's exit code and standard output."""
        process = self.start(*arguments, module=module)
        said, _ = process.communicate(timeout=LIMIT_S)
        return process.returncode, said

    def said(self, *arguments: str, code: int | tuple[int, ...] = 0) -> dict[str, Any]:
        """The JSON object the command printed; its exit code was the expected one."""
        status, said = self.run(*arguments, "--json")
        assert status in ((code,) if isinstance(code, int) else code), (status, (self.root / "log").read_text()[-2000:])
        found: dict[str, Any] = json.loads(said)
        return found

    def python(self, program: str, *, first: str = "") -> str:
        """What a small program printed that ran on this installation with Django ready; `first` runs before that."""
        ready = f"{first}\nfrom claimkeep.edge.cli import installation; installation.open_existing()\n"
        done = subprocess.run(
            [sys.executable, "-c", ready + program], env=self.environment(), cwd=self.root, capture_output=True,
            text=True, timeout=LIMIT_S,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr[-2000:]
        return done.stdout


@contextlib.contextmanager
def installation(root: Path | None = None) -> Iterator[Installation]:
    """An empty installation; folder and database are gone afterwards."""
    folder = root or Path(tempfile.mkdtemp(prefix="claimkeep-journey-"))
    try:
        with _database(os.environ.get("CLAIMKEEP_DATABASE_URL", "")) as url:
            yield Installation(folder, url)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def _database(url: str) -> Iterator[str]:
    """A new database beside the one of this address, or '' for the built-in one."""
    if not url:
        yield ""
        return
    import psycopg

    name = f"journey_{uuid.uuid4().hex}"
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")  # type: ignore[call-overload]
    try:
        parts = urlsplit(url)
        yield urlunsplit(parts._replace(path=f"/{name}"))
    finally:
        with psycopg.connect(url, autocommit=True) as server:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)")  # type: ignore[call-overload]


def settled(summary: Mapping[str, Any]) -> dict[str, Any]:
    """A day's figures without what a clock decides."""
    return {name: value for name, value in summary.items() if name != "seconds"}
