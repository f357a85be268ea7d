"""What further payers decided of a claim and of its lines is read whole, written back, and refused where it is lost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from claimkeep.engine.terms.errors import X12Error
from claimkeep.engine.x12 import claim_837
from tests.engine.x12.claims import SENT, assert_same, changed, tables

Interchange = Callable[..., bytes]

PAID = """\
SBR*P*18*OTHERGROUP*OTHERNAME*****CI
CAS*CO*45*20.5*1*A1*10
CAS*PR*1*5**2*7.25*1.5
AMT*D*57.75
AMT*A8*3
AMT*EAF*12.25
OI***Y***Y
MOA***MA01*MA02***MA05
NM1*IL*1*OTHERLAST*OTHERFIRST****MI*OTHERMEMBER
NM1*PR*2*OTHERPAYERNAME*****PI*OTHERPAYERID
DTP*573*D8*20260102
REF*F8*OTHERNUMBER
SBR*S*18*******CI
NM1*IL*1*THIRDLAST
NM1*PR*2*THIRDPAYERNAME*****PI*THIRDPAYERID""".split("\n")

DECIDED = """\
SVD*OTHERPAYERID*40.25*HC:99212:M1:M2:M3:M4:LINETEXT**2*1
CAS*CO*45*60.25
DTP*573*D8*20260103
AMT*EAF*1.5
SVD*THIRDPAYERID*0*HC:99213
CAS*OA*23*100.5
DTP*573*D8*20260104""".split("\n")


def first(frame: Any, row: int = 0) -> dict[str, Any]:
    """One row without what is null."""
    return {name: value for name, value in frame.row(row, named=True).items() if value is not None}


@pytest.fixture
def paid(professional: list[str]) -> list[str]:
    """Two claims; two other payers decided the first."""
    at = professional.index("LX*1")
    lines = professional.index("HL*3*1*22*1")
    return [*professional[:at], *PAID, *professional[at:lines], *DECIDED, *professional[lines:]]


def test_what_other_payers_decided_stands_in_its_columns(interchange: Interchange, paid: list[str]) -> None:
    found, skipped = claim_837.read(interchange(paid))
    assert skipped == ()
    assert first(found.other_payers) == {
        "claim_row": 0,
        "position": 1,
        "payer_sequence": "P",
        "relationship": "18",
        "group_number": "OTHERGROUP",
        "group_name": "OTHERNAME",
        "claim_filing_indicator": "CI",
        "subscriber_last_name": "OTHERLAST",
        "subscriber_first_name": "OTHERFIRST",
        "subscriber_member_id": "OTHERMEMBER",
        "payer_name": "OTHERPAYERNAME",
        "payer_id": "OTHERPAYERID",
        "paid_cents": 5775,
        "noncovered_cents": 300,
        "remaining_cents": 1225,
        "paid_day": date(2026, 1, 2),
        "payer_claim_control_number": "OTHERNUMBER",
        "remark_code1": "MA01",
        "remark_code2": "MA02",
        "remark_code5": "MA05",
    }
    assert found.other_payers.select("claim_row", "position").rows() == [(0, 1), (0, 2), (1, 1)]
    assert first(found.line_payments) == {
        "claim_row": 0,
        "line_number": 1,
        "position": 1,
        "payer_id": "OTHERPAYERID",
        "paid_cents": 4025,
        "procedure_qualifier": "HC",
        "procedure_code": "99212",
        **{f"modifier{n}": f"M{n}" for n in range(1, 5)},
        "procedure_text": "LINETEXT",
        "units_milli": 2000,
        "bundled_line": 1,
        "paid_day": date(2026, 1, 3),
        "remaining_cents": 150,
    }
    second = first(found.line_payments, 1)
    assert (second["position"], second["payer_id"], second["paid_cents"]) == (2, "THIRDPAYERID", 0)
    assert found.prior_adjustments.rows() == [
        (0, None, 1, "CO", "45", 2050, 1000),
        (0, None, 1, "CO", "A1", 1000, None),
        (0, None, 1, "PR", "1", 500, None),
        (0, None, 1, "PR", "2", 725, 1500),
        (0, 1, 1, "CO", "45", 6025, None),
        (0, 1, 2, "OA", "23", 10050, None),
    ]


def test_it_is_written_back(interchange: Interchange, paid: list[str]) -> None:
    found, _ = claim_837.read(interchange(paid))
    data = claim_837.write(found, SENT).data
    assert b"~CAS*CO*45*20.5*1*A1*10~CAS*PR*1*5**2*7.25*1.5~AMT*D*57.75~AMT*A8*3~AMT*EAF*12.25~OI*" in data
    assert b"~OI***Y***Y~MOA***MA01*MA02***MA05~NM1*IL*1*OTHERLAST" in data
    assert (
        b"~SVD*OTHERPAYERID*40.25*HC:99212:M1:M2:M3:M4:LINETEXT**2*1~CAS*CO*45*60.25~DTP*573*D8*20260103~AMT*" in data
    )
    assert_same(found, claim_837.read(data)[0])


def test_seven_adjustments_of_a_group_share_two_segments(interchange: Interchange, paid: list[str]) -> None:
    found, _ = claim_837.read(interchange(paid))
    seven = [
        {"claim_row": 0, "position": 2, "group_code": "CO", "reason_code": f"{n}", "amount_cents": n * 100}
        for n in range(1, 8)
    ]
    many = replace(found, prior_adjustments=_adjustments(seven))
    data = claim_837.write(many, SENT).data
    assert b"~CAS*CO*1*1**2*2**3*3**4*4**5*5**6*6~CAS*CO*7*7~OI*" in data
    assert_same(many, claim_837.read(data)[0])


BAD = {
    "an amount": ("CAS*CO*45*20.5", "CAS*CO*45*2O.5", "CAS", 3),
    "no amount": ("CAS*PR*1*5**2*7.25*1.5", "CAS*PR*1*5**2", "CAS", 6),
    "a second amount": ("*A1*10", "*A1*1O", "CAS", 6),
    "a quantity": ("*7.25*1.5", "*7.25*1.5X", "CAS", 7),
    "no reason": ("CAS*CO*45*20.5", "CAS*CO**20.5", "CAS", 2),
    "a line's adjustment": ("CAS*OA*23*100.5", "CAS*OA*23*ALL", "CAS", 3),
    "what a payer paid of a line": ("SVD*THIRDPAYERID*0", "SVD*THIRDPAYERID*NONE", "SVD", 2),
    "the units it paid": ("**2*1", "**2X*1", "SVD", 5),
    "the day it paid": ("DTP*573*D8*20260102", "DTP*573*D8*20260132", "DTP", 3),
    "what remains": ("AMT*EAF*12.25", "AMT*EAF*12.255", "AMT", 2),
}


@pytest.mark.parametrize("name", BAD)
def test_a_decision_that_cannot_be_read_leaves_its_claim_out(
    name: str, interchange: Interchange, paid: list[str]
) -> None:
    good, bad, segment_id, element = BAD[name]
    at = next(number for number, one in enumerate(paid) if good in one)
    paid[at] = paid[at].replace(good, bad)
    found, skipped = claim_837.read(interchange(paid))
    assert found.claims["claim_number"].to_list() == ["CLAIMTWO"]
    assert found.line_payments.height == found.prior_adjustments.height == 0
    assert found.other_payers["claim_row"].to_list() == [0]
    (told,) = skipped
    assert (told.place.segment, told.place.segment_id, told.place.element) == (at + 2, segment_id, element)


BROKEN: dict[str, tuple[str, dict[str, Any], str]] = {
    "a payer out of count": ("other_payers", {"position": 7}, "position"),
    "a remark with a separator": ("other_payers", {"remark_code1": "SECRET*"}, "remark_code1"),
    "a payment out of count": ("line_payments", {"position": 3}, "position"),
    "a payment of no line": ("line_payments", {"line_number": 9, "position": 1}, "line_number"),
    "a payment of no claim": ("line_payments", {"claim_row": 9}, "claim_row"),
    "a revenue code": ("line_payments", {"revenue_code": "0120"}, "revenue_code"),
    "an adjustment of no payer": ("prior_adjustments", {"line_number": None, "position": 3}, "position"),
    "an adjustment of no payment": ("prior_adjustments", {"position": 3}, "position"),
    "an adjustment of no claim": ("prior_adjustments", {"claim_row": 9}, "claim_row"),
    "an adjustment without a reason": ("prior_adjustments", {"reason_code": None}, "reason_code"),
    "an adjustment without an amount": ("prior_adjustments", {"amount_cents": None}, "amount_cents"),
    "an adjustment of no group": ("prior_adjustments", {"group_code": " "}, "group_code"),
    "an adjustment beyond all sums": ("prior_adjustments", {"amount_cents": 10**16}, "amount_cents"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_decision_that_would_be_lost_is_refused(name: str, interchange: Interchange, paid: list[str]) -> None:
    table, values, column = BROKEN[name]
    found, _ = claim_837.read(interchange(paid))
    claim_837.write(found, SENT)
    row = 1 if table == "other_payers" else -1
    with pytest.raises(X12Error) as refused:
        claim_837.write(replace(found, **{table: changed(getattr(found, table), row, values)}), SENT)
    place = refused.value.place
    assert place is not None and place.field == column
    assert place.row == (10 if name.endswith("of no claim") else 1)
    assert "SECRET" not in str(refused.value)


def test_more_groups_than_a_payer_may_have_are_refused(interchange: Interchange, paid: list[str]) -> None:
    found, _ = claim_837.read(interchange(paid))
    turns = [
        {"claim_row": 0, "position": 1, "group_code": "CO" if n % 2 else "PR", "reason_code": "1", "amount_cents": 1}
        for n in range(6)
    ]
    claim_837.write(replace(found, prior_adjustments=_adjustments(turns[:5])), SENT)
    with pytest.raises(X12Error, match="more than 5 CAS"):
        claim_837.write(replace(found, prior_adjustments=_adjustments(turns)), SENT)


def _adjustments(rows: list[dict[str, Any]]) -> Any:
    return tables([{"prior_adjustments": rows}]).prior_adjustments
