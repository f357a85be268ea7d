"""Answers in: kept before they are read, worked once, and one that cannot be worked never stops the others."""

from __future__ import annotations

import logging
import os
import random
from typing import Any

import pytest
from django.db import DatabaseError
from django.db.models import Sum

from claimkeep.apps.claims import queries
from claimkeep.apps.claims.actions import acknowledge, receive
from claimkeep.apps.claims.models import Claim, ReceivedFile
from claimkeep.apps.ledger import queries as ledger
from claimkeep.apps.ledger.models import Posting
from claimkeep.apps.remits.models import Remittance
from claimkeep.apps.vault import queries as documents
from claimkeep.edge.jobs.receive import Fetched, receive_answers
from claimkeep.engine.terms.errors import AccessDenied, AuditError, WireError
from tests.apps.world import NOW, Box, Place, person, place, visit

SEEDS = 5
PLANTED = "invalid literal: 'LASTNAME, FIRSTNAME'"

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
def sent() -> Place:
    """Two claims sent, and every answer waiting."""
    here = place()
    here.claims(visit(**person(1)), visit(**person(2)))
    assert len(here.box.out) >= 4
    return here


def run(here: Place, box: Box | None = None, **changes: Any) -> Fetched:
    """One look at the clearinghouse."""
    return receive_answers(box or here.box, actor=changes.get("actor", here.actor), now=NOW)  # type: ignore[arg-type]


def states() -> dict[str, str]:
    """What became of each file, by name."""
    return dict(ReceivedFile.objects.values_list("name", "state"))


def paid_cents(here: Place) -> int:
    """Cash at the payers."""
    return ledger.received_cents(here.actor)


def test_all_answers_are_kept_worked_and_taken_away(sent: Place) -> None:
    waiting = dict(sent.box.out)
    got = run(sent)
    assert (got.files, got.duplicates, got.unreadable, got.quarantined) == (len(waiting), 0, 0, 0)
    assert sent.box.out == {}
    assert states() == dict.fromkeys(waiting, "done")
    for file in ReceivedFile.objects.all():
        assert documents.document_bytes(sent.actor.practice_id, file.document_id) == waiting[file.name]
    assert set(Claim.objects.values_list("transport", flat=True)) == {"payer_accepted"}
    assert paid_cents(sent) > 0


def test_a_look_at_nothing_does_nothing(sent: Place) -> None:
    run(sent)
    before = paid_cents(sent)
    assert run(sent) == Fetched()
    assert paid_cents(sent) == before


def test_bytes_that_came_before_are_duplicates_under_any_name(sent: Place) -> None:
    waiting = dict(sent.box.out)
    run(sent)
    before = paid_cents(sent)
    sent.box.out = {f"again-{name}": data for name, data in waiting.items()}
    got = run(sent)
    assert (got.files, got.duplicates, got.remits) == (len(waiting), len(waiting), 0)
    assert (sent.box.out, paid_cents(sent)) == ({}, before)


def test_a_crash_after_a_file_is_kept_is_made_good_by_the_next_run(
    sent: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting = dict(sent.box.out)

    def crash(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("claimkeep.edge.jobs.receive._work", crash)
        with pytest.raises(KeyboardInterrupt):
            run(sent)
    assert list(states().values()) == ["received"]
    assert len(sent.box.out) == len(waiting)
    got = run(sent)
    assert (got.files, got.duplicates) == (len(waiting), 1)
    assert states() == dict.fromkeys(waiting, "done")
    assert sent.box.out == {}


def test_a_crash_before_a_worked_file_is_taken_away_works_it_once(sent: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(name: str) -> None:
        raise WireError("gone")

    for _ in range(len(sent.box.out)):
        with monkeypatch.context() as patched:
            patched.setattr(sent.box, "done", crash)
            with pytest.raises(WireError):
                run(sent)
        del sent.box.out[min(sent.box.out)]
    assert run(sent) == Fetched()
    whole = place("PRACTICENAME WHOLE")
    whole.claims(visit(**person(1)), visit(**person(2)))
    run(whole)
    assert paid_cents(sent) == paid_cents(whole) > 0


def test_files_nobody_can_use_are_set_apart_with_the_reason_and_the_others_go_on(sent: Place) -> None:
    rubbish = {"0-random": os.urandom(500), "0-empty": b"", "0-text": b"HELLO LASTNAME", "0-cut": b"ISA*00*LASTNAME"}
    of_no_use = {"0-claims": next(iter(sent.box.sent.values()))}
    good = dict(sent.box.out)
    sent.box.out |= rubbish | of_no_use
    got = run(sent)
    assert (got.files, got.unreadable) == (len(good) + 5, 5)
    assert sent.box.out == {}
    found = states()
    assert {name for name in found if found[name] == "unreadable"} == set(rubbish) | set(of_no_use)
    assert all(found[name] == "done" for name in good)
    notes = list(ReceivedFile.objects.filter(state="unreadable").values_list("note", flat=True))
    assert all(notes) and not any("LASTNAME" in note for note in notes)


def test_a_file_that_trips_over_a_fault_of_ours_is_set_apart_without_its_words(
    sent: Place, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    original, tripped = acknowledge.acknowledge, []

    def trips(file: ReceivedFile, **rest: Any) -> Any:
        if not tripped:
            tripped.append(file.name)
            raise ValueError(PLANTED)
        return original(file, **rest)

    monkeypatch.setattr(acknowledge, "acknowledge", trips)
    with caplog.at_level(logging.DEBUG):
        got = run(sent)
    assert got.unreadable == 1
    file = ReceivedFile.objects.get(state="unreadable")
    assert (file.name, file.note) == (tripped[0], "an unforeseen ValueError")
    assert "ValueError" in caplog.text and "LASTNAME" not in caplog.text
    assert set(states().values()) == {"unreadable", "done"}


@pytest.mark.parametrize("error", [AuditError("full"), AccessDenied("no"), DatabaseError("locked")])
def test_what_is_not_the_files_fault_stops_the_run_and_leaves_the_file_to_the_next(
    sent: Place, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def stops(*_: object, **__: object) -> None:
        raise error

    with monkeypatch.context() as patched:
        patched.setattr(acknowledge, "acknowledge", stops)
        patched.setattr("claimkeep.apps.remits.actions.take_in", stops)
        with pytest.raises(type(error)):
            run(sent)
    assert set(states().values()) == {"received"}
    run(sent)
    assert set(states().values()) == {"done"}


def test_whoever_may_not_post_leaves_remittances_to_who_may(sent: Place) -> None:
    biller = type(sent.actor)("user:1", sent.actor.practice_id, "biller")
    with pytest.raises(AccessDenied):
        run(sent, actor=biller)
    assert not Remittance.objects.exists()
    assert "unreadable" not in states().values()
    run(sent)
    assert set(states().values()) == {"done"}


def test_half_worked_work_of_a_file_that_fails_is_undone(sent: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    original = acknowledge.acknowledge

    def fails_late(file: ReceivedFile, **rest: Any) -> Any:
        original(file, **rest)
        raise ValueError

    monkeypatch.setattr(acknowledge, "acknowledge", fails_late)
    run(sent)
    assert set(Claim.objects.values_list("transport", flat=True)) == {"sent"}


@pytest.mark.parametrize("misbehaviour", ["duplicate", "truncated", "out-of-balance", "unmatched", "reversed"])
def test_whatever_payers_do_the_books_stay_balanced_and_every_file_has_its_end(misbehaviour: str) -> None:
    here = place()
    here.box = Box(misbehaviour)
    here.claims(*(visit(**person(n)) for n in range(4)))
    run(here)
    assert "received" not in states().values()
    assert sum(row.balance_cents for row in ledger.trial_balance(here.actor)) == 0
    assert ledger.unbalanced_entries(here.actor) == []
    assert here.box.out == {}


def test_a_long_name_and_a_strange_one_are_kept(sent: Place) -> None:
    sent.box.out = {"n" * 255: b"x", "näme ' \" %s": b"y"}
    assert run(sent).unreadable == 2
    assert receive.keep(name="z" * 500, data=b"z", actor=sent.actor, now=NOW)[0].state == "unreadable"


def damaged(data: bytes, chance: random.Random) -> bytes:
    """An answer with elements replaced, segments lost, doubled and moved; its counts may be wrong or right."""
    segments = data.split(b"~")
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(segments))
        match chance.randrange(5):
            case 0:
                del segments[at]
            case 1:
                segments.insert(at, segments[at])
            case 2:
                segments.insert(chance.randrange(len(segments)), segments.pop(at))
            case _:
                elements = segments[at].split(b"*")
                elements[chance.randrange(len(elements))] = chance.choice(ODD)
                segments[at] = b"*".join(elements)
        if not segments:
            break
    return b"~".join(segments)


ODD = (
    *(
        b"",
        b"0",
        b"-1",
        b"1",
        b"-0.01",
        b"99999999999",
        b"9" * 18,
        b"9" * 40,
        b"1e5",
        b"\xb2",
        b"20261301",
        b"00000000",
    ),
    *(b"22", b"23", b"4", b"CO", b"OA", b"PR", b"HC:99213", b"HC", b":", b"A7:164", b"CK00000001", b"CK00000001L01"),
    *(b"x" * 300, b"LASTNAME", b"\x00", b"\xff", b"TRACE", b"P", b"R", b"E"),
)


@pytest.mark.parametrize("seed", range(SEEDS))
def test_damaged_answers_are_worked_or_set_apart_and_move_no_cent_off_balance(seed: int) -> None:
    chance = random.Random(seed)
    here = place()
    here.claims(*(visit(**person(n)) for n in range(2)))
    good = dict(here.box.out)
    here.box.out = {f"{n:03d}-{name}": damaged(data, chance) for n in range(8) for name, data in good.items()}
    run(here)
    notes = list(ReceivedFile.objects.values_list("note", flat=True))
    assert [note for note in notes if "unforeseen" in note or "LASTNAME" in note] == []
    assert "received" not in states().values()
    assert sum(row.balance_cents for row in ledger.trial_balance(here.actor)) == 0
    assert ledger.unbalanced_entries(here.actor) == []
    balance = {r.account: r.balance_cents for r in ledger.trial_balance(here.actor)}
    posted = Remittance.objects.filter(state__in=("posted", "partly_posted"))
    assert balance["revenue_gross"] == -40_000
    assert balance.get("remit_clearing", 0) == sum(posted.values_list("payment_cents", flat=True))
    owed = Posting.objects.filter(account="ar_insurance").values("line_control_number").annotate(open=Sum("cents"))
    assert [row for row in owed if not 0 <= row["open"] <= 20_000] == []
    for claim in Claim.objects.all():
        replayed = queries.replayed(queries.events(here.actor, claim.pk))
        assert replayed == {axis: getattr(claim, axis) for axis in replayed}


def test_what_stands_where_a_kind_should_is_not_kept_in_the_clear(sent: Place) -> None:
    good = next(data for name, data in sent.box.out.items() if b"ST*835*" in data)
    sent.box.out = {"strange": good.replace(b"ST*835*", b"ST*LASTNAME*"), "other": good.replace(b"ST*835*", b"ST*271*")}
    run(sent)
    found = {file.name: (file.kinds, file.note) for file in ReceivedFile.objects.all()}
    assert found == {
        "strange": ("other", "no use for a file of kind other"),
        "other": ("271", "no use for a file of kind 271"),
    }


def test_a_file_of_many_kinds_is_worked_for_those_we_use(sent: Place) -> None:
    good = next(data for name, data in sent.box.out.items() if b"ST*835*" in data)
    others = b"".join(good.replace(b"ST*835*", f"ST*{code}*".encode()) for code in range(100, 130))
    sent.box.out = {"many": others + good}
    run(sent)
    file = ReceivedFile.objects.get()
    assert file.kinds.split(",")[0] == "835" and len(file.kinds) <= 40
    assert paid_cents(sent) > 0
