"""Finding a patient and reading about one. What is searched for travels in a request's body, never in an address."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse

from claimkeep.apps.access.roles import Actor
from claimkeep.apps.patients import queries as patients
from claimkeep.apps.patients.models import Patient
from claimkeep.edge.web import masks
from claimkeep.edge.web.page import Crumb, page, part
from claimkeep.edge.web.views import patient_sections as sections

LIST = Crumb("Patients", "/patients/")

REASONS = {
    "identity": "the patient is on the phone or at the desk",
    "payer": "a payer asks for it",
    "correction": "to correct it",
    "claim": "to work a claim",
}
"""Why a masked value is shown in full: code for the log, words for people."""

MOST_WORDS = 200
_DAY = re.compile(r"(\d{1,2})[/-](\d{1,2})[/-](\d{4})|(\d{4})-(\d{2})-(\d{2})", re.ASCII)


class SearchForm(forms.Form):
    """What is known of the patient; everything given must fit."""

    last_name = forms.CharField(label="Last name begins with", required=False, max_length=60)
    first_name = forms.CharField(label="First name begins with", required=False, max_length=35)
    birth_day = forms.DateField(
        label="Birth date", required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    member_id = forms.CharField(label="Member id, whole", required=False, max_length=80)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs |= {"autocomplete": "off", "spellcheck": "false"}


def asked(words: str) -> list[dict[str, Any]]:
    """What one line of words may ask for: a birth date, a name, a member id, or more than one of them in turn.

    >>> asked("03/01/1980"), asked("LASTNAME, FIRST")
    ([{'birth_day': datetime.date(1980, 3, 1)}], [{'last_name': 'LASTNAME', 'first_name': 'FIRST'}])
    >>> asked("lastname"), asked("AB12")
    ([{'last_name': 'lastname'}], [{'last_name': 'AB12'}, {'member_id': 'AB12'}])
    """
    words = words.strip()
    day = _DAY.fullmatch(words)
    if day:
        month, dom, year, iso_year, iso_month, iso_dom = (int(g) if g else 0 for g in day.groups())
        try:
            return [{"birth_day": date(year or iso_year, month or iso_month, dom or iso_dom)}]
        except ValueError:
            return []
    last, _, first = words.partition(",") if "," in words else words.partition(" ")
    parts = {"last_name": last.strip(), "first_name": first.strip()}
    ways: list[dict[str, Any]] = [{name: value for name, value in parts.items() if value}] if words else []
    if any(c.isdigit() for c in words):
        ways.append({"member_id": words})
    return ways


def listing(request: HttpRequest, actor: Actor, now: datetime) -> HttpResponseBase:
    """The search, and below it who was found. Asked by POST so that no value stands in an address or a history."""
    context: dict[str, Any] = {"form": SearchForm(), "searched": False}
    if request.method == "POST":
        context = _searched(request, actor, now)
    template = "web/pages/patients.html"
    if request.headers.get("HX-Request"):
        return part(request, "web/pages/patients_rows.html", context)
    return page(request, actor, template, context, crumbs=[Crumb("Work", "/")])


def _searched(request: HttpRequest, actor: Actor, now: datetime) -> dict[str, Any]:
    if "words" in request.POST:
        ways = asked(request.POST["words"][:MOST_WORDS])
        form = SearchForm(initial=ways[0] if ways else {})
    else:
        form = SearchForm(request.POST)
        given = {name: value for name, value in form.cleaned_data.items() if value} if form.is_valid() else {}
        ways = [given] if given else []
    found: dict[UUID, Patient] = {}
    for way in ways:
        found |= {p.pk: p for p in patients.search(actor, now=now, **way)}
    rows = [
        {"patient": p, "born": masks.year_of(p.birth_day), "href": reverse("web:patient", args=[p.pk])}
        for p in found.values()
    ]
    more = len(rows) >= patients.MOST_FOUND
    enough = any(len(str(value)) > 1 for way in ways for value in way.values())
    return {"form": form, "searched": True, "enough": enough, "rows": rows, "more": more, "most": patients.MOST_FOUND}


def one(request: HttpRequest, actor: Actor, now: datetime, patient_id: UUID) -> HttpResponseBase:
    """One patient: who, covered by whom, the claims and the balance. Identifiers show their ends."""
    return _one(request, actor, now, patient_id, shown="")


def reveal(request: HttpRequest, actor: Actor, now: datetime, patient_id: UUID) -> HttpResponseBase:
    """One masked value in full, for this page only, after it is in the log with its reason."""
    field, reason = request.POST.get("field", ""), request.POST.get("reason", "")
    if reason not in REASONS:
        return HttpResponseRedirect(reverse("web:patient", args=[patient_id]))
    patients.reveal(actor, patient_id, field=field, reason=reason, now=now)
    if request.headers.get("HX-Request"):
        person = patients.patient(actor, patient_id, now=now, why=f"reveal:{field}")
        cell = sections.masked(person, field, sections.member_id(actor, person), shown=True)
        return part(request, "web/parts/masked.html", {"cell": cell, "person": person})
    return _one(request, actor, now, patient_id, shown=field)


def _one(request: HttpRequest, actor: Actor, now: datetime, patient_id: UUID, *, shown: str) -> HttpResponse:
    person = patients.patient(actor, patient_id, now=now, why="page")
    context = {
        "person": person,
        "reasons": REASONS,
        "cells": sections.cells(actor, person, shown),
        **sections.money_and_claims(actor, person),
    }
    return page(request, actor, "web/pages/patient.html", context, crumbs=[Crumb("Work", "/"), LIST])
