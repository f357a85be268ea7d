"""What is written reads back the same, and another project's validator accepts it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from claimkeep.engine.terms import claim as terms
from claimkeep.engine.terms.claim import ClaimTables
from claimkeep.engine.terms.errors import X12Error
from claimkeep.engine.x12 import claim_837, cutting, envelope
from tests.engine.x12.claims import (
    LAYOUTS,
    SENT,
    address,
    assert_same,
    batches,
    complaints,
    coordinated,
    person,
    tables,
    unused,
)

FOUR = ("claims", "service_lines", "diagnoses", "other_payers")


@pytest.mark.parametrize("kind", LAYOUTS)
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_what_is_written_reads_back_the_same(kind: str, data: st.DataObject) -> None:
    batch = data.draw(batches(kind))
    written = claim_837.write(batch, SENT)
    back, skipped = claim_837.read(written.data)
    assert skipped == ()
    assert_same(batch, back)
    received = envelope.read(written.data)
    spans = cutting.part(received.octets, received.interchanges[0], received.interchanges[0].sound())[0].spans
    first = int(spans.where("ST")[0])
    assert [spans.segment(first + at - 1)[:2] for at in written.placed["segment"]] == [
        ["CLM", number] for number in batch.claims["claim_number"]
    ]


def a_claim(number: int, *, is_own: bool, is_full: bool) -> dict[str, Any]:
    """A claim a validator accepts; `is_full` has every column a claim can carry."""
    subscriber = person("subscriber", "SUBSCRIBERNAME")
    patient = (
        {k.replace("subscriber_", "patient_"): v for k, v in subscriber.items()}
        if is_own
        else person("patient", "PATIENTNAME")
    )
    one: dict[str, Any] = (
        subscriber
        | patient
        | address("billing_provider")
        | {
            "claim_number": f"CLAIM{number}",
            "source_id": f"CLAIM{number}",
            "claim_kind": "professional",
            "billing_provider_npi": "1234567893",
            "billing_provider_entity_type": "2",
            "billing_provider_last_name": "BILLINGNAME",
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
            "service_lines": [
                {
                    "line_number": 1,
                    "line_control_number": f"LINE{number}A",
                    "procedure_qualifier": "HC",
                    "procedure_code": "99213",
                    "charge_cents": 12345,
                    "unit_basis": "UN",
                    "units_milli": 1000,
                    "pointer1": 1,
                    "service_day": date(2026, 1, 1),
                }
            ],
            "diagnoses": [{"position": 1, "qualifier": "ABK", "code": "E119"}],
        }
    )
    if is_full:
        one |= _everything_else(number)
        one |= coordinated(one["service_lines"])
    return one


def _everything_else(number: int) -> dict[str, Any]:
    provider = {"last_name": "PROVIDERNAME", "first_name": "FIRSTNAME", "npi": "1234567893"}
    return (
        address("payer")
        | address("service_facility")
        | {f"{role}_provider_{name}": value for role in ("referring", "rendering") for name, value in provider.items()}
        | {
            "billing_provider_taxonomy": "207Q00000X",
            "billing_provider_phone": "5555550100",
            "rendering_provider_entity_type": "1",
            "rendering_provider_taxonomy": "207Q00000X",
            "service_facility_name": "FACILITYNAME",
            "service_facility_npi": "1234567893",
            "group_number": "GROUPNUMBER",
            "subscriber_ssn": "123456789",
            "medical_record_number": "RECORDNUMBER",
            "related_cause": "AA",
            "accident_state": "FL",
            "accident_day": date(2025, 12, 1),
            "onset_day": date(2025, 12, 2),
            "admission_day": date(2025, 12, 3),
            "discharge_day": date(2025, 12, 4),
            "patient_paid_cents": 1050,
            "payer_claim_control_number": "PAYERNUMBER",
            "prior_authorization": "AUTHNUMBER",
            "referral_number": "REFERRALNUMBER",
            "clia_number": "12D4567890",
            "claim_note": "NOTE TEXT",
            "frequency_code": "7",
            "place_of_service": "21",
            "service_lines": [
                {
                    "line_number": 1,
                    "line_control_number": f"LINE{number}A",
                    "procedure_qualifier": "HC",
                    "procedure_code": "J3301",
                    "modifier1": "25",
                    "modifier2": "59",
                    "modifier3": "LT",
                    "modifier4": "76",
                    "procedure_text": "LINETEXT",
                    "charge_cents": 12300,
                    "unit_basis": "UN",
                    "units_milli": 1500,
                    "place_of_service": "22",
                    "pointer1": 1,
                    "pointer2": 2,
                    "pointer3": 3,
                    "pointer4": 4,
                    "service_day": date(2026, 1, 1),
                    "service_day_to": date(2026, 1, 3),
                    "ndc": "00000000001",
                    "ndc_units_milli": 2500,
                    "ndc_unit_basis": "ML",
                    "rendering_provider_npi": "1234567893",
                    "rendering_provider_entity_type": "1",
                    "rendering_provider_last_name": "LINEPROVIDERNAME",
                    "rendering_provider_first_name": "FIRSTNAME",
                },
                {
                    "line_number": 2,
                    "line_control_number": f"LINE{number}B",
                    "procedure_qualifier": "HC",
                    "procedure_code": "99213",
                    "charge_cents": 45,
                    "unit_basis": "UN",
                    "units_milli": 1000,
                    "pointer1": 4,
                    "service_day": date(2026, 1, 1),
                },
            ],
            "claim_codes": [{"kind": "condition", "position": n, "code": f"{n:02d}"} for n in range(1, 14)],
            "diagnoses": [
                {"position": n, "qualifier": "ABF" if n > 1 else "ABK", "code": f"E11{n}"} for n in range(1, 13)
            ],
        }
    )


BATCHES = {
    "own": [(True, False)],
    "dependent": [(False, False)],
    "own and dependents of one subscriber": [(True, False), (False, False), (False, False), (True, True)],
    "full": [(True, True), (False, True)],
}


@pytest.mark.parametrize("name", BATCHES)
def test_another_projects_validator_accepts_what_we_write(name: str, caplog: pytest.LogCaptureFixture) -> None:
    batch = tables([a_claim(n, is_own=own, is_full=full) for n, (own, full) in enumerate(BATCHES[name])])
    written = claim_837.write(batch, SENT)
    assert complaints(written.data, caplog) == []
    assert_same(batch, claim_837.read(written.data)[0])


def test_the_full_claims_say_everything_the_guide_carries() -> None:
    batch = tables([a_claim(n, is_own=own, is_full=full) for n, (own, full) in enumerate(BATCHES["full"])])
    is_otherwise = {"claims.billing_provider_first_name", "claims.group_name", "claims.insurance_type"}
    assert unused(batch, LAYOUTS["professional"]) == is_otherwise, "a clinic with a group number"


def test_the_validator_would_have_complained(caplog: pytest.LogCaptureFixture) -> None:
    data = claim_837.write(tables([a_claim(0, is_own=True, is_full=False)]), SENT).data
    assert complaints(data.replace(b"NM1*PR*2", b"NM1*PR*9"), caplog)


def test_a_large_batch_is_split_into_sets_of_five_thousand() -> None:
    claims = [a_claim(0, is_own=True, is_full=False)]
    one = tables(claims)
    numbered = [pl.concat([getattr(one, name)] * 5001).with_columns(claim_row=pl.int_range(5001)) for name in FOUR[:3]]
    written = claim_837.write(ClaimTables(*numbered, one.other_payers), SENT)
    assert written.placed["transaction_control_number"].value_counts().sort("count").rows() == [
        ("0002", 1),
        ("0001", 5000),
    ]
    back, skipped = claim_837.read(written.data)
    assert (back.size, skipped) == (5001, ())


def test_claims_keep_their_own_row_in_what_was_placed() -> None:
    batch = tables([a_claim(n, is_own=True, is_full=False) for n in range(3)])
    held = ClaimTables(*(getattr(batch, name).filter(pl.col("claim_row") != 1) for name in FOUR))
    written = claim_837.write(held, SENT)
    assert written.placed["claim_row"].to_list() == [0, 2]
    assert claim_837.read(written.data)[0].claims["claim_number"].to_list() == ["CLAIM0", "CLAIM2"]


def test_a_provider_and_a_subscriber_are_told_once_for_the_claims_under_them() -> None:
    batch = tables([a_claim(n, is_own=False, is_full=False) for n in range(3)])
    data = claim_837.write(batch, SENT).data
    assert [data.count(one) for one in (b"~HL*", b"NM1*85*", b"NM1*IL*", b"NM1*QC*", b"~CLM*")] == [3, 1, 1, 1, 3]


BROKEN = {
    "a separator": ("claims", {"claim_note": "SECRET*VALUE"}, "claim_note"),
    "a control character": ("claims", {"patient_last_name": "SECRET\nVALUE"}, "patient_last_name"),
    "a component separator": ("service_lines", {"procedure_text": "SECRET:VALUE"}, "procedure_text"),
    "a repetition separator": ("other_payers", {"payer_name": "SECRET^VALUE"}, "payer_name"),
    "a long claim number": ("claims", {"claim_number": "SECRETVALUE1234567"}, "claim_number"),
    "no claim number": ("claims", {"claim_number": None}, "claim_number"),
    "no line control number": ("service_lines", {"line_control_number": " "}, "line_control_number"),
    "no procedure": ("service_lines", {"procedure_code": None}, "procedure_code"),
    "a last day alone": ("service_lines", {"service_day": None}, "service_day_to"),
    "a diagnosis out of count": ("diagnoses", {"position": 13}, "position"),
    "a diagnosis that is none": ("diagnoses", {"code": "SECRET VALUE"}, "code"),
    "another qualifier": ("diagnoses", {"qualifier": "SECRETVALUE"}, "qualifier"),
    "a patient who is the subscriber and differs": (
        "claims",
        {"patient_relationship": "18", "patient_last_name": "SECRETVALUE"},
        "patient_last_name",
    ),
    "an amount beyond all sums": ("claims", {"charge_cents": 10**16}, "charge_cents"),
    "a row of no claim": ("other_payers", {"claim_row": 9}, "claim_row"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_cannot_be_written_is_refused_by_row_and_column_without_its_value(name: str) -> None:
    table, change, column = BROKEN[name]
    batch = tables([a_claim(0, is_own=True, is_full=False), a_claim(1, is_own=False, is_full=True)])
    frame = getattr(batch, table)
    last = pl.int_range(pl.len()) == pl.len() - (2 if table == "service_lines" else 1)
    changed = frame.with_columns(
        pl.when(last).then(pl.lit(value, dtype=frame.schema[key])).otherwise(pl.col(key)).alias(key)
        for key, value in change.items()
    )
    with pytest.raises(X12Error) as refused:
        claim_837.write(replace(batch, **{table: changed}), SENT)
    place = refused.value.place
    assert place is not None and place.field == column
    assert place.row == (10 if name == "a row of no claim" else 2)
    assert "SECRET" not in str(refused.value)


def test_a_claim_without_lines_and_no_claim_at_all_are_refused() -> None:
    batch = tables([a_claim(0, is_own=True, is_full=False)])
    for lacking in (replace(batch, service_lines=terms.service_line.frame()), ClaimTables.empty()):
        with pytest.raises(X12Error):
            claim_837.write(lacking, SENT)


@pytest.mark.parametrize(
    "change",
    [
        {"sender_id": "SENDERID~"},
        {"sender_id": "SENDERIDTOOLONGX"},
        {"sender_qualifier": "Z"},
        {"usage": "X"},
        {"submitter_name": ""},
        {"contact_name": "NAME*NAME"},
        {"interchange_control_number": 0},
        {"group_control_number": 10**9},
        {"receiver_id": "EMPFÄNGER"},
        {"receiver_name": "NAME\n"},
    ],
    ids=repr,
)
def test_an_envelope_that_cannot_be_written_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(X12Error) as refused:
        replace(SENT, **change)
    assert refused.value.place is not None and next(iter(change)) in refused.value.place.field


def test_the_header_says_who_sends_to_whom_and_when() -> None:
    data = claim_837.write(tables([a_claim(0, is_own=True, is_full=False)]), replace(SENT, usage="P")).data
    found = envelope.read(data).interchanges[0]
    assert (found.sender, found.receiver, found.control_number, found.usage) == (
        "SENDERID",
        "RECEIVERID",
        "000000007",
        "P",
    )
    assert (found.groups[0].control_number, found.groups[0].version) == ("8", "005010X222A1")
    assert b"BHT*0019*00*0000000070001*20260102*0304*CH~" in data
