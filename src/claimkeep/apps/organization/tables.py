"""Rows of the organization as the claim tables see them.

A billing provider, provider or facility is the sum of its facts: a digest over them says whether it is here already.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

ADDRESS = ("address1", "address2", "city", "state", "zip")
BILLING = ("npi", "entity_type", "last_name", "first_name", "taxonomy", "tax_id", "tax_id_qualifier", "phone", *ADDRESS)
PERSON = ("npi", "entity_type", "last_name", "first_name", "taxonomy")
NAMED = "?"
"""Begins the key of a payer that came without an id."""
PLACE = ("name", "npi", *ADDRESS)


def facts(row: Mapping[str, Any], prefix: str, names: tuple[str, ...]) -> dict[str, str]:
    """The named facts of one claim row, without their prefix; a fact not given is empty."""
    return {name: row.get(f"{prefix}_{name}") or "" for name in names}


def digest(values: Mapping[str, str]) -> bytes:
    """16 bytes that stand for exactly these facts."""
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).digest()[:16]


def spelled(model: Any, prefix: str, names: tuple[str, ...]) -> dict[str, str | None]:
    """The claim columns of a row; an empty fact is null again."""
    return {f"{prefix}_{name}": (getattr(model, name) or None) if model is not None else None for name in names}


def payer_facts(row: Mapping[str, Any]) -> dict[str, str]:
    """The payer of one claim row; a fact not given is empty."""
    numbered = {name: row.get(name) or "" for name in ("payer_id", "payer_id_qualifier")}
    return numbered | facts(row, "payer", ("name", *ADDRESS))


def payer_columns(payer: Any) -> dict[str, str | None]:
    """The claim columns of a payer; one known by its name alone has no id."""
    number = None if payer.payer_id.startswith(NAMED) else payer.payer_id
    numbered = {"payer_id": number, "payer_id_qualifier": payer.payer_id_qualifier or None}
    return numbered | spelled(payer, "payer", ("name", *ADDRESS))


def payer_key(payer: Mapping[str, str]) -> str:
    """What a payer is known by: its id, else its name marked as such."""
    return payer["payer_id"] or f"{NAMED}{payer['name']}"[:80]
