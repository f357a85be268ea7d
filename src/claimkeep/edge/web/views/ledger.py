"""The books as they are: balances, entries, and the postings behind both."""

from __future__ import annotations

from datetime import datetime

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponseBase

from claimkeep.apps.access.roles import Actor
from claimkeep.apps.ledger import queries as ledger
from claimkeep.edge.web.page import Crumb, page
from claimkeep.engine.books.account import CHART

ROWS = 50
NAMES = {account.code: account.name for account in CHART}
KINDS = {account.code: account.kind.replace("_", " ") for account in CHART}
ORDER = {account.code: place for place, account in enumerate(CHART)}
WORK, HOME = Crumb("Work", "/"), Crumb("Ledger", "/ledger/")


def trial_balance(request: HttpRequest, actor: Actor, now: datetime) -> HttpResponseBase:
    """Every account with its debits, credits and balance; their sum, which is zero or a fault."""
    balances = sorted(ledger.trial_balance(actor), key=lambda row: ORDER.get(row.account, len(ORDER)))
    context = {
        "rows": [{"balance": b, "name": NAMES[b.account], "kind": KINDS[b.account]} for b in balances],
        "debits": sum(b.debits_cents for b in balances),
        "credits": sum(b.credits_cents for b in balances),
        "total": sum(b.balance_cents for b in balances),
        "unbalanced": ledger.unbalanced_entries(actor),
        "now": now,
    }
    return page(request, actor, "web/pages/ledger.html", context, crumbs=[WORK])


def entries(request: HttpRequest, actor: Actor, now: datetime) -> HttpResponseBase:
    """The entries, newest first."""
    rows = ledger.entries(actor).prefetch_related("postings")
    kind = request.GET.get("kind", "")
    if kind:
        rows = rows.filter(kind=kind)
    kinds = sorted(set(ledger.entries(actor).order_by().values_list("kind", flat=True).distinct()))
    context = {"page": Paginator(rows, ROWS).get_page(request.GET.get("page")), "kind": kind, "kinds": kinds}
    return page(request, actor, "web/pages/entries.html", context, crumbs=[WORK, HOME])


def entry(request: HttpRequest, actor: Actor, now: datetime, entry_id: int) -> HttpResponseBase:
    """One entry and its postings, which sum to zero."""
    found = ledger.entries(actor).filter(pk=entry_id).prefetch_related("postings").first()
    if found is None:
        raise Http404("not found")
    rows = [{"posting": p, "name": NAMES[p.account]} for p in sorted(found.postings.all(), key=lambda p: p.pk)]
    total = sum(p.cents for p in found.postings.all())
    context = {"entry": found, "rows": rows, "total": total}
    crumbs = [WORK, HOME, Crumb("Entries", "/ledger/entries/")]
    return page(request, actor, "web/pages/entry.html", context, crumbs=crumbs)


def account(request: HttpRequest, actor: Actor, now: datetime, code: str) -> HttpResponseBase:
    """One account: its balance and the postings that make it, newest first."""
    if code not in NAMES:
        raise Http404("not found")
    balance = next((b for b in ledger.trial_balance(actor) if b.account == code), None)
    rows = ledger.postings(actor).filter(account=code)
    context = {
        "code": code,
        "name": NAMES[code],
        "kind": KINDS[code],
        "balance": balance,
        "page": Paginator(rows, ROWS).get_page(request.GET.get("page")),
    }
    return page(request, actor, "web/pages/account.html", context, crumbs=[WORK, HOME])
