"""A log that was a chain becomes a tree with every event as it was, unless the chain does not verify."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, connection, connections, transaction
from django.db.migrations.executor import MigrationExecutor

from claimkeep.apps.audit import queries
from claimkeep.apps.audit.models import Event, Head, Tile
from claimkeep.engine.crypto import merkle
from claimkeep.engine.terms.errors import AuditError
from tests.apps.world import NOW

BEFORE, AFTER = [("audit", "0002_append_only")], [("audit", "0003_tree")]


@pytest.fixture
def database(db: None, tmp_path: Path, django_db_blocker: Any) -> Iterator[Any]:
    """A second database of the same kind with no table in it: the tests' own cannot go back."""
    settings: dict[str, Any] = dict(connections["default"].settings_dict)
    if connection.vendor == "postgresql":
        settings["OPTIONS"] = {**settings["OPTIONS"], "options": "-c search_path=older"}
    else:
        settings["NAME"] = str(tmp_path / "older.sqlite")
    connections.databases["older"] = settings
    try:
        with django_db_blocker.unblock():
            if connection.vendor == "postgresql":
                connections["older"].cursor().execute("DROP SCHEMA IF EXISTS older CASCADE; CREATE SCHEMA older")
            yield connections["older"]
    finally:
        connections["older"].close()
        del connections.databases["older"]
        del connections["older"]


@pytest.fixture
def chained(database: Any) -> Any:
    """The applications while the log was a chain, with 300 events in it."""
    executor = MigrationExecutor(database)
    executor.migrate(BEFORE)
    old = executor.loader.project_state(BEFORE).apps
    event = old.get_model("audit", "Event")
    head, rows = bytes(32), []
    for seq in range(1, 301):
        row = event(
            seq=seq,
            at=NOW + timedelta(milliseconds=seq % 3),
            actor="system:test",
            tag="patient:read",
            subject=f"patient:{seq}",
            why="näme",
            detail={"z": 1, "by": ["phone"]},
        )
        content = {
            "seq": seq, "at": row.at.isoformat(timespec="microseconds"), "practice": None, "actor": row.actor,
            "tag": row.tag, "subject": row.subject, "why": row.why, "detail": row.detail,
        }  # fmt: skip
        text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        row.digest = hashlib.sha256(b"\x00" + text.encode()).digest()
        row.head = head = hashlib.sha256(b"\x01" + head + row.digest).digest()
        rows.append(row)
    event.objects.using("older").bulk_create(rows)
    old.get_model("audit", "Head").objects.using("older").create(pk=1, seq=300, head=head)
    return database


def become_a_tree(database: Any) -> None:
    """The step from chain to tree is taken."""
    MigrationExecutor(database).migrate(AFTER)


def test_every_event_is_carried_over_and_the_log_verifies(chained: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    become_a_tree(chained)
    monkeypatch.setattr(queries, "connection", chained)
    leaves = [merkle.leaf(line) for line in queries.lines()]
    assert leaves == [bytes(one.leaf) for one in Event.objects.using("older").order_by("seq")]
    frontier, tiles = merkle.Frontier().and_then(leaves)
    assert queries.frontier(Head.objects.using("older").get()) == frontier
    assert [bytes(one.root) for one in Tile.objects.using("older")] == [one.root for one in tiles]
    told = [json.loads(line) for line in queries.lines()]
    assert [one["seq"] for one in told] == list(range(1, 301))
    assert told[6] == {
        "seq": 7, "at": "2026-03-02T15:00:00.001000Z", "practice": None, "actor": "system:test",
        "tag": "patient:read", "subject": "patient:7", "why": "näme", "detail": {"z": 1, "by": ["phone"]},
    }  # fmt: skip


def test_the_tree_is_append_only_too(chained: Any) -> None:
    become_a_tree(chained)
    for table in ("audit_event", "audit_tile"):
        with pytest.raises(DatabaseError, match="append only"), transaction.atomic("older"):
            chained.cursor().execute(f"DELETE FROM {table}")


def test_a_chain_that_does_not_verify_is_not_carried_over(chained: Any) -> None:
    on = " ON audit_event" if connection.vendor == "postgresql" else ""
    with chained.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER audit_event_no_update{on}")
        cursor.execute("UPDATE audit_event SET tag = 'patient:list' WHERE seq = 7")
    with pytest.raises(AuditError, match="does not verify at event 7"):
        become_a_tree(chained)


def test_a_chain_whose_end_was_cut_is_not_carried_over(chained: Any) -> None:
    on = " ON audit_event" if connection.vendor == "postgresql" else ""
    with chained.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER audit_event_no_delete{on}")
        cursor.execute("DELETE FROM audit_event WHERE seq = 300")
    with pytest.raises(AuditError, match="ends where its head does not say"):
        become_a_tree(chained)
