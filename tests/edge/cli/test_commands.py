"""Commands: an exit code that means something, one line when they cannot, and never a patient's value."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection

from claimkeep.apps.encounters.models import Encounter
from claimkeep.apps.ledger import queries as ledger
from claimkeep.apps.ledger.models import Entry, Posting
from claimkeep.edge.cli import books, main, speech
from claimkeep.engine.terms.errors import SetupError
from tests.apps.world import NOW, Box, Place, person, place, visit
from tests.edge.cli.conftest import Command

pytestmark = pytest.mark.usefixtures("here")


def one_line(said: str) -> bool:
    """True for one line of ours."""
    return said.startswith("claimkeep: ") and len(said.splitlines()) == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ("nonsense",),
        ("demo", "--visits", "x"),
        ("demo", "--visits", "0"),
        ("import",),
        ("--nonsense",),
        ("ledger", "x"),
    ],
)
def test_a_command_line_that_cannot_be_used_is_told_so(claimkeep: Command, arguments: tuple[str, ...]) -> None:
    said = claimkeep(*arguments)
    assert (said.code, said.out) == (2, "")
    assert "Usage" in said.err and "Traceback" not in said.err


@pytest.mark.parametrize("arguments", [("--help",), ("import", "--help"), ("ledger", "verify", "--help")])
def test_help_is_no_failure(claimkeep: Command, arguments: tuple[str, ...]) -> None:
    said = claimkeep(*arguments)
    assert said.code == 0 and "Usage" in said.out


def test_the_books_are_told_in_dollars_and_in_cents(here: Place, claimkeep: Command) -> None:
    here.receive(visit())
    told = claimkeep("ledger", "trial-balance")
    assert told.code == 0
    assert [row.split() for row in told.out.splitlines()] == [
        ["ar_insurance", "200.00", "0.00", "200.00"],
        ["revenue_gross", "0.00", "200.00", "-200.00"],
        ["all", "200.00", "200.00", "0.00"],
    ]
    assert claimkeep("ledger", "trial-balance", "--json").json == {
        "debits_cents": 20_000, "credits_cents": 20_000, "accounts": {"ar_insurance": 20_000, "revenue_gross": -20_000},
    }  # fmt: skip


def test_books_that_do_not_sum_are_found(here: Place, claimkeep: Command) -> None:
    here.receive(visit())
    assert claimkeep("ledger", "verify", "--json").code == 0
    Posting.objects.create(practice_id=here.actor.practice_id, entry=Entry.objects.get(), account="bank", cents=1)
    said = claimkeep("ledger", "verify", "--json")
    assert (said.code, said.json) == (1, {"entries": 1, "unbalanced": 1, "difference_cents": 1})
    assert claimkeep("ledger", "trial-balance").code == 1


def test_what_is_owed_is_told_by_its_age_and_sums_to_the_trial_balance(here: Place, claimkeep: Command) -> None:
    here.receive(visit(), visit(**person(2)))
    day = Entry.objects.latest("pk").entry_day
    said = claimkeep("ledger", "aging", "--as-of", (day + timedelta(days=31)).isoformat(), "--json")
    balance = claimkeep("ledger", "trial-balance", "--json").json["accounts"]["ar_insurance"]
    assert said.code == 0 and said.json["open_cents"] == balance > 0
    assert said.json["accounts"]["ar_insurance"]["31-60"] == balance
    before = claimkeep("ledger", "aging", "--as-of", (day - timedelta(days=1)).isoformat(), "--json")
    assert before.json["open_cents"] == 0
    shown = claimkeep("ledger", "aging", "--as-of", day.isoformat()).out.splitlines()
    assert shown[0].split() == ["days", "0-30", "31-60", "61-90", "91-120", "121+", "all"]
    assert len({line.split()[-1] for line in shown if line.startswith(("ar_insurance", "all"))}) == 1


def test_a_log_that_was_changed_is_found(here: Place, claimkeep: Command) -> None:
    here.receive(visit())
    said = claimkeep("audit", "verify", "--json")
    assert said.code == 0 and said.json["ok"] is True and said.json["events"] > 3
    with connection.cursor() as cursor:
        on = " ON audit_event" if connection.vendor == "postgresql" else ""
        cursor.execute(f"DROP TRIGGER audit_event_no_update{on}")
        cursor.execute("UPDATE audit_event SET subject = 'patient:other' WHERE seq = 2")
    said = claimkeep("audit", "verify", "--json")
    assert (said.code, said.json["ok"], said.json["first_bad"]) == (1, False, 2)


@pytest.mark.parametrize(
    "arguments", [("ledger", "verify"), ("ledger", "trial-balance"), ("send",), ("receive",), ("import", "x")]
)
def test_a_practice_is_named_when_there_are_several_and_must_be_there(
    here: Place, claimkeep: Command, arguments: tuple[str, ...]
) -> None:
    said = claimkeep(*arguments, "--practice", "NOBODYS")
    assert said.code == 2 and one_line(said.err) and "no practice of that name" in said.err
    place("PRACTICENAME TWO")
    said = claimkeep(*arguments)
    assert said.code == 2 and one_line(said.err) and "--practice" in said.err


def test_the_named_practice_is_the_one_worked_on(here: Place, claimkeep: Command) -> None:
    place("PRACTICENAME TWO").receive(visit())
    assert claimkeep("ledger", "verify", "--practice", "PRACTICENAME", "--json").json["entries"] == 0
    assert claimkeep("ledger", "verify", "--practice", "PRACTICENAME TWO", "--json").json["entries"] == 1


def test_claims_go_and_answers_come_by_the_commands(
    here: Place, claimkeep: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    here.receive(visit(**person(1)), visit(**person(2), codes=()))
    box = Box()

    class Wire:
        def __enter__(self) -> Box:
            return box

        def __exit__(self, *_: object) -> None:
            return None

    monkeypatch.setattr("claimkeep.edge.jobs.wire.open_wire", lambda *_: Wire())
    said = claimkeep("send", "--json")
    assert (said.code, said.json) == (1, {"claims": 2, "held": 1, "files_written": 1, "files_sent": 1})
    said = claimkeep("send", "--json")
    assert (said.code, said.json) == (0, {"claims": 0, "held": 0, "files_written": 0, "files_sent": 0})
    said = claimkeep("receive", "--json")
    assert said.code == 0 and said.json["remits"] == 1 and said.json["skipped"] == []
    assert ledger.received_cents(here.actor) > 0
    box.out["RUBBISH"] = b"LASTNAME"
    said = claimkeep("receive")
    assert said.code == 1 and "LASTNAME" not in said.out + said.err


def test_a_practice_without_a_wire_and_a_wire_that_is_not_there_are_each_one_line(
    here: Place, claimkeep: Command
) -> None:
    for command in ("send", "receive"):
        said = claimkeep(command)
        assert said.code == 2 and one_line(said.err)
    place("PRACTICENAME UNWIRED", wired=False)
    said = claimkeep("send", "--practice", "PRACTICENAME UNWIRED")
    assert said.code == 2 and one_line(said.err) and "no clearinghouse" in said.err


PLANTED = "could not convert 'LASTNAME, FIRSTNAME' born 1970-01-31"


@pytest.mark.parametrize("error", [ValueError, KeyError, RuntimeError, RecursionError, MemoryError, UnicodeError])
def test_an_unforeseen_fault_is_told_by_its_kind_and_place_without_its_words(
    here: Place, claimkeep: Command, monkeypatch: pytest.MonkeyPatch, error: type[Exception]
) -> None:
    def trips(*_: object) -> None:
        try:
            raise KeyError(PLANTED)
        except KeyError:
            raise error(PLANTED) from None

    monkeypatch.setattr(ledger, "trial_balance", trips)
    said = claimkeep("ledger", "trial-balance")
    assert said.code == 2
    assert f"an unforeseen {error.__name__}" in said.err and "in trips" in said.err
    assert not any(word in said.out + said.err for word in ("LASTNAME", "FIRSTNAME", "1970"))


def test_an_error_of_ours_is_one_line_and_a_stop_keeps_what_was_done(
    here: Place, claimkeep: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuses(*_: object) -> None:
        raise SetupError("this is what to do")

    def stops(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(ledger, "trial_balance", refuses)
    said = claimkeep("ledger", "trial-balance")
    assert (said.code, said.err) == (2, "claimkeep: this is what to do\n")
    monkeypatch.setattr(ledger, "trial_balance", stops)
    said = claimkeep("ledger", "trial-balance")
    assert said.code == 2 and one_line(said.err)


def test_figures_are_for_people_or_for_machines(capsys: pytest.CaptureFixture[str]) -> None:
    values = {"paid_cents": -123_456_789, "files": 1234, "name": "NAME"}
    speech.result(values, as_json=False, labels={"paid_cents": "paid"})
    assert capsys.readouterr().out.split() == ["paid", "-1,234,567.89", "files", "1,234", "name", "NAME"]


def test_what_was_skipped_is_listed_up_to_a_point_and_markup_is_only_text(capsys: pytest.CaptureFixture[str]) -> None:
    rows = [{"file": "[bold]x", "place": f"line {n}", "reason": "WHY"} for n in range(25)]
    speech.tell_skipped(rows)
    said = capsys.readouterr().err.splitlines()
    assert len(said) == 21
    assert said[0] == "skipped  [bold]x: line 0: WHY"
    assert "5 more" in said[-1]


def test_every_command_is_there() -> None:
    assert books.app is not main.app
    names = {c.name for c in main.app.registered_commands} | {g.name for g in main.app.registered_groups}
    assert {"demo", "demo-code", "serve", "migrate", "import", "send", "receive", "ledger", "audit", "bench"} <= names
    assert not Encounter.objects.exists() and NOW.tzinfo is not None


def test_a_name_that_would_steer_the_terminal_is_shown_as_text(capsys: pytest.CaptureFixture[str]) -> None:
    speech.say("visits\x1b[2J\u202e.txt: skipped")
    said = capsys.readouterr().err
    assert "\x1b" not in said and "\u202e" not in said
    assert "visits" in said and ".txt: skipped" in said
