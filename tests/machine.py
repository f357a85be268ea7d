"""What the checks want from the machine and pip cannot bring: PostgreSQL's server and a Chromium."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

INSTALL_LIMIT_S = 900


def nothing_may_be_skipped() -> bool:
    """True in continuous integration, where a check that cannot run has failed."""
    return os.environ.get("CI", "").lower() in ("1", "true", "yes")


def chromium() -> str | None:
    """The path of a Chromium or Chrome, if there is one."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    return next((path for name in names if (path := shutil.which(name))), None)


def postgresql() -> Path | None:
    """The folder that holds a working initdb and postgres, the newest version first, if there is one."""
    packaged = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"),
        key=lambda folder: int(folder.parent.name) if folder.parent.name.isdigit() else 0,
        reverse=True,
    )
    on_path = shutil.which("initdb")
    folders = [*packaged, *([Path(on_path).resolve().parent] if on_path else [])]
    return next((folder for folder in folders if _answers(folder)), None)


def _answers(folder: Path) -> bool:
    """True when the programs here run at all, rather than merely stand there under these names."""
    try:
        return all(
            subprocess.run([folder / name, "--version"], capture_output=True).returncode == 0
            for name in ("initdb", "postgres", "pg_isready")
        )
    except OSError:
        return False


def install(*packages: str) -> bool:
    """True when the system's package manager put these packages in place; it is asked only where it may (root, apt)."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return False
    print(f"installing {' '.join(packages)} with apt-get", flush=True)
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for arguments in (["update"], ["install", "--yes", "--no-install-recommends", *packages]):
        try:
            done = subprocess.run(
                ["apt-get", "-qq", *arguments], env=quiet, capture_output=True, text=True, timeout=INSTALL_LIMIT_S
            )
        except subprocess.TimeoutExpired:
            print(f"apt-get {arguments[0]} took more than {INSTALL_LIMIT_S} s", flush=True)
            return False
        if done.returncode:
            print(f"apt-get {arguments[0]} failed: {(done.stderr or done.stdout).strip()[-300:]}", flush=True)
            return False
    return True
