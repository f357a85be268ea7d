"""`claimkeep x12 check` and `ack` as they are called: several processes, any files, a level, and an end on Ctrl-C."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from claimkeep.edge.cli import bench_x12_files as made
from claimkeep.edge.cli import x12_judging

NAMES = [f"{number:02}.837" for number in range(6)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Claims: one file with a state that is none, one cut short, one empty, and three that are clean."""
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    data = made.claims(3)
    for name, octets in zip(
        NAMES, (data, data.replace(b"TESTVILLE*FL", b"TESTVILLE*ZZ"), data, data[:300], b"", data), strict=True
    ):
        (inbox / name).write_bytes(octets)
    return inbox


def command(*arguments: str | Path) -> list[str]:
    return [sys.executable, "-m", "claimkeep.edge.cli", "x12", *map(str, arguments)]


def run(*arguments: str | Path) -> tuple[int, list[dict[str, Any]], str]:
    done = subprocess.run(command(*arguments, "--json"), capture_output=True, text=True, check=False)
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()], done.stderr


def test_files_are_told_in_order_and_the_same_however_many_processes_judge(folder: Path) -> None:
    alone = run("check", folder, "--processes", "1")
    assert alone == run("check", folder, "--processes", "3")
    code, rows, _ = alone
    assert code == 2 and [one["file"] for one in rows] == NAMES
    assert [one["verdict"] for one in rows] == ["valid", "invalid", "valid", "invalid", "unreadable", "valid"]
    assert rows[4]["reason"] == "no interchange header is there"


def test_a_level_leaves_out_what_is_found_above_it(folder: Path) -> None:
    file = folder / NAMES[1]
    assert {one["snip"] for one in run("check", file)[1][0]["findings"]} == {5}
    code, rows, _ = run("check", file, "--level", "4")
    assert (code, rows[0]["verdict"], rows[0]["findings"]) == (0, "valid", [])


def test_answers_are_numbered_in_order_whoever_judges(folder: Path, tmp_path: Path) -> None:
    answers = []
    for processes in ("1", "3"):
        out = tmp_path / processes
        run("ack", folder, "--out", out, "--processes", processes)
        isa = {one.name: one.read_bytes().split(b"*")[13] for one in sorted(out.iterdir())}
        answers.append(isa)
    assert answers[0] == answers[1] and len(set(answers[0].values())) == len(answers[0]) == 9


def test_a_file_that_cannot_be_read_is_told_beside_the_others(folder: Path) -> None:
    (folder / NAMES[2]).unlink()
    (folder / NAMES[2]).mkdir()
    files = [folder / name for name in NAMES[:2]] + [folder / "absent", Path("/proc/self/mem")]
    for processes in ("1", "2"):
        code, rows, _ = run("check", *files, "--processes", processes)
        assert code == 2 and [one["verdict"] for one in rows] == ["valid", "invalid", "unreadable", "unreadable"]
        assert rows[2]["reason"] == "No such file or directory"


def test_any_bytes_get_a_row_and_an_exit_code(tmp_path: Path) -> None:
    data = made.claims(1)
    for number, octets in enumerate(
        (b"", b"\0" * 5000, b"ISA" * 500, data[:105], data[:106], data[: len(data) // 2], b"\xff\xfe" + data, data * 2)
    ):
        (tmp_path / f"{number}.x12").write_bytes(octets)
    code, rows, errors = run("check", tmp_path)
    assert code == 2 and len(rows) == 8 and errors == ""
    assert [one["verdict"] for one in rows[:4]] == ["unreadable"] * 4


@pytest.mark.parametrize("processes", ["1", "2"])
def test_ctrl_c_ends_it_without_a_trace_and_leaves_no_process(tmp_path: Path, processes: str) -> None:
    whole = made.claims(20_000)
    for number in range(4):
        (tmp_path / f"{number}.x12").write_bytes(whole)
    started = subprocess.Popen(
        command("check", tmp_path, "--processes", processes),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=_may_be_interrupted,
        env={name: text for name, text in os.environ.items() if name != "PYTHONUNBUFFERED"},
    )
    assert started.stdout is not None
    assert started.stdout.readline() == "0.x12: valid\n"
    os.kill(started.pid, signal.SIGINT)
    _, errors = started.communicate(timeout=60)
    assert started.returncode == 2
    assert errors == "claimkeep: stopped; what was done so far is kept\n"
    for _ in range(100):
        if not _running(started.pid):
            return
        time.sleep(0.1)
    raise AssertionError("a process is still there")


def _may_be_interrupted() -> None:
    """Who runs the tests in the background has SIGINT ignored, and so would the command."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


def _running(session: int) -> list[str]:
    listed = subprocess.run(["ps", "-o", "pid=", "-s", str(session)], capture_output=True, text=True, check=False)
    return listed.stdout.split()


def test_progress_is_counted_in_octets_each_once(tmp_path: Path) -> None:
    file = tmp_path / "file.x12"
    file.write_bytes(made.claims(2000))
    told: list[int] = []
    verdict = x12_judging._verdict(file, None, 7, told.append)
    assert verdict.verdict == "valid" and sum(told) == file.stat().st_size
    assert len(told) > 4 and min(told) > 0


def test_files_that_take_no_time_are_judged_here(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def none(*_: object) -> None:
        raise AssertionError("a process was begun")

    monkeypatch.setattr(x12_judging, "_together", none)
    listed = list(x12_judging.judged([folder], "Judging", codes=None, level=7, processes=None))
    assert [one.name for one in listed] == NAMES
    monkeypatch.setattr(x12_judging, "WORTH_IT", 1)
    monkeypatch.setattr(x12_judging, "_cores", lambda: 2)
    with pytest.raises(AssertionError, match="a process was begun"):
        list(x12_judging.judged([folder], "Judging", codes=None, level=7, processes=None))
