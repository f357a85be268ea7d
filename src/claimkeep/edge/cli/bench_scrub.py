"""`claimkeep bench scrub`: claims judged in a second of the processor, beside a plain loop over dicts and sets.

The tables are random ones of the size of the published: 2.5 million pairs, 98,000 diagnoses. Claims have four lines and
four diagnoses, and far more faults than claims of a practice have. The peer answers the same edits of tables on the
same claims; that both find the same is checked. All is measured in a process of its own.
"""

from __future__ import annotations

import json
import resource
import statistics
import subprocess
import sys
import time
from collections import Counter
from datetime import date
from typing import Any

from claimkeep.edge.cli import bench_scrub_work as work
from claimkeep.edge.cli.bench_scrub_peer import Peer
from claimkeep.edge.config import environment
from claimkeep.engine.scrub.catalogue import EDITS
from claimkeep.engine.scrub.references import References
from claimkeep.engine.scrub.run import run
from claimkeep.engine.terms.claim import ClaimTables

PEER_CLAIMS = 20_000
"""Claims the peer is timed on at most: its speed does not grow with their number."""

AT_ONCE = 50_000
"""Claims judged as one batch."""

REPEATS = 30
"""How often one claim is judged; the median is told."""

TODAY = date(2026, 1, 1)


def figures(claims: int, pairs: int = work.PAIRS) -> dict[str, Any]:
    """Every figure, on so many claims and pairs."""
    command = [sys.executable, "-m", "claimkeep.edge.cli.bench_scrub", str(claims), str(pairs)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment.of_its_own())
    found: dict[str, Any] = json.loads(done.stdout)
    size = f"{claims:,} claims of {work.LINES} lines and {work.DIAGNOSES_A_CLAIM} diagnoses"
    said = {"name": "scrub", "work": f"{size}, {pairs:,} pairs, {work.DIAGNOSES:,} diagnoses"}
    return said | {"peer_name": "a loop over claims, dicts and sets, the edits of tables alone"} | found


def _measure(claims: int, pairs: int) -> dict[str, Any]:
    data = work.pairs_file(pairs)
    begun = time.process_time()
    references = work.references(data)
    loading = time.process_time() - begun
    ours, tables_alone, found = _ours(claims, references)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    one = _one_claim(references)
    asked = min(claims, PEER_CLAIMS)
    peer, said = _peer(data, asked)
    return {
        "ours": round(ours),
        "ours_tables_alone": round(tables_alone),
        "peer": round(peer),
        "ratio": round(tables_alone / peer, 1),
        "same_findings": said == _of_tables(run(work.claims(asked), TODAY, (), references=references)),
        "findings": sum(found.values()),
        "one_claim_ms": round(one * 1000, 1),
        "loading_s": round(loading, 1),
        "rss_mb": memory,
    }


def _ours(claims: int, references: References) -> tuple[float, float, Counter[str]]:
    """Claims a second of the processor through all edits and through those of tables, and what was found."""
    spent = {True: 0.0, False: 0.0}
    found: Counter[str] = Counter()
    for first in range(0, claims, AT_ONCE):
        batch = work.claims(min(AT_ONCE, claims - first))
        for with_form in (True, False):
            begun = time.process_time()
            told = run(batch, TODAY, EDITS if with_form else (), references=references)
            spent[with_form] += time.process_time() - begun
            if with_form:
                found.update(one.edit for one in told)
    return claims / spent[True], claims / spent[False], found


def _one_claim(references: References) -> float:
    """Seconds of one claim through all edits, the median."""
    one, taken = work.claims(1), []
    for _ in range(REPEATS):
        begun = time.perf_counter()
        run(one, TODAY, references=references)
        taken.append(time.perf_counter() - begun)
    return statistics.median(taken)


def _peer(pairs: bytes, claims: int) -> tuple[float, Counter[str]]:
    """Claims a second of the processor by the peer, loading left out, and what it found."""
    peer, listed = Peer(pairs), as_dicts(work.claims(claims))
    begun = time.process_time()
    found = peer.scrub(listed)
    return claims / (time.process_time() - begun), +found


def as_dicts(tables: ClaimTables) -> list[dict[str, Any]]:
    """Claims as the peer takes them."""
    listed: list[dict[str, Any]] = []
    for row in tables.claims.select("patient_birth_day", "patient_sex").iter_rows():
        listed.append({"born": row[0].strftime("%Y%m%d"), "sex": row[1], "lines": [], "diagnoses": []})
    columns = "claim_row", "procedure_code", "modifier1", "service_day", "units_milli"
    for at, code, modifier, day, units in tables.service_lines.select(columns).iter_rows():
        when, marks = day.strftime("%Y%m%d"), [modifier] if modifier else []
        listed[at]["lines"].append({"code": code, "modifiers": marks, "day": when, "units": units})
        listed[at]["day"] = min(when, listed[at].get("day", when))
    for at, code in tables.diagnoses.select("claim_row", "code").iter_rows():
        listed[at]["diagnoses"].append(code)
    return listed


def _of_tables(found: tuple[Any, ...]) -> Counter[str]:
    return Counter(one.edit for one in found)


if __name__ == "__main__":
    print(json.dumps(_measure(int(sys.argv[1]), int(sys.argv[2]))))
