"""How people sign in, on django-allauth.

There is no sign-up: people are added by somebody with the right to. Second-factor seeds are sealed by the vault.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter

from claimkeep.edge.web import seeds
from claimkeep.engine.terms.errors import SealError


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Closed to strangers."""

    def is_open_for_signup(self, request: Any) -> bool:
        """Nobody signs up by themselves."""
        return False


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Seeds and recovery seeds stand sealed in the database, for the person at the door and nobody else."""

    def encrypt(self, text: str) -> str:
        """The seed as it is stored."""
        return seeds.sealed(text, _at_the_door())

    def decrypt(self, encrypted_text: str) -> str:
        """The seed. Raises SealError when it was changed, or sealed for somebody else."""
        return seeds.opened(encrypted_text, _at_the_door())


def _at_the_door() -> UUID:
    """Who is signed in, or has given a password and is asked for the rest. Raises SealError for nobody.

    allauth seals and opens without saying for whom; it does so only for the person of the request.
    """
    request = context.request
    if request is not None and request.user.is_authenticated:
        person_id: UUID = request.user.pk
        return person_id
    stage = getattr(request, "_login_stage", None)
    if stage is None or stage.login.user is None:
        raise SealError("a seed belongs to a person, and nobody is at the door")
    person_id = stage.login.user.pk
    return person_id
