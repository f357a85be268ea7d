"""A dental claim that is written reads back the same, and our judge accepts it; pyx12 has no map of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from claimkeep.engine.terms.errors import X12Error
from claimkeep.engine.x12 import claim_837, judge
from claimkeep.engine.x12.guides.g005010x224a2 import LAYOUT
from tests.engine.x12.claims import SENT, address, assert_same, changed, coordinated, person, tables, unused

NPI = "1234567893"
VISIT = date(2026, 1, 1)
OTHERS = sorted((Path(__file__).parents[4] / "shared" / "data" / "x12" / "837d").glob("*"))


def provider(prefix: str, *more: str) -> dict[str, str]:
    named = {"npi": NPI, "last_name": "PROVIDERNAME", "first_name": "FIRSTNAME"}
    named |= {"entity_type": "1", "taxonomy": "1223G0001X"}
    return {f"{prefix}_{name}": named[name] for name in ("npi", "last_name", "first_name", *more)}


def a_visit(number: int, *, is_own: bool = True, is_full: bool = False) -> dict[str, Any]:
    """A dental claim our judge accepts; `is_full` has everything such a claim can carry."""
    subscriber = person("subscriber", "SUBSCRIBERNAME")
    patient = {k.replace("subscriber_", "patient_"): v for k, v in subscriber.items()}
    one: dict[str, Any] = subscriber | (patient if is_own else person("patient", "PATIENTNAME"))
    one |= address("billing_provider")
    one |= {
        "claim_kind": "dental",
        "claim_number": f"VISIT{number}",
        "source_id": f"VISIT{number}",
        "billing_provider_npi": NPI,
        "billing_provider_entity_type": "2",
        "billing_provider_last_name": "DENTISTNAME",
        "billing_provider_tax_id": "123456789",
        "billing_provider_tax_id_qualifier": "EI",
        "payer_sequence": "P",
        "claim_filing_indicator": "CI",
        "payer_name": "PAYERNAME",
        "payer_id": "PAYERID",
        "payer_id_qualifier": "PI",
        "subscriber_member_id": "MEMBERID",
        "patient_relationship": "18" if is_own else "19",
        "charge_cents": 12345,
        "place_of_service": "11",
        "frequency_code": "1",
        "provider_signature": "Y",
        "assignment": "A",
        "benefits_assignment": "Y",
        "release_of_information": "Y",
        "service_day": VISIT,
        "service_lines": [
            {
                "line_number": 1,
                "procedure_qualifier": "AD",
                "procedure_code": "D2150",
                "charge_cents": 12345,
                "units_milli": 1000,
            }
        ],
        "teeth": [{"line_number": 1, "tooth": "12", "surface1": "L", "surface2": "O"}],
    }
    if is_full:
        one |= _everything_else(number)
        one |= coordinated(one["service_lines"])
    return one


def _everything_else(number: int) -> dict[str, Any]:
    found: dict[str, Any] = address("payer") | address("service_facility")
    found |= provider("referring_provider", "taxonomy")
    found |= provider("rendering_provider", "entity_type", "taxonomy")
    return found | {
        "billing_provider_entity_type": "1",
        "billing_provider_first_name": "FIRSTNAME",
        "billing_provider_taxonomy": "1223G0001X",
        "billing_provider_phone": "5555550100",
        "service_facility_name": "FACILITYNAME",
        "service_facility_npi": NPI,
        "group_number": "GROUPNUMBER",
        "subscriber_ssn": "123456789",
        "frequency_code": "7",
        "related_cause": "AA",
        "accident_state": "FL",
        "accident_day": date(2025, 12, 1),
        "special_program": "01",
        "predetermination": "PB",
        "delay_reason": "1",
        "appliance_placement_day": date(2025, 12, 2),
        "service_day": None,
        "orthodontic_months_milli": 24000,
        "orthodontic_months_left_milli": 12500,
        "orthodontic_treatment": "Y",
        "patient_paid_cents": 1050,
        "predetermination_number": "PREDETNUMBER",
        "payer_claim_control_number": "PAYERNUMBER",
        "referral_number": "REFERRALNUMBER",
        "prior_authorization": "AUTHNUMBER",
        "clearinghouse_claim_number": "CLEARINGNUMBER",
        "claim_note": "NOTE TEXT",
        "diagnoses": [{"position": n, "qualifier": "ABF" if n > 1 else "ABK", "code": f"K02{n}"} for n in range(1, 5)],
        "service_lines": [
            {
                "line_number": 1,
                "line_control_number": f"LINE{number}A",
                "procedure_qualifier": "AD",
                "procedure_code": "D2750",
                **{f"modifier{n}": f"M{n}" for n in range(1, 5)},
                "procedure_text": "LINETEXT",
                "charge_cents": 12300,
                "place_of_service": "22",
                **{f"oral_cavity{n}": f"{n}0" for n in range(1, 5)},
                "oral_cavity5": "00",
                "prosthesis_code": "R",
                "units_milli": 1000,
                **{f"pointer{n}": n for n in range(1, 5)},
                "service_day": VISIT,
                "prior_placement_day": date(2015, 1, 2),
                "appliance_placement_day": date(2025, 12, 2),
                "replacement_day": date(2025, 12, 3),
                "treatment_start_day": date(2025, 12, 4),
                "treatment_completion_day": date(2025, 12, 5),
                "predetermination_number": "PREDETNUMBER",
                "sales_tax_cents": 12,
                **provider("rendering_provider", "entity_type", "taxonomy"),
                **provider("assistant_surgeon", "entity_type", "taxonomy"),
                **provider("supervising_provider"),
            },
            {
                "line_number": 2,
                "procedure_qualifier": "AD",
                "procedure_code": "D0230",
                "charge_cents": 45,
                "units_milli": 4000,
                "pointer1": 4,
                "service_day": VISIT,
            },
        ],
        "teeth": [
            {"tooth": "1", "status": "M"},
            {"tooth": "16", "status": "E"},
            {"line_number": 1, "tooth": "12", **{f"surface{n}": one for n, one in enumerate("BDFIL", start=1)}},
            {"line_number": 1, "tooth": "13"},
            {"line_number": 2, "tooth": "A", "surface1": "M"},
        ],
    }


SURGERY = provider("assistant_surgeon", "entity_type", "taxonomy") | provider("supervising_provider")
BATCHES = {
    "own": [a_visit(0)],
    "dependent": [a_visit(0, is_own=False)],
    "own and dependents of one subscriber": [a_visit(0), a_visit(1, is_own=False), a_visit(2, is_full=True)],
    "full": [
        a_visit(0, is_full=True),
        a_visit(1, is_own=False, is_full=True)
        | SURGERY
        | {"group_number": None, "group_name": "GROUPNAME", "service_day": VISIT, "service_day_to": date(2026, 1, 2)},
    ],
}


@pytest.mark.parametrize("name", BATCHES)
def test_our_judge_accepts_what_we_write(name: str) -> None:
    batch = tables(BATCHES[name])
    data = claim_837.write(batch, SENT).data
    verdict = judge.check(data)
    assert verdict.verdict == "valid" and not [*verdict.findings()], [*verdict.findings()]
    back, skipped = claim_837.read(data)
    assert skipped == ()
    assert_same(batch, back)


def test_the_full_claims_say_everything_the_guide_carries() -> None:
    assert unused(tables(BATCHES["full"]), LAYOUT) == {
        "service_lines.service_day_to",
    }, "a line has one day"


def test_our_judge_would_have_complained() -> None:
    data = claim_837.write(tables(BATCHES["own"]), SENT).data
    for good, bad in ((b"TOO*JP*12*L:O", b"TOO*JP*12*L:Q"), (b"CLM*VISIT0*123.45", b"CLM*VISIT0*123.44")):
        assert good in data and judge.check(data.replace(good, bad)).verdict == "invalid"


def test_teeth_stand_with_their_line() -> None:
    data = claim_837.write(tables([a_visit(0, is_full=True)]), SENT).data
    ids = [segment.split("*")[0].strip() for segment in data.decode().split("~")]
    assert ids[ids.index("DN1") : ids.index("DN1") + 4] == ["DN1", "DN2", "DN2", "AMT"]
    first, second = (at for at, one in enumerate(ids) if one == "LX")
    assert ids[first : first + 5] == ["LX", "SV3", "TOO", "TOO", "DTP"] and ids[second + 1 : second + 3] == [
        "SV3",
        "TOO",
    ]


@pytest.mark.parametrize("path", OTHERS, ids=lambda one: one.name)
def test_files_of_others_read_the_same_after_they_were_written(path: Path) -> None:
    read, skipped = claim_837.read(path.read_bytes())
    assert read.size == 1 and skipped == ()
    back, lost = claim_837.read(claim_837.write(read, SENT).data)
    assert lost == ()
    assert_same(read, back)


BROKEN: dict[str, tuple[str, dict[str, Any], str]] = {
    "a separator": ("claims", {"claim_note": "SECRET*VALUE"}, "claim_note"),
    "a separator in a tooth": ("teeth", {"tooth": "SECRET:VALUE"}, "tooth"),
    "a separator in a surface": ("teeth", {"surface5": "SECRET^VALUE"}, "surface5"),
    "no tooth": ("teeth", {"tooth": " "}, "tooth"),
    "a tooth of no line": ("teeth", {"line_number": 3}, "line_number"),
    "a tooth of no claim": ("teeth", {"claim_row": 9}, "claim_row"),
    "a status on a line": ("teeth", {"status": "M"}, "status"),
    "surfaces without a line": ("teeth", {"line_number": None}, "surface1"),
    "a line that stands twice": ("service_lines", {"line_number": 1}, "line_number"),
    "a revenue code": ("service_lines", {"revenue_code": "0120"}, "revenue_code"),
    "a type of bill": ("claims", {"facility_type_code": "11"}, "facility_type_code"),
    "a last day alone": ("claims", {"service_day": None, "service_day_to": VISIT}, "service_day_to"),
    "a diagnosis out of count": ("diagnoses", {"position": 5}, "position"),
    "a reason for the visit": ("diagnoses", {"qualifier": "PR"}, "qualifier"),
    "an indicator on a diagnosis": ("diagnoses", {"present_on_admission": "Y"}, "present_on_admission"),
    "an amount beyond all sums": ("service_lines", {"sales_tax_cents": 10**16}, "sales_tax_cents"),
    "no procedure": ("service_lines", {"procedure_code": None}, "procedure_code"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_cannot_be_written_is_refused_by_row_and_column_without_its_value(name: str) -> None:
    table, values, column = BROKEN[name]
    batch = tables([a_visit(0), a_visit(1, is_full=True)])
    with pytest.raises(X12Error) as refused:
        claim_837.write(replace(batch, **{table: changed(getattr(batch, table), -1, values)}), SENT)
    place = refused.value.place
    assert place is not None and place.field == column
    assert place.row == (10 if name == "a tooth of no claim" else 2)
    assert "SECRET" not in str(refused.value)


def test_procedures_and_codes_of_hospitals_have_no_place_on_a_dental_claim() -> None:
    for table, row in (
        ("procedures", {"position": 1, "qualifier": "BBR", "code": "S1"}),
        ("claim_codes", {"kind": "condition", "position": 1, "code": "S1"}),
    ):
        with pytest.raises(X12Error):
            claim_837.write(tables([a_visit(0) | {table: [row]}]), SENT)


def test_a_fifth_diagnosis_is_refused() -> None:
    codes = [{"position": n, "qualifier": "ABK", "code": f"K02{n}"} for n in range(1, 6)]
    claim_837.write(tables([a_visit(0) | {"diagnoses": codes[:4]}]), SENT)
    with pytest.raises(X12Error, match="more than 4"):
        claim_837.write(tables([a_visit(0) | {"diagnoses": codes}]), SENT)


def test_lines_are_numbered_anew_and_what_hangs_on_them_follows() -> None:
    visit = a_visit(0, is_full=True)
    apart = tables([visit])
    below = ("service_lines", "teeth", "line_payments", "prior_adjustments")
    tens = {name: getattr(apart, name).with_columns(pl.col("line_number") * 10) for name in below}
    apart = replace(apart, **tens)
    assert_same(tables([visit]), claim_837.read(claim_837.write(apart, SENT).data)[0])
