"""The remittance in columns: what a payer says it paid and why not more.

`payment_row` counts the transaction sets (ST) of a file from 0, `claim_row` the CLPs of a file, `service_row` its
SVCs. Money is int64 cents as sent: a positive adjustment lowers the payment. Nothing is repaired here.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from claimkeep.engine.terms.table import Column, TableShape

_G = "005010X221A1 "


def _text(name: str, cite: str) -> Column:
    return Column(name, pl.String, _G + cite)


def _address(who: str, loop: str) -> tuple[Column, ...]:
    places = {"address1": "N301", "address2": "N302", "city": "N401", "state": "N402", "zip": "N403"}
    return tuple(_text(f"{who}_{name}", f"{loop} {place}") for name, place in places.items())


payment = TableShape(
    "payments",
    (
        Column("payment_row", pl.Int64),
        _text("interchange_control_number", "ISA13"),
        _text("interchange_sender", "ISA06"),
        _text("group_control_number", "GS06"),
        _text("transaction_control_number", "ST02"),
        _text("handling_code", "BPR01"),
        Column("payment_cents", pl.Int64, _G + "BPR02"),
        _text("credit_debit", "BPR03"),
        _text("method", "BPR04"),
        Column("payment_day", pl.Date, _G + "BPR16"),
        _text("trace_number", "TRN02"),
        _text("payer_trace_id", "TRN03"),
        _text("payer_name", "1000A N102"),
        _text("payer_id", "1000A N104, REF02 2U"),
        _text("payee_name", "1000B N102"),
        _text("payee_npi", "1000B N104 XX"),
        Column("production_day", pl.Date, _G + "DTM02 405"),
        # what else it takes to send one
        _text("payment_format", "BPR05"),
        _text("payer_bank_qualifier", "BPR06"),
        _text("payer_bank_id", "BPR07"),
        _text("payer_account_qualifier", "BPR08"),
        _text("payer_account", "BPR09"),
        _text("originator_id", "BPR10"),
        _text("originator_supplement", "BPR11"),
        _text("payee_bank_qualifier", "BPR12"),
        _text("payee_bank_id", "BPR13"),
        _text("payee_account_qualifier", "BPR14"),
        _text("payee_account", "BPR15"),
        _text("trace_supplement", "TRN04"),
        _text("receiver_id", "REF02 EV"),
        _text("payer_id_qualifier", "1000A N103; null where the payer id stands in REF02 2U"),
        *_address("payer", "1000A"),
        _text("payer_contact_name", "1000A PER02 BL"),
        _text("payer_contact_phone", "1000A PER04 BL TE"),
        _text("payee_tax_id", "1000B N104 FI, REF02 TJ"),
        *_address("payee", "1000B"),
    ),
)
"""One row a transaction set (a remittance: one check or transfer)."""

claim_payment = TableShape(
    "claim_payments",
    (
        Column("payment_row", pl.Int64),
        Column("claim_row", pl.Int64),
        _text("claim_number", "2100 CLP01"),
        _text("status_code", "2100 CLP02"),
        Column("charge_cents", pl.Int64, _G + "2100 CLP03"),
        Column("paid_cents", pl.Int64, _G + "2100 CLP04"),
        Column("patient_responsibility_cents", pl.Int64, _G + "2100 CLP05"),
        _text("claim_filing_indicator", "2100 CLP06"),
        _text("payer_claim_control_number", "2100 CLP07"),
        _text("frequency_code", "2100 CLP09"),
        _text("patient_last_name", "2100 NM103 QC"),
        _text("patient_first_name", "2100 NM104 QC"),
        _text("patient_member_id", "2100 NM109 QC"),
        _text("patient_middle_name", "2100 NM105 QC"),
        _text("patient_suffix", "2100 NM107 QC"),
        _text("patient_id_qualifier", "2100 NM108 QC"),
        _text("subscriber_entity_type", "2100 NM102 IL"),
        _text("subscriber_last_name", "2100 NM103 IL"),
        _text("subscriber_first_name", "2100 NM104 IL"),
        _text("subscriber_middle_name", "2100 NM105 IL"),
        _text("subscriber_suffix", "2100 NM107 IL"),
        _text("subscriber_id_qualifier", "2100 NM108 IL"),
        _text("subscriber_member_id", "2100 NM109 IL"),
        _text("corrected_member_id", "2100 NM109 74"),
        _text("corrected_id_qualifier", "2100 NM108 74"),
        _text("corrected_entity_type", "2100 NM102 74"),
        _text("corrected_last_name", "2100 NM103 74"),
        _text("corrected_first_name", "2100 NM104 74"),
        _text("crossover_payer_name", "2100 NM103 TT"),
        _text("crossover_payer_id", "2100 NM109 TT"),
        _text("crossover_payer_id_qualifier", "2100 NM108 TT"),
        Column("service_day", pl.Date, _G + "2100 DTM02 232"),
        Column("service_day_to", pl.Date, _G + "2100 DTM02 233"),
        Column("received_day", pl.Date, _G + "2100 DTM02 050"),
        _text("place_of_service", "2100 CLP08"),
        _text("drg_code", "2100 CLP11"),
        _text("rendering_provider_entity_type", "2100 NM102 82"),
        _text("rendering_provider_last_name", "2100 NM103 82"),
        _text("rendering_provider_first_name", "2100 NM104 82"),
        _text("rendering_provider_id_qualifier", "2100 NM108 82"),
        _text("rendering_provider_id", "2100 NM109 82"),
        *(_text(f"remark_code{at}", f"2100 MOA{at + 2:02}") for at in range(1, 6)),
        _text("group_number", "2100 REF02 1L"),
        _text("medical_record_number", "2100 REF02 EA"),
        _text("original_reference", "2100 REF02 F8"),
        Column("allowed_cents", pl.Int64, _G + "2100 AMT02 AU"),
        Column("interest_cents", pl.Int64, _G + "2100 AMT02 I"),
        Column("segment", pl.Int64, "ordinal of the CLP segment inside its ST, which is 1"),
    ),
)
"""One row a claim payment (CLP)."""

service_payment = TableShape(
    "service_payments",
    (
        Column("payment_row", pl.Int64),
        Column("claim_row", pl.Int64),
        Column("service_row", pl.Int64),
        _text("line_control_number", "2110 REF02 6R"),
        _text("procedure_qualifier", "2110 SVC01-1"),
        _text("procedure_code", "2110 SVC01-2"),
        _text("modifier1", "2110 SVC01-3"),
        _text("modifier2", "2110 SVC01-4"),
        _text("modifier3", "2110 SVC01-5"),
        _text("modifier4", "2110 SVC01-6"),
        _text("submitted_procedure_code", "2110 SVC06-2"),
        _text("submitted_procedure_qualifier", "2110 SVC06-1"),
        *(_text(f"submitted_modifier{at}", f"2110 SVC06-{at + 2}") for at in range(1, 5)),
        _text("revenue_code", "2110 SVC04"),
        Column("charge_cents", pl.Int64, _G + "2110 SVC02"),
        Column("paid_cents", pl.Int64, _G + "2110 SVC03"),
        Column("paid_units_milli", pl.Int64, _G + "2110 SVC05"),
        Column("submitted_units_milli", pl.Int64, _G + "2110 SVC07"),
        Column("allowed_cents", pl.Int64, _G + "2110 AMT02 B6"),
        Column("service_day", pl.Date, _G + "2110 DTM02 472, 150"),
        Column("service_day_to", pl.Date, _G + "2110 DTM02 151"),
        Column("remark_codes", pl.List(pl.String), _G + "2110 LQ02 HE, every one"),
        Column("segment", pl.Int64, "ordinal of the SVC segment inside its ST"),
    ),
)
"""One row a service payment (SVC)."""

adjustment = TableShape(
    "adjustments",
    (
        Column("payment_row", pl.Int64),
        Column("claim_row", pl.Int64),
        Column("service_row", pl.Int64, "null for a claim-level adjustment"),
        _text("group_code", "2100, 2110 CAS01"),
        _text("reason_code", "2100, 2110 CAS02, 05, 08, 11, 14, 17"),
        Column("amount_cents", pl.Int64, _G + "2100, 2110 CAS03, 06, 09, 12, 15, 18"),
        Column("quantity_milli", pl.Int64, _G + "2100, 2110 CAS04, 07, 10, 13, 16, 19"),
    ),
)
"""One row an adjustment triplet of a CAS segment."""

provider_adjustment = TableShape(
    "provider_adjustments",
    (
        Column("payment_row", pl.Int64),
        _text("provider_id", "PLB01"),
        _text("reason_code", "PLB03-1"),
        _text("reference", "PLB03-2"),
        Column("amount_cents", pl.Int64, _G + "PLB04"),
        Column("fiscal_day", pl.Date, _G + "PLB02"),
    ),
)
"""One row an adjustment pair of a PLB segment; positive lowers the payment."""


@dataclass(frozen=True, slots=True)
class RemittanceTables:
    """The five tables of a file of remittances."""

    payments: pl.DataFrame
    claim_payments: pl.DataFrame
    service_payments: pl.DataFrame
    adjustments: pl.DataFrame
    provider_adjustments: pl.DataFrame

    @staticmethod
    def empty() -> RemittanceTables:
        """No payments, right shapes."""
        return RemittanceTables(
            payment.frame(),
            claim_payment.frame(),
            service_payment.frame(),
            adjustment.frame(),
            provider_adjustment.frame(),
        )
