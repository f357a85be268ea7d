"""Writes of the ledger: entries are recorded, never changed."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from claimkeep.apps.access.roles import Actor
from claimkeep.apps.ledger import tables
from claimkeep.apps.ledger.models import Entry, Posting
from claimkeep.engine.books.entry import Journal, check


@transaction.atomic
def record(journal: Journal, *, actor: Actor, now: datetime) -> int:
    """Every entry of the journal is in the books; one whose source is there already is left out. How many are new.

    The caller's verb has asked for the permission; this is only ever part of one. Raises BooksError when an entry does
    not sum to zero.
    """
    check(journal)
    sources = journal.entries["source"].to_list()
    there = set(
        Entry.objects.filter(practice_id=actor.practice_id, source__in=sources).values_list("source", flat=True)
    )
    fresh = {
        values["entry_row"]: Entry(
            practice_id=actor.practice_id,
            source=values["source"],
            kind=values["kind"],
            entry_day=values["entry_day"],
            reverses=values["reverses"] or "",
            actor=actor.id,
            created_at=now,
        )
        for values in journal.entries.iter_rows(named=True)
        if values["source"] not in there
    }
    Entry.objects.bulk_create(fresh.values(), batch_size=2000)
    postings = [
        tables.row(actor.practice_id, fresh[values["entry_row"]].pk, values)
        for values in journal.postings.iter_rows(named=True)
        if values["entry_row"] in fresh
    ]
    Posting.objects.bulk_create(postings, batch_size=2000)
    return len(fresh)
