"""Claims as lines of JSON, each a case with only what its rule looks at -> the tables of claims."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from claimkeep.engine.codes import EditTable
from claimkeep.engine.codes.edit_files import unit_table
from claimkeep.engine.codes.pair_table import UnitTable
from claimkeep.engine.scrub.facts import SURGERY_CENTER
from claimkeep.engine.terms.claim import INSTITUTIONAL, PROFESSIONAL, ClaimTables, claim, diagnosis, service_line
from claimkeep.engine.terms.finding import Place, Skipped

SETTINGS: Mapping[str, Mapping[str, str]] = {
    "practitioner": {"claim_kind": PROFESSIONAL, "claim_filing_indicator": "MB"},
    "dme": {"claim_kind": PROFESSIONAL, "claim_filing_indicator": "MB", "billing_provider_taxonomy": "332B00000X"},
    "asc": {"claim_kind": PROFESSIONAL, "claim_filing_indicator": "MB", "billing_provider_taxonomy": SURGERY_CENTER},
    "outpatient_hospital": {"claim_kind": INSTITUTIONAL, "claim_filing_indicator": "MA", "facility_type_code": "13"},
    "inpatient": {"claim_kind": INSTITUTIONAL, "claim_filing_indicator": "MA", "facility_type_code": "11"},
}
"""What a case's `table` says of its claim."""

_CITE = "docs/scrub_cases.md"


@dataclass(frozen=True, slots=True)
class Cases:
    """Cases that are judged together.

    ids    : of each, by claim row
    limits : the cases' own limits of units, where one brings them; then it stands alone
    """

    ids: tuple[str, ...]
    tables: ClaimTables
    limits: UnitTable | None = None


def read(data: bytes) -> tuple[tuple[Cases, ...], tuple[Skipped, ...]]:
    """The cases of a file: all that share the tables at hand in one batch, and each other one in its own."""
    shared: list[tuple[str, dict[str, Any]]] = []
    alone: list[tuple[str, dict[str, Any]]] = []
    skipped = []
    for number, text in enumerate(data.splitlines(), 1):
        if not text.strip():
            continue
        try:
            case = json.loads(text)
            one = str(case["case_id"]), _rows(case["claim"])
            (alone if "mue" in case["claim"] else shared).append(one)
        except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError):
            skipped.append(Skipped(Place(row=number), "this is no case of a claim", _CITE))
    batches = [_batch(shared)] if shared else []
    return (*batches, *(_batch([one]) for one in alone)), tuple(skipped)


def _rows(given: Mapping[str, Any]) -> dict[str, Any]:
    """The rows of one claim, without their claim_row. Raises what a wrong type raises; the caller says so."""
    patient = given.get("patient", {})
    about = {
        **SETTINGS[given.get("table", "practitioner")],
        "patient_birth_day": date.fromisoformat(patient["dob"]) if "dob" in patient else None,
        "patient_sex": _text(patient.get("sex")),
        "billing_provider_npi": _text(given.get("npi")),
    }
    listed = enumerate(given.get("dx", []), 1)
    return {
        "claim": about,
        "lines": [_line(n, line) for n, line in enumerate(given.get("lines", []), 1)],
        "diagnoses": [
            {"position": n, "qualifier": "ABK" if n == 1 else "ABF", "code": _text(code)} for n, code in listed
        ],
        "limits": _limits(given["mue"]) if "mue" in given else None,
    }


def _line(position: int, given: Mapping[str, Any]) -> dict[str, Any]:
    modifiers = [_text(one) for one in given.get("mods", [])]
    if len(modifiers) > 4:
        raise ValueError("a line has four modifiers at most")
    return {
        "line_number": int(given.get("n", position)),
        "procedure_code": _text(given.get("hcpcs")),
        "units_milli": round(given.get("units", 1) * 1000),
        "unit_basis": "UN",
        "service_day": date.fromisoformat(given["dos"]) if "dos" in given else None,
        **{f"modifier{n}": one for n, one in enumerate(modifiers, 1)},
    }


def _text(value: object) -> str | None:
    if value is not None and not isinstance(value, str):
        raise TypeError("a code is text")
    return value or None


def _limits(rows: list[dict[str, Any]]) -> UnitTable:
    return unit_table(
        [str(row["hcpcs"]) for row in rows],
        [int(row["mue"]) for row in rows],
        [0] * len(rows),
        [bool(row["pay_up_to_limit"]) for row in rows],
        table=EditTable.MUE_ASC,
        release="of the case",
        sha256="",
        valid_from=0,
        valid_to=0,
    )


def _batch(cases: list[tuple[str, dict[str, Any]]]) -> Cases:
    def each(name: str) -> Iterator[dict[str, Any]]:
        return ({"claim_row": at, **row} for at, (_, rows) in enumerate(cases) for row in rows[name])

    tables = ClaimTables(
        claim.frame({"claim_row": at, **rows["claim"]} for at, (_, rows) in enumerate(cases)),
        service_line.frame(each("lines")),
        diagnosis.frame(each("diagnoses")),
        ClaimTables.empty().other_payers,
    )
    return Cases(tuple(name for name, _ in cases), tables, cases[0][1]["limits"])
