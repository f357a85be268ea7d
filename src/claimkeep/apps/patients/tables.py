"""Patients as the claim tables see them, and the tokens they are found by."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from claimkeep.apps.vault.indexed import Searched
from claimkeep.engine.crypto.blind_index import BlindIndex, whole

NAMES = ("last_name", "first_name", "middle_name", "suffix")
PLAIN = ("sex", "state")
SEALED = (*NAMES, "birth_day", "address1", "address2", "city", "zip", "phone", "email", "ssn")


def facts(claim: Mapping[str, Any]) -> dict[str, Any]:
    """A patient's facts from one claim row; a fact not given is None (plain ones are empty)."""
    row = {name: claim.get(f"patient_{name}") for name in SEALED}
    row |= {name: claim.get(f"patient_{name}") or "" for name in PLAIN}
    row["medical_record_number"] = claim.get("medical_record_number")
    return row


def identity(person: Mapping[str, Any], member_id: str | None) -> str:
    """What makes a person the same person, as a token is made of it: name, birth date and sex.

    Where no birth date is known the member id stands for it: two people of one name are not made one.
    """
    names = [str(person.get(name) or "") for name in (*NAMES, "sex")]
    born = person.get("birth_day")
    when = born.isoformat() if born else f"member {member_id or ''}"
    return whole("patients.identity", *names, when)


def tokens(index: BlindIndex, person: Mapping[str, Any]) -> Iterator[bytes]:
    """Every token a patient is found by."""
    for name in ("last_name", "first_name"):
        if person.get(name):
            yield index.whole(f"patients.{name}", person[name])
            yield from index.prefixes(f"patients.{name}", person[name])
    if person.get("birth_day"):
        yield index.whole("patients.birth_day", person["birth_day"].isoformat())
    for name in ("ssn", "phone", "email", "medical_record_number"):
        if person.get(name):
            yield index.whole(f"patients.{name}", person[name])


SEARCHED = Searched(
    "patients.Patient",
    row="id",
    facts=("last_name", "first_name", "birth_day", "ssn", "phone", "email", "medical_record_number"),
    tokens=tokens,
)
"""How the rows of patients are found."""
