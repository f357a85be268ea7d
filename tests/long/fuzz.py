"""The X12 engine on mutated files, guided by what code they reach: no exception, no hang, no memory beyond bound.

    ./test --long fuzz                    files of great size and ill shape, then every target for ten minutes
    ./test --long fuzz SECONDS [TARGET]   for so long, all or one: shapes, judge, read, rewrite, answer

What fails is kept in the folder named at the end, as the octets that did it: `fuzz.py --once TARGET FILE` repeats it.
"""

from __future__ import annotations

import importlib
import importlib.util
import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(PROJECT))
SECONDS = 600
MOST_OCTETS = 1 << 16
SECONDS_AN_INPUT = 5
"""Processor seconds that one input of 64 KB may take; one second is already much."""
HANG = 600
"""Seconds by the clock after which an input hangs, even on a machine that has much else to do."""
MEGABYTES = 700
"""Resident at most, of which 200 are numpy, polars and the fuzzer itself."""
SECONDS_A_SHAPE, MEGABYTES_A_SHAPE = 120, 2000
"""Processor seconds and resident megabytes that a file of great size and ill shape may take."""
LOCKS = ("base", "fast", "postgresql", "build", "test", "fuzz")


def main(arguments: list[str]) -> int:
    """1 when any target failed."""
    if importlib.util.find_spec("atheris") is None:
        subprocess.run([PROJECT / "requirements" / "install", *LOCKS], check=True)
    if arguments[:1] == ["--once"]:
        return once(arguments[1], Path(arguments[2]))
    if arguments[:1] == ["--target"]:
        return target(arguments[1], arguments[2:])
    seconds = int(arguments[0]) if arguments else SECONDS
    names = arguments[1:] or ["shapes", "judge", "read", "rewrite", "answer"]
    kept = Path(tempfile.mkdtemp(prefix="claimkeep-fuzz-"))
    corpus = kept / "corpus"
    corpus.mkdir()
    print(f"{seeded(corpus)} files to begin with")
    failed = [name for name in names if not (shapes() if name == "shapes" else run(name, seconds, corpus, kept))]
    print(
        f"{len(names) - len(failed)} passed, {len(failed)} failed" + (f"; what failed is in {kept}" if failed else "")
    )
    if not failed:
        shutil.rmtree(kept)
    return 1 if failed else 0


def shapes() -> bool:
    """True when every file of great size and ill shape is judged and written back within the bounds."""
    from claimkeep.engine.x12.judge import check
    from claimkeep.engine.x12.rewrite import rewrite
    from tests.engine.x12.shapes import SHAPES

    failed = 0
    for name, (_, many, build) in SHAPES.items():
        data = build(many)
        begun = time.process_time()
        is_right = check(data).verdict == "invalid" and rewrite(data) == data
        seconds, peak = time.process_time() - begun, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
        is_right &= seconds < SECONDS_A_SHAPE and peak < MEGABYTES_A_SHAPE
        failed += not is_right
        said = "ok" if is_right else "FAILED"
        print(
            f"{many:>10,} {name:40} {len(data) / 1e6:5.1f} MB {seconds:6.1f} s, {peak} MB at most: {said}", flush=True
        )
    return not failed


def seeded(corpus: Path) -> int:
    """The files to begin with: one set of every kind, and what stands beside this repository."""
    from tests.engine.x12 import test_judge, vectors

    seeds = [vectors.interchange(code, body) for code, (_, _, body) in vectors.SETS.items()]
    seeds += [
        test_judge.interchange(test_judge.CLAIM),
        test_judge.interchange(test_judge.REMITTANCE, "HP", "005010X221A1"),
    ]
    shared = PROJECT.parent / "shared" / "data" / "x12"
    seeds += [file.read_bytes() for file in sorted(shared.rglob("*")) if file.is_file() and file.name != "INDEX.tsv"]
    for number, seed in enumerate(seeds):
        (corpus / f"seed-{number:04}").write_bytes(seed[:MOST_OCTETS])
    return len(seeds)


def run(name: str, seconds: int, corpus: Path, kept: Path) -> bool:
    """True when one target took everything it was given, in a process of its own."""
    found = kept / name
    found.mkdir()
    command = [
        *(sys.executable, __file__, "--target", name, str(found), str(corpus)),
        *(f"-max_total_time={seconds}", f"-max_len={MOST_OCTETS}", f"-timeout={HANG}"),
        *(f"-rss_limit_mb={MEGABYTES}", f"-artifact_prefix={kept}/{name}-", "-print_final_stats=1", "-verbosity=1"),
    ]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, errors="replace")
    stats = dict(re.findall(r"^stat::(\w+):\s+(\d+)", done.stderr, re.MULTILINE))
    runs, memory = stats.get("number_of_executed_units", "?"), stats.get("peak_rss_mb", "?")
    print(f"{name:8} {runs} runs, {memory} MB at most: {'ok' if done.returncode == 0 else 'FAILED'}", flush=True)
    if done.returncode:
        told = [line for line in (done.stderr + done.stdout).splitlines() if not line.startswith("INFO:")]
        print("\n".join(told[-60:]), flush=True)
    return done.returncode == 0


def target(name: str, arguments: list[str]) -> int:
    """Does not come back: the fuzzer ends the process."""
    atheris = importlib.import_module("atheris")
    hooks = importlib.import_module("atheris.import_hook")
    # Which code is reached, and not what is compared with what: atheris 3.0 keeps every value it compares.
    with hooks.HookManager({"claimkeep"}, set(), True, trace_dataflow=False):
        from tests.long import _x12_damage, _x12_targets

    def changed(data: bytes, most: int, seed: int) -> bytes:
        return _x12_damage.damaged(data, most, seed, atheris.Mutate)

    def bounded(data: bytes) -> None:
        begun = time.process_time()
        _x12_targets.TARGETS[name](data)
        assert time.process_time() - begun < SECONDS_AN_INPUT, "too slow"

    atheris.Setup([name, *arguments], bounded, custom_mutator=changed)
    atheris.Fuzz()
    return 0


def once(name: str, file: Path) -> int:
    """One input again, without the fuzzer."""
    from tests.long import _x12_targets

    _x12_targets.TARGETS[name](file.read_bytes())
    return 0


if __name__ == "__main__":
    os.environ.setdefault("POLARS_MAX_THREADS", "1")
    sys.exit(main(sys.argv[1:]))
