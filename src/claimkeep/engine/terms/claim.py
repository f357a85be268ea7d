"""The claim in columns: one row a claim, one a service line, one a diagnosis, one an other payer, and so on.

Every reader of visits (837P, 837I, 837D, FHIR, CSV) gives these tables, every edit judges them, the 837 writer takes
them. `claim_row` joins them and counts from 0. Dates are dates, money is int64 cents, units are thousandths.
A null is a fact that was not given; an empty string never stands in a table. What only an institutional or a dental
claim carries is null on every other.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl

from claimkeep.engine.terms.table import Column, TableShape

PROFESSIONAL, INSTITUTIONAL, DENTAL = "professional", "institutional", "dental"
"""What a claim is (`claim_kind`): 837P, 837I, 837D. Null is professional: a visit of FHIR or CSV does not say."""

_G = "005010X222A1 "
_I = "005010X223A2 "
_D = "005010X224A2 "


def _text(name: str, cite: str, guide: str = _G) -> Column:
    return Column(name, pl.String, guide + cite if cite else "")


def _person(prefix: str, loop: str, guide: str, *more: str) -> tuple[Column, ...]:
    """The NPI and name of somebody, and of `more` the entity type or the taxonomy."""
    cites = {"entity_type": "NM102", "taxonomy": "PRV03"}
    return (
        _text(f"{prefix}_npi", f"{loop} NM109", guide),
        _text(f"{prefix}_last_name", f"{loop} NM103", guide),
        _text(f"{prefix}_first_name", f"{loop} NM104", guide),
        *(_text(f"{prefix}_{name}", f"{loop} {cites[name]}", guide) for name in more),
    )


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
        _text("claim_kind", "", ""),
        # what institutional and dental claims say beside that
        _text("delay_reason", "2300 CLM20", _I),
        _text("clearinghouse_claim_number", "2300 REF02 D9", _I),
        # an institutional claim; its type of bill is facility_type_code and frequency_code
        _text("facility_type_code", "2300 CLM05-1", _I),
        Column("statement_day_from", pl.Date, _I + "2300 DTP03 434"),
        Column("statement_day_to", pl.Date, _I + "2300 DTP03 434"),
        Column("admission_time", pl.Time, _I + "2300 DTP03 435"),
        Column("discharge_time", pl.Time, _I + "2300 DTP03 096"),
        _text("admission_type_code", "2300 CL101", _I),
        _text("admission_source_code", "2300 CL102", _I),
        _text("patient_status_code", "2300 CL103", _I),
        Column("patient_due_cents", pl.Int64, _I + "2300 AMT02 F3"),
        _text("service_authorization_exception", "2300 REF02 4N", _I),
        _text("demonstration_project", "2300 REF02 P4", _I),
        _text("peer_review_authorization", "2300 REF02 G4", _I),
        _text("drg", "2300 HI01-2 DR", _I),
        *_person("attending_provider", "2310A", _I, "taxonomy"),
        *_person("operating_provider", "2310B", _I),
        *_person("other_operating_provider", "2310C", _I),
        # a dental claim; a line without days of its own was given on the claim's
        Column("service_day", pl.Date, _D + "2300 DTP03 472"),
        Column("service_day_to", pl.Date, _D + "2300 DTP03 472"),
        _text("special_program", "2300 CLM12", _D),
        _text("predetermination", "2300 CLM19", _D),
        _text("predetermination_number", "2300 REF02 G3", _D),
        Column("appliance_placement_day", pl.Date, _D + "2300 DTP03 452"),
        Column("orthodontic_months_milli", pl.Int64, _D + "2300 DN101"),
        Column("orthodontic_months_left_milli", pl.Int64, _D + "2300 DN102"),
        _text("orthodontic_treatment", "2300 DN104", _D),
        _text("referring_provider_taxonomy", "2310A PRV03", _D),
        *_person("assistant_surgeon", "2310D", _D, "entity_type", "taxonomy"),
        *_person("supervising_provider", "2310E", _D),
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
        # a line of an institutional claim
        _text("revenue_code", "2400 SV201", _I),
        Column("noncovered_cents", pl.Int64, _I + "2400 SV207"),
        Column("service_tax_cents", pl.Int64, _I + "2400 AMT02 GT"),
        Column("facility_tax_cents", pl.Int64, _I + "2400 AMT02 N8"),
        _text("line_note", "2400 NTE02 TPO", _I),
        *_person("operating_provider", "2420A", _I),
        *_person("other_operating_provider", "2420B", _I),
        *_person("referring_provider", "2420D", _I),
        # a line of a dental claim
        *(_text(f"oral_cavity{at}", f"2400 SV304-{at}", _D) for at in range(1, 6)),
        _text("prosthesis_code", "2400 SV305", _D),
        Column("prior_placement_day", pl.Date, _D + "2400 DTP03 441"),
        Column("appliance_placement_day", pl.Date, _D + "2400 DTP03 452"),
        Column("replacement_day", pl.Date, _D + "2400 DTP03 446"),
        Column("treatment_start_day", pl.Date, _D + "2400 DTP03 196"),
        Column("treatment_completion_day", pl.Date, _D + "2400 DTP03 198"),
        _text("predetermination_number", "2400 REF02 G3", _D),
        Column("sales_tax_cents", pl.Int64, _D + "2400 AMT02 T"),
        _text("rendering_provider_taxonomy", "2420A PRV03", _D),
        *_person("assistant_surgeon", "2420B", _D, "entity_type", "taxonomy"),
        *_person("supervising_provider", "2420C", _D),
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
        _text("present_on_admission", "2300 HI01-9", _I),
    ),
)
"""One row a diagnosis, `position` from 1: the first is principal. Codes stand without a dot.

On an institutional claim the qualifier says what the diagnosis is of, and they stand in the order of the guide:
principal (ABK, BK), admitting (ABJ, BJ), reason for the visit (APR, PR), external cause (ABN, BN), other (ABF, BF).
"""

claim_code = TableShape(
    "claim_codes",
    (
        Column("claim_row", pl.Int64),
        Column("kind", pl.String, _I + "2300 HI01-1"),
        Column("position", pl.Int64, _I + "2300 HI"),
        _text("code", "2300 HI01-2", _I),
        Column("day_from", pl.Date, _I + "2300 HI01-4 BH BI"),
        Column("day_to", pl.Date, _I + "2300 HI01-4 BI"),
        Column("amount_cents", pl.Int64, _I + "2300 HI01-5 BE"),
    ),
)
"""One row a code of the claim as a whole, `position` from 1 in its kind, kinds in the order of the guide.

kind : occurrence_span, occurrence, value, condition, treatment; a professional claim carries conditions only
"""

procedure = TableShape(
    "procedures",
    (
        Column("claim_row", pl.Int64),
        Column("position", pl.Int64, _I + "2300 HI"),
        _text("qualifier", "2300 HI01-1", _I),
        _text("code", "2300 HI01-2", _I),
        Column("day", pl.Date, _I + "2300 HI01-4"),
    ),
)
"""One row a procedure of an institutional claim, `position` from 1: principal (BBR, BR, CAH), then other (BBQ, BQ)."""

tooth = TableShape(
    "teeth",
    (
        Column("claim_row", pl.Int64),
        Column("line_number", pl.Int64, _D + "2400 LX01"),
        _text("tooth", "2300 DN201, 2400 TOO02", _D),
        _text("status", "2300 DN202", _D),
        *(_text(f"surface{at}", f"2400 TOO03-{at}", _D) for at in range(1, 6)),
    ),
)
"""One row a tooth of a dental claim: its status on the claim, where the line is null, or what a line treated."""

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
        Column("position", pl.Int64, _G + "2320"),
        _text("group_name", "2320 SBR04"),
        Column("noncovered_cents", pl.Int64, _G + "2320 AMT02 A8"),
        Column("remaining_cents", pl.Int64, _G + "2320 AMT02 EAF"),
        Column("paid_day", pl.Date, _G + "2330B DTP03 573"),
        _text("payer_claim_control_number", "2330B REF02 F8"),
        *(_text(f"remark_code{at}", f"2320 MOA0{at + 2}") for at in range(1, 6)),
    ),
)
"""One row a further payer of the claim, `position` from 1 inside it."""

line_payment = TableShape(
    "line_payments",
    (
        Column("claim_row", pl.Int64),
        Column("line_number", pl.Int64, _G + "2400 LX01"),
        Column("position", pl.Int64, _G + "2430"),
        _text("payer_id", "2430 SVD01"),
        Column("paid_cents", pl.Int64, _G + "2430 SVD02"),
        _text("procedure_qualifier", "2430 SVD03-1"),
        _text("procedure_code", "2430 SVD03-2"),
        *(_text(f"modifier{at}", f"2430 SVD03-{at + 2}") for at in range(1, 5)),
        _text("procedure_text", "2430 SVD03-7"),
        _text("revenue_code", "2430 SVD04", _I),
        Column("units_milli", pl.Int64, _G + "2430 SVD05"),
        Column("bundled_line", pl.Int64, _G + "2430 SVD06"),
        Column("paid_day", pl.Date, _G + "2430 DTP03 573"),
        Column("remaining_cents", pl.Int64, _G + "2430 AMT02 EAF"),
    ),
)
"""One row what a further payer decided of a line, `position` from 1 inside the line."""

prior_adjustment = TableShape(
    "prior_adjustments",
    (
        Column("claim_row", pl.Int64),
        Column("line_number", pl.Int64, _G + "2400 LX01"),
        Column("position", pl.Int64, _G + "2320, 2430"),
        _text("group_code", "2320, 2430 CAS01"),
        _text("reason_code", "2320, 2430 CAS02"),
        Column("amount_cents", pl.Int64, _G + "2320, 2430 CAS03"),
        Column("quantity_milli", pl.Int64, _G + "2320, 2430 CAS04"),
    ),
)
"""One row an adjustment a further payer made: of the claim, where the line is null, or of a line.

position : of the further payer in its claim (other_payers), or of what it decided of the line (line_payments)
"""


@dataclass(frozen=True, slots=True)
class ClaimTables:
    """The tables of a batch of claims. A single claim is a batch of one; what a source has none of is left out."""

    claims: pl.DataFrame
    service_lines: pl.DataFrame
    diagnoses: pl.DataFrame
    other_payers: pl.DataFrame
    claim_codes: pl.DataFrame = field(default_factory=claim_code.frame)
    procedures: pl.DataFrame = field(default_factory=procedure.frame)
    teeth: pl.DataFrame = field(default_factory=tooth.frame)
    line_payments: pl.DataFrame = field(default_factory=line_payment.frame)
    prior_adjustments: pl.DataFrame = field(default_factory=prior_adjustment.frame)

    @staticmethod
    def empty() -> ClaimTables:
        """No claims, right shapes."""
        return ClaimTables(claim.frame(), service_line.frame(), diagnosis.frame(), other_payer.frame())

    @property
    def size(self) -> int:
        """How many claims."""
        return self.claims.height
