"""Claim rows ⇄ claim columns. Sealed values are opened here, on their way into bytes or before an edit."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from claimkeep.apps.claims.models import Claim
from claimkeep.apps.encounters.tables import facts, line_columns
from claimkeep.apps.organization import tables as organization
from claimkeep.apps.patients.tables import NAMES
from claimkeep.engine.terms.claim import ClaimTables, claim, diagnosis, other_payer, service_line

_SUBSCRIBER = (*NAMES, "birth_day", "sex", "address1", "address2", "city", "state", "zip", "ssn")
_PATIENT = (*NAMES, "birth_day", "sex", "address1", "address2", "city", "state", "zip", "phone", "email", "ssn")
_ONCE = (
    "provider_signature",
    "assignment",
    "benefits_assignment",
    "release_of_information",
    "related_cause",
    "accident_state",
    "accident_day",
    "onset_day",
    "admission_day",
    "discharge_day",
    "patient_paid_cents",
    "prior_authorization",
    "referral_number",
    "clia_number",
    "claim_note",
    "medical_record_number",
)
_ORDER = ("P", "S", "T")
USUAL = {"provider_signature": "Y", "assignment": "A", "benefits_assignment": "Y", "release_of_information": "Y"}
"""What stands on a claim whose source says nothing of it: signed, assigned, released (005010X222A1 2300 CLM06-09)."""


@dataclass(slots=True)
class Content:
    """One claim as it goes out: its rows in the four tables, without `claim_row`."""

    claim: dict[str, Any]
    lines: list[dict[str, Any]]
    diagnoses: list[dict[str, Any]]
    other_payers: list[dict[str, Any]] = field(default_factory=list)

    def text(self) -> str:
        """The content in one canonical text."""
        parts = [self.claim, self.lines, self.diagnoses, self.other_payers]
        return json.dumps(parts, sort_keys=True, default=str, separators=(",", ":"))


def sha256(text: str) -> bytes:
    """The hash a version is known by."""
    return hashlib.sha256(text.encode()).digest()


def content(row: Claim) -> Content:
    """One claim, opened. The row must come with its encounter, patient, coverage, payer and lines at hand."""
    encounter, patient, plan = row.encounter, row.patient, row.coverage
    said = facts(encounter)
    is_self = plan.relationship == "18"
    values: dict[str, Any] = {
        "claim_number": row.number,
        "payer_sequence": row.payer_sequence,
        "frequency_code": row.frequency_code,
        "charge_cents": row.charge_cents,
        "place_of_service": encounter.place_of_service or None,
        "claim_filing_indicator": plan.claim_filing_indicator or None,
        "group_number": plan.group_number,
        "group_name": plan.group_name or None,
        "insurance_type": plan.insurance_type or None,
        "subscriber_member_id": plan.member_id,
        "patient_relationship": plan.relationship or None,
        "payer_claim_control_number": said.get("payer_claim_control_number"),
        **{name: said.get(name, USUAL.get(name)) for name in _ONCE},
        **{f"patient_{name}": getattr(patient, name) or None for name in _PATIENT},
        **organization.payer_columns(row.payer),
        **organization.spelled(encounter.billing_provider, "billing_provider", organization.BILLING),
        **organization.spelled(encounter.rendering_provider, "rendering_provider", organization.PERSON),
        **organization.spelled(encounter.referring_provider, "referring_provider", ("npi", "last_name", "first_name")),
        **organization.spelled(encounter.facility, "service_facility", organization.PLACE),
    }
    for name in _SUBSCRIBER:
        stated = getattr(plan, f"subscriber_{name}") or None
        values[f"subscriber_{name}"] = (values[f"patient_{name}"] if is_self else None) or stated
    lines = [line_columns(line) for line in sorted(encounter.lines.all(), key=lambda x: x.line_number)]
    diagnoses = [
        {"position": d.position, "qualifier": d.qualifier or None, "code": d.code}
        for d in sorted(encounter.diagnoses.all(), key=lambda x: x.position)
    ]
    return Content(values, lines, diagnoses)


def framed(contents: Iterable[Content]) -> ClaimTables:
    """The claim tables of these claims; `claim_row` is their order."""
    claims: list[dict[str, Any]] = []
    lines: list[dict[str, Any]] = []
    diagnoses: list[dict[str, Any]] = []
    others: list[dict[str, Any]] = []
    for row, one in enumerate(contents):
        claims.append({"claim_row": row, **one.claim})
        lines += [{"claim_row": row, **values} for values in one.lines]
        diagnoses += [{"claim_row": row, **values} for values in one.diagnoses]
        others += [{"claim_row": row, **values} for values in one.other_payers]
    return ClaimTables(
        claim.frame(claims), service_line.frame(lines), diagnosis.frame(diagnoses), other_payer.frame(others)
    )


def matchable(rows: Sequence[Claim]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Our claims and their lines as a remittance is matched to them (see `engine.remit.match`)."""
    claims, lines = [], []
    for row in rows:
        ranks = {c.payer_sequence: c.coverage for c in row.encounter.coverages.all()}
        following = [s for s in _ORDER[_ORDER.index(row.payer_sequence) + 1 :] if s in ranks]
        claims.append(
            {
                "claim_number": row.number,
                "claim_id": str(row.pk),
                "payer_sequence": row.payer_sequence,
                "charge_cents": row.charge_cents,
                "payer_id": str(row.payer_id),
                "patient_id": str(row.patient_id),
                "next_payer_sequence": following[0] if following else None,
                "next_payer_id": str(ranks[following[0]].payer_id) if following else None,
            }
        )
        lines += [{"claim_number": row.number, **line_columns(line)} for line in row.encounter.lines.all()]
    return pl.DataFrame(claims, infer_schema_length=None), pl.DataFrame(lines, infer_schema_length=None)
