"""The project stands in .venv with exactly the packages the named locks hold, or one line says why not.

Run by `./run` and `./test` on a machine that has nothing but Python; standard library only. A stamp in .venv
remembers the digest of every lock installed, so that a second run does nothing until a lock changes.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import time
import tomllib
from pathlib import Path

LOCKS = Path(__file__).resolve().parent
PROJECT = LOCKS.parent
ENVIRONMENT = PROJECT / ".venv"
PYTHON = ENVIRONMENT / "bin" / "python"
STAMP = ENVIRONMENT / "claimkeep-locks.json"
CANNOT = 2


def stop(reason: str) -> None:
    """Leave with exit status 2 and one line."""
    print(f"claimkeep: {reason}", file=sys.stderr)
    raise SystemExit(CANNOT)


def wanted(names: list[str]) -> dict[str, str]:
    """What decides the content of .venv, with its digests: the locks, and how the project itself is built."""
    digests = {}
    for name in names:
        path = LOCKS / f"{name}.txt"
        if not path.is_file():
            stop(f"there is no lock requirements/{path.name}")
        digests[path.name] = hashlib.sha256(path.read_bytes()).hexdigest()
    settings = tomllib.loads((PROJECT / "pyproject.toml").read_text())
    itself = [settings["build-system"], settings["project"], settings["tool"]["hatch"]]
    digests["claimkeep"] = hashlib.sha256(json.dumps(itself, sort_keys=True).encode()).hexdigest()
    return digests


def installed() -> dict[str, str]:
    """What the stamp says is there; nothing when the environment does not start or belongs to another folder."""
    try:
        return dict(json.loads(STAMP.read_text())) if starts() else {}
    except (OSError, ValueError):
        return {}


def starts() -> bool:
    """True when .venv has a Python new enough, with pip, that was made for this folder."""
    probe = "import sys, pip; print(sys.prefix); sys.exit(sys.version_info < (3, 11))"
    try:
        answer = subprocess.run([PYTHON, "-c", probe], capture_output=True, text=True)
    except OSError:
        return False
    return answer.returncode == 0 and Path(answer.stdout.strip()) == ENVIRONMENT


def make_environment() -> None:
    """Raise an empty .venv in place of whatever stands there."""
    print(f"making .venv with Python {sys.version.split()[0]}", flush=True)
    made = subprocess.run([sys.executable, "-m", "venv", "--clear", str(ENVIRONMENT)], capture_output=True, text=True)
    if made.returncode:
        stop(
            "this Python cannot make a virtual environment; install its venv module (Debian: the package python3-venv)"
        )


def with_uv(arguments: list[str]) -> bool:
    """True when uv is on PATH and could do it; uv shows its own progress."""
    uv = shutil.which("uv")
    if uv is None:
        return False
    if subprocess.run([uv, "pip", "install", "--python", str(PYTHON), *arguments]).returncode == 0:
        return True
    print("uv could not; trying pip", flush=True)
    return False


def with_pip(arguments: list[str], total: int) -> None:
    """pip did it, counting packages aloud, or the last thing it said ends the run."""
    command = [str(PYTHON), "-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--retries", "2"]
    said: list[str] = []
    found = 0
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        [*command, "--progress-bar", "off", *arguments],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment,
    ) as pip:  # fmt: skip
        for line in pip.stdout or ():
            said.append(line.strip())
            if re.match(r"Collecting |Requirement already satisfied", line):
                found += 1
                show(f"  {min(found, total)} of {total} packages")
            elif line.startswith("Installing collected"):
                show(f"  {total} packages found, unpacking")
    show("", last=True)
    if pip.returncode:
        faults = [line for line in said if line.startswith("ERROR")] or said[-1:] or ["pip said nothing"]
        unreached = any("Retrying" in line for line in said) and not any("HASHES" in line for line in said)
        why = "the package index cannot be reached; this needs the network once" if unreached else faults[-1]
        stop(f"could not install: {why}")


def show(text: str, *, last: bool = False) -> None:
    """One line that is written over on a terminal; silent elsewhere, where a log would fill up."""
    if sys.stdout.isatty():
        print(f"\r\033[K{text}", end="" if not last else "\r", flush=True)


def install(names: list[str]) -> None:
    """Every package of these locks by its hash, then the project itself in place."""
    files = [LOCKS / f"{name}.txt" for name in names]
    pinned = {line.split("==")[0] for path in files for line in path.read_text().splitlines() if "==" in line}
    print(f"installing {len(pinned)} packages from requirements/{{{','.join(names)}}}.txt", flush=True)
    arguments = ["--require-hashes", *(part for path in files for part in ("-r", str(path)))]
    with_uv(arguments) or with_pip(arguments, len(pinned))
    print("installing claimkeep in place", flush=True)
    itself = ["--no-deps", "--no-build-isolation", "-e", str(PROJECT)]
    with_uv(itself) or with_pip(itself, 1)


def main(names: list[str]) -> None:
    """Bring .venv to these locks, keeping what other locks put there; do nothing when it already is."""
    here = os.open(LOCKS, os.O_RDONLY)
    fcntl.flock(here, fcntl.LOCK_EX)  # two commands started at once must not unpack into one folder
    want, have = wanted(names), installed()
    if want.items() <= have.items():
        return
    begun = time.monotonic()
    if not starts():
        make_environment()
        have = {}
    install(names)
    STAMP.write_text(json.dumps({**have, **want}, indent=1))
    print(f"ready in {time.monotonic() - begun:.0f} s", flush=True)


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except KeyboardInterrupt:
        stop("stopped before it was ready; run it again")
