"""Encounter rows ⇄ claim columns.

`spread` takes the claim tables apart by claim; `gathered` puts the rows of encounters together again.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import models

from claimkeep.apps.encounters.models import ChargeLine, Diagnosis, Encounter
from claimkeep.engine.terms.claim import ClaimTables

FACTS = (
    "claim_number",
    "medical_record_number",
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
    "payer_claim_control_number",
    "prior_authorization",
    "referral_number",
    "clia_number",
    "claim_note",
    "frequency_code",
    "source_id",
)
"""What a claim says once about the visit and no column of ours is asked for: kept as sealed JSON."""

_RENDERING = (
    "rendering_provider_npi",
    "rendering_provider_entity_type",
    "rendering_provider_last_name",
    "rendering_provider_first_name",
)
"""Who rendered one line, when it is not who rendered the visit."""

_DAYS = ("accident_day", "onset_day", "admission_day", "discharge_day")


@dataclass(slots=True)
class Visit:
    """One claim row with its lines, diagnoses and other payers."""

    claim: dict[str, Any]
    lines: list[dict[str, Any]] = field(default_factory=list)
    diagnoses: list[dict[str, Any]] = field(default_factory=list)
    other_payers: list[dict[str, Any]] = field(default_factory=list)

    @property
    def service_day(self) -> date | None:
        """The first day of service of its lines."""
        return min((line["service_day"] for line in self.lines if line["service_day"]), default=None)

    def canonical(self) -> str:
        """All that the visit says, in one text; two equal visits have equal texts.

        What is null is left out, so that a column the tables gain later leaves the text as it was.
        """
        rows = [[self.claim], self.lines, self.diagnoses, self.other_payers]
        said = [[{name: value for name, value in row.items() if value is not None} for row in part] for part in rows]
        return json.dumps(said, sort_keys=True, default=str)


def spread(tables: ClaimTables) -> list[Visit]:
    """The visits of a batch, in order of their claim rows."""
    lines, diagnoses, others = (_by_claim(f) for f in (tables.service_lines, tables.diagnoses, tables.other_payers))
    visits = []
    for claim in tables.claims.iter_rows(named=True):
        row = claim.pop("claim_row")
        visits.append(Visit(claim, lines[row], diagnoses[row], others[row]))
    return visits


def _by_claim(frame: Any) -> dict[int, list[dict[str, Any]]]:
    rows: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for values in frame.iter_rows(named=True):
        rows[values.pop("claim_row")].append(values)
    return rows


def facts_text(claim: Mapping[str, Any]) -> str:
    """The facts of a claim row as JSON; days as ISO text."""
    given = {name: claim[name] for name in FACTS if claim.get(name) is not None}
    return json.dumps(given, default=lambda day: day.isoformat(), separators=(",", ":"))


def facts(encounter: Encounter) -> dict[str, Any]:
    """The facts of an encounter again, days as dates."""
    given: dict[str, Any] = json.loads(encounter.facts or "{}")
    return {name: date.fromisoformat(value) if name in _DAYS else value for name, value in given.items()}


def line_row(encounter: Encounter, number: int, values: Mapping[str, Any]) -> ChargeLine:
    """A charge line of an encounter; its control number is the encounter's number and its place."""
    return ChargeLine(
        practice_id=encounter.practice_id,
        encounter=encounter,
        line_number=number,
        line_control_number=f"{encounter.number}L{number:02d}",
        **line_values(values),
    )


def line_values(values: Mapping[str, Any]) -> dict[str, Any]:
    """What a service line of the engine says, as the columns of a charge line."""
    return dict(
        procedure_qualifier=values["procedure_qualifier"] or "HC",
        procedure_code=values["procedure_code"] or "",
        modifiers=",".join(m for m in (values[f"modifier{i}"] for i in (1, 2, 3, 4)) if m),
        procedure_text=values["procedure_text"],
        charge_cents=values["charge_cents"],
        unit_basis=values["unit_basis"] or "",
        units_milli=values["units_milli"],
        place_of_service=values["place_of_service"] or "",
        pointers=",".join(str(p) for p in (values[f"pointer{i}"] for i in (1, 2, 3, 4)) if p is not None),
        service_day=values["service_day"],
        service_day_to=values["service_day_to"],
        ndc=values["ndc"] or "",
        ndc_units_milli=values["ndc_units_milli"],
        ndc_unit_basis=values["ndc_unit_basis"] or "",
        **{name: values[name] or "" for name in _RENDERING},
    )


def line_columns(line: ChargeLine) -> dict[str, Any]:
    """A charge line as a row of the engine's service lines, without its claim row."""
    modifiers = dict(enumerate(filter(None, line.modifiers.split(",")), start=1))
    pointers = dict(enumerate((int(p) for p in line.pointers.split(",") if p), start=1))
    return {
        "line_number": line.line_number,
        "line_control_number": line.line_control_number,
        "procedure_qualifier": line.procedure_qualifier or None,
        "procedure_code": line.procedure_code or None,
        **{f"modifier{i}": modifiers.get(i) for i in (1, 2, 3, 4)},
        "procedure_text": line.procedure_text,
        "charge_cents": line.charge_cents,
        "unit_basis": line.unit_basis or None,
        "units_milli": line.units_milli,
        "place_of_service": line.place_of_service or None,
        **{f"pointer{i}": pointers.get(i) for i in (1, 2, 3, 4)},
        "service_day": line.service_day,
        "service_day_to": line.service_day_to,
        "ndc": line.ndc or None,
        "ndc_units_milli": line.ndc_units_milli,
        "ndc_unit_basis": line.ndc_unit_basis or None,
        **{name: getattr(line, name) or None for name in _RENDERING},
    }


def diagnosis_rows(encounter: Encounter, diagnoses: Iterable[Mapping[str, Any]]) -> list[Diagnosis]:
    """The diagnoses of an encounter, numbered as they stand."""
    return [
        Diagnosis(encounter=encounter, position=position, **diagnosis_values(d))
        for position, d in enumerate(diagnoses, start=1)
    ]


def diagnosis_values(values: Mapping[str, Any]) -> dict[str, str]:
    """What a diagnosis of the engine says, as columns of ours."""
    return {"qualifier": values["qualifier"] or "", "code": values["code"] or ""}


def misfit(model: type[models.Model], values: Mapping[str, Any]) -> str:
    """The first column of a row that cannot hold its text, for its length or for a control character; '' if none."""
    for name, value in values.items():
        field = model._meta.get_field(name)
        if isinstance(field, models.CharField) and isinstance(value, str):
            if len(value) > (field.max_length or 0) or not value.isprintable():
                return name
    return ""
