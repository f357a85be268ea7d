"""Seeds of second factors, each sealed for one person.

Whoever can write the database may copy a row, but a seed opens for nobody but the person it was sealed for.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections import Counter
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.apps import apps

from claimkeep.apps.vault import keyring
from claimkeep.apps.vault.models import SYSTEM
from claimkeep.engine.crypto import succession
from claimkeep.engine.crypto.envelope import Sealer, place
from claimkeep.engine.crypto.keyring import Purpose
from claimkeep.engine.terms.errors import SealError

KEPT, PENDING = "secret", "pending"
"""A seed that is somebody's, and one that was shown but is not yet confirmed by a code."""

SEED_OF = {"totp": "secret", "recovery_codes": "seed"}
"""Where a second factor's data hold its seed, by the kind of factor."""


def sealed(seed: str, person_id: UUID, column: str = KEPT) -> str:
    """The seed as it is stored for this person."""
    return b64encode(keyring.sealer(SYSTEM).seal(seed.encode(), _place(person_id, column))).decode()


def opened(text: str, person_id: UUID, column: str = KEPT) -> str:
    """The seed. Raises SealError when it was changed, or sealed for somebody else."""
    return keyring.opened(SYSTEM, _octets(text), _place(person_id, column)).decode()


def _octets(text: str) -> bytes:
    try:
        return b64decode(text, validate=True)
    except ValueError as error:
        raise SealError("a sealed value did not open") from error


def _place(person_id: UUID, column: str) -> bytes:
    return place(str(SYSTEM), "mfa_authenticator", column, str(person_id))


class Seeds:
    """The seeds as a holder of sealed values: of the system's field key, for no practice.

    A seed that is pending in a session is none of them: it lives as long as the session, and when its key goes before
    it is confirmed, the person is shown a fresh one.
    """

    purpose = Purpose.FIELD

    def columns(self) -> list[tuple[str, str]]:
        """The column, by table and name."""
        return [("mfa_authenticator", "data")]

    def counts(self, practice_id: UUID) -> Counter[int]:
        """How many seeds each key sealed, by its id."""
        return Counter(succession.key_of(_octets(text)) or 0 for _, _, text in _all(practice_id))

    def reseal(self, practice_id: UUID, keys: Sealer) -> Iterator[int]:
        """Every seed that an older key sealed is sealed by the first; who gives a code meanwhile is not disturbed."""
        for row, where, text in _all(practice_id):
            octets = _octets(text)
            if octets.startswith(keys.mark) or not keys.knows(octets):
                continue
            place = _place(row.user_id, KEPT)
            fresh = b64encode(keys.seal(keys.open(octets, place), place)).decode()
            yield _rows().filter(pk=row.pk, data=row.data).update(data={**row.data, where: fresh})


SEEDS = Seeds()


def _rows() -> Any:
    return apps.get_model("mfa", "Authenticator").objects


def _all(practice_id: UUID) -> Iterator[tuple[Any, str, str]]:
    """Every factor with a seed, where its data hold it, and the sealed seed."""
    for row in _rows().filter(type__in=SEED_OF).order_by("pk") if practice_id == SYSTEM else ():
        where = SEED_OF[row.type]
        if where in row.data:
            yield row, where, row.data[where]
