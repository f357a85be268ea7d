"""The claim in columns: one row a claim, one a service line, one a diagnosis, one an other payer.

Every reader of visits (837P, FHIR, CSV) gives these tables, every edit judges them, the 837P writer takes them.
`claim_row` joins them and counts from 0. Dates are dates, money is int64 cents, units are thousandths.
A null is a fact that was not given; an empty string never stands in a table.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from claimkeep.engine.terms.table import Column, TableShape

_G = "005010X222A1 "


def _text(name: str, cite: str) -> Column:
    return Column(name, pl.String, _G + cite if cite else "")


def _address(prefix: str, loop: str) -> tuple[Column, ...]:
    return (
        _text(f"{prefix}_address1", f"{loop} N301"),
        _text(f"{prefix}_address2", f"{loop} N302"),
        _text(f"{prefix}_city", f"{loop} N401"),
        _text(f"{prefix}_state", f"{loop} N402"),
        _text(f"{prefix}_zip", f"{loop} N403"),
    )


claim = TableShape(
    "claims",
    (
        Column("claim_row", pl.Int64),
        _text("claim_number", "2300 CLM01"),
        _text("medical_record_number", "2300 REF02 EA"),
        # who bills
        _text("billing_provider_npi", "2010AA NM109"),
        _text("billing_provider_entity_type", "2010AA NM102"),
        _text("billing_provider_last_name", "2010AA NM103"),
        _text("billing_provider_first_name", "2010AA NM104"),
        _text("billing_provider_taxonomy", "2000A PRV03"),
        _text("billing_provider_tax_id", "2010AA REF02"),
        _text("billing_provider_tax_id_qualifier", "2010AA REF01"),
        _text("billing_provider_phone", "2010AA PER04"),
        *_address("billing_provider", "2010AA"),
        # who pays
        _text("payer_sequence", "2000B SBR01"),
        _text("claim_filing_indicator", "2000B SBR09"),
        _text("group_number", "2000B SBR03"),
        _text("group_name", "2000B SBR04"),
        _text("insurance_type", "2000B SBR05"),
        _text("payer_name", "2010BB NM103"),
        _text("payer_id", "2010BB NM109"),
        _text("payer_id_qualifier", "2010BB NM108"),
        *_address("payer", "2010BB"),
        # who is insured
        _text("subscriber_last_name", "2010BA NM103"),
        _text("subscriber_first_name", "2010BA NM104"),
        _text("subscriber_middle_name", "2010BA NM105"),
        _text("subscriber_suffix", "2010BA NM107"),
        _text("subscriber_member_id", "2010BA NM109"),
        _text("subscriber_ssn", "2010BA REF02 SY"),
        Column("subscriber_birth_day", pl.Date, _G + "2010BA DMG02"),
        _text("subscriber_sex", "2010BA DMG03"),
        *_address("subscriber", "2010BA"),
        # who was treated; equal to the subscriber when the relationship is 18
        _text("patient_relationship", "2000B SBR02, 2000C PAT01"),
        _text("patient_last_name", "2010CA NM103"),
        _text("patient_first_name", "2010CA NM104"),
        _text("patient_middle_name", "2010CA NM105"),
        _text("patient_suffix", "2010CA NM107"),
        Column("patient_birth_day", pl.Date, _G + "2010CA DMG02"),
        _text("patient_sex", "2010CA DMG03"),
        _text("patient_phone", ""),
        _text("patient_email", ""),
        _text("patient_ssn", ""),
        *_address("patient", "2010CA"),
        # the claim itself
        Column("charge_cents", pl.Int64, _G + "2300 CLM02"),
        _text("place_of_service", "2300 CLM05-1"),
        _text("frequency_code", "2300 CLM05-3"),
        _text("provider_signature", "2300 CLM06"),
        _text("assignment", "2300 CLM07"),
        _text("benefits_assignment", "2300 CLM08"),
        _text("release_of_information", "2300 CLM09"),
        _text("related_cause", "2300 CLM11-1"),
        _text("accident_state", "2300 CLM11-4"),
        Column("accident_day", pl.Date, _G + "2300 DTP03 439"),
        Column("onset_day", pl.Date, _G + "2300 DTP03 431"),
        Column("admission_day", pl.Date, _G + "2300 DTP03 435"),
        Column("discharge_day", pl.Date, _G + "2300 DTP03 096"),
        Column("patient_paid_cents", pl.Int64, _G + "2300 AMT02 F5"),
        _text("payer_claim_control_number", "2300 REF02 F8"),
        _text("prior_authorization", "2300 REF02 G1"),
        _text("referral_number", "2300 REF02 9F"),
        _text("clia_number", "2300 REF02 X4"),
        _text("claim_note", "2300 NTE02"),
        # other providers
        _text("referring_provider_npi", "2310A NM109"),
        _text("referring_provider_last_name", "2310A NM103"),
        _text("referring_provider_first_name", "2310A NM104"),
        _text("rendering_provider_npi", "2310B NM109"),
        _text("rendering_provider_entity_type", "2310B NM102"),
        _text("rendering_provider_last_name", "2310B NM103"),
        _text("rendering_provider_first_name", "2310B NM104"),
        _text("rendering_provider_taxonomy", "2310B PRV03"),
        _text("service_facility_name", "2310C NM103"),
        _text("service_facility_npi", "2310C NM109"),
        *_address("service_facility", "2310C"),
        # where it came from, for people and for seeing the same visit twice
        _text("source_id", ""),
    ),
)
"""One row a claim."""

service_line = TableShape(
    "service_lines",
    (
        Column("claim_row", pl.Int64),
        Column("line_number", pl.Int64, _G + "2400 LX01"),
        _text("line_control_number", "2400 REF02 6R"),
        _text("procedure_qualifier", "2400 SV101-1"),
        _text("procedure_code", "2400 SV101-2"),
        _text("modifier1", "2400 SV101-3"),
        _text("modifier2", "2400 SV101-4"),
        _text("modifier3", "2400 SV101-5"),
        _text("modifier4", "2400 SV101-6"),
        _text("procedure_text", "2400 SV101-7"),
        Column("charge_cents", pl.Int64, _G + "2400 SV102"),
        _text("unit_basis", "2400 SV103"),
        Column("units_milli", pl.Int64, _G + "2400 SV104"),
        _text("place_of_service", "2400 SV105"),
        Column("pointer1", pl.Int64, _G + "2400 SV107-1"),
        Column("pointer2", pl.Int64, _G + "2400 SV107-2"),
        Column("pointer3", pl.Int64, _G + "2400 SV107-3"),
        Column("pointer4", pl.Int64, _G + "2400 SV107-4"),
        Column("service_day", pl.Date, _G + "2400 DTP03 472"),
        Column("service_day_to", pl.Date, _G + "2400 DTP03 472"),
        _text("ndc", "2410 LIN03"),
        Column("ndc_units_milli", pl.Int64, _G + "2410 CTP04"),
        _text("ndc_unit_basis", "2410 CTP05-1"),
        _text("rendering_provider_npi", "2420A NM109"),
        _text("rendering_provider_entity_type", "2420A NM102"),
        _text("rendering_provider_last_name", "2420A NM103"),
        _text("rendering_provider_first_name", "2420A NM104"),
    ),
)
"""One row a service line; `line_number` counts from 1 inside its claim."""

diagnosis = TableShape(
    "diagnoses",
    (
        Column("claim_row", pl.Int64),
        Column("position", pl.Int64, _G + "2300 HI"),
        _text("qualifier", "2300 HI01-1"),
        _text("code", "2300 HI01-2"),
    ),
)
"""One row a diagnosis, `position` from 1: the first is principal. Codes stand without a dot."""

other_payer = TableShape(
    "other_payers",
    (
        Column("claim_row", pl.Int64),
        _text("payer_sequence", "2320 SBR01"),
        _text("relationship", "2320 SBR02"),
        _text("group_number", "2320 SBR03"),
        _text("claim_filing_indicator", "2320 SBR09"),
        _text("subscriber_last_name", "2330A NM103"),
        _text("subscriber_first_name", "2330A NM104"),
        _text("subscriber_member_id", "2330A NM109"),
        _text("payer_name", "2330B NM103"),
        _text("payer_id", "2330B NM109"),
        Column("paid_cents", pl.Int64, _G + "2320 AMT02 D"),
    ),
)
"""One row a further payer of the claim."""


@dataclass(frozen=True, slots=True)
class ClaimTables:
    """The four tables of a batch of claims. A single claim is a batch of one."""

    claims: pl.DataFrame
    service_lines: pl.DataFrame
    diagnoses: pl.DataFrame
    other_payers: pl.DataFrame

    @staticmethod
    def empty() -> ClaimTables:
        """No claims, right shapes."""
        return ClaimTables(claim.frame(), service_line.frame(), diagnosis.frame(), other_payer.frame())

    @property
    def size(self) -> int:
        """How many claims."""
        return self.claims.height
