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
PLACE = ("name", "npi", *ADDRESS)
PAYER = ("payer_id", "payer_id_qualifier", "name", *ADDRESS)


def facts(row: Mapping[str, Any], prefix: str, names: tuple[str, ...]) -> dict[str, str]:
    """The named facts of one claim row, without their prefix; a fact not given is empty."""
    return {name: row.get(f"{prefix}_{name}") or "" for name in names}


def digest(values: Mapping[str, str]) -> bytes:
    """16 bytes that stand for exactly these facts."""
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).digest()[:16]


def spelled(model: Any, prefix: str, names: tuple[str, ...]) -> dict[str, str | None]:
    """The claim columns of a row; an empty fact is null again."""
    return {f"{prefix}_{name}": (getattr(model, name) or None) if model is not None else None for name in names}
