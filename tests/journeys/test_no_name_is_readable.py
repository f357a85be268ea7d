"""Nothing on disk shows who the patients are; the same search on a build without sealing finds them all."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys.days import Installation, installation

pytestmark = pytest.mark.database

VISITS = 60
IDENTIFIERS = re.compile(rb"(?:LASTNAME|FIRSTNAME)\d{5}")
HEX = re.compile(rb"(?:[0-9a-fA-F]{2}){8,}")
STEMS = (b"LASTNAME", b"FIRSTNAME", b"@example.invalid")


def everything_on_disk(place: Installation) -> Iterator[bytes]:
    """Every file below the root (data folder, log, temporary files), and every row of a database server."""
    for file in sorted(p for p in place.root.rglob("*") if p.is_file()):
        yield file.read_bytes()
    if place.database_url:
        yield from _rows(place.database_url)


def _rows(url: str) -> Iterator[bytes]:
    import psycopg

    with psycopg.connect(url) as server:
        tables = server.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        for (table,) in tables:
            for (row,) in server.execute(f'SELECT t::text FROM "{table}" t'):  # type: ignore[call-overload]
                yield row.encode()


def unhexed(data: bytes) -> bytes:
    """The data with what is written in hexadecimal digits behind it in the clear."""
    return data + b"".join(bytes.fromhex(run.decode()) for run in HEX.findall(data))


def names_in(place: Installation) -> set[bytes]:
    """Every patient name that stands readable on disk."""
    return {name for data in everything_on_disk(place) for name in IDENTIFIERS.findall(unhexed(data))}


def disguised_stems_in(place: Installation) -> list[bytes]:
    """What every synthetic name and address holds, written in UTF-16 or base64 anywhere on disk."""
    disguises = [stem.decode().encode(coding) for stem in STEMS for coding in ("utf-16-le", "utf-16-be")]
    for stem in STEMS:
        for shift in range(3):
            middle = b64encode(b"x" * shift + stem).decode()
            disguises.append(middle[4 if shift else 0 : len(middle) - 4].encode())
    return [d for data in everything_on_disk(place) for d in disguises if d in data]


def test_no_patient_name_stands_in_any_file_log_or_row() -> None:
    with installation() as place:
        assert place.said("demo", "--visits", str(VISITS))["visits"] > 50
        assert place.python(READ_BACK).strip() == "True"
        assert names_in(place) == set()
        assert disguised_stems_in(place) == []


READ_BACK = """
from claimkeep.apps.patients import queries
found = queries.search(installation.actor(), now=installation.now(), last_name="lastname")
print(all(p.last_name.startswith("LASTNAME") for p in found) and len(found) > 20)
"""
"""The names are there for who has the keys: in an empty folder a search would find none either."""


def test_the_same_search_on_a_build_without_sealing_finds_them_all() -> None:
    with installation() as place:
        status, said = place.run("demo", "--visits", str(VISITS), "--json", module="tests.mutants.unsealed")
        assert status == 0 and json.loads(said)["visits"] > 50
        patients = {
            name.encode()
            for name in json.loads(
                place.python(NAMES, first="from tests.mutants.unsealed import switch_off; switch_off()")
            )
        }
        assert len(patients) > 50
        assert patients - names_in(place) == set()


NAMES = """
import json
from claimkeep.apps.patients.models import Patient
print(json.dumps([name for p in Patient.objects.all() for name in (p.last_name, p.first_name)]))
"""


def test_secrets_are_readable_by_their_owner_alone() -> None:
    with installation() as place:
        place.said("demo", "--visits", "5")
        loose = [p.name for p in _secret_files(place.data) if p.stat().st_mode & 0o077]
        assert loose == []
        assert len(list(_secret_files(place.data))) >= 6


def _secret_files(data: Path) -> Iterator[Path]:
    yield from (p for folder in ("keys", "tls") for p in (data / folder).iterdir())


def test_what_is_left_without_the_keys_opens_nothing() -> None:
    with installation() as place:
        place.said("demo", "--visits", "5")
        outside = [p for p in place.data.rglob("*") if p.is_file() and (place.data / "keys") not in p.parents]
        assert any("archive" in p.parts for p in outside), "the clearinghouse keeps what it was sent"
        assert [p.name for p in outside if "keyset" in p.name or b"AesGcmKey" in p.read_bytes()] == []
