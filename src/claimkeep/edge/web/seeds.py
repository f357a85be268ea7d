"""Seeds of second factors, each sealed for one person.

Whoever can write the database may copy a row, but a seed opens for nobody but the person it was sealed for.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from uuid import UUID

from claimkeep.apps.vault import keyring
from claimkeep.apps.vault.models import SYSTEM
from claimkeep.engine.crypto.envelope import place
from claimkeep.engine.terms.errors import SealError

KEPT, PENDING = "secret", "pending"
"""A seed that is somebody's, and one that was shown but is not yet confirmed by a code."""


def sealed(seed: str, person_id: UUID, column: str = KEPT) -> str:
    """The seed as it is stored for this person."""
    return b64encode(keyring.sealer(SYSTEM).seal(seed.encode(), _place(person_id, column))).decode()


def opened(text: str, person_id: UUID, column: str = KEPT) -> str:
    """The seed. Raises SealError when it was changed, or sealed for somebody else."""
    try:
        octets = b64decode(text, validate=True)
    except ValueError as error:
        raise SealError("a sealed value did not open") from error
    return keyring.sealer(SYSTEM).open(octets, _place(person_id, column)).decode()


def _place(person_id: UUID, column: str) -> bytes:
    return place(str(SYSTEM), "mfa_authenticator", column, str(person_id))
