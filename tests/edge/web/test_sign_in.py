"""The door: two factors, every outcome in the log, and no other way in."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from copy import deepcopy

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.test import Client

from claimkeep.apps.access.models import User
from claimkeep.apps.audit.models import Event
from tests.edge.web.conftest import PASSWORD, SEED, World, text

Enter = Callable[..., Client]


def code(seed: str) -> str:
    """What an authenticator app shows now."""
    return str(format_hotp_value(hotp_value(seed, int(time.time()) // 30)))


def give_password(client: Client, person: User, password: str = PASSWORD, next_page: str = "") -> str:
    """Where the first factor leads."""
    address = f"/sign-in/?next={next_page}" if next_page else "/sign-in/"
    return str(client.post(address, {"login": person.email, "password": password}).headers.get("Location", ""))


def seen() -> list[tuple[str, str, str]]:
    """Every event about sessions and factors."""
    rows = Event.objects.filter(tag__regex="^(session|factor):").order_by("seq")
    return [(row.tag, row.subject, row.why) for row in rows]


def test_both_factors_lead_to_the_page_that_was_asked_for(world: World, owner: User) -> None:
    client = Client()
    assert client.get("/claims/")["Location"] == "/sign-in/?next=/claims/"
    assert give_password(client, owner, next_page="/claims/") == "/sign-in/second-step/"
    assert client.get("/claims/")["Location"].startswith("/sign-in/"), "one factor is no session"
    assert client.post("/sign-in/second-step/", {"code": code(SEED)})["Location"] == "/claims/"
    assert client.get("/claims/").status_code == 200
    assert seen() == [("session:begin", f"user:{owner.pk}", "factor:totp")]


def test_a_wrong_password_and_an_unknown_address_are_answered_alike(world: World, owner: User) -> None:
    answers = []
    for address, password in ((owner.email, "wrong"), ("nobody@example.com", PASSWORD)):
        response = Client().post("/sign-in/", {"login": address, "password": password})
        assert response.status_code == 200
        body = re.sub(r'value="[^"]*"', "", text(response))
        answers.append(body)
    assert answers[0] == answers[1]
    assert seen() == [
        ("session:refuse", f"user:{owner.pk}", "password"),
        ("session:refuse", "user:unknown", "password"),
    ]


def test_a_wrong_code_opens_nothing_and_is_in_the_log(world: World, owner: User) -> None:
    client = Client()
    give_password(client, owner)
    wrong = f"{(int(code(SEED)) + 500_000) % 1_000_000:06d}"
    assert client.post("/sign-in/second-step/", {"code": wrong}).status_code == 200
    assert client.get("/")["Location"].startswith("/sign-in/")
    assert seen() == [("session:refuse", f"user:{owner.pk}", "second_factor")]


def test_a_code_opens_one_session_only(world: World, owner: User) -> None:
    now = code(SEED)
    first, second = Client(), Client()
    for client in (first, second):
        give_password(client, owner)
        client.post("/sign-in/second-step/", {"code": now})
    assert first.get("/").status_code == 200
    assert second.get("/").status_code == 302


def test_who_owns_no_second_factor_sets_one_up_before_anything_else(world: World) -> None:
    person, client = world.people["coder"], Client()
    assert give_password(client, person) == "/"
    assert client.get("/")["Location"] == "/sign-in/second-step/set-up/"
    page = text(client.get("/sign-in/second-step/set-up/"))
    seed = re.search(r'<code class="key">([A-Z2-7]+)</code>', page)
    assert seed is not None
    assert client.post("/sign-in/second-step/set-up/", {"code": "000000"}).status_code == 200
    assert client.get("/")["Location"] == "/sign-in/second-step/set-up/", "a wrong code sets nothing up"
    assert client.post("/sign-in/second-step/set-up/", {"code": code(seed[1])})["Location"] == "/sign-in/codes/"
    assert client.get("/").status_code == 200
    assert ("factor:set_up", f"user:{person.pk}", "totp") in seen()


def test_a_recovery_code_stands_for_the_app_once(world: World) -> None:
    person, client = world.people["coder"], Client()
    give_password(client, person)
    page = text(client.get("/sign-in/second-step/set-up/"))
    seed = re.search(r'<code class="key">([A-Z2-7]+)</code>', page)
    assert seed is not None
    client.post("/sign-in/second-step/set-up/", {"code": code(seed[1])})
    recovery = re.findall(r"<li><code>(\d+)</code></li>", text(client.get("/sign-in/codes/")))
    assert recovery
    results = []
    for _ in range(2):
        other = Client()
        give_password(other, person)
        other.post("/sign-in/second-step/", {"code": recovery[0]})
        results.append(other.get("/").status_code)
    assert results == [200, 302]


def test_signing_out_ends_the_session_on_the_server(world: World, owner: User) -> None:
    client = Client()
    give_password(client, owner)
    client.post("/sign-in/second-step/", {"code": code(SEED)})
    kept = deepcopy(client.cookies)
    assert client.get("/sign-out/").status_code == 200, "a GET asks, it does not end"
    assert client.get("/").status_code == 200
    client.post("/sign-out/")
    stale = Client()
    stale.cookies = kept
    assert stale.get("/")["Location"].startswith("/sign-in/")
    assert seen()[-1] == ("session:end", f"user:{owner.pk}", "sign_out")


def test_many_wrong_passwords_are_slowed_down(world: World, owner: User) -> None:
    for _ in range(6):
        last = Client().post("/sign-in/", {"login": owner.email, "password": "wrong"})
    assert "Too many failed login attempts" in text(last)
    assert "second-step" not in give_password(Client(), owner), "the right password waits too"


@pytest.mark.parametrize(
    "side_door",
    [
        "/signup/",
        "/accounts/signup/",
        "/accounts/password/reset/",
        "/password/reset/",
        "/accounts/login/code/",
        "/admin/",
    ],
)
def test_there_is_no_side_door(world: World, side_door: str) -> None:
    assert Client().get(side_door).status_code == 404


def test_after_sign_in_nobody_is_led_to_another_host(world: World, owner: User) -> None:
    client = Client()
    give_password(client, owner, next_page="https://example.com/")
    assert client.post("/sign-in/second-step/", {"code": code(SEED)})["Location"] == "/"


def test_a_new_password_ends_every_other_session(world: World, enter: Enter) -> None:
    here, elsewhere, person = enter("biller"), enter("biller"), world.people["biller"]
    fresh = "another horse another battery"
    form = {"oldpassword": "wrong", "password1": fresh, "password2": fresh}
    assert here.post("/password/", form).status_code == 200, "the old one must be known"
    assert elsewhere.get("/").status_code == 200
    weak = form | {"oldpassword": PASSWORD, "password1": "short", "password2": "short"}
    assert "Nothing was saved." in text(here.post("/password/", weak))
    assert here.post("/password/", form | {"oldpassword": PASSWORD})["Location"] == "/sign-in/factors/"
    assert here.get("/").status_code == 200
    assert elsewhere.get("/")["Location"].startswith("/sign-in/")
    person.refresh_from_db()
    assert person.check_password(fresh)
    assert seen() == [
        ("factor:refuse", f"user:{person.pk}", "old_password"),
        ("factor:change_password", f"user:{person.pk}", "password"),
    ]
