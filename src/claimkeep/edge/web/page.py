"""A page in its shell: what every page of a signed-in person has around it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from claimkeep.apps.access import queries as access
from claimkeep.apps.access.roles import Actor
from claimkeep.apps.organization import queries as organization
from claimkeep.apps.organization.models import Practice
from claimkeep.edge.web.gate import person_of


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the rail: the key after `g`, its icon, its name, the permission it needs, the route it opens."""

    key: str
    icon: str
    name: str
    permission: str
    route: str


PLACES = (
    Place("w", "work", "Work", "home:read", "web:home"),
    Place("p", "patients", "Patients", "patient:read", "web:patients"),
    Place("c", "claims", "Claims", "claim:read", "web:claims"),
    Place("r", "remittances", "Remittances", "remit:read", "web:remittances"),
    Place("l", "ledger", "Ledger", "ledger:read", "web:ledger"),
)


@dataclass(frozen=True, slots=True)
class Crumb:
    """One step of the way to this page."""

    name: str
    href: str


def page(
    request: HttpRequest,
    actor: Actor,
    template: str,
    context: dict[str, Any],
    *,
    crumbs: Sequence[Crumb] = (),
    status: int = 200,
) -> HttpResponse:
    """The template rendered in the shell of this actor."""
    full = {"shell": shell(request, actor), "crumbs": crumbs, "actor": actor, **context}
    return render(request, template, full, status=status)


def part(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """A part of a page, for exchange in place."""
    return render(request, template, context)


def shell(request: HttpRequest, actor: Actor) -> dict[str, Any]:
    """The bar and the rail: practices, places the role may open, the person."""
    here = [(place, reverse(place.route)) for place in PLACES if actor.may(place.permission)]
    within = [href for _, href in here if href != "/" and request.path.startswith(href)]
    current = within[0] if within else request.path
    return {
        "places": [
            {
                "key": p.key,
                "icon": p.icon,
                "name": p.name,
                "href": href,
                "current": href == current,
                "exact": request.path == href,
            }
            for p, href in here
        ],
        "practice": organization.practice(actor) if actor.may("organization:read") else None,
        "practices": _practices(request),
        "person": {"name": person_of(request).get_full_name(), "role": actor.role.replace("_", " ")},
        "may_search": actor.may("patient:read"),
        "idle_s": settings.SESSION_COOKIE_AGE,
    }


def _practices(request: HttpRequest) -> list[Practice]:
    person = person_of(request)
    actors = [access.actor_for(person, practice_id) for practice_id in access.practices_of(person)]
    return [organization.practice(actor) for actor in actors if actor.may("organization:read")]
