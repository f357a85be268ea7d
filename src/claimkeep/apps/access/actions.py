"""Writes of access."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.contrib.auth.password_validation import validate_password
from django.db import transaction

from claimkeep.apps.access.models import Membership, User
from claimkeep.apps.access.roles import ROLES
from claimkeep.apps.audit import actions as audit
from claimkeep.engine.terms.errors import AccessDenied


@transaction.atomic
def add_person(*, email: str, name: str, password: str, practice_id: UUID, role: str, by: str, now: datetime) -> User:
    """A person can sign in and has a job in the practice.

    Raises AccessDenied for a role that is no person's, ValidationError for a password that is easy to guess.
    """
    if role not in ROLES or role == "job":
        raise AccessDenied("there is no such role")
    validate_password(password, User(email=email, name=name))
    person = User.objects.create_user(email, password, name=name)
    Membership.objects.create(user=person, practice_id=practice_id, role=role, since=now)
    audit.note(
        "membership:grant", subject=f"user:{person.pk}", actor=by, now=now, practice_id=practice_id, why=f"role:{role}"
    )
    return person
