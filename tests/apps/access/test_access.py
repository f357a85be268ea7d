"""Access: what the table does not grant is denied, and whoever left is out."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from claimkeep.apps.access import actions, queries, roles
from claimkeep.apps.access.models import Membership, User
from claimkeep.apps.access.roles import PERMISSIONS, ROLES, Actor, require
from claimkeep.apps.audit.models import Event
from claimkeep.engine.terms.errors import AccessDenied
from tests.apps.world import NOW, Place

PASSWORD = "correct horse battery staple"


@pytest.fixture(autouse=True)
def fast_hashes(settings: Any) -> None:
    """No test here guesses a password."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def person(here: Place, role: str = "biller", email: str = "person@example.com") -> User:
    """Somebody with a job here."""
    return actions.add_person(
        email=email, name="PERSONNAME", password=PASSWORD, practice_id=here.actor.practice_id, role=role,
        by="system:test", now=NOW,
    )  # fmt: skip


@pytest.mark.parametrize("role", ["", "administrator", "superuser", "BILLER", "biller "])
@pytest.mark.parametrize("permission", sorted(PERMISSIONS))
def test_an_unknown_role_may_nothing(role: str, permission: str) -> None:
    with pytest.raises(AccessDenied):
        require(Actor("user:1", None, role), permission)  # type: ignore[arg-type]


@pytest.mark.parametrize("role", sorted(ROLES))
def test_a_permission_in_no_row_is_nobodys(role: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(AccessDenied):
        require(Actor("user:1", None, role), "everything:do")  # type: ignore[arg-type]
    monkeypatch.setitem(roles.ROLES, role, frozenset({"everything:do"}))
    with pytest.raises(AccessDenied):  # planted in one row, but no permission there is
        require(Actor("user:1", None, role), "everything:do")  # type: ignore[arg-type]


def test_a_role_may_exactly_what_its_row_says() -> None:
    for role, granted in ROLES.items():
        actor = Actor("user:1", None, role)  # type: ignore[arg-type]
        assert {p for p in PERMISSIONS if actor.may(p)} == granted


def test_who_looks_after_access_and_the_log_does_not_look_at_patients_money_or_claims() -> None:
    for role in ("security_official", "operator"):
        assert not any(p.startswith(("patient:", "claim:", "remit:", "ledger:")) for p in ROLES[role])


def test_a_person_is_the_actor_of_their_job(here: Place) -> None:
    user = person(here)
    expected = Actor(f"user:{user.pk}", here.actor.practice_id, "biller")
    assert queries.actor_for(user) == queries.actor_for(user, here.actor.practice_id) == expected
    assert queries.practices_of(user) == [here.actor.practice_id]


def test_nobody_is_an_actor_in_a_practice_they_do_not_work_for(here: Place, elsewhere: Place) -> None:
    user = person(here)
    with pytest.raises(AccessDenied):
        queries.actor_for(user, elsewhere.actor.practice_id)
    assert elsewhere.actor.practice_id not in queries.practices_of(user)


def test_whoever_left_a_practice_is_out_of_it_and_only_of_it(here: Place, elsewhere: Place) -> None:
    user = person(here)
    Membership.objects.create(
        user=user, practice_id=elsewhere.actor.practice_id, role="coder", since=NOW + timedelta(days=1)
    )
    Membership.objects.filter(practice_id=here.actor.practice_id).update(ended_at=NOW)
    with pytest.raises(AccessDenied):
        queries.actor_for(user, here.actor.practice_id)
    assert queries.actor_for(user).practice_id == elsewhere.actor.practice_id
    Membership.objects.update(ended_at=NOW)
    with pytest.raises(AccessDenied):
        queries.actor_for(user)


def test_whoever_was_made_inactive_is_out_everywhere(here: Place) -> None:
    user = person(here)
    User.objects.update(is_active=False)
    user.refresh_from_db()
    assert queries.practices_of(user) == []
    with pytest.raises(AccessDenied):
        queries.actor_for(user)


@pytest.mark.parametrize("role", ["job", "", "owner"])
def test_no_person_gets_a_role_that_is_no_persons(here: Place, role: str) -> None:
    with pytest.raises(AccessDenied):
        person(here, role)
    assert not User.objects.exists()


def test_a_grant_is_logged_with_its_role_and_a_password_is_kept_as_a_hash(here: Place) -> None:
    user = person(here, email="Person@Example.COM")
    event = Event.objects.get(tag="membership:grant")
    assert (event.subject, event.why, event.practice_id) == (f"user:{user.pk}", "role:biller", here.actor.practice_id)
    assert user.email == "person@example.com"
    assert PASSWORD not in user.password and user.check_password(PASSWORD)


@pytest.mark.parametrize("password", ["short", "password1234", "PERSONNAME-PERSONNAME"])
def test_nobody_is_added_with_a_password_that_is_easy_to_guess(here: Place, password: str) -> None:
    with pytest.raises(ValidationError):
        actions.add_person(
            email="personname@example.com", name="PERSONNAME", password=password, practice_id=here.actor.practice_id,
            role="biller", by="system:test", now=NOW,
        )  # fmt: skip
    assert not User.objects.exists()
