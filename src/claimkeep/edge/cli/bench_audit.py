"""`claimkeep bench audit`: events appended and verified in a second, beside the same lines hashed from a flat file.

The database is the built-in one, encrypted, in a folder made for it. The peer does the least any log could do: it reads
lines and hashes them, with no database, no order and no proof.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any
from uuid import UUID

from claimkeep.edge.cli import installation
from claimkeep.edge.config import environment

AT_ONCE = 5_000
"""Events written in one transaction: what one file of visits or one long list brings."""


def figures(events: int) -> dict[str, Any]:
    """Every figure, on so many events; processor seconds of one process."""
    with tempfile.TemporaryDirectory(prefix="claimkeep-bench-") as folder:
        command = [sys.executable, "-m", "claimkeep.edge.cli.bench_audit", folder, str(events)]
        done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment.of_its_own())
    found: dict[str, Any] = json.loads(done.stdout)
    work = f"{events:,} events, {AT_ONCE:,} a transaction, in an encrypted SQLite"
    said = {"name": "audit", "work": work, "peer_name": "SHA-256 of the same lines from a file"}
    return said | found | {"ratio": round(found["ours"] / found["peer"], 3)}


def _measure(folder: Path, events: int) -> dict[str, Any]:
    installation.use_data_folder(folder)
    there = installation.create()
    from django.db import transaction

    from claimkeep.apps.audit import actions, queries
    from claimkeep.apps.audit.actions import Note

    begun = time.process_time()
    for first in range(0, events, AT_ONCE):
        notes = [
            Note("patient:read", f"patient:{UUID(int=n)}", "queue:held", {"n": n})
            for n in range(first, min(first + AT_ONCE, events))
        ]
        with transaction.atomic():
            actions.note_all(notes, actor=f"user:{UUID(int=0)}", now=installation.now(), practice_id=UUID(int=1))
    appended = time.process_time()
    verdict = queries.verify()
    verified = time.process_time()
    assert verdict.ok
    lines = there.root / "lines"
    with lines.open("wb") as file:
        file.writelines(line + b"\n" for line in queries.lines())
    peer = _hashed(lines)
    return {
        "events": verdict.events,
        "appended_a_second": round(events / (appended - begun)),
        "verified_a_second": round(verdict.events / (verified - appended)),
        "ours": round(verdict.events / (verified - appended)),
        "peer": round(verdict.events / peer),
    }


def _hashed(path: Path) -> float:
    begun = time.process_time()
    with path.open("rb") as file:
        for line in file:
            hashlib.sha256(line).digest()
    return time.process_time() - begun


if __name__ == "__main__":
    print(json.dumps(_measure(Path(sys.argv[1]), int(sys.argv[2]))))
