"""A remittance is read whole, as sent, or not at all."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from claimkeep.engine.x12 import remittance_835

Interchange = Callable[..., bytes]

BODY = """\
BPR*I*150.5*C*ACH*CCP*01*BANKID*DA*ACCOUNT*PAYERORIGIN**01*BANKID*DA*ACCOUNT*20260105
TRN*1*TRACENUMBER*PAYERTRACE
DTM*405*20260104
N1*PR*PAYERNAME*XV*PAYERPLAN
REF*2U*PAYERID
PER*BL*CONTACTNAME*TE*5555550100
N1*PE*PAYEENAME*XX*1234567893
LX*1
CLP*CLAIMONE*1*200*150.5*20*12*PAYERCONTROL*11*1
CAS*CO*45*10*1*97*5**24*4
NM1*QC*1*LASTNAME*FIRSTNAME****MI*MEMBERID
NM1*74*1******C*CORRECTEDMEMBER
NM1*TT*2*CROSSOVERNAME*****PI*CROSSOVERID
DTM*232*20260101
DTM*233*20260102
SVC*HC:99213:25:59*200*150.5**1.5*HC:99214*2
DTM*472*20260101
CAS*PR*1*20**2*-.5*0.25
REF*6R*LINEONE
AMT*B6*180
SVC*HC:99212*0*0
DTM*150*20260102
CLP*CLAIMTWO*22*-50*-10**12*PAYERCONTROLTWO
CAS*CO*45*-40
PLB*1234567893*20261231*WO:REFERENCEONE*-5*72*6.25*L6:REFERENCETWO*.5""".split("\n")


def read(interchange: Interchange, *bodies: list[str], **how: Any) -> tuple[Any, Any]:
    return remittance_835.read(interchange(*bodies, code="835", version="005010X221A1", **how))


def first(frame: Any, row: int = 0) -> dict[str, Any]:
    return {name: value for name, value in frame.row(row, named=True).items() if value is not None}


def test_every_value_stands_in_the_column_of_its_place(interchange: Interchange) -> None:
    tables, skipped = read(interchange, BODY)
    assert skipped == ()
    assert first(tables.payments) == {
        "payment_row": 0,
        "interchange_control_number": "000000007",
        "interchange_sender": "SENDERID",
        "group_control_number": "8",
        "transaction_control_number": "0001",
        "handling_code": "I",
        "payment_cents": 15050,
        "credit_debit": "C",
        "method": "ACH",
        "payment_day": date(2026, 1, 5),
        "trace_number": "TRACENUMBER",
        "payer_trace_id": "PAYERTRACE",
        "payer_name": "PAYERNAME",
        "payer_id": "PAYERPLAN",
        "payee_name": "PAYEENAME",
        "payee_npi": "1234567893",
        "production_day": date(2026, 1, 4),
        "payment_format": "CCP",
        "payer_bank_qualifier": "01",
        "payer_bank_id": "BANKID",
        "payer_account_qualifier": "DA",
        "payer_account": "ACCOUNT",
        "originator_id": "PAYERORIGIN",
        "payee_bank_qualifier": "01",
        "payee_bank_id": "BANKID",
        "payee_account_qualifier": "DA",
        "payee_account": "ACCOUNT",
        "payer_id_qualifier": "XV",
        "payer_contact_name": "CONTACTNAME",
        "payer_contact_phone": "5555550100",
    }
    assert first(tables.claim_payments) == {
        "payment_row": 0,
        "claim_row": 0,
        "claim_number": "CLAIMONE",
        "status_code": "1",
        "charge_cents": 20000,
        "paid_cents": 15050,
        "patient_responsibility_cents": 2000,
        "claim_filing_indicator": "12",
        "payer_claim_control_number": "PAYERCONTROL",
        "frequency_code": "1",
        "patient_last_name": "LASTNAME",
        "patient_first_name": "FIRSTNAME",
        "patient_member_id": "MEMBERID",
        "patient_id_qualifier": "MI",
        "place_of_service": "11",
        "corrected_entity_type": "1",
        "corrected_id_qualifier": "C",
        "crossover_payer_id_qualifier": "PI",
        "corrected_member_id": "CORRECTEDMEMBER",
        "crossover_payer_name": "CROSSOVERNAME",
        "crossover_payer_id": "CROSSOVERID",
        "service_day": date(2026, 1, 1),
        "service_day_to": date(2026, 1, 2),
        "segment": 10,
    }
    assert first(tables.service_payments) == {
        "payment_row": 0,
        "claim_row": 0,
        "service_row": 0,
        "line_control_number": "LINEONE",
        "procedure_qualifier": "HC",
        "procedure_code": "99213",
        "modifier1": "25",
        "modifier2": "59",
        "submitted_procedure_qualifier": "HC",
        "submitted_procedure_code": "99214",
        "charge_cents": 20000,
        "paid_cents": 15050,
        "paid_units_milli": 1500,
        "submitted_units_milli": 2000,
        "allowed_cents": 18000,
        "service_day": date(2026, 1, 1),
        "segment": 17,
    }
    assert first(tables.service_payments, 1)["service_day"] == date(2026, 1, 2)
    assert tables.adjustments.rows() == [
        (0, 0, None, "CO", "45", 1000, 1000),
        (0, 0, None, "CO", "97", 500, None),
        (0, 0, None, "CO", "24", 400, None),
        (0, 0, 0, "PR", "1", 2000, None),
        (0, 0, 0, "PR", "2", -50, 250),
        (0, 1, None, "CO", "45", -4000, None),
    ]
    assert tables.provider_adjustments.rows() == [
        (0, "1234567893", "WO", "REFERENCEONE", -500, date(2026, 12, 31)),
        (0, "1234567893", "72", None, 625, date(2026, 12, 31)),
        (0, "1234567893", "L6", "REFERENCETWO", 50, date(2026, 12, 31)),
    ]


def test_a_payer_without_n104_is_known_by_its_reference(interchange: Interchange) -> None:
    body = [one.replace("N1*PR*PAYERNAME*XV*PAYERPLAN", "N1*PR*PAYERNAME") for one in BODY]
    body = [one.replace("N1*PE*PAYEENAME*XX*", "N1*PE*PAYEENAME*FI*") for one in body]
    tables, _ = read(interchange, body)
    assert tables.payments.select("payer_id", "payee_npi").rows() == [("PAYERID", None)]


def test_what_repeats_and_what_says_who_is_told_with_its_claim_and_service(interchange: Interchange) -> None:
    body = [one.replace("N1*PE*PAYEENAME*XX*1234567893", "N1*PE*PAYEENAME*FI*TAXID") for one in BODY]
    body = [
        one.replace("DTM*150*20260102", "DTM*150*20260102~DTM*151*20260103~LQ*HE*N1~LQ*RX*70~LQ*HE*M2") for one in body
    ]
    moved = [part for one in body for part in one.split("~")]
    moved.insert(moved.index("DTM*232*20260101"), "MOA***MA01*N2")
    tables, skipped = read(interchange, moved)
    assert skipped == () and tables.payments["payee_tax_id"].to_list() == ["TAXID"]
    assert tables.service_payments["remark_codes"].to_list() == [None, ["N1", "M2"]]
    assert tables.service_payments["service_day_to"].to_list() == [None, date(2026, 1, 3)]
    assert tables.claim_payments.select("remark_code1", "remark_code2").rows() == [("MA01", "N2"), (None, None)]


def test_a_fiscal_year_that_is_no_day_is_told_and_the_rest_stands(interchange: Interchange) -> None:
    body = [one.replace("PLB*1234567893*20261231", "PLB*1234567893*20260230") for one in BODY]
    tables, skipped = read(interchange, body)
    assert tables.provider_adjustments["fiscal_day"].to_list() == [None] * 3
    assert [(one.place.segment_id, one.place.element) for one in skipped] == [("PLB", 2)]


def test_rows_are_counted_through_sets_and_interchanges(interchange: Interchange) -> None:
    data = interchange(BODY, BODY, code="835", version="005010X221A1")
    tables, skipped = remittance_835.read(data + data)
    assert skipped == ()
    assert tables.payments["payment_row"].to_list() == [0, 1, 2, 3]
    assert tables.claim_payments["claim_row"].to_list() == list(range(8))
    assert tables.service_payments["service_row"].to_list() == list(range(8))
    assert tables.service_payments["claim_row"].to_list() == [0, 0, 2, 2, 4, 4, 6, 6]
    assert tables.adjustments["service_row"].drop_nulls().to_list() == [0, 0, 2, 2, 4, 4, 6, 6]
    assert tables.provider_adjustments["payment_row"].to_list() == [0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3]


BAD = {
    "a payment": ("BPR*I*150.5", "BPR*I*15O.5", "BPR", 2),
    "no payment": ("BPR*I*150.5", "BPR*I*", "BPR", 2),
    "a charge": ("CLP*CLAIMONE*1*200", "CLP*CLAIMONE*1*20O", "CLP", 3),
    "no paid amount": ("*1*200*150.5*20*12", "*1*200**20*12", "CLP", 4),
    "a line amount": ("59*200*150.5", "59*200*1505,", "SVC", 3),
    "an adjustment": ("CAS*CO*45*10*1", "CAS*CO*45*10X*1", "CAS", 3),
    "a later adjustment": ("-.5*0.25", "-.5.5*0.25", "CAS", 6),
    "an adjustment without an amount": ("CAS*CO*45*-40", "CAS*CO*45", "CAS", 3),
    "a quantity": ("-.5*0.25", "-.5*0.2S", "CAS", 7),
    "a provider adjustment": ("72*6.25", "72*6.255", "PLB", 6),
    "no payment segment": ("BPR*", "BPX*", "ST", None),
    "a control character": ("PAYEENAME", "PAYEE\x00NAME", "N1", None),
    "an adjustment without a claim": ("LX*1", "CAS*CO*45*10", "CAS", None),
}


@pytest.mark.parametrize("name", BAD)
def test_one_unreadable_amount_leaves_out_its_whole_remittance_and_no_other(
    name: str, interchange: Interchange
) -> None:
    good, bad, segment_id, element = BAD[name]
    at = next(number for number, one in enumerate(BODY) if good in one)
    body = [one.replace(good, bad) if number == at else one for number, one in enumerate(BODY)]
    tables, skipped = read(interchange, BODY, body, BODY)
    whole, none = read(interchange, BODY, BODY)
    assert none == () and len(skipped) == 1
    assert tables.payments["transaction_control_number"].to_list() == ["0001", "0003"]
    for part in ("claim_payments", "service_payments", "adjustments", "provider_adjustments"):
        assert getattr(tables, part).equals(getattr(whole, part)), part
    place = skipped[0].place
    assert (place.transaction, place.segment_id, place.element) == (2, segment_id, element)
    assert place.segment == (1 if segment_id == "ST" else at + 2)


def test_a_date_that_is_none_is_told_and_the_money_stands(interchange: Interchange) -> None:
    tables, skipped = read(interchange, [one.replace("DTM*232*20260101", "DTM*232*00000000") for one in BODY])
    assert tables.claim_payments["service_day"].to_list() == [None, None]
    assert tables.payments.height == 1
    assert [(one.place.segment, one.place.segment_id, one.place.element) for one in skipped] == [(15, "DTM", 2)]


def test_a_cut_remittance_is_never_half_read(interchange: Interchange) -> None:
    data = interchange(BODY, code="835", version="005010X221A1")
    for length in range(106, len(data) - 1):
        tables, skipped = remittance_835.read(data[:length])
        assert (tables.payments.height, tables.claim_payments.height, bool(skipped)) == (0, 0, True), length


def test_other_transactions_and_versions_are_left_out_with_a_reason(interchange: Interchange) -> None:
    for code, version in (("837", "005010X222A1"), ("835", "004010X091A1")):
        tables, skipped = remittance_835.read(interchange(BODY, code=code, version=version))
        assert tables.payments.height == 0 and [one.place.segment_id for one in skipped] == ["ST"]


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_disturbed_remittance_stands_whole_or_not_at_all(
    data: st.DataObject, interchange: Interchange, disturbed: Any
) -> None:
    body = data.draw(disturbed(BODY))
    tables, skipped = read(interchange, body, BODY)
    assert tables.payments["transaction_control_number"].to_list()[-1] == "0002", "the other set stands"
    if tables.payments.height == 1:
        assert skipped and tables.claim_payments.height == 2
        return
    for segment_id, part in (("CLP", "claim_payments"), ("SVC", "service_payments")):
        sent = sum(one.split("*")[0] == segment_id for one in body + BODY)
        assert getattr(tables, part).height == sent
        assert getattr(tables, part).select("charge_cents", "paid_cents").null_count().sum_horizontal().item() == 0
    assert tables.adjustments["amount_cents"].null_count() == 0
