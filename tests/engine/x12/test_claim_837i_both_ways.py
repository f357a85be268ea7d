"""An institutional claim that is written reads back the same; our judge and another project's accept it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from claimkeep.engine.terms.claim import ClaimTables
from claimkeep.engine.terms.errors import X12Error
from claimkeep.engine.x12 import claim_837, judge
from claimkeep.engine.x12.guides.g005010x223a2 import LAYOUT
from tests.engine.x12.claims import SENT, address, assert_same, changed, complaints, coordinated, person, tables, unused

NPI = "1234567893"
STAY = date(2025, 12, 1)
OTHERS = sorted((Path(__file__).parents[4] / "shared" / "data" / "x12" / "837i").glob("*"))


def provider(prefix: str, *more: str) -> dict[str, str]:
    named = {"npi": NPI, "last_name": "PROVIDERNAME", "first_name": "FIRSTNAME"}
    named |= {"entity_type": "1", "taxonomy": "207Q00000X"}
    return {f"{prefix}_{name}": named[name] for name in ("npi", "last_name", "first_name", *more)}


def listed(qualifier: str, many: int, start: int, **more: Any) -> list[dict[str, Any]]:
    """Some diagnoses of one qualifier, counted on from `start`."""
    return [{"position": start + n, "qualifier": qualifier, "code": f"S{100 + n}"} | more for n in range(many)]


def coded(kind: str, many: int, **more: Any) -> list[dict[str, Any]]:
    return [{"kind": kind, "position": n, "code": f"{n:02d}"} | more for n in range(1, many + 1)]


def a_stay(number: int, *, is_own: bool = True, is_full: bool = False) -> dict[str, Any]:
    """An inpatient claim validators accept; `is_full` has everything such a claim can carry."""
    subscriber = person("subscriber", "SUBSCRIBERNAME")
    patient = {k.replace("subscriber_", "patient_"): v for k, v in subscriber.items()}
    one: dict[str, Any] = subscriber | (patient if is_own else person("patient", "PATIENTNAME"))
    one |= address("billing_provider") | provider("attending_provider")
    one |= {
        "claim_kind": "institutional",
        "claim_number": f"STAY{number}",
        "source_id": f"STAY{number}",
        "billing_provider_npi": NPI,
        "billing_provider_entity_type": "2",
        "billing_provider_last_name": "HOSPITALNAME",
        "billing_provider_tax_id": "123456789",
        "billing_provider_tax_id_qualifier": "EI",
        "payer_sequence": "P",
        "claim_filing_indicator": "CI",
        "payer_name": "PAYERNAME",
        "payer_id": "PAYERID",
        "payer_id_qualifier": "PI",
        "subscriber_member_id": "MEMBERID",
        "patient_relationship": "18" if is_own else "19",
        "charge_cents": 123450,
        "facility_type_code": "11",
        "frequency_code": "1",
        "assignment": "A",
        "benefits_assignment": "Y",
        "release_of_information": "Y",
        "statement_day_from": STAY,
        "statement_day_to": date(2025, 12, 4),
        "admission_day": STAY,
        "admission_time": time(14, 5),
        "discharge_time": time(11, 0),
        "admission_type_code": "1",
        "admission_source_code": "1",
        "patient_status_code": "01",
        "diagnoses": listed("ABK", 1, 1, present_on_admission="Y") + listed("ABJ", 1, 2),
        "service_lines": [
            {
                "line_number": 1,
                "revenue_code": "0120",
                "charge_cents": 123450,
                "unit_basis": "DA",
                "units_milli": 3000,
            }
        ],
    }
    if is_full:
        one |= _everything_else(number)
        one |= coordinated(one["service_lines"])
    return one


def _everything_else(number: int) -> dict[str, Any]:
    drug = {"ndc": "00000000001", "ndc_units_milli": 2500, "ndc_unit_basis": "ML"}
    found: dict[str, Any] = address("payer") | address("service_facility")
    for one in ("operating_provider", "other_operating_provider", "referring_provider"):
        found |= provider(one)
    found |= provider("attending_provider", "taxonomy") | provider("rendering_provider", "entity_type")
    return found | {
        "billing_provider_taxonomy": "282N00000X",
        "billing_provider_phone": "5555550100",
        "service_facility_name": "FACILITYNAME",
        "service_facility_npi": NPI,
        "group_number": "GROUPNUMBER",
        "subscriber_ssn": "123456789",
        "frequency_code": "7",
        "delay_reason": "1",
        "patient_due_cents": 1050,
        "service_authorization_exception": "1",
        "referral_number": "REFERRALNUMBER",
        "prior_authorization": "AUTHNUMBER",
        "payer_claim_control_number": "PAYERNUMBER",
        "clearinghouse_claim_number": "CLEARINGNUMBER",
        "accident_state": "FL",
        "medical_record_number": "RECORDNUMBER",
        "demonstration_project": "PROJECTNUMBER",
        "peer_review_authorization": "REVIEWNUMBER",
        "claim_note": "NOTE TEXT",
        "drg": "470",
        "diagnoses": [
            *listed("ABK", 1, 1, present_on_admission="Y"),
            *listed("ABJ", 1, 2),
            *listed("APR", 3, 3),
            *listed("ABN", 12, 6, present_on_admission="U"),
            *listed("ABF", 24, 18, present_on_admission="N"),
        ],
        "procedures": [
            {"position": 1, "qualifier": "BBR", "code": "0SR9019", "day": STAY},
            *({"position": n, "qualifier": "BBQ", "code": f"0SR90{n}", "day": STAY} for n in range(2, 26)),
        ],
        "claim_codes": [
            *coded("occurrence_span", 24, day_from=STAY, day_to=date(2025, 12, 2)),
            *coded("occurrence", 24, day_from=STAY),
            *coded("value", 13, amount_cents=12345),
            *coded("condition", 12),
            *coded("treatment", 1),
        ],
        "service_lines": [
            {
                "line_number": 1,
                "line_control_number": f"LINE{number}A",
                "revenue_code": "0250",
                "procedure_qualifier": "HC",
                "procedure_code": "J3301",
                **{f"modifier{n}": f"M{n}" for n in range(1, 5)},
                "procedure_text": "LINETEXT",
                "charge_cents": 123400,
                "unit_basis": "UN",
                "units_milli": 1500,
                "noncovered_cents": 400,
                "service_day": STAY,
                "service_day_to": date(2025, 12, 3),
                "service_tax_cents": 12,
                "facility_tax_cents": 34,
                "line_note": "LINE NOTE",
                **drug,
                **provider("operating_provider"),
                **provider("other_operating_provider"),
                **provider("rendering_provider", "entity_type"),
                **provider("referring_provider"),
            },
            {"line_number": 2, "revenue_code": "0120", "charge_cents": 50, "unit_basis": "DA", "units_milli": 3000},
        ],
    }


BATCHES = {
    "own": [a_stay(0)],
    "dependent": [a_stay(0, is_own=False)],
    "own and dependents of one subscriber": [a_stay(0), a_stay(1, is_own=False), a_stay(2, is_full=True)],
    "full": [
        a_stay(0, is_full=True),
        a_stay(1, is_own=False, is_full=True) | {"group_number": None, "group_name": "GROUPNAME"},
    ],
}


@pytest.mark.parametrize("name", BATCHES)
def test_every_validator_accepts_what_we_write(name: str, caplog: pytest.LogCaptureFixture) -> None:
    batch = tables(BATCHES[name])
    data = claim_837.write(batch, SENT).data
    verdict = judge.check(data)
    assert verdict.verdict == "valid" and not [*verdict.findings()], [*verdict.findings()]
    assert complaints(data, caplog) == []
    back, skipped = claim_837.read(data)
    assert skipped == ()
    assert_same(batch, back)


def test_the_full_claims_say_everything_the_guide_carries() -> None:
    assert unused(tables(BATCHES["full"]), LAYOUT) == {"claims.billing_provider_first_name"}, "a hospital is no person"


def test_our_judge_would_have_complained() -> None:
    data = claim_837.write(tables(BATCHES["own"]), SENT).data
    for good, bad in (
        (b"CL1*1", b"CL1*"),
        (b"CLM*STAY0*1234.5", b"CLM*STAY0*1234.4"),
        (b"DTP*434*RD8", b"DTP*435*RD8"),
    ):
        assert good in data and judge.check(data.replace(good, bad)).verdict == "invalid"


@pytest.mark.parametrize("path", OTHERS, ids=lambda one: one.name)
def test_files_of_others_read_the_same_after_they_were_written(path: Path) -> None:
    read, skipped = claim_837.read(path.read_bytes())
    if not read.size:
        assert skipped
        return
    back, lost = claim_837.read(claim_837.write(read, SENT).data)
    assert lost == ()
    assert_same(read, back)


@pytest.mark.skipif(not OTHERS, reason="the shared test data does not stand beside this repository")
def test_some_files_of_others_are_read() -> None:
    assert sum(claim_837.read(path.read_bytes())[0].size for path in OTHERS) == 5


BROKEN: dict[str, tuple[str, dict[str, Any], str]] = {
    "a separator": ("claims", {"attending_provider_last_name": "SECRET*VALUE"}, "attending_provider_last_name"),
    "a separator in a code": ("claim_codes", {"code": "SECRET:VALUE"}, "code"),
    "a separator in a procedure": ("procedures", {"code": "SECRET:VALUE"}, "code"),
    "a dot in a procedure": ("procedures", {"code": "37.21"}, "code"),
    "a separator in the DRG": ("claims", {"drg": "SECRET:VALUE"}, "drg"),
    "a separator in an indicator": ("diagnoses", {"present_on_admission": "SECRET:VALUE"}, "present_on_admission"),
    "a time without its day": ("claims", {"admission_day": None}, "admission_time"),
    "a time between minutes": ("claims", {"discharge_time": time(11, 0, 30)}, "discharge_time"),
    "an admission between minutes": ("claims", {"admission_time": time(11, 0, 30)}, "admission_time"),
    "a last day alone": ("claims", {"statement_day_from": None}, "statement_day_to"),
    "a span without its first day": ("claim_codes", {"day_to": STAY, "day_from": None}, "day_to"),
    "no revenue code": ("service_lines", {"revenue_code": None}, "revenue_code"),
    "a place of service": ("claims", {"place_of_service": "11"}, "place_of_service"),
    "a pointer": ("service_lines", {"pointer1": 1}, "pointer1"),
    "a code of no kind": ("claim_codes", {"kind": "SECRETVALUE"}, "kind"),
    "a code out of count": ("claim_codes", {"position": 9}, "position"),
    "no code": ("claim_codes", {"code": " "}, "code"),
    "a procedure of no kind": ("procedures", {"qualifier": "ABK"}, "qualifier"),
    "a procedure out of order": ("procedures", {"qualifier": "BBR"}, "position"),
    "a diagnosis out of order": ("diagnoses", {"qualifier": "ABK"}, "position"),
    "an amount beyond all sums": ("claim_codes", {"amount_cents": 10**16}, "amount_cents"),
    "a code of no claim": ("claim_codes", {"claim_row": 9}, "claim_row"),
    "a procedure of no claim": ("procedures", {"claim_row": 9}, "claim_row"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_cannot_be_written_is_refused_by_row_and_column_without_its_value(name: str) -> None:
    table, values, column = BROKEN[name]
    batch = tables([a_stay(0), a_stay(1, is_full=True)])
    broken = replace(batch, **{table: changed(getattr(batch, table), -1, values)})
    with pytest.raises(X12Error) as refused:
        claim_837.write(broken, SENT)
    place = refused.value.place
    assert place is not None and place.field == column
    assert place.row == (10 if name.endswith("of no claim") else 2)
    assert "SECRET" not in str(refused.value)


@pytest.mark.parametrize(
    ("table", "row"),
    [
        ("diagnoses", {"position": 42, "qualifier": "ABF", "code": "S1"}),
        ("procedures", {"position": 26, "qualifier": "BBQ", "code": "S1"}),
        ("claim_codes", {"kind": "occurrence", "position": 25, "code": "S1"}),
    ],
)
def test_one_code_more_than_the_guide_allows_is_refused(table: str, row: dict[str, Any]) -> None:
    claim = a_stay(0, is_full=True)
    claim_837.write(tables([claim]), SENT)
    with pytest.raises(X12Error, match="more than 24"):
        claim_837.write(tables([claim | {table: [*claim[table], row]}]), SENT)


def test_claims_of_two_kinds_or_of_none_are_not_written_together() -> None:
    batch = tables([a_stay(0), a_stay(1)])
    for kinds in (["institutional", "professional"], ["institutional", None], ["veterinary"] * 2):
        claims = batch.claims.with_columns(pl.Series("claim_kind", kinds))
        with pytest.raises(X12Error, match="one kind") as refused:
            claim_837.write(replace(batch, claims=claims), SENT)
        assert refused.value.place is not None and refused.value.place.field == "claim_kind"


def test_teeth_have_no_place_on_a_hospital_claim() -> None:
    with pytest.raises(X12Error):
        claim_837.write(tables([a_stay(0) | {"teeth": [{"tooth": "3"}]}]), SENT)


def test_a_thousandth_line_is_refused() -> None:
    line = a_stay(0)["service_lines"][0]
    many = [line | {"line_number": n, "charge_cents": 0} for n in range(1, 1001)]
    assert claim_837.write(_of(many[:999]), SENT).data.count(b"~LX*") == 999
    with pytest.raises(X12Error, match="999"):
        claim_837.write(_of(many), SENT)


def _of(lines: list[dict[str, Any]]) -> ClaimTables:
    return tables([a_stay(0) | {"service_lines": lines}])
