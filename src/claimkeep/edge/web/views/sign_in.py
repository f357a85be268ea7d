"""The door: password, then a second factor, then work. These are all the routes that can end in a session.

django-allauth does the checking; only the routes named here exist, so there is no sign-up, no reset by mail, no side
door. Every outcome is in the audit log.
"""

from __future__ import annotations

import logging
import time
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any, ClassVar

from allauth.account import app_settings as account
from allauth.account import views as account_views
from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.base import views as mfa_views
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes import views as recovery_views
from allauth.mfa.totp import views as totp_views
from allauth.mfa.utils import is_mfa_enabled
from django import forms
from django.core.exceptions import NON_FIELD_ERRORS
from django.db import DatabaseError, transaction
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse, reverse_lazy

from claimkeep.apps.access.models import User
from claimkeep.apps.access.roles import Actor
from claimkeep.apps.audit import actions as audit
from claimkeep.edge.web.gate import has_second_factor, person_of
from claimkeep.edge.web.page import Crumb, shell
from claimkeep.edge.web.second_factor import GiveCode, GiveCodeAgain, SetUpApp, spend_step
from claimkeep.engine.terms.errors import AuditError

log = logging.getLogger(__name__)

TOO_MANY = "too_many_tries"
_SLOWED = "too_many_login_attempts"
"""allauth's code for a form that is not looked at because too many like it were wrong."""


def _note(tag: str, person: User | None, why: str, *, by: User | None) -> None:
    """The outcome for a person is in the audit log. What was typed is not: an unknown address is nobody's there."""
    subject, actor = (f"user:{who.pk}" if who is not None and who.pk else "user:unknown" for who in (person, by))
    with transaction.atomic():
        audit.note(tag, subject=subject, actor=actor, now=datetime.now(UTC), practice_id=None, why=why)


def _account(typed: str) -> User | None:
    """Whose address this is. Who typed it is somebody else until the password was right."""
    try:
        return User.objects.filter(email=forms.EmailField().clean(typed).lower()).first()
    except forms.ValidationError:
        return None


def _why(form: Any, plain: str) -> str:
    """Why a code was refused."""
    if form.has_error("code", _SLOWED):
        return TOO_MANY
    return plain if form.seed_opened else "seed_does_not_open"


class _Limited:
    """A page whose tries are counted: the ones answered 429 are in the log too."""

    request: HttpRequest

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """What the page answers."""
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)  # type: ignore[misc]
        if response.status_code == HTTPStatus.TOO_MANY_REQUESTS:
            person = request.user if isinstance(request.user, User) else None
            _note("session:refuse", person or _account(request.POST.get("login", "")), TOO_MANY, by=person)
        return response


class SignIn(_Limited, account_views.LoginView):  # type: ignore[misc]
    """The first factor. It alone opens nothing but the setting up of the second."""

    template_name = "web/door/sign_in.html"

    def form_valid(self, form: Any) -> HttpResponseBase:
        """On to the second factor. Who owns none yet is in a session that lets them set one up; who left is not."""
        response = super().form_valid(form)
        person = form.user
        if not person.is_active:
            _note("session:refuse", person, "inactive", by=person)
        elif self.request.user.is_authenticated:
            _note("session:enrol", person, "password", by=person)
        return response

    def form_invalid(self, form: Any) -> HttpResponseBase:
        """The form again with one answer for every reason; the refusal is in the log."""
        why = TOO_MANY if form.has_error(NON_FIELD_ERRORS, _SLOWED) else "password"
        _note("session:refuse", _account(form.data.get("login", "")), why, by=None)
        return super().form_invalid(form)


class SecondFactor(mfa_views.AuthenticateView):  # type: ignore[misc]
    """The second factor of a person who owns one: only after it is there a session."""

    template_name = "web/door/second_factor.html"
    form_class = GiveCode

    def form_valid(self, form: Any) -> HttpResponseBase:
        """Signed in; the log says with what."""
        response = super().form_valid(form)
        person = self.stage.login.user
        _note("session:begin", person, f"factor:{form.authenticator.type}", by=person)
        return response

    def form_invalid(self, form: Any) -> HttpResponseBase:
        """The form again; the refusal is in the log."""
        person = self.stage.login.user
        _note("session:refuse", person, _why(form, "second_factor"), by=person)
        return super().form_invalid(form)


class GiveFactorAgain(_Limited, mfa_views.ReauthenticateView):  # type: ignore[misc]
    """The second factor once more, before something that matters or in a session that has not given it."""

    template_name = "web/door/second_factor_again.html"
    form_class = GiveCodeAgain

    def form_valid(self, form: Any) -> HttpResponseBase:
        """Goes on where it was asked for, by a new session id: the session may have given one factor only so far."""
        person = person_of(self.request)
        _note("session:confirm", person, f"factor:{form.authenticator.type}", by=person)
        response = super().form_valid(form)
        self.request.session.cycle_key()
        return response

    def form_invalid(self, form: Any) -> HttpResponseBase:
        """The form again; the refusal is in the log."""
        person = person_of(self.request)
        _note("session:refuse", person, _why(form, "second_factor_again"), by=person)
        return super().form_invalid(form)


class GivePasswordAgain(_Limited, account_views.ReauthenticateView):  # type: ignore[misc]
    """The password once more, before a second factor is set up."""

    template_name = "web/door/password_again.html"

    def form_valid(self, form: Any) -> HttpResponseBase:
        """Goes on where it was asked for."""
        person = person_of(self.request)
        _note("session:confirm", person, "password", by=person)
        return super().form_valid(form)

    def form_invalid(self, form: Any) -> HttpResponseBase:
        """The form again; the refusal is in the log."""
        person = person_of(self.request)
        why = TOO_MANY if form.has_error("password", _SLOWED) else "password_again"
        _note("session:refuse", person, why, by=person)
        return super().form_invalid(form)


class SetUpFactor(totp_views.ActivateTOTPView):  # type: ignore[misc]
    """Setting up the authenticator app. Nobody works without one."""

    template_name = "web/door/set_up_factor.html"
    form_class = SetUpApp

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """A person who owns a factor has nothing to set up here; they give it."""
        if is_mfa_enabled(request.user, [Authenticator.Type.TOTP]):
            return HttpResponseRedirect(reverse("mfa_index"))
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        """The form keeps the seed it shows in the session."""
        return {"request": self.request, **super().get_form_kwargs()}

    def form_valid(self, form: Any) -> HttpResponseBase:
        """The code was right and is spent, so this session has given its second factor too; it goes on by a new id."""
        person = person_of(self.request)
        with transaction.atomic():
            response = super().form_valid(form)
            spend_step(Authenticator.objects.get(user=person, type=Authenticator.Type.TOTP), form.step)
            _note("factor:set_up", person, "totp", by=person)
            if self.did_generate_recovery_codes:
                _note("factor:renew_codes", person, "recovery_codes", by=person)
        record_authentication(self.request, person, "mfa", type=Authenticator.Type.TOTP.value)
        self.request.session.cycle_key()
        return response

    def form_invalid(self, form: Any) -> HttpResponseBase:
        """The form again; the refusal is in the log."""
        person = person_of(self.request)
        _note("factor:refuse", person, TOO_MANY if form.has_error("code", "rate_limited") else "totp", by=person)
        return super().form_invalid(form)


class RecoveryCodes(recovery_views.ViewRecoveryCodesView):  # type: ignore[misc]
    """The codes for the day the phone is lost."""

    template_name = "web/door/recovery_codes.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The codes the first time, and that they were shown is in the log; stars after."""
        person = person_of(self.request)
        with transaction.atomic():
            context: dict[str, Any] = super().get_context_data(**kwargs)
            if context["can_view_codes"]:
                _note("factor:show_codes", person, "recovery_codes", by=person)
        return context


class NewRecoveryCodes(recovery_views.GenerateRecoveryCodesView):  # type: ignore[misc]
    """New codes; the old ones end."""

    template_name = "web/door/new_recovery_codes.html"

    def form_valid(self, form: Any) -> HttpResponseBase:
        """The old codes open nothing any more."""
        person = person_of(self.request)
        with transaction.atomic():
            response = super().form_valid(form)
            _note("factor:renew_codes", person, "recovery_codes", by=person)
        return response


class Factors(mfa_views.IndexView):  # type: ignore[misc]
    """What a person signs in with."""

    template_name = "web/door/factors.html"


class ChangePassword(_Limited, account_views.PasswordChangeView):  # type: ignore[misc]
    """A new password, for who knows the old one and has given both factors."""

    template_name = "web/pages/password.html"
    success_url = reverse_lazy("mfa_index")
    extra_context: ClassVar[dict[str, Any]] = {
        "crumbs": (Crumb("Work", "/"), Crumb("Sign-in and codes", "/sign-in/factors/"))
    }

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The form in the shell."""
        return {"shell": shell(self.request, self.kwargs["actor"]), **super().get_context_data(**kwargs)}

    def form_valid(self, form: Any) -> HttpResponseBase:
        """The new password holds; every other session of the person has ended."""
        person = person_of(self.request)
        with transaction.atomic():
            response = super().form_valid(form)
            _note("factor:change_password", person, "password", by=person)
        return response

    def form_invalid(self, form: Any) -> HttpResponseBase:
        """The form again; a wrong old password is in the log."""
        if form.has_error("oldpassword", "enter_current_password"):
            person = person_of(self.request)
            _note("factor:refuse", person, "old_password", by=person)
        return super().form_invalid(form)


class SignOut(account_views.LogoutView):  # type: ignore[misc]
    """The end of a session; the server forgets it."""

    template_name = "web/door/sign_out.html"

    def post(self, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Signed out, and then noted: who wants to leave has left, also while the log cannot be written."""
        person = self.request.user if isinstance(self.request.user, User) else None
        response: HttpResponseBase = super().post(*args, **kwargs)
        if person is not None:
            try:
                _note("session:end", person, "sign_out", by=person)
            except (AuditError, DatabaseError):
                log.error("the end of a session of user:%s could not be noted", person.pk)
        return response


class Inactive(account_views.AccountInactiveView):  # type: ignore[misc]
    """A person who has left."""

    template_name = "web/door/inactive.html"


def set_up_factor(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
    """Setting up the app right after the password: it was just given, so it is not asked for again."""
    fresh = [
        r
        for r in get_authentication_records(request, request.user)
        if r["method"] == "password" and time.time() - r["at"] < account.REAUTHENTICATION_TIMEOUT
    ]
    if fresh and not any(r.get("reauthenticated") for r in fresh):
        record_authentication(request, request.user, "password", reauthenticated=True)
    return SetUpFactor.as_view()(request, *args, **kwargs)


def with_both_factors(view: Any) -> Any:
    """A page about sign-in itself that a person may see only after giving both factors."""

    def entered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if has_second_factor(request):
            return view(request, *args, **kwargs)
        owns_one = is_mfa_enabled(request.user, [Authenticator.Type.TOTP])
        return HttpResponseRedirect(reverse("mfa_reauthenticate" if owns_one else "mfa_activate_totp"))

    return entered


def change_password(request: HttpRequest, actor: Actor, now: datetime) -> HttpResponseBase:
    """The form for a new password."""
    return ChangePassword.as_view()(request, actor=actor)
