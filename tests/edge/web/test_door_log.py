"""The log of the door: every try is in it, under the account it was about, and never what was typed."""

from __future__ import annotations

import re
from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.test import Client

from claimkeep.apps.access.models import User
from claimkeep.apps.audit import actions as audit
from claimkeep.apps.audit.models import Event
from claimkeep.engine.terms.errors import AuditError
from tests.edge.web.conftest import PASSWORD, SEED, World, own, text
from tests.edge.web.test_second_factor import OTHER_SEED, copy, set_up
from tests.edge.web.test_sign_in import code, give_password, seen

Enter = Callable[..., Client]
LOGIN_TRIES_A_MINUTE, AGAIN_TRIES_A_MINUTE = 30, 10
WRONG = {"code": "000000 is not it"}


def refused(login: str) -> Any:
    """What the first page answers to a wrong password."""
    return Client().post("/sign-in/", {"login": login, "password": "TYPEDSECRET"})


def test_a_refused_password_is_noted_for_the_account_and_not_as_its_doing(world: World, owner: User) -> None:
    refused(f" {owner.email.upper()} ")
    refused("TYPEDADDRESS@example.com")
    refused("TYPEDADDRESS is no address")
    refused("TYPEDADDRESS\0@example.com")
    rows = Event.objects.filter(tag="session:refuse").order_by("seq")
    assert [row.subject for row in rows] == [f"user:{owner.pk}"] + ["user:unknown"] * 3
    for row in rows:
        assert row.actor == "user:unknown"
        assert "typed" not in f"{row.subject} {row.actor} {row.why} {row.detail}".lower()


def test_tries_too_many_for_one_account_are_noted_as_such(world: World, owner: User) -> None:
    for _ in range(6):
        refused(owner.email)
    assert seen()[4:] == [
        ("session:refuse", f"user:{owner.pk}", "password"),
        ("session:refuse", f"user:{owner.pk}", "too_many_tries"),
    ]


def test_tries_answered_429_are_noted_and_tell_nobody_which_accounts_exist(world: World, owner: User) -> None:
    for _ in range(LOGIN_TRIES_A_MINUTE):
        refused("nobody@example.com")
    answers = [refused(login) for login in (owner.email, "nobody@example.com")]
    assert [answer.status_code for answer in answers] == [429, 429]
    known, unknown = (re.sub(r'"[^"]{64}"', "", text(answer)) for answer in answers)
    assert known == unknown
    assert seen()[-2:] == [
        ("session:refuse", f"user:{owner.pk}", "too_many_tries"),
        ("session:refuse", "user:unknown", "too_many_tries"),
    ]


def test_a_password_given_again_is_noted(world: World, enter: Enter) -> None:
    client, who = enter("biller", factors=("password",)), f"user:{world.people['biller'].pk}"
    for password in ("wrong", PASSWORD):
        client.post("/sign-in/again/", {"password": password})
    assert seen() == [("session:refuse", who, "password_again"), ("session:confirm", who, "password")]


@pytest.mark.parametrize(
    ("address", "answer"),
    [("/sign-in/again/", {"password": "wrong"}), ("/sign-in/second-step/again/", WRONG)],
)
def test_what_is_given_again_too_often_is_noted(
    world: World, owner: User, enter: Enter, address: str, answer: dict[str, str]
) -> None:
    client = enter("biller", factors=("password",))
    statuses = [client.post(address, answer).status_code for _ in range(AGAIN_TRIES_A_MINUTE + 1)]
    assert statuses[-2:] == [200, 429]
    assert len(seen()) == len(statuses)
    assert seen()[-1] == ("session:refuse", f"user:{owner.pk}", "too_many_tries")


def test_a_code_given_again_is_noted(world: World, owner: User, enter: Enter) -> None:
    client, who = enter("biller", factors=("password",)), f"user:{owner.pk}"
    for answer in (WRONG, {"code": code(SEED)}):
        client.post("/sign-in/second-step/again/", answer)
    assert seen() == [("session:refuse", who, "second_factor_again"), ("session:confirm", who, "factor:totp")]


def test_codes_too_many_are_noted_as_such(world: World, owner: User) -> None:
    client = Client()
    give_password(client, owner)
    for _ in range(6):
        client.post("/sign-in/second-step/", WRONG)
    assert [why for _, _, why in seen()] == ["second_factor"] * 5 + ["too_many_tries"]


def test_a_seed_that_was_put_in_anothers_row_is_noted(world: World, owner: User) -> None:
    manager, client = world.people["practice_manager"], Client()
    own(manager, OTHER_SEED)
    copy(Authenticator.Type.TOTP, owner, manager)
    give_password(client, manager)
    assert client.post("/sign-in/second-step/", {"code": code(SEED)}).status_code == 200
    assert seen() == [("session:refuse", f"user:{manager.pk}", "seed_does_not_open")]


def test_the_right_password_of_who_has_left_is_noted_and_opens_nothing(world: World, owner: User) -> None:
    owner.is_active = False
    owner.save()
    client = Client()
    assert give_password(client, owner) == "/sign-in/inactive/"
    assert client.get("/")["Location"].startswith("/sign-in/")
    assert seen() == [("session:refuse", f"user:{owner.pk}", "inactive")]


def test_enrolment_is_noted_from_the_password_to_the_codes(world: World) -> None:
    person, client = world.people["coder"], Client()
    give_password(client, person)
    client.get("/sign-in/second-step/set-up/")
    client.post("/sign-in/second-step/set-up/", WRONG)
    set_up(client)
    client.get("/sign-in/codes/")
    assert client.post("/sign-in/codes/new/").status_code == 302
    assert seen() == [
        (tag, f"user:{person.pk}", why)
        for tag, why in (
            ("session:enrol", "password"),
            ("factor:refuse", "totp"),
            ("factor:set_up", "totp"),
            ("factor:renew_codes", "recovery_codes"),
            ("factor:show_codes", "recovery_codes"),
            ("factor:renew_codes", "recovery_codes"),
        )
    ]


def test_old_passwords_too_many_are_noted(world: World, enter: Enter) -> None:
    client, who = enter("biller"), f"user:{world.people['biller'].pk}"
    form = {"oldpassword": "wrong", "password1": "another horse another", "password2": "another horse another"}
    statuses = [client.post("/password/", form).status_code for _ in range(6)]
    assert statuses == [200] * 5 + [429]
    assert seen() == [("factor:refuse", who, "old_password")] * 5 + [("session:refuse", who, "too_many_tries")]


def broken(*_: Any, **__: Any) -> int:
    """Stands for a log that cannot be written."""
    raise AuditError("the audit log cannot be written")


def test_while_the_log_is_down_nothing_is_set_up_and_no_code_is_shown(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    person, client = world.people["coder"], Client()
    client.raise_request_exception = False
    give_password(client, person)
    with monkeypatch.context() as down:
        down.setattr(audit, "_append", broken)
        page = text(client.get("/sign-in/second-step/set-up/"))
        seed = re.findall(r'<code class="key">([A-Z2-7]+)</code>', page)[0]
        assert client.post("/sign-in/second-step/set-up/", {"code": code(seed)}).status_code == 500
    assert not Authenticator.objects.filter(user=person).exists()
    cache.clear()
    assert client.post("/sign-in/second-step/set-up/", {"code": code(seed)}).status_code == 302
    with monkeypatch.context() as down:
        down.setattr(audit, "_append", broken)
        assert client.get("/sign-in/codes/").status_code == 500
    assert re.findall(r"<li><code>(\d+)</code></li>", text(client.get("/sign-in/codes/"))), "they were not shown before"


def test_who_signs_out_while_the_log_is_down_is_signed_out(
    world: World, enter: Enter, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    client, kept = enter("biller"), Client()
    client.raise_request_exception = False
    kept.cookies = deepcopy(client.cookies)
    assert kept.get("/").status_code == 200
    monkeypatch.setattr(audit, "_append", broken)
    assert client.post("/sign-out/").status_code == 302
    assert kept.get("/")["Location"].startswith("/sign-in/"), "the server has forgotten the session"
    assert f"user:{world.people['biller'].pk} could not be noted" in caplog.text
