"""The day's work as counts, each of which opens its list."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.http import urlencode

from claimkeep.apps.access.roles import Actor
from claimkeep.apps.claims import queries as claims
from claimkeep.apps.ledger import queries as ledger
from claimkeep.apps.remits import queries as remits
from claimkeep.edge.web import states
from claimkeep.edge.web.page import page
from claimkeep.edge.web.templatetags.words import count, money_text
from claimkeep.edge.web.views import remittances


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure and the list it opens."""

    label: str
    value: str
    href: str
    note: str = ""
    tone: str = ""


def home(request: HttpRequest, actor: Actor, now: datetime) -> HttpResponseBase:
    """What waits, what is on its way, what is owed: for the role at work."""
    groups: list[tuple[str, list[Figure]]] = []
    if actor.may("claim:read"):
        groups += _claims(claims.counts(actor))
    if actor.may("remit:read"):
        groups.append(("Remittances", _remits(remits.counts(actor), remittances.unexplained(actor).count())))
    if actor.may("ledger:read"):
        groups.append(("Money", _money(actor)))
    is_new = bool(groups) and all(f.value in ("0", "$0.00") for _, figures in groups for f in figures)
    context: dict[str, Any] = {"groups": groups, "now": now, "is_new": is_new}
    return page(request, actor, "web/pages/home.html", context)


def _claims(by_axis: dict[str, dict[str, int]]) -> list[tuple[str, list[Figure]]]:
    build, transport, adjudication = by_axis["build"], by_axis["transport"], by_axis["adjudication"]
    rejected = sum(transport.get(state, 0) for state in states.REJECTED)
    waiting = sum(transport.get(state, 0) for state in states.WAITING) - _answered(adjudication)
    patient = by_axis["responsibility"].get("patient", 0)
    to_do = [
        _figure("Held by an edit", build.get("held", 0), reverse("web:held"), "each says what to correct", "warn"),
        _figure("Ready to send", build.get("ready", 0), _list(build="ready"), "passed every edit"),
        _figure("Refused on the way", rejected, _list(transport="rejected"), "never entered adjudication", "bad"),
        _figure("Denied", adjudication.get("denied", 0), _list(adjudication="denied"), "appeal or correct", "warn"),
    ]
    under_way = [
        _figure("Waiting for an answer", waiting, _list(transport="waiting", adjudication="none"), "no remittance yet"),
        _figure("Paid", adjudication.get("paid", 0), _list(adjudication="paid")),
        _figure("Paid in part", adjudication.get("partial", 0), _list(adjudication="partial")),
        _figure("Owed by the patient", patient, _list(responsibility="patient"), "the payer has answered"),
    ]
    return [("To do", to_do), ("On its way", under_way)]


def _answered(adjudication: dict[str, int]) -> int:
    return sum(n for state, n in adjudication.items() if state != "none")


def _figure(label: str, n: int, href: str, note: str = "", alarm: str = "") -> Figure:
    return Figure(label, count(n), href, note, alarm if n else "")


def _list(**states_wanted: str) -> str:
    return f"{reverse('web:claims')}?{urlencode(states_wanted)}"


def _remits(by_state: dict[str, int], unexplained: int) -> list[Figure]:
    here, waiting = reverse("web:remittances"), reverse("web:waiting")
    booked = sum(by_state.get(state, 0) for state in remittances.BOOKED)
    quarantined = by_state.get("quarantined", 0)
    return [
        _figure("Quarantined", quarantined, f"{here}?state=quarantined", "nothing is posted", "bad"),
        _figure("Payments to explain", unexplained, f"{waiting}?state=unexplained", "no rule could post them", "warn"),
        _figure("In the books", booked, f"{here}?state=booked"),
    ]


def _money(actor: Actor) -> list[Figure]:
    balances = {b.account: b.balance_cents for b in ledger.trial_balance(actor)}
    total = sum(balances.values())
    shown = (
        ("ar_insurance", "Owed by insurers", 1),
        ("ar_patient", "Owed by patients", 1),
        ("remit_clearing", "Paid, awaiting deposit", 1),
        ("suspense", "In suspense", -1),
    )
    figures = [
        Figure(label, money_text(sign * balances.get(code, 0)), reverse("web:account", args=[code]))
        for code, label, sign in shown
    ]
    note = "debits equal credits" if total == 0 else "debits and credits differ"
    return [*figures, Figure("Trial balance", money_text(total), reverse("web:ledger"), note, "bad" if total else "")]
