"""A world of two practices, a day's visits in one of them, and people with every role."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from claimkeep.apps.access.actions import add_person
from claimkeep.apps.access.models import User
from claimkeep.apps.access.roles import ROLES, Actor
from claimkeep.apps.claims.actions import build, receive
from claimkeep.apps.claims.models import Claim
from claimkeep.apps.organization.actions import found_practice
from claimkeep.apps.organization.models import Practice
from claimkeep.apps.remits import actions as remits
from claimkeep.apps.vault import actions as vault
from claimkeep.apps.vault.models import SYSTEM
from claimkeep.edge.jobs.import_visits import import_visits
from claimkeep.edge.simulator import visits
from claimkeep.edge.web import seeds
from tests.edge.web.payer import answer

NOW = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
PAID = NOW + timedelta(days=18)
PASSWORD = "correct horse battery staple"
SEED = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
VISITS, SEED_OF_VISITS = 18, 26
"""Eighteen visits, one of which an edit holds for its provider's NPI."""
PEOPLE = tuple(role for role in ROLES if role != "job")


@dataclass(frozen=True)
class World:
    """Two practices, and in the first one claims, some of them paid."""

    here: Practice
    elsewhere: Practice
    job: Actor
    people: dict[str, User]

    @property
    def paid(self) -> Claim:
        """A claim that a remittance paid."""
        return Claim.objects.filter(practice=self.here, adjudication="paid").order_by("number")[0]

    @property
    def held(self) -> Claim:
        """A claim that an edit holds."""
        return Claim.objects.filter(practice=self.here, build="held").order_by("number")[0]


@pytest.fixture
def world(db: None, settings: Any) -> World:
    """A few visits imported, built, and a part of them paid. Passwords are hashed fast: no test here guesses them."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    vault.make_keys(SYSTEM, now=NOW)
    here, elsewhere = (found_practice(name=f"PRACTICENAME {n}", by="system:test", now=NOW) for n in ("North", "South"))
    job = Actor("system:test", here.pk, "job")
    for bundle in visits.bundles(VISITS, SEED_OF_VISITS, NOW.date(), VISITS):
        import_visits(bundle, actor=job, now=NOW)
    build.build(actor=job, now=NOW + timedelta(hours=1))
    claims = list(Claim.objects.filter(practice=here, build="ready").order_by("number")[:6])
    take_in(job, answer(claims, trace="TRACE0001"))
    people = {
        role: add_person(
            email=f"{role}@example.com",
            name=f"PERSONNAME {role}",
            password=PASSWORD,
            practice_id=here.pk,
            role=role,
            by="system:test",
            now=NOW,
        )
        for role in PEOPLE
    }
    return World(here, elsewhere, job, people)


def take_in(actor: Actor, data: bytes) -> None:
    """The bytes of an 835 have come by the wire and were worked."""
    file, _ = receive.keep(name=f"{len(data)}-{hash(data)}.835", data=data, actor=actor, now=PAID)
    remits.take_in(file, actor=actor, now=PAID)


@pytest.fixture
def enter(world: World) -> Callable[..., Client]:
    """Makes a browser session of the person with a role, with the factors named."""

    def entered(role: str, *, factors: tuple[str, ...] = ("password", "mfa"), age_s: float = 0) -> Client:
        client, person = Client(), world.people[role]
        client.force_login(person)
        session = client.session
        at = time.time() - age_s
        session["account_authentication_methods"] = [{"method": factor, "at": at} for factor in factors]
        session["account_authentication_methods_user"] = str(person.pk)
        session.save()
        return client

    return entered


@pytest.fixture
def owner(world: World) -> User:
    """The biller, who owns an authenticator app with a known seed."""
    own(world.people["biller"], SEED)
    return world.people["biller"]


def own(person: User, seed: str) -> Authenticator:
    """The person owns an authenticator app with this seed."""
    data = {"secret": seeds.sealed(seed, person.pk)}
    return Authenticator.objects.create(user=person, type=Authenticator.Type.TOTP, data=data)


def text(response: Any) -> str:
    """The body of a response."""
    return str(response.content.decode())
