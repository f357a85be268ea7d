"""Changing the practice one works in, and staying at work."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse

from claimkeep.apps.access import queries as access
from claimkeep.apps.access.roles import Actor
from claimkeep.edge.web.gate import PRACTICE, person_of


def choose(request: HttpRequest, actor: Actor, now: datetime) -> HttpResponseBase:
    """From here on the session works in the named practice. Raises AccessDenied for one that is not theirs."""
    try:
        wanted = UUID(request.POST.get("practice", ""))
    except ValueError as error:
        raise Http404("not found") from error
    access.actor_for(person_of(request), wanted)
    request.session[PRACTICE] = str(wanted)
    return HttpResponseRedirect(reverse("web:home"))


def stay(request: HttpRequest, actor: Actor, now: datetime) -> HttpResponseBase:
    """The session lives on: the person is there, though nothing was asked for."""
    return HttpResponse(status=204)
