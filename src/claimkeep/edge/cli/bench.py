"""`claimkeep bench`: figures on work it makes itself."""

from __future__ import annotations

import json as text
import subprocess
import sys
import tempfile
from typing import Annotated

import typer

from claimkeep.edge.cli import bench_audit, bench_scrub, bench_seal, bench_x12, speech
from claimkeep.edge.config import environment
from claimkeep.engine.terms.errors import SetupError

DAY_SIZES = (1000, 10_000)
"""Visits of the two days whose time a visit is compared."""

X12_MEGABYTES = 10
"""Megabytes of claims, and again of remittances, that bench x12 works on unless told otherwise."""

AUDIT_EVENTS = 500_000
"""Events that bench audit writes and verifies unless told otherwise."""

SCRUB_CLAIMS = 100_000
"""Claims that bench scrub judges unless told otherwise."""

SEAL_PATIENTS = 100_000
"""Patients that bench seal works on unless told otherwise."""


def bench(
    name: Annotated[str, typer.Argument(help="Which figures: audit, day, scrub, seal or x12.")],
    visits: Annotated[int, typer.Option(help="day: visits of the larger day.")] = DAY_SIZES[1],
    megabytes: Annotated[int, typer.Option(help="x12: size of each file that is judged and read.")] = X12_MEGABYTES,
    sizes: Annotated[
        int | None, typer.Option(help="x12: speed and memory by size instead, up to so many megabytes (10, 100, 1000).")
    ] = None,
    events: Annotated[int, typer.Option(help="audit: events written and verified.")] = AUDIT_EVENTS,
    patients: Annotated[int, typer.Option(help="seal: patients sealed, read and sealed anew.")] = SEAL_PATIENTS,
    claims: Annotated[int, typer.Option(help="scrub: claims judged.")] = SCRUB_CLAIMS,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> int:
    """Take a figure again, on work made for it; a ratio stands beside every time."""
    if name == "x12":
        speech.result(bench_x12.sizes(sizes) if sizes else bench_x12.figures(megabytes), as_json=json)
        return speech.DONE
    if name == "audit":
        speech.result(bench_audit.figures(events), as_json=json)
        return speech.DONE
    if name == "scrub":
        speech.result(bench_scrub.figures(claims), as_json=json)
        return speech.DONE
    if name == "seal":
        speech.result(bench_seal.figures(patients), as_json=json)
        return speech.DONE
    if name != "day":
        raise SetupError("there are five benches here so far: audit, day, scrub, seal and x12")
    small, large = _day(DAY_SIZES[0]), _day(visits)
    ratio = (large["seconds"] / visits) / (small["seconds"] / DAY_SIZES[0])
    values = {
        "name": "day",
        "work": f"demo --visits {DAY_SIZES[0]} and --visits {visits}, from an empty folder",
        "seconds_small": small["seconds"],
        "rss_small_mb": small["rss_mb"],
        "seconds_large": large["seconds"],
        "rss_large_mb": large["rss_mb"],
        "ratio": round(ratio, 3),
    }
    speech.result(values, as_json=json, labels={"ratio": "time a visit, large to small"})
    return speech.DONE


_CHILD = """
import os, resource, subprocess, sys
command = [sys.executable, "-m", "claimkeep.edge.cli", "--data", sys.argv[1], "demo", "--visits", sys.argv[2], "--json"]
done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024)
print(done.stdout)
"""
"""Runs one day in a process of its own, so that its peak memory is its own: the largest of the day and its payers."""


def _day(visits: int) -> dict[str, float]:
    with tempfile.TemporaryDirectory(prefix="claimkeep-bench-") as folder:
        done = subprocess.run(
            [sys.executable, "-c", _CHILD, f"{folder}/data", str(visits)],
            capture_output=True,
            text=True,
            check=True,
            env=environment.of_its_own(),
        )
    rss, summary = done.stdout.split("\n", 1)
    return {"seconds": text.loads(summary)["seconds"], "rss_mb": int(rss)}
