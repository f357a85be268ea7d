"""Hospital and dental claims come out of `x12 read` as tables, and do not go in as visits of a clinic."""

from __future__ import annotations

import json
from datetime import datetime, time
from pathlib import Path
from typing import Any

import pytest

from claimkeep.edge.cli import speech, x12_read
from claimkeep.edge.jobs.import_visits import READERS
from claimkeep.engine.terms import claim as terms
from claimkeep.engine.x12 import claim_837
from claimkeep.engine.x12.claim_837 import Envelope
from tests.engine.x12.claims import tables

SENT = Envelope(
    "SENDERID",
    "RECEIVERID",
    "SUBMITTER",
    "SUBMITTERID",
    "CONTACT",
    "5555550100",
    "RECEIVER",
    7,
    8,
    datetime(2026, 1, 2),
)

CLAIMS: dict[str, dict[str, Any]] = {
    "institutional": {
        "facility_type_code": "11",
        "frequency_code": "1",
        "discharge_time": time(11, 34),
        "service_lines": [{"line_number": 1, "revenue_code": "0120", "charge_cents": 5000}],
        "diagnoses": [{"position": 1, "qualifier": "ABK", "code": "S72001A", "present_on_admission": "Y"}],
        "claim_codes": [{"kind": "value", "position": 1, "code": "80", "amount_cents": 400}],
        "procedures": [{"position": 1, "qualifier": "BBR", "code": "0SR9019"}],
        "other_payers": [{"position": 1, "payer_sequence": "S", "payer_id": "PAYERTWO", "paid_cents": 4000}],
        "line_payments": [{"line_number": 1, "position": 1, "payer_id": "PAYERTWO", "paid_cents": 4000}],
        "prior_adjustments": [
            {"line_number": 1, "position": 1, "group_code": "CO", "reason_code": "45", "amount_cents": 1000}
        ],
    },
    "dental": {
        "place_of_service": "11",
        "frequency_code": "1",
        "service_lines": [
            {"line_number": 1, "procedure_qualifier": "AD", "procedure_code": "D2150", "charge_cents": 5000}
        ],
        "teeth": [{"line_number": 1, "tooth": "12", "surface1": "O"}],
    },
}


def file_of(kind: str, folder: Path) -> Path:
    claim = {"claim_kind": kind, "claim_number": "CLAIMONE", "patient_relationship": "18"} | CLAIMS[kind]
    path = folder / f"{kind}.x12"
    path.write_bytes(claim_837.write(tables([claim]), SENT).data)
    return path


@pytest.mark.parametrize(
    ("kind", "table", "values"),
    [
        ("institutional", "claims", {"claim_kind": "institutional", "facility_type_code": "11"}),
        ("institutional", "claims", {"discharge_time": "11:34:00"}),
        ("institutional", "service_lines", {"revenue_code": "0120", "charge_cents": 5000}),
        ("institutional", "diagnoses", {"code": "S72001A", "present_on_admission": "Y"}),
        ("institutional", "claim_codes", {"kind": "value", "code": "80", "amount_cents": 400}),
        ("institutional", "procedures", {"qualifier": "BBR", "code": "0SR9019"}),
        ("institutional", "line_payments", {"payer_id": "PAYERTWO", "paid_cents": 4000}),
        ("institutional", "prior_adjustments", {"group_code": "CO", "amount_cents": 1000}),
        ("dental", "claims", {"claim_kind": "dental", "place_of_service": "11"}),
        ("dental", "teeth", {"line_number": 1, "tooth": "12", "surface1": "O"}),
    ],
)
def test_every_table_of_a_claim_comes_out_as_json_lines(
    kind: str, table: str, values: dict[str, object], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert x12_read.read([file_of(kind, tmp_path)], table=table, parquet=None) == speech.DONE
    (row,) = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert row["claim_row"] == 0 and {name: row[name] for name in values} == values


@pytest.mark.parametrize("kind", CLAIMS)
def test_a_claim_of_another_kind_is_no_visit_of_a_clinic(kind: str, tmp_path: Path) -> None:
    found, skipped = READERS["x12"](file_of(kind, tmp_path).read_bytes())
    assert found.size == 0 and [kind in one.reason for one in skipped] == [True]
    assert terms.claim.schema == found.claims.schema
