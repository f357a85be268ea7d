"""Second factors: each is one person's, and each code opens one door once."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from threading import Barrier
from typing import Any
from uuid import uuid4

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, generate_totp_secret, hotp_value
from allauth.mfa.utils import decrypt, encrypt
from django.core.cache import cache
from django.db import connection
from django.test import Client

from claimkeep.apps.access.models import User
from claimkeep.apps.vault import actions as vault
from claimkeep.apps.vault import keyring
from claimkeep.apps.vault.models import SYSTEM, DataKey
from claimkeep.edge.web import seeds
from claimkeep.edge.web.second_factor import spend, spend_step, step_of
from claimkeep.engine.terms.errors import SealError
from tests.edge.web.conftest import NOW, SEED, World, own, text
from tests.edge.web.test_sign_in import code, give_password

THREADS = 20
OTHER_SEED = "KRSXG5CTMVRXEZLUKRSXG5CTMVRXEZLU"


def opens(person: User, given: str) -> bool:
    """True when the person's password and this code lead to work."""
    client = Client()
    client.raise_request_exception = False
    give_password(client, person)
    client.post("/sign-in/second-step/", {"code": given})
    return bool(client.get("/").status_code == 200)


def set_up(client: Client) -> tuple[str, str]:
    """The code that set an app up in this browser, and one of the recovery codes."""
    page = text(client.get("/sign-in/second-step/set-up/"))
    seed = re.search(r'<code class="key">([A-Z2-7]+)</code>', page)
    assert seed is not None
    given = code(seed[1])
    assert client.post("/sign-in/second-step/set-up/", {"code": given})["Location"] == "/sign-in/codes/"
    recovery = re.findall(r"<li><code>(\d+)</code></li>", text(client.get("/sign-in/codes/")))
    return given, recovery[0]


def copy(kind: Authenticator.Type, one: User, other: User) -> None:
    """The other person's row now holds what stands in the one's, as a writer of the database could make it."""
    data = Authenticator.objects.get(user=one, type=kind).data
    assert Authenticator.objects.filter(user=other, type=kind).update(data=data) == 1


def test_a_seed_opens_for_its_person_and_column_alone(world: World) -> None:
    person = uuid4()
    kept = seeds.sealed(SEED, person)
    assert seeds.opened(kept, person) == SEED
    for text_, whose, column in (
        (kept, uuid4(), seeds.KEPT),
        (kept, person, seeds.PENDING),
        (kept[:-4], person, seeds.KEPT),
        ("not base64!", person, seeds.KEPT),
    ):
        with pytest.raises(SealError):
            seeds.opened(text_, whose, column)


def test_a_seed_copied_into_another_persons_row_does_not_open(world: World, owner: User) -> None:
    manager = world.people["practice_manager"]
    own(manager, OTHER_SEED)
    copy(Authenticator.Type.TOTP, owner, manager)
    assert not opens(manager, code(SEED))
    assert opens(owner, code(SEED)), "where it belongs it opens"


def test_a_recovery_seed_copied_into_another_persons_row_does_not_open(world: World) -> None:
    biller, manager, recovery = world.people["biller"], world.people["practice_manager"], {}
    for person in (biller, manager):
        client = Client()
        give_password(client, person)
        recovery[person.pk] = set_up(client)[1]
    copy(Authenticator.Type.RECOVERY_CODES, biller, manager)
    assert not opens(manager, recovery[biller.pk])
    assert opens(biller, recovery[biller.pk]), "where it belongs it opens"


def test_a_seed_is_sealed_for_nobody_when_nobody_is_at_the_door(world: World) -> None:
    with pytest.raises(SealError):
        encrypt(SEED)
    with pytest.raises(SealError):
        decrypt(seeds.sealed(SEED, uuid4()))


@pytest.fixture
def app(django_db_setup: None, django_db_blocker: Any) -> Iterator[Authenticator]:
    """An authenticator app in a database without a transaction around the test, for several connections."""
    with django_db_blocker.unblock():
        keyring.forget()
        vault.make_keys(SYSTEM, now=NOW)
        person = User.objects.create(email="app@example.com", name="PERSONNAME App")
        yield own(person, SEED)
        Authenticator.objects.all().delete()
        person.delete()
        DataKey.objects.all().delete()
        cache.clear()
        keyring.forget()


@pytest.mark.database
def test_of_many_who_give_one_code_at_once_one_gets_in(app: Authenticator) -> None:
    now, together = code(SEED), Barrier(THREADS)
    read_before = [Authenticator.objects.get(pk=app.pk) for _ in range(THREADS)]

    def give(row: Authenticator) -> bool:
        together.wait()
        try:
            return spend(row, now)
        finally:
            connection.close()

    with ThreadPoolExecutor(THREADS) as pool:
        assert sorted(pool.map(give, read_before)) == [False] * (THREADS - 1) + [True]
    cache.clear()
    app.refresh_from_db()
    assert not spend(app, now)


def test_a_step_is_accepted_once_and_none_before_it(world: World, owner: User) -> None:
    app = Authenticator.objects.get(user=owner)
    assert [spend_step(app, step) for step in (7, 7, 6, 8, 7)] == [True, False, False, True, False]
    app.refresh_from_db()
    assert seeds.opened(app.data["secret"], owner.pk) == SEED


def test_a_code_of_no_step_now_is_not_accepted(world: World, owner: User) -> None:
    app = Authenticator.objects.get(user=owner)
    assert step_of(SEED, "") is None
    assert not spend(app, f"{(int(code(SEED)) + 500_000) % 1_000_000:06d}")
    assert spend(app, code(SEED))


def test_a_code_that_opened_a_session_opens_no_other_when_the_cache_is_gone(world: World, owner: User) -> None:
    now = code(SEED)
    assert opens(owner, now)
    cache.clear()
    assert not opens(owner, now)


def test_the_code_that_set_the_app_up_is_spent(world: World) -> None:
    person, client = world.people["coder"], Client()
    give_password(client, person)
    given, recovery = set_up(client)
    cache.clear()
    assert not opens(person, given)
    assert opens(person, recovery)


def whose_old_id_is_nobodys(client: Client, old: Client) -> bool:
    """True when the browser is at work, and what another one kept of its session opens nothing."""
    addresses = ("/", "/sign-in/second-step/set-up/", "/sign-in/factors/")
    led = [old.get(address).headers.get("Location", "") for address in addresses]
    return client.get("/").status_code == 200 and all(to.split("?")[0] == "/sign-in/" for to in led)


def test_a_session_goes_on_by_a_new_id_when_an_app_is_set_up(world: World) -> None:
    client, old = Client(), Client()
    give_password(client, world.people["coder"])
    old.cookies = deepcopy(client.cookies)
    assert old.get("/sign-in/second-step/set-up/").status_code == 200, "it is the same session so far"
    set_up(client)
    assert whose_old_id_is_nobodys(client, old)


def test_a_session_goes_on_by_a_new_id_when_a_code_is_given_in_it(world: World, owner: User, enter: Any) -> None:
    client, old = enter("biller", factors=("password",)), Client()
    old.cookies = deepcopy(client.cookies)
    assert old.get("/sign-in/second-step/again/").status_code == 200, "it is the same session so far"
    assert client.post("/sign-in/second-step/again/", {"code": code(SEED)}).status_code == 302
    assert whose_old_id_is_nobodys(client, old)


def test_a_seed_that_no_code_has_confirmed_is_sealed_in_the_session(world: World) -> None:
    person, client, other = world.people["coder"], Client(), Client()
    give_password(client, person)
    page = text(client.get("/sign-in/second-step/set-up/"))
    seed = re.findall(r'<code class="key">([A-Z2-7]+)</code>', page)[0]
    kept = dict(client.session.items())
    assert seed not in json.dumps(kept)
    give_password(other, world.people["practice_manager"])
    session = other.session
    session.update({"mfa.totp.secret": kept["mfa.totp.secret"]})
    session.save()
    assert other.post("/sign-in/second-step/set-up/", {"code": code(seed)}).status_code == 200, "it is one person's"
    assert client.post("/sign-in/second-step/set-up/", {"code": code(seed)}).status_code == 302
    assert "mfa.totp.secret" not in client.session


@pytest.mark.parametrize(("steps_away", "is_right"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_code_may_be_one_half_minute_off_and_no_more(
    steps_away: int, is_right: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    seed, at = generate_totp_secret(), 1_800_000_000
    monkeypatch.setattr("allauth.mfa.totp.internal.auth.time.time", lambda: at)
    step = at // 30 + steps_away
    found = step_of(seed, format_hotp_value(hotp_value(seed, step)))
    assert found == (step if is_right else None)
