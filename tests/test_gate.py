"""The gate cannot be green by accident: what did not run, crashed or was skipped without leave counts against it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests import gate, machine

PROJECT = Path(__file__).resolve().parent.parent


def junit(folder: Path, **numbers: int) -> Path:
    report = folder / "report.xml"
    words = " ".join(f'{key}="{value}"' for key, value in numbers.items())
    report.write_text(f"<testsuites><testsuite {words}/></testsuites>")
    return report


def test_the_numbers_are_pytests_own(tmp_path: Path) -> None:
    step = gate.Step("tests")
    gate.count(step, junit(tmp_path, tests=10, failures=1, errors=2, skipped=3), 1)
    assert (step.passed, step.failed, step.skipped) == (4, 3, 3)


def test_a_run_that_ended_badly_without_a_failed_test_is_a_failure(tmp_path: Path) -> None:
    step = gate.Step("tests")
    gate.count(step, junit(tmp_path, tests=4, failures=0, errors=0, skipped=0), 3)
    assert step.failed == 1


def test_a_run_that_left_no_report_is_a_failure(tmp_path: Path) -> None:
    step = gate.Step("tests")
    gate.count(step, tmp_path / "never-written.xml", 4)
    assert step.failed == 1


@pytest.mark.parametrize(("ci", "failed", "skipped"), [("true", 1, 0), ("", 0, 1)])
def test_what_the_machine_lacks_is_skipped_by_hand_and_fails_in_continuous_integration(
    monkeypatch: pytest.MonkeyPatch, ci: str, failed: int, skipped: int
) -> None:
    monkeypatch.setenv("CI", ci)
    step = gate.unavailable("tests on PostgreSQL", "no server here")
    assert (step.failed, step.skipped) == (failed, skipped)
    assert machine.nothing_may_be_skipped() is bool(failed)


def test_the_last_line_is_the_totals_and_one_failure_is_the_exit_status(capsys: pytest.CaptureFixture[str]) -> None:
    status = gate.summary([gate.Step("lint", passed=1, seconds=1.5), gate.Step("tests", passed=7, failed=2, skipped=1)])
    assert status == 1
    assert capsys.readouterr().out.splitlines()[-1] == "8 passed, 2 failed, 1 skipped in 1.5s"


def test_a_path_without_tests_is_not_a_success(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "pytest", lambda name, arguments, folder: gate.Step(name))
    assert gate.summary(gate.narrowed(["tests/nowhere"], tmp_path)) == 1


def test_an_unknown_long_battery_is_refused_with_the_names_there_are() -> None:
    done = subprocess.run(
        [sys.executable, PROJECT / "tests" / "gate.py", "--long", "no-such-battery"], capture_output=True, text=True
    )
    assert done.returncode == 2
    assert "long batteries:" in done.stderr


def test_continuous_integration_runs_the_same_command_and_nothing_else() -> None:
    lines = (PROJECT / ".ci" / "run").read_text().splitlines()
    assert [line for line in lines if line and not line.startswith(("#", "set ", "cd "))] == ["exec ./test"]
