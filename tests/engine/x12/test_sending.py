"""What every writer shares: the envelope, the levels, and the last look before anything is given."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import polars as pl
import pytest

from claimkeep.engine.terms.errors import X12Error
from claimkeep.engine.x12 import claim_status_277, eligibility_270, eligibility_271, envelope
from claimkeep.engine.x12.write import Around, ControlNumbers, Party
from claimkeep.engine.x12.writing.outline import Outline, Step
from claimkeep.engine.x12.writing.sending import send, whole
from tests.engine.x12.both_ways import SENT
from tests.engine.x12.test_claim_status_both_ways import an_acknowledgment, changed
from tests.engine.x12.test_eligibility_both_ways import a_question, an_answer


@pytest.mark.parametrize(
    "change",
    [
        {"id": "S"},
        {"id": "SIXTEENCHARACTER"},
        {"id": "SENDER*"},
        {"id": "SENDER "},
        {"id": "ÉMETTEUR"},
        {"qualifier": "Z"},
        {"group_code": "GROUP~"},
        {"group_code": "GROUP\n"},
    ],
    ids=repr,
)
def test_a_party_that_cannot_stand_in_an_envelope_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(X12Error) as refused:
        replace(Party("SENDERID"), **change)
    assert refused.value.place is not None and refused.value.place.field == next(iter(change))


@pytest.mark.parametrize("numbers", [(0, 1), (10**9, 1), (1, 0), (1, 10**9)])
def test_a_control_number_has_one_to_nine_digits(numbers: tuple[int, int]) -> None:
    with pytest.raises(X12Error):
        ControlNumbers(*numbers)


def test_a_usage_is_test_or_production() -> None:
    with pytest.raises(X12Error):
        eligibility_270.write(a_question(), **SENT, usage="X")


def test_the_header_says_who_sends_to_whom_when_and_under_which_numbers() -> None:
    data = eligibility_270.write(a_question(), **SENT, usage="P")
    isa = b"*ZZ*SENDERID       *30*RECEIVERID     *260102*0304*^*00501*000000007*0*P*:~"
    assert isa in data and b"~GS*HS*SENDERID*GROUPRECEIVER*20260102*0304*8*X*005010X279A1~" in data
    found = envelope.read(data).interchanges[0]
    assert found.usage == "P" and found.groups[0].control_number == "8"


def test_nothing_that_our_judge_refuses_is_given() -> None:
    around = Around(**SENT)
    body = eligibility_270.write(a_question(), **SENT).decode().partition("~ST*270*0001*005010X279A1~")[2]
    body = body.partition("SE*")[0]
    assert send(around, "HS", "005010X279A1", [whole("270", 1, "005010X279A1", body)])
    wrong = whole("270", 1, "005010X279A1", body.replace("EQ*30~", "EQ*ZZ~", 1))
    with pytest.raises(X12Error) as refused:
        send(around, "HS", "005010X279A1", [wrong])
    place = refused.value.place
    assert place is not None
    assert (place.transaction, place.segment_id, place.element, place.loop) == (1, "EQ", 1, "2110C")
    with pytest.raises(X12Error):
        send(around, "HS", "005010X279A1", [])


def test_a_table_that_lacks_a_column_is_refused_by_its_name() -> None:
    with pytest.raises(X12Error) as refused:
        eligibility_270.write(a_question().drop("payer_id"), **SENT)
    assert refused.value.place is not None and refused.value.place.field == "payer_id"


def test_a_column_of_the_callers_own_is_no_hindrance() -> None:
    table = a_question().insert_column(0, pl.Series("file", ["FILE"] * a_question().height))
    assert eligibility_270.write(table, **SENT) == eligibility_270.write(a_question(), **SENT)


def test_a_value_of_a_level_that_the_row_does_not_reach_is_refused() -> None:
    with pytest.raises(X12Error) as refused:
        claim_status_277.write(changed(an_acknowledgment(), 0, {"provider_last_name": "SECRETVALUE"}), **SENT)
    assert refused.value.place is not None and refused.value.place.field == "provider_last_name"
    assert "SECRET" not in str(refused.value)


def test_a_level_begins_again_where_what_it_says_would_come_too_late() -> None:
    outline = Outline()
    top, low = Step("A", "A~", code="20"), Step("B", "B~", tail="C~", code="21")
    outline.add([top, low], "1~")
    outline.add([top, low], "2~")
    outline.add([top, low, Step("D", "D~")])
    outline.add([top, low, Step("E", "E~", code="22", says_children=False)])
    outline.add([top, low], "3~")
    outline.add([top, low, Step("D", "D~")])
    first = "HL*1**20*1~A~HL*2*1*21*1~B~1~2~C~D~HL*3*2*22~E~"
    assert outline.text() == first + "HL*4*1*21*0~B~3~C~D~"


def test_a_refusal_that_comes_after_the_benefits_of_a_person_keeps_its_place() -> None:
    told = an_answer()
    late = told.filter(level="dependent").with_columns(
        pl.lit("subscriber").alias("level"),
        *(pl.lit(None, told.schema[name]).alias(name) for name in told.columns if name.startswith("dependent")),
        pl.lit("75").alias("reject_reason"),
    )
    table = pl.concat([told.filter(level="subscriber"), late])
    data = eligibility_271.write(table, **SENT)
    assert data.count(b"~NM1*IL*") == 2
    back, _ = eligibility_271.read(data)
    assert back.select("kind", "reject_reason").rows()[-1] == ("refusal", "75")
