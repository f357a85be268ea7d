"""A PostgreSQL of our own for the tests: an ordinary user runs it in a temporary folder, on the loopback alone."""

from __future__ import annotations

import contextlib
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

START_LIMIT_S = 60
ROLE = "claimkeep"
"""The role the tests use. Not a superuser: row-level security does not bind one."""

# Nothing here outlives the run, so nothing needs to survive a power cut.
FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


class PostgresFailed(Exception):
    """The server could not be made or did not start; the message ends with what it said."""


def ordinary_user() -> dict[str, Any]:
    """How subprocess becomes somebody other than root, which initdb refuses; nothing when we are not root."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            entry = pwd.getpwnam(name)
            return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    raise PostgresFailed("root may not run PostgreSQL and there is no user postgres or nobody")


def open_folder() -> Path:
    """A new temporary folder whose parents everybody may enter, so that another user can own what is in it."""
    for parent in (Path(tempfile.gettempdir()).resolve(), Path("/tmp"), Path("/var/tmp")):
        if all(step.stat().st_mode & 0o001 for step in (parent, *parent.parents)):
            return Path(tempfile.mkdtemp(prefix="claimkeep-postgresql-", dir=parent))
    raise PostgresFailed("no temporary folder that another user may enter")


def free_port() -> int:
    """A port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def cluster(binaries: Path) -> Iterator[str]:
    """The address of a fresh server while the block runs; server and folder are gone afterwards.

    Raises PostgresFailed with the end of what initdb or the server said.
    """
    someone = ordinary_user()
    folder = open_folder()
    try:
        password = secrets.token_hex(16)
        _make(binaries, folder, password, someone)
        server, port = _start(binaries, folder, someone)
        try:
            _make_role(binaries, port, password)
            yield f"postgresql://{ROLE}:{password}@127.0.0.1:{port}/{ROLE}"
        finally:
            _stop(server)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _make(binaries: Path, folder: Path, password: str, someone: dict[str, Any]) -> None:
    secret = folder / "password"
    secret.write_text(password)
    if someone:
        for path in (folder, secret):
            os.chown(path, someone["user"], someone["group"])
    command = [binaries / "initdb", "--pgdata", folder / "data", "--username", "postgres", "--pwfile", secret]
    made = subprocess.run(
        [*command, "--auth", "scram-sha-256", "--encoding", "UTF8", "--locale", "C", "--no-sync"],
        cwd=folder, capture_output=True, text=True, **someone,
    )  # fmt: skip
    secret.unlink()
    if made.returncode:
        raise PostgresFailed(f"initdb: {(made.stderr or made.stdout).strip()[-300:]}")


def _start(binaries: Path, folder: Path, someone: dict[str, Any]) -> tuple[subprocess.Popen[bytes], int]:
    port, log = free_port(), folder / "log"
    settings = (*FAST, "listen_addresses=127.0.0.1", f"port={port}", "unix_socket_directories=", "max_connections=50")
    command = [binaries / "postgres", "-D", folder / "data", *(part for s in settings for part in ("-c", s))]
    with log.open("wb") as said:
        server = subprocess.Popen(
            command, cwd=folder, stdin=subprocess.DEVNULL, stdout=said, stderr=said, start_new_session=True, **someone
        )
    ready = [binaries / "pg_isready", "--quiet", "--host", "127.0.0.1", "--port", str(port)]
    deadline = time.monotonic() + START_LIMIT_S
    while subprocess.run(ready).returncode:
        if server.poll() is not None or time.monotonic() > deadline:
            _stop(server)
            raise PostgresFailed(f"the server did not start: {log.read_text(errors='replace').strip()[-300:]}")
        time.sleep(0.1)
    return server, port


def _make_role(binaries: Path, port: int, password: str) -> None:
    commands = (f"CREATE ROLE {ROLE} LOGIN CREATEDB PASSWORD '{password}'", f"CREATE DATABASE {ROLE} OWNER {ROLE}")
    for command in commands:
        done = subprocess.run(
            [binaries / "psql", "--no-psqlrc", "--quiet", "--host", "127.0.0.1", "--port", str(port), "--username",
             "postgres", "--dbname", "postgres", "--command", command],
            env={**os.environ, "PGPASSWORD": password}, capture_output=True, text=True,
        )  # fmt: skip
        if done.returncode:
            raise PostgresFailed(f"psql: {done.stderr.strip()[-300:]}")


def _stop(server: subprocess.Popen[bytes]) -> None:
    """The server we started has ended; a client that still hangs on is cut off."""
    if server.poll() is not None:
        return
    server.send_signal(signal.SIGINT)  # PostgreSQL's fast shutdown
    try:
        server.wait(timeout=20)
    except subprocess.TimeoutExpired:
        server.send_signal(signal.SIGQUIT)
        server.wait()
