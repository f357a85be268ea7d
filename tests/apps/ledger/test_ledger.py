"""The books: each cause once, each entry zero, nothing edited, and a bad journal leaves nothing behind."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from claimkeep.apps.ledger import actions, queries
from claimkeep.apps.ledger.models import Entry, Posting
from claimkeep.engine.books.entry import Journal, contra, one_entry, together
from claimkeep.engine.terms.errors import BooksError
from tests.apps.world import NOW, Place

DAY = date(2026, 3, 2)


def journal(source: str, cents: int = 100, *, credit: str = "revenue_gross", **facts: Any) -> Journal:
    """One entry: the bank and what stands against it."""
    rows = [{"account": "bank", "cents": cents} | facts, {"account": credit, "cents": -cents} | facts]
    return one_entry(kind="charge", day=DAY, source=source, postings=rows)


def unbalanced(source: str) -> Journal:
    """An entry one cent off, as nobody can make by the engine's own verbs."""
    good = journal(source)
    return Journal(good.entries, good.postings.with_columns(cents=good.postings["cents"] + 1))


def record(here: Place, *journals: Journal) -> int:
    """The journals are in the books."""
    return actions.record(together(journals), actor=here.actor, now=NOW)


def balances(here: Place) -> dict[str, int]:
    """The balance of every account."""
    return {row.account: row.balance_cents for row in queries.trial_balance(here.actor)}


def test_one_cause_enters_the_books_once(here: Place) -> None:
    assert record(here, journal("a"), journal("b", 50)) == 2
    assert record(here, journal("a", 999), journal("c")) == 1
    assert balances(here) == {"bank": 250, "revenue_gross": -250}
    assert Entry.objects.count() == 3 and Posting.objects.count() == 6


def test_the_same_cause_in_two_practices_is_two(here: Place, elsewhere: Place) -> None:
    assert record(here, journal("a")) == record(elsewhere, journal("a")) == 1


def test_one_cause_twice_is_refused_by_the_database_itself(here: Place) -> None:
    record(here, journal("a"))
    with pytest.raises(DatabaseError), transaction.atomic():
        Entry.objects.create(
            practice_id=here.actor.practice_id, source="a", kind="charge", entry_day=DAY, actor="x", created_at=NOW
        )


def test_a_journal_with_one_bad_entry_leaves_nothing_behind(here: Place) -> None:
    with pytest.raises(BooksError) as caught:
        record(here, journal("a"), unbalanced("b"), journal("c"))
    assert str(caught.value) == "entry 2: the entry does not sum to zero"
    assert not Entry.objects.exists() and not Posting.objects.exists()


def test_an_account_that_is_not_in_the_chart_leaves_nothing_behind(here: Place) -> None:
    good = journal("a")
    bad = Journal(good.entries, good.postings.with_columns(account=good.postings["account"] + "x"))
    with pytest.raises(BooksError):
        record(here, bad)
    assert not Entry.objects.exists()


def test_a_break_while_postings_are_written_leaves_no_entry(here: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Posting.objects, "bulk_create", breaks)
    with pytest.raises(KeyboardInterrupt):
        record(here, journal("a"))
    assert not Entry.objects.exists()


def test_a_contra_undoes_an_entry_and_names_it(here: Place) -> None:
    record(here, journal("a"), journal("b", 30))
    assert record(here, contra(journal("a"), DAY, "contra:")) == 1
    assert balances(here) == {"bank": 30, "revenue_gross": -30}
    assert Entry.objects.get(source="contra:a").reverses == "a"
    assert Entry.objects.filter(source="a").exists()


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(amounts=st.lists(st.integers(-(10**15), 10**15), max_size=6))
def test_the_trial_balance_sums_to_zero_whatever_is_recorded(here: Place, amounts: list[int]) -> None:
    with transaction.atomic():
        if amounts:
            record(here, *(journal(str(n), cents) for n, cents in enumerate(amounts)))
        rows = queries.trial_balance(here.actor)
        assert sum(row.balance_cents for row in rows) == 0
        assert sum(row.debits_cents for row in rows) == sum(abs(cents) for cents in amounts)
        assert sum(row.debits_cents - row.credits_cents for row in rows) == 0
        assert queries.unbalanced_entries(here.actor) == []
        transaction.set_rollback(True)


def test_an_entry_somebody_unbalanced_around_the_books_is_named(here: Place) -> None:
    record(here, journal("a"), journal("b"))
    entry = Entry.objects.get(source="b")
    Posting.objects.create(practice_id=here.actor.practice_id, entry=entry, account="bank", cents=1)
    assert queries.unbalanced_entries(here.actor) == [entry.pk]


def test_what_is_read_is_what_was_recorded(here: Place) -> None:
    made = journal("a", claim_number="CK1", line_control_number="CK1L01", payer_sequence="P", reason="CO-45")
    record(here, made, journal("b", claim_number="CK2"))
    found = queries.journal_of_claims(here.actor, ["CK1"])
    assert found.entries.drop("entry_row").equals(made.entries.drop("entry_row"))
    assert found.postings.drop("entry_row").equals(made.postings.drop("entry_row"))
    assert queries.journal_of_claims(here.actor, ["CK3"]).entries.height == 0


def test_an_entry_that_touches_one_claim_is_given_whole(here: Place) -> None:
    rows = [
        {"account": "bank", "cents": 2, "claim_number": "CK1"},
        {"account": "bank", "cents": 3, "claim_number": "CK2"},
        {"account": "suspense", "cents": -5},
    ]
    record(here, one_entry(kind="suspense", day=DAY, source="a", postings=rows))
    assert queries.journal_of_claims(here.actor, ["CK1"]).postings["cents"].to_list() == [2, 3, -5]
