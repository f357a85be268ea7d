"""Who may open what. Every route is asked, by everybody."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver, path
from django.utils import timezone

from claimkeep.apps.access.models import Membership
from claimkeep.apps.access.roles import PERMISSIONS, ROLES
from claimkeep.apps.audit import actions as audit
from claimkeep.apps.ledger.models import Entry
from claimkeep.apps.remits.models import Remittance
from claimkeep.edge.web import gate
from claimkeep.engine.terms.errors import AuditError
from tests.edge.web.conftest import PEOPLE, World, text

Enter = Callable[..., Client]


def routes(resolver: URLResolver) -> Iterator[URLPattern]:
    """Every route of an address table."""
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            yield from routes(pattern)
        else:
            yield pattern


def unmarked(patterns: Iterator[URLPattern]) -> list[str]:
    """Routes that do not say what it takes to open them."""
    marks = {gate.ANYONE, gate.ENROLLING} | PERMISSIONS
    return [str(p.pattern) for p in patterns if getattr(p.callback, "gate", None) not in marks]


def addresses(world: World) -> dict[str, str]:
    """An address of each page that needs a permission, by its name, with rows that exist."""
    claim, remit, entry = world.paid, Remittance.objects.all()[0], Entry.objects.all()[0]
    values: dict[str, Any] = {
        "<uuid:patient_id>": claim.patient_id,
        "<str:number>": claim.number,
        "<uuid:remittance_id>": remit.pk,
        "<int:entry_id>": entry.pk,
        "<slug:code>": "ar_insurance",
    }
    found = {}
    for route in routes(get_resolver()):
        if route.callback.gate in PERMISSIONS:
            address = str(route.pattern)
            for name, value in values.items():
                address = address.replace(name, str(value))
            found[str(route.name)] = f"/{address}"
    return found


def test_every_route_says_what_it_takes_to_open_it() -> None:
    found = list(routes(get_resolver()))
    assert len(found) > 20
    assert unmarked(iter(found)) == []


def test_a_route_without_a_mark_is_seen() -> None:
    assert unmarked(iter([path("open/", lambda request: HttpResponse())])) == ["open/"]


def test_a_permission_that_no_role_knows_makes_no_route() -> None:
    with pytest.raises(ValueError, match="no role knows"):
        gate.needs("patient:destroy", lambda request, actor, now: HttpResponse())


def test_few_pages_open_before_sign_in() -> None:
    before = {str(r.name) for r in routes(get_resolver()) if r.callback.gate == gate.ANYONE}
    assert before == {"account_login", "mfa_authenticate", "account_inactive", "account_logout"}


def test_a_stranger_is_sent_to_the_door_from_every_page(world: World) -> None:
    for address in addresses(world).values():
        for ask in (Client().get, Client().post):
            response = ask(address)
            assert response.status_code == 302
            assert response["Location"].startswith("/sign-in/?next=")


def test_a_password_alone_opens_only_the_setting_up_of_the_second_factor(world: World, enter: Enter) -> None:
    client = enter("biller", factors=("password",))
    for address in addresses(world).values():
        assert client.get(address)["Location"] == "/sign-in/second-step/set-up/"
    for name in ("/sign-in/factors/", "/sign-in/codes/", "/sign-in/codes/new/"):
        assert client.get(name)["Location"] == "/sign-in/second-step/set-up/"


def test_owning_a_second_factor_is_not_giving_it(world: World, enter: Enter, owner: Any) -> None:
    client = enter("biller", factors=("password",))
    for address in addresses(world).values():
        assert client.get(address)["Location"] == "/sign-in/second-step/again/"


def test_a_part_of_a_page_sends_the_whole_page_to_the_door(world: World) -> None:
    response = Client().get("/claims/", headers={"HX-Request": "true"})
    assert (response.status_code, response["HX-Redirect"]) == (204, "/sign-in/?next=/")


@pytest.mark.parametrize("role", PEOPLE)
def test_a_role_opens_what_its_row_of_the_table_grants_and_nothing_else(world: World, enter: Enter, role: str) -> None:
    client = enter(role)
    marks = {str(r.name): r.callback.gate for r in routes(get_resolver())}
    for name, address in addresses(world).items():
        granted = marks[name] in ROLES[role]
        for ask in (client.get, client.post):
            status = ask(address).status_code
            assert (status != 403) == granted, (name, status)
            assert status in (200, 204, 302, 403, 404, 405)


def test_a_page_that_only_shows_takes_no_post_and_a_verb_takes_nothing_else(world: World, enter: Enter) -> None:
    client, found = enter("biller"), addresses(world)
    verbs = {"practice_choose", "patient_reveal", "held_check", "stay"}
    for name, address in found.items():
        assert (client.get(address).status_code == 405) == (name in verbs), name
        assert (client.post(address).status_code == 405) == (name not in verbs | {"patients", "password"}), name


def test_the_rail_shows_only_what_the_role_may_open(enter: Enter) -> None:
    page = text(enter("front_desk").get("/"))
    assert 'href="/patients/"' in page
    assert 'href="/claims/"' not in page and 'href="/ledger/"' not in page


def test_not_yours_and_not_there_are_one_answer(world: World, enter: Enter) -> None:
    claim, remit, entry = world.paid, Remittance.objects.all()[0], Entry.objects.all()[0]
    Membership.objects.filter(user=world.people["biller"]).update(practice_id=world.elsewhere.pk)
    client = enter("biller")
    pairs = (
        (f"/patients/{claim.patient_id}/", f"/patients/{uuid4()}/"),
        (f"/claims/{claim.number}/", "/claims/NOSUCHCLAIM/"),
        (f"/remittances/{remit.pk}/", f"/remittances/{uuid4()}/"),
        (f"/ledger/entries/{entry.pk}/", "/ledger/entries/999999999/"),
    )
    for theirs, nobodys in pairs:
        one, other = client.get(theirs), client.get(nobodys)
        assert (one.status_code, other.status_code) == (404, 404)
        assert one.content == other.content


def test_a_person_works_only_in_practices_they_belong_to(world: World, enter: Enter) -> None:
    client = enter("biller")
    assert client.post("/practice/", {"practice": str(world.elsewhere.pk)}).status_code == 404
    assert "PRACTICENAME North" in text(client.get("/"))
    Membership.objects.create(
        user=world.people["biller"], practice_id=world.elsewhere.pk, role="biller", since=world.here.created_at
    )
    assert client.post("/practice/", {"practice": str(world.elsewhere.pk)}).status_code == 302
    assert "Practice: PRACTICENAME South" in text(client.get("/"))
    assert client.get(f"/claims/{world.paid.number}/").status_code == 404


def test_who_has_left_is_out_at_the_next_request(world: World, enter: Enter) -> None:
    client = enter("biller")
    assert client.get("/claims/").status_code == 200
    Membership.objects.filter(user=world.people["biller"]).update(ended_at=world.here.created_at)
    assert client.get("/claims/").status_code == 403
    world.people["biller"].is_active = False
    world.people["biller"].save()
    assert client.get("/claims/")["Location"].startswith("/sign-in/")


def session_writes(client: Client, address: str) -> int:
    """How often a page writes the session."""
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code in (200, 302)
    return sum("django_session" in q["sql"] and not q["sql"].startswith("SELECT") for q in asked.captured_queries)


def left_s(client: Client) -> float:
    """Seconds until the session ends by itself."""
    row = Session.objects.get(session_key=client.session.session_key)
    return (row.expire_date - timezone.now()).total_seconds()


def wait(client: Client, seconds: float) -> None:
    """The browser's last request is this much longer ago."""
    session = client.session
    session[gate.SEEN] -= seconds
    session.save()
    Session.objects.filter(session_key=session.session_key).update(
        expire_date=timezone.now() + timedelta(seconds=left_s(client) - seconds)
    )


@pytest.mark.parametrize("address", ["/claims/", "/sign-in/factors/"])
def test_a_session_is_written_once_a_minute_and_not_for_every_page(world: World, enter: Enter, address: str) -> None:
    client = enter("biller")
    client.get(address)
    limit = settings.SESSION_COOKIE_AGE
    assert [session_writes(client, address) for _ in range(3)] == [0, 0, 0]
    wait(client, gate.IDLE_STEP_S - 10)
    assert session_writes(client, address) == 0
    assert limit - gate.IDLE_STEP_S < left_s(client) < limit - gate.IDLE_STEP_S + 11
    wait(client, 10)
    assert session_writes(client, address) > 0
    assert limit - 5 < left_s(client) <= limit, "its idle time has begun anew"
    wait(client, -gate.IDLE_STEP_S)
    assert session_writes(client, address) > 0, "a clock that was put back keeps nobody signed in for longer"
    assert left_s(client) <= limit
    wait(client, limit)
    assert client.get(address)["Location"].startswith("/sign-in/")


def test_a_short_idle_limit_begins_anew_in_short_steps(world: World, enter: Enter, settings: Any) -> None:
    settings.SESSION_COOKIE_AGE = 30
    client = enter("biller")
    client.get("/claims/")
    wait(client, 3)
    assert session_writes(client, "/claims/") > 0
    assert 25 < left_s(client) <= 30


def test_a_session_ends_after_a_long_shift_however_busy(enter: Enter) -> None:
    assert enter("biller", age_s=gate.LONGEST_SESSION_S - 60).get("/").status_code == 200
    client = enter("biller", age_s=gate.LONGEST_SESSION_S + 60)
    assert client.get("/")["Location"].startswith("/sign-in/")
    session = client.session
    session["account_authentication_methods"] = [{"method": "mfa", "at": time.time()}]
    session.save()
    assert client.get("/")["Location"].startswith("/sign-in/"), "the old session is gone, not only asleep"


def test_no_page_is_kept_by_a_browser_and_every_policy_is_strict(world: World, enter: Enter) -> None:
    client = enter("biller")
    for address in ("/sign-in/", *addresses(world).values()):
        headers = client.get(address).headers
        assert "no-store" in headers["Cache-Control"]
        policy = headers["Content-Security-Policy"]
        assert "unsafe" not in policy
        assert "default-src 'self'" in policy and "frame-ancestors 'none'" in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"


def test_a_form_without_this_sessions_token_changes_nothing(world: World, enter: Enter) -> None:
    client = enter("biller")
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = client.cookies
    for address in addresses(world).values():
        response = strict.post(address)
        assert response.status_code == 403
        assert "Nothing was saved." in text(response) and "<style" not in text(response)


def test_a_page_that_tells_of_a_failure_is_not_kept_either(world: World, enter: Enter, monkeypatch: Any) -> None:
    client, stranger = enter("front_desk"), Client(enforce_csrf_checks=True)
    client.raise_request_exception = False
    answers = [client.get("/ledger/"), stranger.post("/sign-in/"), client.get("/nowhere/"), stranger.get("/nowhere/")]
    monkeypatch.setattr(audit, "_append", lambda *_: 1 / 0)
    answers.append(client.get(f"/patients/{world.paid.patient_id}/"))
    assert [answer.status_code for answer in answers] == [403, 403, 404, 404, 500]
    for answer in answers:
        assert answer["Cache-Control"] == "no-store, private"
        assert "camera=()" in answer["Permissions-Policy"]
        assert 'href="/static/web/css/claimkeep.css"' in text(answer), "it is a page of ours"


def test_while_the_log_cannot_be_written_no_patient_is_served(world: World, enter: Enter, monkeypatch: Any) -> None:
    person = world.paid.patient
    client = enter("biller")
    client.raise_request_exception = False

    def broken(*_: Any, **__: Any) -> int:
        raise AuditError("the audit log cannot be written")

    monkeypatch.setattr(audit, "_append", broken)
    for response in (
        client.get(f"/patients/{person.pk}/"),
        client.get(f"/claims/{world.paid.number}/"),
        client.get("/claims/?patients=1"),
        client.post("/patients/", {"words": person.last_name}),
        client.post(f"/patients/{person.pk}/show/", {"field": "ssn", "reason": "payer"}),
    ):
        assert response.status_code == 500
        assert "Something failed on our side" in text(response)
        assert person.last_name not in text(response)
    assert client.get("/claims/").status_code == 200, "what names nobody is still served"
