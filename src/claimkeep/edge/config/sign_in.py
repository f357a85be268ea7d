"""How people sign in, on django-allauth.

There is no sign-up: people are added by somebody with the right to. Second-factor seeds are sealed by the vault.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter

from claimkeep.apps.vault import keyring
from claimkeep.apps.vault.models import SYSTEM
from claimkeep.engine.crypto.envelope import place

_SEED = place(str(SYSTEM), "mfa_authenticator", "secret", "")


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Closed to strangers."""

    def is_open_for_signup(self, request: Any) -> bool:
        """Nobody signs up by themselves."""
        return False


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Seeds and recovery seeds stand sealed in the database."""

    def encrypt(self, text: str) -> str:
        """The seed as it is stored."""
        return b64encode(keyring.sealer(SYSTEM).seal(text.encode(), _SEED)).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """The seed. Raises SealError when it was changed."""
        return keyring.sealer(SYSTEM).open(b64decode(encrypted_text), _SEED).decode()
