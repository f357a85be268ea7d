"""An answer is read as what it says of ours; values it repeats are left behind."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from claimkeep.engine.x12 import acknowledge

Interchange = Callable[..., bytes]

REJECTED_999 = """\
AK1*HC*8*005010X222A1
AK2*837*0001*005010X222A1
IK3*NM1*14*2010BA*8
CTX*CLM01:SECRETVALUE
CTX*SITUATIONAL TRIGGER*CLM*43**5:3
IK4*9*67*7*SECRETVALUE
IK4*1:2**1
IK5*R*5*I5
AK2*837*0002*005010X222A1
IK5*A
AK2*837*0003*005010X222A1
IK5*E*5
AK9*P*3*3*2""".split("\n")

CLAIMS_277CA = """\
BHT*0085*08*REFERENCE*20260102*0304*TH
HL*1**20*1
NM1*PR*2*PAYERNAME*****PI*PAYERID
TRN*1*PAYERTRACE
HL*2*1*21*1
NM1*41*2*SUBMITTERNAME*****46*SUBMITTERID
TRN*2*BATCHREFERENCE
STC*A1:19:PR*20260102*WQ*300
HL*3*2*19*1
NM1*85*2*BILLINGNAME*****XX*1234567893
TRN*2*0
STC*A1:19:PR**WQ*300
HL*4*3*PT
NM1*QC*1*LASTNAME*FIRSTNAME****MI*MEMBERID
TRN*2*CLAIMONE
STC*A2:20:PR*20260102*WQ*100
REF*1K*PAYERCONTROL
HL*5*3*PT
NM1*QC*1*LASTNAME*FIRSTNAME****MI*MEMBERID
TRN*2*CLAIMTWO
STC*A1:20:PR*20260102*U*200******A7:562:85
SVC*HC:99213*200
STC*A7:504:85*20260102*U*200""".split("\n")


def rows(data: bytes, *columns: str) -> list[tuple[Any, ...]]:
    found, skipped = acknowledge.read(data)
    assert skipped == ()
    return found.select(columns).rows()


def test_a_999_gives_one_row_a_set_and_one_the_group(interchange: Interchange) -> None:
    data = interchange(REJECTED_999, code="999", version="005010X231A1")
    assert rows(
        data,
        "kind",
        "level",
        "group_control_number",
        "transaction_control_number",
        "accepted",
        "code",
        "reason",
        "segment",
    ) == [
        ("999", "transaction", "8", "0001", False, "R", "5 I5", 9),
        ("999", "transaction", "8", "0002", True, "A", None, 11),
        ("999", "transaction", "8", "0003", True, "E", "5", 13),
        ("999", "group", "8", None, True, "P", None, 14),
    ]


def test_a_999_names_faults_as_places_and_leaves_values_behind(interchange: Interchange) -> None:
    data = interchange(REJECTED_999, code="999", version="005010X231A1")
    note = rows(data, "note")[0][0]
    assert note == (
        "segment 14 (NM1): code 8; depends on segment 43 (CLM), element 5; "
        "segment 14 (NM1), element 9: code 7; segment 14 (NM1), element 1, component 2: code 1"
    )
    assert "SECRET" not in str(acknowledge.read(data))


@pytest.mark.parametrize(("code", "accepted"), [("A", True), ("E", True), ("P", True), ("R", False), ("X", False)])
def test_a_group_goes_on_when_it_is_accepted_in_part(code: str, accepted: bool, interchange: Interchange) -> None:
    body = ["AK1*HC*8*005010X222A1", f"AK9*{code}*1*1*0*5"]
    data = interchange(body, code="999", version="005010X231A1")
    assert rows(data, "accepted", "code", "reason") == [(accepted, code, "5")]


def test_a_999_without_its_answer_is_left_out_whole(interchange: Interchange) -> None:
    for lacking in ("IK5*A", "AK9*P*3*3*2"):
        data = interchange([one for one in REJECTED_999 if one != lacking], code="999", version="005010X231A1")
        found, skipped = acknowledge.read(data)
        assert found.height == 0 and skipped[0].place.segment_id == "ST"


@pytest.mark.parametrize(("code", "accepted"), [("A", True), ("E", True), ("R", False)])
def test_a_ta1_answers_for_an_interchange(code: str, accepted: bool, interchange: Interchange) -> None:
    isa = interchange().split(b"~", 1)[0]
    data = isa + f"~TA1*000000012*260101*0304*{code}*006~IEA*0*000000007~".encode()
    assert rows(data, "kind", "level", "interchange_control_number", "accepted", "code", "reason", "segment") == [
        ("TA1", "interchange", "000000012", accepted, code, "006", 2)
    ]
    assert acknowledge.read(data.replace(b"IEA*0", b"IEA*1"))[0].height == 0
    found, skipped = acknowledge.read(data.replace(f"*{code}*006".encode(), b"*Z*006"))
    assert found.height == 0 and skipped[0].place.segment_id == "TA1"


def test_a_277ca_gives_one_row_a_claim(interchange: Interchange) -> None:
    data = interchange(CLAIMS_277CA, code="277", version="005010X214")
    columns = (
        "level",
        "claim_number",
        "accepted",
        "code",
        "reason",
        "payer_claim_control_number",
        "from_payer",
        "segment",
        "note",
    )
    assert rows(data, *columns) == [
        ("claim", "CLAIMONE", True, "A2", "A2:20", "PAYERCONTROL", True, 17, "segment 17: A2:20:PR"),
        (
            "claim",
            "CLAIMTWO",
            False,
            "A7",
            "A7:562",
            None,
            True,
            22,
            "segment 22: A1:20:PR; segment 22: A7:562:85; segment 24: A7:504:85",
        ),
    ]
    clearinghouse = [one.replace("NM1*PR*2*PAYERNAME", "NM1*AY*2*CLEARINGNAME") for one in CLAIMS_277CA]
    data = interchange(clearinghouse, code="277", version="005010X214")
    assert rows(data, "from_payer") == [(False,), (False,)]


@pytest.mark.parametrize(
    ("category", "accepted"),
    [
        ("A0", True),
        ("A1", True),
        ("A2", True),
        ("A5", True),
        ("A3", False),
        ("A4", False),
        ("A6", False),
        ("A7", False),
        ("A8", False),
        ("E0", False),
    ],
)
def test_only_known_acceptance_is_acceptance(category: str, accepted: bool, interchange: Interchange) -> None:
    body = [one.replace("A2:20:PR", f"{category}:20") for one in CLAIMS_277CA]
    data = interchange(body, code="277", version="005010X214")
    assert rows(data, "accepted")[0] == (accepted,)


def test_a_whole_batch_refused_above_its_claims_is_not_lost(interchange: Interchange) -> None:
    body = [one.replace("STC*A1:19:PR*20260102", "STC*A8:746:40*20260102") for one in CLAIMS_277CA[:8]]
    data = interchange(body, code="277", version="005010X214")
    assert rows(data, "level", "claim_number", "accepted", "reason", "segment") == [
        ("transaction", None, False, "A8:746", 9)
    ]


def test_a_claim_without_a_status_leaves_the_whole_277ca_out(interchange: Interchange) -> None:
    for lacking in ("STC*A2:20:PR*20260102*WQ*100", "TRN*2*CLAIMONE"):
        body = [one for one in CLAIMS_277CA if one != lacking]
        found, skipped = acknowledge.read(interchange(body, code="277", version="005010X214"))
        assert found.height == 0 and len(skipped) == 1, lacking


def test_other_transactions_are_left_out_with_a_reason(interchange: Interchange) -> None:
    for code, version in (("277", "005010X212"), ("835", "005010X221A1")):
        found, skipped = acknowledge.read(interchange(["BHT*0019"], code=code, version=version))
        assert found.height == 0 and "no acknowledgement" in skipped[0].reason


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_disturbed_answer_is_told_of_every_claim_or_not_at_all(
    data: st.DataObject, interchange: Interchange, disturbed: Any
) -> None:
    for body, code, version in ((CLAIMS_277CA, "277", "005010X214"), (REJECTED_999, "999", "005010X231A1")):
        changed = data.draw(disturbed(body))
        found, skipped = acknowledge.read(interchange(changed, code=code, version=version))
        assert found.height or skipped or code == "277"
        assert found["accepted"].null_count() == found["code"].null_count() == 0
