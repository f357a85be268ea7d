"""Reads of the ledger, each within the actor's practice and from the entries alone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet, Sum

from claimkeep.apps.access.roles import Actor, require
from claimkeep.apps.ledger import tables
from claimkeep.apps.ledger.models import Entry, Posting
from claimkeep.engine.books.account import RECEIVABLE
from claimkeep.engine.books.entry import Journal


@dataclass(frozen=True, slots=True)
class AccountBalance:
    """One account: what was debited and credited, in cents, and how many postings say so."""

    account: str
    debits_cents: int
    credits_cents: int
    postings: int

    @property
    def balance_cents(self) -> int:
        """Debits less credits."""
        return self.debits_cents - self.credits_cents


def trial_balance(actor: Actor) -> list[AccountBalance]:
    """Every account with a posting, in order of its code. The balances of all sum to zero."""
    require(actor, "ledger:read")
    rows = (
        Posting.objects.filter(practice_id=actor.practice_id)
        .values("account")
        .annotate(
            debits=Sum("cents", filter=Q(cents__gt=0)), credits=Sum("cents", filter=Q(cents__lt=0)), n=Count("pk")
        )
        .order_by("account")
    )
    return [AccountBalance(r["account"], r["debits"] or 0, -(r["credits"] or 0), r["n"]) for r in rows]


def entries(actor: Actor) -> QuerySet[Entry]:
    """The entries of the practice, newest first."""
    require(actor, "ledger:read")
    return Entry.objects.filter(practice_id=actor.practice_id).order_by("-pk")


def postings(actor: Actor) -> QuerySet[Posting]:
    """The postings of the practice with their entries, newest first."""
    require(actor, "ledger:read")
    return Posting.objects.filter(practice_id=actor.practice_id).select_related("entry").order_by("-pk")


def journal_of_claims(actor: Actor, claim_numbers: Iterable[str]) -> Journal:
    """Every entry so far that touches one of these claims, whole and oldest first."""
    require(actor, "ledger:read")
    touching = Posting.objects.filter(practice_id=actor.practice_id, claim_number__in=list(claim_numbers))
    mine = Entry.objects.filter(practice_id=actor.practice_id, pk__in=touching.values("entry_id"))
    rows = Posting.objects.filter(entry__in=mine).order_by("entry_id", "pk")
    return Journal(tables.entry_frame(mine.order_by("pk").values()), tables.frame(rows.values()))


def receivables(actor: Actor, as_of: date) -> Journal:
    """Every posting on a receivable up to the end of a day, with its entry."""
    require(actor, "ledger:read")
    owed = Posting.objects.filter(
        practice_id=actor.practice_id, account__in=RECEIVABLE, entry__entry_day__lte=as_of
    ).order_by("entry_id", "pk")
    mine = Entry.objects.filter(practice_id=actor.practice_id, entry_day__lte=as_of).order_by("pk")
    return Journal(tables.entry_frame(mine.values().iterator()), tables.frame(owed.values().iterator()))


def unbalanced_entries(actor: Actor) -> list[int]:
    """Keys of entries whose postings do not sum to zero: none, unless somebody went around the books."""
    require(actor, "ledger:read")
    sums = Posting.objects.filter(practice_id=actor.practice_id).values("entry_id").annotate(total=Sum("cents"))
    return list(sums.exclude(total=0).values_list("entry_id", flat=True))


def received_cents(actor: Actor) -> int:
    """What payers paid on lines: the receivables that became cash at payers' hands, reversals taken off."""
    require(actor, "ledger:read")
    paid = Posting.objects.filter(
        practice_id=actor.practice_id, account="remit_clearing", entry__kind__in=("payment", "contra")
    )
    return paid.aggregate(total=Sum("cents"))["total"] or 0
