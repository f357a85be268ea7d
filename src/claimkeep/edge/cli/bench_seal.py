"""`claimkeep bench seal`: what sealing adds to the reading of a patient, and how fast keys change.

The database is the built-in one, encrypted, in a folder made for it. The peer is the same read up to the
moment where what is sealed is opened: what it would cost without field encryption, but for the longer columns.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from claimkeep.edge.cli import installation
from claimkeep.edge.config import environment

READS = 400
"""Patients read for the two percentiles."""

AT_ONCE = 1_000


def figures(rows: int) -> dict[str, Any]:
    """Every figure, on so many patients; milliseconds of one process."""
    with tempfile.TemporaryDirectory(prefix="claimkeep-bench-") as folder:
        command = [sys.executable, "-m", "claimkeep.edge.cli.bench_seal", folder, str(rows)]
        done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment.of_its_own())
    found: dict[str, Any] = json.loads(done.stdout)
    said = {"name": "seal", "work": f"{rows:,} patients of 14 sealed values, in an encrypted SQLite"}
    said |= {"peer_name": "the same reads, left sealed"}
    return said | found | {"ratio": round(found["ours"] / found["peer"], 3)}


def _measure(folder: Path, rows: int) -> dict[str, Any]:
    installation.use_data_folder(folder)
    installation.create()
    from claimkeep.apps.organization import actions as organization
    from claimkeep.apps.vault import rotation
    from claimkeep.engine.crypto.keyring import Purpose

    now = installation.now()
    practice = organization.found_practice(name="PRACTICENAME", by="system:bench", now=now)
    made, seconds = _made(practice.pk, rows, now)
    ours, peer = _reads(practice.pk, made)
    hand = rotation.Hand("system:bench", installation.now, time.sleep, settle_s=0)
    begun = time.process_time()
    values = rotation.rotate([(practice.pk, Purpose.FIELD)], hand)
    spent = time.process_time() - begun
    return {
        "patients": rows,
        "sealed_a_second": round(len(made) * 14 / seconds),
        "ours": round(statistics.quantiles(ours, n=20)[-1], 4),
        "peer": round(statistics.quantiles(peer, n=20)[-1], 4),
        "opening_a_patient_ms": round(statistics.median(o - p for o, p in zip(ours, peer, strict=True)), 4),
        "rotated_values": values,
        "rotated_rows_a_second": round(rows / spent),
    }


def _made(practice_id: Any, rows: int, now: datetime) -> tuple[list[Any], float]:
    """Patients with every identifier, and the processor seconds it took to write them."""
    from claimkeep.apps.patients.models import Patient

    texts = ("middle_name", "suffix", "address1", "address2", "city", "zip", "email", "ssn", "medical_record_number")
    keys: list[Any] = []
    begun = time.process_time()
    for first in range(0, rows, AT_ONCE):
        batch = [
            Patient(
                practice_id=practice_id,
                number=f"P{n:08d}",
                last_name=f"LASTNAME{n:07d}",
                first_name=f"FIRSTNAME{n:07d}",
                birth_day=date(1970, 1, 31),
                phone="5555550100",
                identity=uuid4().bytes[:12],
                identity_of=f"patients.identity|whole|LASTNAME{n:07d}",
                created_at=now,
                **dict.fromkeys(texts, "SYNTHETIC"),
            )
            for n in range(first, min(first + AT_ONCE, rows))
        ]
        Patient.objects.bulk_create(batch)
        keys += [row.pk for row in batch]
    return keys, time.process_time() - begun


def _reads(practice_id: Any, keys: list[Any]) -> tuple[list[float], list[float]]:
    """Milliseconds of each read of one patient with its audit event: then opened, and as far as it is still sealed."""
    from claimkeep.apps.access.roles import Actor
    from claimkeep.apps.patients import queries
    from claimkeep.apps.vault.holders import holders

    names = [name for held in holders() for table, name in held.columns() if table == "patients_patient"]
    actor = Actor("system:bench", practice_id, "job")
    ours: list[float] = []
    peer: list[float] = []
    for number in range(READS):
        key = keys[number * 7919 % len(keys)]
        begun = time.perf_counter()
        row = queries.patient(actor, key, now=datetime.now(UTC))
        read = time.perf_counter()
        for name in names:
            getattr(row, name)
        peer.append((read - begun) * 1000)
        ours.append((time.perf_counter() - begun) * 1000)
    return ours, peer


if __name__ == "__main__":
    print(json.dumps(_measure(Path(sys.argv[1]), int(sys.argv[2]))))
