"""Coverage as the claim tables see it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from claimkeep.apps.vault.indexed import Searched
from claimkeep.engine.crypto.blind_index import BlindIndex, exact

SUBSCRIBER_SEALED = (
    "last_name",
    "first_name",
    "middle_name",
    "suffix",
    "birth_day",
    "ssn",
    "address1",
    "address2",
    "city",
    "zip",
)


def primary(claim: Mapping[str, Any]) -> dict[str, Any]:
    """The facts of the coverage a claim row is billed to."""
    facts = {f"subscriber_{name}": claim.get(f"subscriber_{name}") for name in SUBSCRIBER_SEALED}
    return facts | {
        "subscriber_sex": claim.get("subscriber_sex") or "",
        "subscriber_state": claim.get("subscriber_state") or "",
        "relationship": claim.get("patient_relationship") or "",
        "claim_filing_indicator": claim.get("claim_filing_indicator") or "",
        "insurance_type": claim.get("insurance_type") or "",
        "group_name": claim.get("group_name") or "",
        "group_number": claim.get("group_number"),
        "member_id": claim.get("subscriber_member_id"),
    }


def other(payer: Mapping[str, Any]) -> dict[str, Any]:
    """The facts of the coverage an other-payer row tells of."""
    return {
        "relationship": payer.get("relationship") or "",
        "claim_filing_indicator": payer.get("claim_filing_indicator") or "",
        "group_number": payer.get("group_number"),
        "member_id": payer.get("subscriber_member_id"),
        "subscriber_last_name": payer.get("subscriber_last_name"),
        "subscriber_first_name": payer.get("subscriber_first_name"),
    }


Identity = tuple[str, str]
"""What a coverage is known by, as tokens are made of it: as it is spelled now, and as rows before spelled it."""


def identity(patient_id: UUID, payer_id: UUID, facts: Mapping[str, Any]) -> Identity:
    """What makes a coverage the same one: patient, payer, and every fact of it."""
    text = json.dumps([str(patient_id), str(payer_id), facts], sort_keys=True, default=str)
    digest = hashlib.sha256(text.encode()).hexdigest()
    return exact("coverage.identity", digest), exact("coverage.identity", text)


def tokens(index: BlindIndex, facts: Mapping[str, Any]) -> Iterator[bytes]:
    """Every token a plan's patient is found by."""
    if facts.get("member_id"):
        yield index.whole("coverage.member_id", facts["member_id"])


SEARCHED = Searched("coverage.Coverage", row="patient_id", facts=("member_id",), tokens=tokens)
"""How a plan's rows lead to their patients."""
