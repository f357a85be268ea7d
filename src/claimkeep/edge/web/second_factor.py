"""Codes: what an authenticator app or a recovery sheet shows, each good once.

The time step a code was last accepted for stands on the authenticator's own row and only ever grows, by one statement
that asks and writes at once; so of many who give one code together one gets in, whatever a cache forgets
(RFC 6238 5.2).
"""

from __future__ import annotations

from typing import Any

from allauth.core.internal.cryptokit import compare_user_code
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, BaseAuthenticateForm, ReauthenticateForm
from allauth.mfa.base.internal.flows import check_rate_limit
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    SECRET_SESSION_KEY,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django import forms
from django.db.models import Q
from django.http import HttpRequest

from claimkeep.apps.access.models import User
from claimkeep.edge.web import seeds
from claimkeep.engine.terms.errors import SealError

LAST_STEP = "last_step"
"""Where the row's data hold the last time step, of 30 s since 1970, that a code was accepted for."""


def step_of(seed: str, code: str) -> int | None:
    """The time step now that this is the code of, or None."""
    for step in yield_hotp_counters_from_time():
        if compare_user_code(actual=code, expected=format_hotp_value(hotp_value(seed, step))):
            return int(step)
    return None


def spend(app: Authenticator, code: str) -> bool:
    """True for the first who gives this code, and for nobody after. Raises SealError when the seed does not open."""
    for _ in range(2):
        sealed = app.data["secret"]
        step = step_of(seeds.opened(sealed, app.user_id), code)
        if step is None:
            return False
        if spend_step(app, step):
            return True
        app.refresh_from_db(fields=["data"])
        if app.data["secret"] == sealed:  # else the seed was sealed by another key meanwhile: the code is still unspent
            return False
    return False


def spend_step(app: Authenticator, step: int) -> bool:
    """True when no code of this step or a later one was accepted before; from now on one was."""
    unspent = Q(**{f"data__{LAST_STEP}__lt": step}) | Q(**{f"data__{LAST_STEP}__isnull": True})
    same_seed = Authenticator.objects.filter(pk=app.pk, data__secret=app.data["secret"])
    return same_seed.filter(unspent).update(data={**app.data, LAST_STEP: step}) == 1


class _Code(BaseAuthenticateForm):  # type: ignore[misc]
    """A code of the app, or of the recovery sheet."""

    seed_opened = True
    """False when a seed in the person's rows was not sealed for them."""

    def clean_code(self) -> str:
        """The code, which is spent now. Raises ValidationError, with one text for every wrong one."""
        forgive = check_rate_limit(self.user)
        code: str = self.cleaned_data["code"]
        for row in Authenticator.objects.filter(user=self.user).order_by("pk"):
            if self._accepts(row, code):
                row.user = self.user
                self.authenticator = row
                forgive()
                return code
        raise get_adapter().validation_error("incorrect_code")

    def _accepts(self, row: Authenticator, code: str) -> bool:
        try:
            if row.type == Authenticator.Type.TOTP:
                return spend(row, code)
            return row.type == Authenticator.Type.RECOVERY_CODES and bool(row.wrap().validate_code(code))
        except SealError:
            self.seed_opened = False
            return False


class GiveCode(_Code, AuthenticateForm):  # type: ignore[misc]
    """The second factor at sign-in."""


class GiveCodeAgain(_Code, ReauthenticateForm):  # type: ignore[misc]
    """The second factor once more."""


class SetUpApp(forms.Form):
    """The first code of an app, which proves that the person holds its seed.

    A form without an answer shows a fresh seed; one with an answer is about the seed shown before.
    """

    code = forms.CharField(label="Authenticator code")

    def __init__(self, *args: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.secret = (_pending(request, user) if self.is_bound else None) or _fresh(request, user)

    def clean_code(self) -> str:
        """The code; `step` is what it is the code of. Raises ValidationError."""
        forgive = check_rate_limit(self.user, error_key="rate_limited")
        code: str = self.cleaned_data["code"]
        self.step = step_of(self.secret, code)
        if self.step is None:
            raise get_adapter().validation_error("incorrect_code")
        forgive()
        return code


def _fresh(request: HttpRequest, user: User) -> str:
    """A new seed, which the session remembers sealed: until a code confirms it, it is a secret like any other."""
    seed: str = generate_totp_secret()
    request.session[SECRET_SESSION_KEY] = seeds.sealed(seed, user.pk, seeds.PENDING)
    return seed


def _pending(request: HttpRequest, user: User) -> str | None:
    """The seed that was shown in this session, or None when none was or it does not open."""
    try:
        return seeds.opened(request.session.get(SECRET_SESSION_KEY, ""), user.pk, seeds.PENDING)
    except SealError:
        return None
