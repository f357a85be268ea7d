"""Everything is checked, in one order, with one line a step at the end. `./test` calls this in .venv."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

PROJECT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PROJECT))

from tests import machine, postgres  # noqa: E402

BIN = PROJECT / ".venv" / "bin"
LONG = PROJECT / "tests" / "long"
CHECKS = (
    ("format", [BIN / "ruff", "format", "--check", "."]),
    ("lint", [BIN / "ruff", "check", "."]),
    ("types", [BIN / "mypy"]),
    ("contracts", [BIN / "lint-imports", "--no-logo"]),
)
NO_TESTS = 5
"""pytest's exit status when nothing was collected."""
CANNOT = 2


@dataclass
class Step:
    """What came of one step. A step that is not pytest counts as one test."""

    name: str
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    seconds: float = 0.0
    note: str = ""

    def __str__(self) -> str:
        verdict = "FAILED" if self.failed else "ok" if self.passed else "skipped"
        counts = f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped"
        return f"{self.name:<20} {verdict:<8} {self.seconds:7.1f} s  {self.note or counts}"


@contextlib.contextmanager
def timed(step: Step) -> Iterator[Step]:
    """The step's heading before, its seconds after."""
    print(f"\n== {step.name}", flush=True)
    begun = time.monotonic()
    try:
        yield step
    finally:
        step.seconds = time.monotonic() - begun


def check(name: str, command: list[str | Path]) -> Step:
    """One tool over the whole project."""
    with timed(Step(name)) as step:
        done = subprocess.run(command, cwd=PROJECT)
        step.passed, step.failed = (1, 0) if done.returncode == 0 else (0, 1)
        step.note = f"exit status {done.returncode}"
    return step


def pytest(name: str, arguments: list[str], *, folder: Path, database_url: str = "") -> Step:
    """The tests that these arguments choose, on the database at this address or the built-in one."""
    report = folder / f"{name.replace(' ', '-')}.xml"
    environment = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "CLAIMKEEP_DATABASE_URL")}
    environment["CLAIMKEEP_TEST_FOLDER"] = str(folder)
    if database_url:
        environment["CLAIMKEEP_DATABASE_URL"] = database_url
    command = [str(BIN / "python"), "-m", "pytest", "-q", "-n", workers(), "--dist", "loadfile", f"--junitxml={report}"]
    with timed(Step(name)) as step:
        done = subprocess.run([*command, *arguments], cwd=PROJECT, env=environment)
        count(step, report, done.returncode)
    return step


def workers() -> str:
    """How many processes test at once: two, as on the smallest machine we check on, or CLAIMKEEP_TEST_WORKERS."""
    return os.environ.get("CLAIMKEEP_TEST_WORKERS", "2")


def count(step: Step, report: Path, status: int) -> None:
    """The step's numbers from pytest's own report; a run that ended badly without a failed test is itself a failure."""
    if report.exists():
        for suite in ElementTree.parse(report).getroot().iter("testsuite"):
            numbers = {key: int(suite.get(key, "0")) for key in ("tests", "failures", "errors", "skipped")}
            step.failed += numbers["failures"] + numbers["errors"]
            step.skipped += numbers["skipped"]
            step.passed += numbers["tests"] - numbers["failures"] - numbers["errors"] - numbers["skipped"]
    if status not in (0, NO_TESTS) and not step.failed:
        step.failed = 1
        step.note = f"pytest ended with exit status {status}"
    if status == NO_TESTS:
        step.note = "no test here"


def on_postgresql(arguments: list[str], folder: Path) -> Step:
    """The tests that touch a database, again on PostgreSQL: the server given, else one of our own."""
    name = "tests on PostgreSQL"
    chosen = ["-m", "database", *arguments]
    given = os.environ.get("CLAIMKEEP_TEST_DATABASE_URL", "")
    if given:
        return pytest(name, chosen, folder=folder, database_url=given)
    binaries = machine.postgresql() or (machine.postgresql() if machine.install("postgresql") else None)
    if binaries is None:
        return unavailable(name, "no PostgreSQL server here: install it, or set CLAIMKEEP_TEST_DATABASE_URL")
    try:
        with postgres.cluster(binaries) as address:
            return pytest(name, chosen, folder=folder, database_url=address)
    except postgres.PostgresFailed as error:
        return unavailable(name, str(error))


def unavailable(name: str, why: str) -> Step:
    """A step that could not run: skipped with the reason, or failed where nothing may be skipped."""
    strict = machine.nothing_may_be_skipped()
    print(f"\n== {name}\n{why}", flush=True)
    return Step(name, failed=int(strict), skipped=int(not strict), note=why)


def browser() -> list[Step]:
    """Nothing when there is a Chromium for the browser tests or one could be installed; else the step that says so."""
    if machine.chromium() or (machine.install("chromium") and machine.chromium()):
        return []
    return [unavailable("Chromium", "no Chromium on PATH: the browser tests are skipped; install it to run them")]


def not_empty(step: Step) -> Step:
    """The step; a failure when it ran no test at all, for then it has shown nothing."""
    if step.passed + step.failed + step.skipped == 0:
        step.failed = 1
    return step


def everything(folder: Path) -> list[Step]:
    """The whole gate."""
    steps = [check(name, list(command)) for name, command in CHECKS]
    steps += browser()
    steps += [not_empty(pytest("tests on SQLite", [], folder=folder)), not_empty(on_postgresql([], folder))]
    return steps


def narrowed(paths: list[str], folder: Path) -> list[Step]:
    """Only the tests under these paths, again on PostgreSQL when any of them touches a database."""
    steps = [not_empty(pytest("tests on SQLite", paths, folder=folder))]
    if (folder / "touches-a-database").exists():
        steps.append(on_postgresql(paths, folder))
    return steps


def long_battery(arguments: list[str]) -> int:
    """The named battery's own exit status; without a known name, which batteries there are."""
    exist = {path.stem: path for path in sorted(LONG.glob("*.py")) if not path.stem.startswith("_")}
    if arguments and arguments[0] in exist:
        return subprocess.run([BIN / "python", exist[arguments[0]], *arguments[1:]], cwd=PROJECT).returncode
    listed = ", ".join(exist) or "none yet"
    print(f"usage: ./test --long NAME [ARGS]; long batteries: {listed}", file=sys.stderr if arguments else sys.stdout)
    return CANNOT if arguments else 0


def summary(steps: list[Step]) -> int:
    """One line a step, the totals last; 1 when anything failed."""
    print("\n== summary")
    for step in steps:
        print(step)
    passed, failed, skipped = (sum(getattr(step, kind) for step in steps) for kind in ("passed", "failed", "skipped"))
    print(f"{passed} passed, {failed} failed, {skipped} skipped in {sum(s.seconds for s in steps):.1f}s", flush=True)
    return 1 if failed else 0


def main(arguments: list[str]) -> int:
    """Run what the arguments name."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))  # so that the PostgreSQL started ends too
    if arguments[:1] == ["--long"]:
        return long_battery(arguments[1:])
    if unknown := [a for a in arguments if a.startswith("-")]:
        print(f"./test: unknown option {unknown[0]}; see the head of the file", file=sys.stderr)
        return CANNOT
    with tempfile.TemporaryDirectory(prefix="claimkeep-gate-") as folder:
        paths = [str(Path(a).absolute()) if Path(a.split("::")[0]).exists() else a for a in arguments]
        return summary(narrowed(paths, Path(folder)) if paths else everything(Path(folder)))


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
