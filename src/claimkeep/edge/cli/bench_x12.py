"""`claimkeep bench x12`: how fast claims and remittances are judged and read, beside pyx12 on the same claims.

Each figure is taken in a process of its own, so that its processor time and its peak memory are its own: start-up and
imports are left out of the time and told as the memory of an idle process. Everything is run in turn, never at once,
but for the figure of two processes. What compiled code does is told beside what numpy does, where numba is installed.
"""

from __future__ import annotations

import importlib
import importlib.util
import io
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from claimkeep.edge.cli import bench_x12_files as files
from claimkeep.edge.cli.octets import opened
from claimkeep.engine.terms.errors import SetupError
from claimkeep.engine.x12 import claim_837, envelope, fast, judge, remittance_835
from claimkeep.engine.x12.fast import Use
from claimkeep.engine.x12.octets import Octets
from claimkeep.engine.x12.rewrite import rewrite

CLAIMS_A_MEGABYTE = 1_500
"""About as many claims, or claim payments, as fill a megabyte."""

PEER_CLAIMS = 300
"""Claims the peer is timed on: it needs minutes for what we are timed on, and its speed does not grow with size."""

SMALL_CLAIMS = 1
"""Claims of the small file whose latency is taken."""

QUESTIONS = 12
"""Questions that fill two kilobytes."""

STARTING = 1 << 16
"""Octets judged before the time is taken: what is made of a guide is made once a process, as imports are."""

SIZES, ONE_SET = (10, 100, 1000), 100
"""Megabytes of the files by which it is told whether time and memory grow with size, and of the set that is one."""

REPEATS = 50
"""How often the small file is judged in one process; the median is told."""


def sizes(largest: int) -> dict[str, Any]:
    """Speed and memory by size, up to so many megabytes, in many sets and in one."""
    values: dict[str, Any] = {
        "name": "x12 sizes",
        "work": f"837P and 835 of up to {largest} MB, in many sets and in one",
    }
    with tempfile.TemporaryDirectory(prefix="claimkeep-bench-") as name:
        for kind, make in (("837p", files.claims_in_parts), ("835", files.remittances_in_parts)):
            for size in (one for one in SIZES if one <= largest):
                count = size * CLAIMS_A_MEGABYTE
                for sets, a_set in (("", files.CLAIMS_A_SET), ("_one_set", count)):
                    if sets and size != min(ONE_SET, largest):
                        continue
                    file = Path(name) / "work.x12"
                    with file.open("wb") as opened:
                        opened.writelines(make(count, a_set))
                    judged = _child("judge", file)
                    values |= {
                        f"{kind}_{size}mb{sets}_{what}": judged[what] for what in ("said", "mb_per_cpu_s", "rss_mb")
                    }
    return values


def figures(megabytes: int) -> dict[str, Any]:
    """Every figure, on about so many megabytes of each transaction; `ours`, `peer` and `ratio` are of judged claims.

    Names with `fast` are of compiled code, None where there is none; those with `123` are of levels 1 to 3.
    """
    with tempfile.TemporaryDirectory(prefix="claimkeep-bench-") as name:
        folder = Path(name)
        values: dict[str, Any] = {
            "name": "x12",
            "work": f"837P and 835 of about {megabytes} MB each; the peer on {PEER_CLAIMS} claims of the same kind",
            "peer_name": "pyx12 x12n_document with its 999" if _has_peer() else None,
            "idle_rss_mb": _child("idle", folder)["rss_mb"],
        }
        for kind, make in (("837p", files.claims), ("835", files.remittances)):
            values |= _of_kind(kind, make, megabytes, folder)
        inquiry = folder / "270.x12"
        inquiry.write_bytes(files.inquiry(QUESTIONS))
        values |= {"270_bytes": inquiry.stat().st_size, "270_judge_ms": _child("latency", inquiry)["median_ms"]}
    said = {"ours": values["837p_judge_mb_per_cpu_s"], "peer": values["837p_peer_mb_per_cpu_s"]}
    return values | said | {"ratio": values["837p_ratio"]}


def _of_kind(kind: str, make: Callable[[int], bytes], megabytes: int, folder: Path) -> dict[str, Any]:
    large, small, peer = (folder / f"{kind}-{size}.x12" for size in ("large", "small", "peer"))
    large.write_bytes(make(megabytes * CLAIMS_A_MEGABYTE))
    small.write_bytes(make(SMALL_CLAIMS))
    peer.write_bytes(make(PEER_CLAIMS))
    judged, judged_123, read, written = (
        _child(task, large) for task in ("judge", "judge-123", f"read-{kind}", "rewrite")
    )
    compiled = _child("judge-fast", large) | {"123": _child("judge-fast-123", large)} if _has_kernels() else None
    alone, together = judged["wall_s"], _two(large)
    theirs = _child("peer", peer) if _has_peer() else None

    def times_peer(figure: dict[str, Any] | None) -> float | None:
        return round(figure["mb_per_cpu_s"] / theirs["mb_per_cpu_s"], 1) if figure and theirs else None

    values = {
        "megabytes": round(large.stat().st_size / 1e6, 2),
        "judge_mb_per_cpu_s": judged["mb_per_cpu_s"],
        "judge_123_mb_per_cpu_s": judged_123["mb_per_cpu_s"],
        "fast_judge_mb_per_cpu_s": compiled and compiled["mb_per_cpu_s"],
        "fast_judge_123_mb_per_cpu_s": compiled and compiled["123"]["mb_per_cpu_s"],
        "judge_rss_mb": judged["rss_mb"],
        "fast_judge_rss_mb": compiled and compiled["rss_mb"],
        "verdict": judged["said"],
        "read_mb_per_cpu_s": read["mb_per_cpu_s"],
        "read_rss_mb": read["rss_mb"],
        "rewrite_mb_per_cpu_s": written["mb_per_cpu_s"],
        "small_bytes": small.stat().st_size,
        "small_judge_ms": _child("latency", small)["median_ms"],
        "two_processes_ratio": round(2 * alone / together, 2),
        "peer_mb_per_cpu_s": theirs and theirs["mb_per_cpu_s"],
        "peer_verdict": theirs and theirs["said"],
        "ratio": times_peer(judged),
        "ratio_123": times_peer(judged_123),
        "fast_ratio": times_peer(compiled),
        "fast_ratio_123": times_peer(compiled and compiled["123"]),
    }
    return {f"{kind}_{name}": value for name, value in values.items()}


def _has_peer() -> bool:
    return importlib.util.find_spec("pyx12") is not None


def _has_kernels() -> bool:
    return importlib.util.find_spec("numba") is not None


def _command(task: str, file: Path) -> list[str]:
    return [sys.executable, "-m", __name__, task, str(file)]


def _child(task: str, file: Path) -> dict[str, Any]:
    done = subprocess.run(_command(task, file), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def _two(file: Path) -> float:
    """Seconds of the slower of two processes that judge the file at once, start-up left out."""
    running = [subprocess.Popen(_command("judge", file), stdout=subprocess.PIPE) for _ in range(2)]
    return max(float(json.loads(one.communicate()[0].splitlines()[-1])["wall_s"]) for one in running)


def _peer(data: bytes) -> str:
    """The peer's own entry point, with the 999 it writes; it logs what it cannot answer and goes on."""
    document, params = (importlib.import_module(f"pyx12.{name}") for name in ("x12n_document", "params"))
    text = io.StringIO(data.decode("ascii"))
    return "valid" if document.x12n_document(params.params(), text, io.StringIO(), None, None) else "invalid"


def _claims(data: Octets) -> str:
    return f"{sum(tables.size for tables, _ in claim_837.pieces(envelope.read(data)))} claims"


def _payments(data: Octets) -> str:
    pieces = remittance_835.pieces(envelope.read(data))
    return f"{sum(tables.claim_payments.height for tables, _ in pieces)} claim payments"


_STREAMED: dict[str, Callable[[Octets], str]] = {
    **dict.fromkeys(("judge", "judge-fast"), lambda data: judge.check(data).verdict),
    **dict.fromkeys(("judge-123", "judge-fast-123"), lambda data: judge.check(data, level=3).verdict),
    "read-837p": _claims,
    "read-835": _payments,
}
"""What takes a file piece by piece."""

_TASKS: dict[str, Callable[[bytes], str]] = {
    "rewrite": lambda data: "the same" if b"".join(rewrite(data)) == data else "something else",
    "peer": _peer,
}


def task(name: str, file: Path) -> dict[str, Any]:
    """One figure, taken in this process. Raises SetupError when compiled code is asked for and cannot be had."""
    if fast.use(Use.NOW if "-fast" in name else Use.NEVER) != ("-fast" in name):
        raise SetupError("numba is installed but compiles nothing here; run with NUMBA_DEBUG_CACHE=1 to see why")
    rss = {"rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024}
    if name == "idle":
        return rss
    if name in _STREAMED:
        with opened(file) as octets:
            _STREAMED[name](octets[:STARTING])
            return _timed(lambda: _STREAMED[name](octets), len(octets))
    data = file.read_bytes()
    if name == "latency":
        taken = []
        for _ in range(REPEATS):
            begun = time.perf_counter()
            judge.check(data)
            taken.append(time.perf_counter() - begun)
        return {"median_ms": round(sorted(taken)[REPEATS // 2] * 1e3, 3)}
    return _timed(lambda: _TASKS[name](data), len(data))


def _timed(run: Callable[[], str], size: int) -> dict[str, Any]:
    wall, cpu = time.perf_counter(), time.process_time()
    said = run()
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    return {
        "said": said,
        "wall_s": wall,
        "mb_per_cpu_s": round(size / 1e6 / cpu, 3),
        "rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


if __name__ == "__main__":
    print(json.dumps(task(sys.argv[1], Path(sys.argv[2]))))
