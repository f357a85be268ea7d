"""Each edit speaks where its rule is broken and is silent on a sound claim."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from claimkeep.edge.simulator.visits import bundles, fault_of
from claimkeep.engine.intake.fhir import read
from claimkeep.engine.scrub.catalogue import EDITS
from claimkeep.engine.scrub.edits.form import PLACES_OF_SERVICE
from claimkeep.engine.scrub.run import run
from claimkeep.engine.terms.claim import ClaimTables, claim, diagnosis, service_line
from claimkeep.engine.terms.finding import Finding, Severity

SHARED = Path(__file__).parents[4] / "shared" / "data"
TODAY = date(2026, 3, 2)
SEEN = date(2026, 2, 27)

ADDRESS = {"address1": "1 SYNTHETIC STREET", "city": "TESTVILLE", "state": "NJ", "zip": "07001"}
CLAIM: dict[str, Any] = {
    "claim_row": 0,
    "claim_number": "CK000001",
    "billing_provider_npi": "1234567893",
    "billing_provider_entity_type": "2",
    "billing_provider_last_name": "SYNTHETIC CLINIC",
    "billing_provider_tax_id": "900000001",
    "billing_provider_taxonomy": "207Q00000X",
    "payer_sequence": "P",
    "claim_filing_indicator": "CI",
    "payer_name": "SYNTHETIC PLAN",
    "payer_id": "SYNTH01",
    "subscriber_last_name": "LASTNAME",
    "subscriber_first_name": "FIRSTNAME",
    "subscriber_member_id": "MEMBERID",
    "patient_relationship": "18",
    "patient_last_name": "LASTNAME",
    "patient_first_name": "FIRSTNAME",
    "patient_birth_day": date(1980, 1, 31),
    "patient_sex": "F",
    "charge_cents": 20000,
    "place_of_service": "11",
    "frequency_code": "1",
    "source_id": "urn:uuid:1",
    **{f"{whose}_{name}": value for whose in ("patient", "subscriber") for name, value in ADDRESS.items()},
    **{f"billing_provider_{name}": value for name, value in ADDRESS.items()},
    "billing_provider_zip": "070010001",
}
LINE: dict[str, Any] = {
    "claim_row": 0,
    "line_number": 1,
    "procedure_qualifier": "HC",
    "procedure_code": "G0463",
    "charge_cents": 12500,
    "unit_basis": "UN",
    "units_milli": 1000,
    "pointer1": 1,
    "service_day": SEEN,
}
SECOND = LINE | {"line_number": 2, "procedure_code": "G0008", "charge_cents": 7500, "pointer2": 2}
DIAGNOSES = [
    {"claim_row": 0, "position": 1, "qualifier": "ABK", "code": "E039"},
    {"claim_row": 0, "position": 2, "qualifier": "ABF", "code": "QA00101"},
]


def tables(
    claims: dict[str, Any] | None = None, line: dict[str, Any] | None = None, codes: list[dict[str, Any]] | None = None
) -> ClaimTables:
    """The sound claim with some facts of the claim, of its second line, or all diagnoses changed."""
    whole = ClaimTables.empty()
    return ClaimTables(
        claim.frame([CLAIM | (claims or {})]),
        service_line.frame([LINE, SECOND | (line or {})]),
        diagnosis.frame(DIAGNOSES if codes is None else codes),
        whole.other_payers,
    )


def told(found: tuple[Finding, ...]) -> list[tuple[str, str]]:
    return [(f.edit, f.message) for f in found]


def test_a_sound_claim_has_no_finding() -> None:
    assert run(tables(), TODAY) == ()


def test_no_claims_have_no_findings() -> None:
    assert run(ClaimTables.empty(), TODAY) == ()


@pytest.mark.parametrize(
    ("changed", "edit", "message"),
    [
        ({"patient_last_name": None}, "DEM-01", "the patient has no last name"),
        ({"patient_birth_day": None}, "DEM-01", "the patient has no birth date"),
        ({"patient_sex": None}, "DEM-01", "the patient's sex is missing"),
        ({"patient_address1": None}, "DEM-01", "the patient has no street address"),
        ({"patient_relationship": "19", "subscriber_last_name": None}, "DEM-01", "the subscriber has no last name"),
        ({"patient_birth_day": date(2026, 2, 28)}, "DEM-02", "the patient was born after the first day of service"),
        ({"patient_birth_day": date(1900, 1, 1)}, "DEM-02", "the patient would be over 125 years old"),
        ({"subscriber_member_id": None}, "DEM-03", "the member id is missing"),
        (
            {"claim_filing_indicator": "MB", "subscriber_member_id": "1SG4TE5MK73"},
            "DEM-03",
            "the Medicare number does not have the form of one",
        ),
        ({"patient_relationship": None}, "DEM-04", "how the patient is related to the subscriber is missing"),
        ({"patient_relationship": "XX"}, "DEM-04", "how the patient is related to the subscriber is missing"),
        ({"patient_state": "ZZ"}, "DEM-05", "the state of the patient is not a postal code of one"),
        ({"patient_zip": "0700"}, "DEM-05", "the ZIP code of the patient is not five or nine digits"),
        ({"billing_provider_zip": "07001"}, "DEM-05", "the ZIP code of the billing provider does not have nine digits"),
        (
            {"billing_provider_npi": "1234567890"},
            "PRV-01",
            "the billing provider's NPI has a wrong check digit",
        ),
        (
            {"attending_provider_npi": "1234567890"},
            "PRV-01",
            "the attending provider's NPI has a wrong check digit",
        ),
        (
            {"operating_provider_npi": "3234567893"},
            "PRV-01",
            "the operating provider's NPI is not ten digits that begin with 1 or 2",
        ),
        (
            {"other_operating_provider_npi": "1234567890"},
            "PRV-01",
            "the other operating provider's NPI has a wrong check digit",
        ),
        (
            {"rendering_provider_npi": "1234567890"},
            "PRV-01",
            "the rendering provider's NPI has a wrong check digit",
        ),
        (
            {"referring_provider_npi": "123456789"},
            "PRV-01",
            "the referring provider's NPI is not ten digits that begin with 1 or 2",
        ),
        (
            {"service_facility_npi": "1234567890"},
            "PRV-01",
            "the service facility's NPI has a wrong check digit",
        ),
        ({"billing_provider_npi": None}, "PRV-02", "the billing provider has no NPI"),
        ({"billing_provider_tax_id": None}, "PRV-02", "the billing provider has no tax id"),
        ({"billing_provider_tax_id": "12345678"}, "PRV-02", "the tax id of the billing provider is not nine digits"),
        (
            {"billing_provider_address1": "P.O. Box 12"},
            "PRV-02",
            "the address of the billing provider is a post office box",
        ),
        (
            {"billing_provider_address2": "POST OFFICE BOX 12"},
            "PRV-02",
            "the address of the billing provider is a post office box",
        ),
        (
            {"billing_provider_taxonomy": "207Q00000"},
            "PRV-06",
            "the taxonomy code of the billing provider does not have the form of one",
        ),
        ({"payer_id": None}, "ENV-02", "the payer has no id"),
        ({"payer_name": None}, "ENV-02", "the payer has no name"),
        ({"place_of_service": None}, "ENV-02", "the place of service is missing"),
        ({"place_of_service": "28"}, "ENV-05", "the place of service is not a code of the list"),
        ({"claim_number": "A" * 21}, "ENV-02", "the claim number is longer than 20 characters"),
        ({"claim_number": "A" * 18}, "ENV-02", "the claim number is longer than 17 characters"),
        ({"charge_cents": 20001}, "ENV-03", "the claim charge is not the sum of its lines"),
        ({"charge_cents": None}, "ENV-03", "the claim charge is not the sum of its lines"),
        ({"related_cause": "EM"}, "ENV-04", "the claim tells of an accident and not its day"),
        (
            {"related_cause": "AA", "accident_day": SEEN},
            "ENV-04",
            "the claim tells of an automobile accident and not its state",
        ),
        ({"frequency_code": "2"}, "ENV-05", "the frequency code is missing or is none of 1, 7 and 8"),
        ({"frequency_code": None}, "ENV-05", "the frequency code is missing or is none of 1, 7 and 8"),
        ({"frequency_code": "7"}, "TIM-02", "a replacement or void does not name the claim it corrects"),
        (
            {"patient_first_name": "FIRST*NAME"},
            "ENV-01",
            "the patient first name holds a separator (* : ~ ^) or a control character",
        ),
        ({"claim_note": "LINE\nBREAK"}, "ENV-01", "the claim note holds a separator (* : ~ ^) or a control character"),
    ],
)
def test_a_fault_of_the_claim_is_found_and_nothing_else_is_said(
    changed: dict[str, Any], edit: str, message: str
) -> None:
    found = run(tables(changed), TODAY)
    assert told(found) == [(edit, message)]
    assert (found[0].claim_row, found[0].line, found[0].diagnosis) == (0, None, None)
    assert found[0].fix and found[0].cite


@pytest.mark.parametrize(
    ("changed", "edit", "message"),
    [
        (
            {"rendering_provider_npi": "1234567890"},
            "PRV-01",
            "the rendering provider's NPI has a wrong check digit",
        ),
        ({"procedure_code": None}, "COD-01", "the procedure code is missing or is not five letters and digits"),
        ({"procedure_code": "G463"}, "COD-01", "the procedure code is missing or is not five letters and digits"),
        ({"modifier1": "2"}, "COD-06", "a modifier is not two letters and digits"),
        ({"modifier1": "25", "modifier3": "25"}, "COD-06", "a modifier stands twice"),
        ({"ndc": "00000000000"}, "COD-10", "the drug code (NDC) is not 11 digits, or its quantity or unit is missing"),
        (
            {"ndc": "1", "ndc_units_milli": 1000, "ndc_unit_basis": "ML"},
            "COD-10",
            "the drug code (NDC) is not 11 digits, or its quantity or unit is missing",
        ),
        ({"units_milli": 0}, "COD-12", "the units are missing, zero or negative"),
        ({"unit_basis": "MJ", "units_milli": 1500}, "COD-12", "minutes are not whole"),
        ({"unit_basis": None}, "COD-12", "the unit is neither units (UN) nor minutes (MJ)"),
        ({"pointer1": None, "pointer2": None}, "DXP-01", "points to no diagnosis"),
        ({"pointer3": 5}, "DXP-01", "points to diagnosis 5, the claim has 2"),
        ({"pointer3": 0}, "DXP-01", "points to diagnosis 0; they count from 1"),
        ({"pointer2": 1}, "DXP-01", "points to a diagnosis twice"),
        ({"service_day": None}, "DAT-01", "the day of service is missing"),
        ({"service_day": date(2026, 3, 3)}, "DAT-01", "the day of service is still to come"),
        ({"service_day_to": date(2026, 3, 3)}, "DAT-01", "the day of service is still to come"),
        ({"service_day_to": date(2026, 2, 26)}, "DAT-01", "the last day of service is before the first"),
        ({"place_of_service": "28"}, "ENV-05", "the place of service is not a code of the list"),
        ({"procedure_code": "G0463"}, "DUP-02", "repeats an earlier line of the claim"),
    ],
)
def test_a_fault_of_a_line_is_found_on_that_line(changed: dict[str, Any], edit: str, message: str) -> None:
    found = run(tables(line=changed), TODAY)
    assert told(found) == [(edit, f"line 2: {message}")]
    assert found[0].line == 2


@pytest.mark.parametrize("cents", [None, 0, -7500])
def test_a_line_without_a_charge_is_found(cents: int | None) -> None:
    found = run(tables({"charge_cents": 12500 + (cents or 0)}, {"charge_cents": cents}), TODAY)
    assert told(found) == [("COD-11", "line 2: the charge is missing, zero or negative")]


@pytest.mark.parametrize(
    ("codes", "expected"),
    [
        ([("ABK", "E039"), ("ABF", "E03.9")], ("COD-02", "the code does not have the form of ICD-10-CM")),
        ([("ABK", "E039"), ("ABF", "E039")], ("COD-04", "the same diagnosis stands earlier in the claim")),
        ([("ABK", "E039"), ("ABF", "4019X00Z")], ("COD-02", "the code does not have the form of ICD-10-CM")),
    ],
)
def test_a_fault_of_a_diagnosis_is_found_on_that_diagnosis(
    codes: list[tuple[str, str]], expected: tuple[str, str]
) -> None:
    rows = [{"claim_row": 0, "position": n, "qualifier": q, "code": c} for n, (q, c) in enumerate(codes, 1)]
    found = run(tables(codes=rows), TODAY)
    assert told(found) == [(expected[0], f"diagnosis 2: {expected[1]}")]
    assert found[0].diagnosis == 2


def test_an_external_cause_is_not_the_first_diagnosis() -> None:
    rows = [DIAGNOSES[0] | {"code": "W010XXA"}, DIAGNOSES[1]]
    assert told(run(tables(codes=rows), TODAY)) == [("ICD-03", "diagnosis 1: an external cause cannot stand first")]


def test_an_old_revision_is_found_on_the_claim_and_on_the_diagnosis() -> None:
    rows = [DIAGNOSES[0], DIAGNOSES[1] | {"qualifier": "BF", "code": "4019"}]
    assert [f.edit for f in run(tables(codes=rows), TODAY)] == ["COD-05", "COD-05"]
    before = {"service_day": date(2015, 9, 30)}
    old = [
        row | {"qualifier": q, "code": c} for row, q, c in zip(DIAGNOSES, ("BK", "BF"), ("4019", "2449"), strict=True)
    ]
    assert run(tables(line=before, codes=old), TODAY) == ()


def test_a_claim_without_a_diagnosis_is_told_once_and_not_for_each_line() -> None:
    assert told(run(tables(codes=[]), TODAY)) == [("ENV-02", "the claim has no diagnosis")]


def test_a_claim_without_lines_is_told() -> None:
    whole = tables()
    bare = ClaimTables(whole.claims, service_line.frame(), whole.diagnoses, whole.other_payers)
    assert told(run(bare, TODAY)) == [("ENV-02", "the claim has no service line")]


def test_more_than_a_claim_holds_is_told_with_its_count() -> None:
    rows = [{"claim_row": 0, "position": n, "qualifier": "ABF", "code": f"E{n:02d}9"} for n in range(1, 14)]
    assert told(run(tables(codes=rows), TODAY)) == [("DXP-03", "the claim has 13 diagnoses, 12 fit")]
    lines = [LINE | {"line_number": n, "charge_cents": 100, "procedure_code": f"G{n:04d}"} for n in range(1, 52)]
    whole = tables({"charge_cents": 5100})
    many = ClaimTables(whole.claims, service_line.frame(lines), whole.diagnoses, whole.other_payers)
    assert told(run(many, TODAY)) == [("ENV-02", "the claim has 51 lines, 50 fit")]


def test_an_inpatient_service_falls_inside_the_stay() -> None:
    stay = {"place_of_service": "21", "admission_day": date(2026, 2, 27), "discharge_day": date(2026, 2, 28)}
    assert run(tables(stay), TODAY) == ()
    assert told(run(tables(stay, {"service_day": date(2026, 2, 26)}), TODAY)) == [
        ("DAT-01", "line 2: the day of service is outside the hospital stay")
    ]
    assert run(tables(stay | {"place_of_service": "11"}, {"service_day": date(2026, 2, 26)}), TODAY) == ()


def test_a_service_done_again_and_said_so_is_no_duplicate() -> None:
    assert run(tables(line={"procedure_code": "G0463", "modifier1": "76"}), TODAY) == ()


def test_a_claim_number_used_twice_is_told_on_the_second_claim() -> None:
    one = tables()
    both = ClaimTables(
        *(
            pl.concat([frame, frame.with_columns(claim_row=pl.lit(1, pl.Int64))])
            for frame in (one.claims, one.service_lines, one.diagnoses, one.other_payers)
        )
    )
    assert [(f.edit, f.claim_row) for f in run(both, TODAY)] == [("DUP-04", 1)]


def test_a_replacement_that_names_its_original_is_sound() -> None:
    assert run(tables({"frequency_code": "7", "payer_claim_control_number": "ICN1"}), TODAY) == ()


def test_a_patient_who_pays_alone_needs_no_payer() -> None:
    alone = {name: None for name in CLAIM if name.startswith(("payer", "subscriber"))}
    assert run(tables(alone | {"patient_relationship": None, "claim_filing_indicator": None}), TODAY) == ()


def test_a_street_that_only_sounds_like_a_box_is_a_street() -> None:
    for street in ("12 BOXWOOD LANE", "1 POBOXER STREET", "5 PO VALLEY ROAD"):
        assert run(tables({"billing_provider_address1": street}), TODAY) == ()


def test_only_what_would_be_refused_or_denied_holds() -> None:
    inform = run(tables({"claim_number": "A" * 18}), TODAY)[0]
    assert inform.severity is Severity.INFORM and not inform.severity.holds
    assert run(tables({"patient_sex": None}), TODAY)[0].severity.holds


def test_no_finding_repeats_a_value_of_the_claim() -> None:
    secret = {
        "patient_last_name": "SECRET*NAME",
        "subscriber_member_id": "SECRET~ID",
        "patient_zip": "SECRET",
        "patient_state": "SECRET",
    }
    found = run(tables(secret), TODAY)
    assert len(found) == 4
    assert not any("SECRET" in f.message + f.fix for f in found)


def test_the_synthetic_visits_are_held_exactly_where_a_fault_was_planted() -> None:
    held = {
        "npi_check_digit": "PRV-01",
        "no_diagnosis": "ENV-02",
        "pointer_past_diagnoses": "DXP-01",
        "total_not_sum": "ENV-03",
        "future_service": "DAT-01",
    }
    read_tables, _ = read(b"\n".join(bundles(1500, 7, TODAY)))
    numbers = [int(source[1:]) for source in read_tables.claims["source_id"]]
    expected = {row: held[fault] for row, n in enumerate(numbers) if (fault := fault_of(n, 7)) in held}
    found = {f.claim_row: f.edit for f in run(read_tables, TODAY) if f.severity.holds}
    assert found == expected
    assert set(expected.values()) == set(held.values())


@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared claim data are not on this machine")
def test_the_published_npi_cases_are_judged_as_they_say() -> None:
    cases = [json.loads(line) for line in (SHARED / "claims" / "npi.jsonl").read_text().splitlines()]
    assert len(cases) == 13
    for case in cases:
        found = run(tables({"rendering_provider_npi": case["claim"]["npi"]}), TODAY)
        assert [f.edit for f in found] == ["PRV-01"] * len(case["expect"]), case["case_id"]


@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared claim data are not on this machine")
def test_the_places_of_service_are_those_of_the_published_list() -> None:
    published = pl.read_csv(SHARED / "codes" / "place_of_service_2024.csv", infer_schema_length=0)
    assert set(published["pos_code"]) == PLACES_OF_SERVICE


def test_every_edit_says_what_is_wrong_what_to_do_and_who_demands_it() -> None:
    for each in EDITS:
        assert each.says and each.fix and each.cite and each.rule.endswith("."), each
        assert each.on in ("claim", "line", "diagnosis")
