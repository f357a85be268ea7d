"""The audit log: in the transaction of what it tells of, without a gap, and every tampering is found."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.db import DatabaseError, connection, connections, transaction

from claimkeep.apps.audit import actions, queries
from claimkeep.apps.audit.actions import Note
from claimkeep.apps.audit.models import Event, Head
from claimkeep.apps.organization.models import Practice
from claimkeep.apps.patients import queries as patients
from claimkeep.apps.patients.models import Patient
from claimkeep.engine.crypto import chain
from claimkeep.engine.terms.errors import AuditError
from tests.apps.world import NOW, Place, visit

pytestmark = pytest.mark.usefixtures("db")


def write(count: int, tag: str = "patient:read") -> None:
    """So many events, each with its own subject."""
    notes = [Note(tag, f"patient:{n}", "work", {"n": n}) for n in range(count)]
    with transaction.atomic():
        actions.note_all(notes, actor="system:test", now=NOW, practice_id=None)


def sql(statement: str, *parameters: Any) -> None:
    """A statement as somebody with the database's key would run it, triggers out of the way first."""
    with connection.cursor() as cursor:
        for verb in ("update", "delete"):
            on = " ON audit_event" if connection.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER IF EXISTS audit_event_no_{verb}{on}")
        cursor.execute(statement, parameters)


def test_an_event_and_what_it_tells_of_are_undone_together() -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        Practice.objects.create(name="PRACTICENAME", created_at=NOW)
        actions.note("practice:found", subject="practice:1", actor="system:test", now=NOW, practice_id=None)
        raise ZeroDivisionError
    assert not Practice.objects.exists()
    assert not Event.objects.exists()
    assert queries.verify() == queries.Verdict(0, chain.GENESIS.hex(), None)


def test_an_event_outside_a_transaction_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections["default"], "in_atomic_block", False)
    with pytest.raises(AuditError):
        actions.note("patient:read", subject="patient:1", actor="system:test", now=NOW, practice_id=None)
    monkeypatch.undo()
    assert not Event.objects.exists()


def test_events_are_numbered_from_one_without_a_gap_whatever_was_rolled_back() -> None:
    write(3)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        write(2)
        raise ZeroDivisionError
    write(2)
    assert list(Event.objects.order_by("seq").values_list("seq", flat=True)) == [1, 2, 3, 4, 5]
    assert queries.verify().ok


def test_nothing_noted_writes_nothing() -> None:
    write(0)
    assert not Event.objects.exists()


def test_an_untouched_log_verifies_and_says_where_it_ends() -> None:
    write(5)
    verdict = queries.verify()
    assert verdict.ok
    assert (verdict.events, verdict.head) == (5, bytes(Head.objects.get().head).hex())


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("tag", "patient:list"),
        ("subject", "patient:9"),
        ("actor", "system:other"),
        ("why", "other"),
        ("at", "2026-03-02 15:00:01+00:00"),
        ("detail", '{"n": 9}'),
        ("practice_id", "00000000000000000000000000000001"),
    ],
)
def test_a_changed_column_is_found_at_its_event(column: str, value: str) -> None:
    write(4)
    sql(f"UPDATE audit_event SET {column} = %s WHERE seq = 3", value)
    assert queries.verify().first_bad == 3


def test_a_deleted_event_is_found() -> None:
    write(4)
    sql("DELETE FROM audit_event WHERE seq = 2")
    assert queries.verify().first_bad == 2


def test_a_log_cut_short_is_found() -> None:
    write(4)
    sql("DELETE FROM audit_event WHERE seq = 4")
    assert queries.verify().first_bad == 4
    sql("DELETE FROM audit_event")
    assert queries.verify().first_bad == 1


def test_an_event_added_with_a_right_digest_is_found() -> None:
    write(3)
    event = Event(seq=4, at=NOW, actor="system:planted", tag="patient:read", subject="patient:4", detail={})
    event.digest = chain.digest(queries.content(event))
    event.head = chain.link(bytes(Head.objects.get().head), event.digest)
    event.save(force_insert=True)
    assert queries.verify().first_bad == 4


def test_two_events_that_changed_places_are_found() -> None:
    write(4)
    for a, b in ((2, 20), (3, 2), (20, 3)):
        sql("UPDATE audit_event SET seq = %s WHERE seq = %s", b, a)
    assert queries.verify().first_bad == 2


def test_a_changed_event_whose_digest_was_made_anew_is_found() -> None:
    write(4)
    event = Event.objects.get(seq=2)
    event.tag = "patient:list"
    digest = chain.digest(queries.content(event))
    sql("UPDATE audit_event SET tag = %s, digest = %s WHERE seq = 2", event.tag, digest)
    assert queries.verify().first_bad == 2


def test_a_changed_end_is_found() -> None:
    write(3)
    Head.objects.update(head=bytes(32))
    assert queries.verify().first_bad == 4
    Head.objects.all().delete()
    assert not queries.verify().ok


def test_an_event_written_while_the_log_is_being_verified_is_no_alarm(monkeypatch: pytest.MonkeyPatch) -> None:
    write(3)
    stored = queries._events

    def as_others_write() -> Any:
        write(2)
        return stored()

    monkeypatch.setattr(queries, "_events", as_others_write)
    verdict = queries.verify()
    assert (verdict.events, verdict.first_bad) == (5, None)


def test_events_of_one_subject_are_told_oldest_first() -> None:
    write(3)
    write(3, "patient:list")
    assert [(e.seq, e.tag) for e in queries.about("patient:1")] == [(2, "patient:read"), (5, "patient:list")]


def test_no_patient_is_shown_when_the_look_cannot_be_logged(here: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    here.receive(visit())
    key = Patient.objects.get().pk
    assert patients.patient(here.actor, key, now=NOW).last_name == "LASTNAME"

    def full(*_: Any, **__: Any) -> None:
        raise DatabaseError("disk full")

    monkeypatch.setattr(Event.objects, "bulk_create", full)
    for look in (
        lambda: patients.patient(here.actor, key, now=NOW),
        lambda: patients.patients_named(here.actor, [key], now=NOW, why="list"),
        lambda: patients.search(here.actor, now=NOW, last_name="LASTNAME"),
        lambda: patients.reveal(replace(here.actor, role="biller"), key, field="ssn", reason="billing", now=NOW),
    ):
        with pytest.raises(AuditError):
            look()


def test_nothing_is_written_when_it_cannot_be_logged(here: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any, **__: Any) -> None:
        raise DatabaseError("disk full")

    monkeypatch.setattr(Event.objects, "bulk_create", full)
    with pytest.raises(AuditError):
        here.receive(visit())
    assert not Patient.objects.exists()
