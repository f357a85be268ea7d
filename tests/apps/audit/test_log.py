"""The audit log: in the transaction of what it tells of, without a gap, and every tampering is found."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.db import DatabaseError, connection, connections, transaction

from claimkeep.apps.audit import actions, queries
from claimkeep.apps.audit.actions import Note
from claimkeep.apps.audit.models import Event, Head, Tile
from claimkeep.apps.organization.models import Practice
from claimkeep.apps.patients import queries as patients
from claimkeep.apps.patients.models import Patient
from claimkeep.engine.crypto import event as lines
from claimkeep.engine.crypto import keyring, merkle
from claimkeep.engine.crypto.checkpoint import Checkpoint, opened
from claimkeep.engine.crypto.keyring import Purpose, Signer
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
        for table in ("audit_event", "audit_tile", "audit_signedhead"):
            for verb in ("update", "delete"):
                on = f" ON {table}" if connection.vendor == "postgresql" else ""
                cursor.execute(f"DROP TRIGGER IF EXISTS {table}_no_{verb}{on}")
        cursor.execute(statement, parameters)


def test_an_event_and_what_it_tells_of_are_undone_together() -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        Practice.objects.create(name="PRACTICENAME", created_at=NOW)
        actions.note("practice:found", subject="practice:1", actor="system:test", now=NOW, practice_id=None)
        raise ZeroDivisionError
    assert not Practice.objects.exists()
    assert not Event.objects.exists()
    assert queries.verify() == queries.Verdict(0, merkle.EMPTY.hex(), None)


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
    assert (verdict.events, verdict.head) == (5, queries.frontier(Head.objects.get()).root().hex())


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


def planted(seq: int, tag: str = "patient:read") -> Event:
    """An event of somebody who knows how leaves are made."""
    event = Event(seq=seq, at=NOW, actor="system:planted", tag=tag, subject="patient:4", detail={})
    line = lines.entry(seq, lines.time_text(NOW), None, event.actor, event.tag, event.subject, "", "{}")
    event.leaf = merkle.leaf(line)
    return event


def test_an_event_added_with_a_right_leaf_is_found() -> None:
    write(3)
    planted(4).save(force_insert=True)
    assert queries.verify().first_bad == 4


def test_an_event_put_before_all_others_is_found() -> None:
    write(3)
    planted(-5).save(force_insert=True)
    assert queries.verify().first_bad == 1


def test_two_events_that_changed_places_are_found() -> None:
    write(4)
    for a, b in ((2, 20), (3, 2), (20, 3)):
        sql("UPDATE audit_event SET seq = %s WHERE seq = %s", b, a)
    assert queries.verify().first_bad == 2


def rewritten(seq: int) -> None:
    """An event changed by somebody who makes its leaf anew."""
    event = planted(seq, "patient:list")
    sql(
        "UPDATE audit_event SET tag = %s, actor = %s, subject = %s, why = %s, detail = %s, leaf = %s WHERE seq = %s",
        event.tag, event.actor, event.subject, "", "{}", event.leaf, seq,
    )  # fmt: skip


def test_a_changed_event_whose_leaf_was_made_anew_is_found_from_what_is_vouched_for() -> None:
    write(4)
    rewritten(2)
    assert queries.verify().first_bad == 1


def test_a_changed_event_whose_leaf_was_made_anew_is_found_in_its_tile() -> None:
    write(700)
    rewritten(300)
    assert queries.verify().first_bad == 257


def test_a_changed_or_missing_tile_is_found() -> None:
    write(700)
    sql(
        "UPDATE audit_tile SET root = %s WHERE level = 1 AND index = 1".replace(
            "index", connection.ops.quote_name("index")
        ),
        bytes(32),
    )
    assert queries.verify().first_bad == 257
    sql("DELETE FROM audit_tile")
    assert queries.verify().first_bad == 1


def test_a_changed_end_is_found() -> None:
    write(3)
    Head.objects.update(peaks=bytes(64))
    assert queries.verify().first_bad == 1
    Head.objects.all().delete()
    assert not queries.verify().ok


def owner_rewrites(changed: int | None, count: int) -> None:
    """The whole log written anew by somebody with the database, its triggers and every key: nothing inside tells."""
    log_id = Head.objects.get().log_id
    for table in ("audit_event", "audit_tile", "audit_head"):
        sql(f"DELETE FROM {table}")
    Head.objects.create(log_id=log_id)
    write(count)
    if changed:
        rewritten(changed)
        leaves = [bytes(one) for one in Event.objects.order_by("seq").values_list("leaf", flat=True)]
        frontier, tiles = merkle.Frontier().and_then(leaves)
        sql("DELETE FROM audit_tile")
        Tile.objects.bulk_create([Tile(level=one.level, index=one.index, root=one.root) for one in tiles])
        Head.objects.update(peaks=b"".join(frontier.peaks))


SIGNER = Signer(keyring.new_keyset(Purpose.SIGNATURE))


def anchored(count: int) -> Checkpoint:
    """So many events more, and the head after them as somebody else keeps it."""
    write(count)
    return opened(actions.sign_head(SIGNER, now=NOW), [keyring.Verifier(SIGNER.public)])


@pytest.mark.parametrize("changed", [1, 40, 99])
def test_a_log_its_owner_wrote_anew_is_found_by_an_anchor_alone(changed: int) -> None:
    anchor = anchored(100)
    write(500)
    assert queries.verify([anchor]) == replace(queries.verify(), anchored=100)
    owner_rewrites(changed, 600)
    assert queries.verify().ok
    assert queries.verify([anchor]).first_bad == 1


def test_a_log_rolled_back_or_cut_by_its_owner_is_found_by_an_anchor_alone() -> None:
    first, second = anchored(100), anchored(300)
    owner_rewrites(None, 150)
    assert queries.verify().ok
    assert queries.verify([first]).ok
    assert queries.verify([second, first]).first_bad == 151


def test_what_changed_after_an_anchor_is_told_from_there() -> None:
    first, second = anchored(300), anchored(100)
    owner_rewrites(350, 400)
    assert queries.verify([first, second]).first_bad == 301


def test_two_auditors_who_were_shown_different_logs_find_it_together() -> None:
    one = anchored(100)
    owner_rewrites(50, 100)
    sql("DELETE FROM audit_signedhead")
    two = opened(actions.sign_head(SIGNER, now=NOW), [keyring.Verifier(SIGNER.public)])
    assert queries.verify([two]).ok
    assert not queries.verify([one, two]).ok


def test_an_anchor_of_another_log_is_refused() -> None:
    anchor = anchored(3)
    with pytest.raises(AuditError, match="another log"):
        queries.verify([replace(anchor, origin="claimkeep/0")])


def test_a_log_written_anew_is_not_signed_as_what_it_was() -> None:
    anchored(100)
    owner_rewrites(50, 100)
    with pytest.raises(AuditError, match="written anew"):
        actions.sign_head(SIGNER, now=NOW)


def test_a_head_is_signed_once_and_again_when_the_log_has_grown() -> None:
    with pytest.raises(AuditError, match="nothing is in the audit log"):
        actions.sign_head(SIGNER, now=NOW)
    write(3)
    note = actions.sign_head(SIGNER, now=NOW)
    assert actions.sign_head(SIGNER, now=NOW) == note
    write(1)
    assert actions.sign_head(SIGNER, now=NOW) != note
    assert queries.signed_heads()[0] == note and len(queries.signed_heads()) == 2


@pytest.mark.parametrize(("seq", "size"), [(1, 3), (3, 3), (257, 700), (700, 700), (2, 513)])
def test_one_event_is_proven_without_the_others(seq: int, size: int) -> None:
    write(700)
    frontier, _ = merkle.Frontier().and_then([merkle.leaf(line) for line in list(queries.lines())[:size]])
    leaf = merkle.leaf(next(queries.lines(seq)))
    assert merkle.is_included(leaf, seq - 1, size, queries.inclusion_proof(seq, size), frontier.root())


def test_a_log_is_proven_to_be_the_beginning_of_another() -> None:
    first, second = anchored(300), anchored(400)
    proof = queries.consistency_proof(300, 700)
    assert merkle.is_consistent(300, 700, first.root, second.root, proof)


def test_a_proof_is_refused_when_what_it_needs_is_not_there() -> None:
    write(700)
    sql("DELETE FROM audit_tile")
    with pytest.raises(AuditError, match="not there"):
        queries.inclusion_proof(1, 700)


@pytest.mark.parametrize("at", range(0, 32))
def test_a_flipped_bit_of_a_leaf_is_found(at: int) -> None:
    write(3)
    leaf = bytearray(Event.objects.get(seq=2).leaf)
    leaf[at] ^= 1 << at % 8
    sql("UPDATE audit_event SET leaf = %s WHERE seq = 2", bytes(leaf))
    assert queries.verify().first_bad == 2


def test_an_event_written_while_the_log_is_being_verified_is_no_alarm(monkeypatch: pytest.MonkeyPatch) -> None:
    write(3)
    stored = queries._batches

    def as_others_write() -> Any:
        write(2)
        return stored()

    monkeypatch.setattr(queries, "_batches", as_others_write)
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

    monkeypatch.setattr(actions, "_insert", full)
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

    monkeypatch.setattr(actions, "_insert", full)
    with pytest.raises(AuditError):
        here.receive(visit())
    assert not Patient.objects.exists()
