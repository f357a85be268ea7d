"""The one way into a page.

Every route is made by one of three marks, and a test walks the address table: a route without a mark fails it.
`anyone` is for the pages before sign-in. `enrolling` is for a person who gave a password and may do nothing but set up
the second factor. `needs` is for everything else: signed in with both factors, at work in a practice, and allowed.

Not yours and not there are one answer: AccessDenied inside a page becomes "not found".
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from typing import Any, Concatenate
from uuid import UUID
from zoneinfo import ZoneInfo

from allauth.account.authentication import get_authentication_records
from allauth.mfa.adapter import get_adapter as second_factor
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseNotAllowed,
    HttpResponseRedirect,
)
from django.urls import reverse
from django.utils import timezone

from claimkeep.apps.access import queries as access
from claimkeep.apps.access.models import User
from claimkeep.apps.access.roles import PERMISSIONS, Actor, require
from claimkeep.apps.organization import queries as organization
from claimkeep.engine.terms.errors import AccessDenied

ANYONE = "anyone"
ENROLLING = "enrolling"
PRACTICE = "claimkeep-practice"
"""Session key: the practice a person has chosen to work in."""

SEEN = "claimkeep-seen"
"""Session key: when the session's idle time last began anew, in seconds since 1970."""

IDLE_STEP_S = 60
"""A session is written, and its idle time begins anew, when this has passed and not for every page."""

LONGEST_SESSION_S = 12 * 3600
"""However busy, a session ends after a long shift; idle ends it much sooner (45 CFR 164.312(a)(2)(iii))."""

READ, SEARCH, WRITE = ("GET", "HEAD"), ("GET", "HEAD", "POST"), ("POST",)

Page = Callable[Concatenate[HttpRequest, Actor, datetime, ...], HttpResponseBase]


def anyone(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """A page before sign-in: it shows nothing of a patient and changes nothing but the session."""
    return _marked(private(view), ANYONE)


def enrolling(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """A page for a person who gave the password: the second factor is set up, shown or asked for here."""

    @wraps(view)
    def entered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return _elsewhere(request, reverse("account_login"))
        _keep_awake(request)
        return view(request, *args, **kwargs)

    return _marked(private(entered), ENROLLING)


def needs(permission: str, view: Page, methods: tuple[str, ...] = READ) -> Callable[..., HttpResponseBase]:
    """A page for an actor with this permission, asked by one of these methods.

    Raises ValueError for a permission no role table knows.
    """
    if permission not in PERMISSIONS:
        raise ValueError(f"no role knows {permission}")

    @wraps(view)
    def entered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        now = datetime.now(UTC)
        turned_away = _turned_away(request, now)
        if turned_away is not None:
            return turned_away
        _keep_awake(request)
        actor = _actor(request)
        try:
            require(actor, permission)
        except AccessDenied as error:
            raise PermissionDenied("this role may not open that") from error
        if request.method not in methods:
            return HttpResponseNotAllowed(methods)
        with timezone.override(_zone(actor)):
            try:
                response = view(request, actor, now, *args, **kwargs)
            except AccessDenied as error:
                raise Http404("not found") from error
            return response

    return _marked(private(entered), permission)


def private(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Nothing of this page is kept by a browser or a proxy, and it may use no device."""

    @wraps(view)
    def entered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        response["Cache-Control"] = "no-store, private"
        response["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
        return response

    return entered


def has_second_factor(request: HttpRequest) -> bool:
    """True when this very session gave a second factor, not when the account merely owns one."""
    return any(r.get("method") == "mfa" for r in get_authentication_records(request, request.user))


def person_of(request: HttpRequest) -> User:
    """Who is signed in. Raises PermissionDenied for nobody."""
    if not isinstance(request.user, User):
        raise PermissionDenied("nobody is signed in")
    return request.user


def practice_of(request: HttpRequest) -> UUID | None:
    """The practice chosen in this session."""
    chosen = request.session.get(PRACTICE)
    return UUID(chosen) if chosen else None


def _turned_away(request: HttpRequest, now: datetime) -> HttpResponseBase | None:
    """Where a person who is not fully signed in has to go first, or None."""
    if not request.user.is_authenticated:
        return _elsewhere(request, redirect_to_login(_back_to(request)).url)
    records = get_authentication_records(request, request.user)
    if not records or now.timestamp() - records[0]["at"] > LONGEST_SESSION_S:
        logout(request)
        return _elsewhere(request, redirect_to_login(_back_to(request)).url)
    if has_second_factor(request):
        return None
    owns_one = second_factor().is_mfa_enabled(request.user, [Authenticator.Type.TOTP])
    return _elsewhere(request, reverse("mfa_reauthenticate" if owns_one else "mfa_activate_totp"))


def _keep_awake(request: HttpRequest) -> None:
    """The session's idle time begins anew, to within a step: a session may end that much too soon, never too late."""
    now = time.time()
    step = min(IDLE_STEP_S, settings.SESSION_COOKIE_AGE // 15)
    if not 0 <= now - request.session.get(SEEN, 0) < step:
        request.session[SEEN] = now


def _back_to(request: HttpRequest) -> str:
    """Where to return after sign-in: only a page that can be asked for again."""
    return request.get_full_path() if request.method == "GET" and not request.headers.get("HX-Request") else "/"


def _elsewhere(request: HttpRequest, url: str) -> HttpResponseBase:
    """A redirect the whole page follows, also when only a part of it had asked."""
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": url})
    return HttpResponseRedirect(url)


def _actor(request: HttpRequest) -> Actor:
    """Who is at work where. A choice of practice that is no longer theirs falls back to their first."""
    person, chosen = person_of(request), practice_of(request)
    try:
        if chosen is not None and chosen in access.practices_of(person):
            return access.actor_for(person, chosen)
        return access.actor_for(person)
    except AccessDenied as error:
        raise PermissionDenied("no practice has you at work") from error


def _zone(actor: Actor) -> ZoneInfo:
    """The practice's zone, or UTC for a role that may not read the organization."""
    if not actor.may("organization:read"):
        return ZoneInfo("UTC")
    return ZoneInfo(organization.practice(actor).timezone)


def _marked(view: Callable[..., HttpResponseBase], mark: str) -> Callable[..., HttpResponseBase]:
    view.gate = mark  # type: ignore[attr-defined]
    return view
