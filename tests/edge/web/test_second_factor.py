"""Second factors: each is one person's, and each code opens one door once."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import decrypt, encrypt
from django.test import Client

from claimkeep.apps.access.models import User
from claimkeep.edge.web import seeds
from claimkeep.engine.terms.errors import SealError
from tests.edge.web.conftest import SEED, World, own, text
from tests.edge.web.test_sign_in import code, give_password

OTHER_SEED = "KRSXG5CTMVRXEZLUKRSXG5CTMVRXEZLU"


def opens(person: User, given: str) -> bool:
    """True when the person's password and this code lead to work."""
    client = Client()
    client.raise_request_exception = False
    give_password(client, person)
    client.post("/sign-in/second-step/", {"code": given})
    return bool(client.get("/").status_code == 200)


def set_up(client: Client) -> tuple[str, str]:
    """The seed that was set up in this browser, and one of its recovery codes."""
    page = text(client.get("/sign-in/second-step/set-up/"))
    seed = re.search(r'<code class="key">([A-Z2-7]+)</code>', page)
    assert seed is not None
    assert client.post("/sign-in/second-step/set-up/", {"code": code(seed[1])})["Location"] == "/sign-in/codes/"
    recovery = re.findall(r"<li><code>(\d+)</code></li>", text(client.get("/sign-in/codes/")))
    return seed[1], recovery[0]


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
