"""Requests for review read back the same when they are written."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from claimkeep.engine.terms.errors import X12Error
from claimkeep.engine.terms.review import review_request
from claimkeep.engine.x12 import review_278
from claimkeep.engine.x12.judge import check
from tests.engine.x12.both_ways import CENTS, CODE, DAY, NAME, NPI, SENT, differing, maybe

Row = dict[str, Any]


def party(draw: st.DrawFn, who: str, entity: str) -> Row:
    return {
        f"{who}_entity": entity,
        f"{who}_entity_type": "2",
        f"{who}_last_name": draw(NAME),
        f"{who}_id_qualifier": "XX" if "provider" in who else "PI",
        f"{who}_id": NPI if "provider" in who else draw(CODE),
    }


def person(draw: st.DrawFn, who: str) -> Row:
    return {
        f"{who}_last_name": draw(NAME),
        f"{who}_first_name": draw(maybe(NAME)),
        f"{who}_address1": draw(maybe(NAME)),
        f"{who}_city": "CITYNAME",
        f"{who}_state": "FL",
        f"{who}_zip": "334130001",
        f"{who}_birth_day": draw(maybe(DAY)),
    }


def period(draw: st.DrawFn, column: str) -> Row:
    first, days = draw(maybe(DAY)), draw(maybe(st.integers(0, 400)))
    return {column: first, f"{column}_to": first + timedelta(days=days) if first and days is not None else None}


@st.composite
def requests(draw: st.DrawFn) -> pl.DataFrame:
    rows: list[Row] = []
    for at in range(draw(st.integers(1, 3))):
        event = party(draw, "reviewer", "X3") | party(draw, "provider", "1P") | person(draw, "subscriber")
        event |= {"subscriber_id_qualifier": "MI", "subscriber_member_id": draw(CODE), "reference": f"REFERENCE{at}"}
        event |= {"provider_contact_name": draw(maybe(NAME)), "subscriber_group_number": draw(maybe(CODE))}
        if draw(st.booleans()):
            event |= person(draw, "dependent") | {"dependent_relationship": draw(maybe(st.just("19")))}
        number = draw(maybe(CODE))
        place = draw(maybe(st.just("11")))
        quantity = draw(maybe(st.integers(1, 10**6)))
        event |= {"trace_number": number, "trace_origin": number and "9ORIGINATE"}
        event |= {"request_category": "HS", "certification_type": "I", "service_type": draw(maybe(st.just("1")))}
        event |= {"place_of_service": place, "place_qualifier": place and "B"}
        event |= {"quantity_milli": quantity, "quantity_qualifier": quantity and "VS", "message": draw(maybe(NAME))}
        event |= {"admission_day": draw(maybe(DAY)), "accident_day": draw(maybe(DAY))} | period(draw, "event_day")
        for n in range(1, draw(st.integers(0, 12)) + 1):
            event |= {f"diagnosis{n}_qualifier": "ABF" if n > 1 else "ABK", f"diagnosis{n}": f"E11{n}"}
        if draw(st.booleans()):
            event |= party(draw, "event_provider", "SJ")
        rows.append(event | {"level": "event"})
        for _ in range(draw(st.integers(0, 3))):
            service = {"level": "service", "procedure_code": draw(CODE), "procedure_qualifier": "HC"}
            service |= {"revenue_code": draw(maybe(st.just("0450"))), "modifier1": draw(maybe(st.just("25")))}
            service |= {"charge_cents": draw(maybe(CENTS)), "unit_basis": "UN", "units_milli": 1000}
            service |= {"service_message": draw(maybe(NAME))} | period(draw, "service_day")
            if draw(st.booleans()):
                service |= party(draw, "service_provider", "SJ")
            rows.append(event | service)
    return review_request.frame(rows)


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(requests())
def test_a_request_that_is_written_is_valid_and_reads_back_the_same(table: pl.DataFrame) -> None:
    data = review_278.write(table, **SENT)
    assert check(data).verdict == "valid"
    back, skipped = review_278.read(data)
    assert skipped == ()
    assert differing(table, back) == []
    assert review_278.write(back, **SENT) == data


EVENT: Row = {
    "level": "event",
    "reviewer_last_name": "PAYERNAME",
    "reviewer_id": "PAYERID",
    "provider_last_name": "PROVIDERNAME",
    "provider_id": NPI,
    "provider_contact_phone": "5555550100",
    "subscriber_last_name": "LASTNAME",
    "subscriber_first_name": "FIRSTNAME",
    "subscriber_member_id": "MEMBERID",
    "request_category": "HS",
    "certification_type": "I",
    "place_of_service": "22",
    "event_day": date(2026, 1, 2),
    "diagnosis1_qualifier": "ABK",
    "diagnosis1": "E119",
    "diagnosis2": "I10",
}
SERVICE: Row = {"level": "service", "procedure_qualifier": "HC", "procedure_code": "99213", "charge_cents": 10000}


def a_request() -> pl.DataFrame:
    """An event with two services, one of them of an institution, and an event of another subscriber."""
    other = EVENT | {"subscriber_member_id": "OTHERID"}
    return review_request.frame([EVENT, EVENT | SERVICE, EVENT | SERVICE | {"revenue_code": "0450"}, other])


def test_each_event_has_a_set_of_its_own_and_its_services_below() -> None:
    data = review_278.write(a_request(), **SENT)
    assert data.count(b"~ST*278*") == 2 and data.count(b"~HL*") == 6 + 4
    event = b"~HL*4*3*EV*1~UM*HS*I**22:B~DTP*AAH*D8*20260102~HI*ABK:E119*ABF:I10~"
    assert event + b"HL*5*4*SS*0~SV1*HC:99213*100~HL*6*4*SS*0~SV2*0450*HC:99213*100~SE*" in data
    assert b"~BHT*0007*13*0000000070001*20260102*0304~" in data and b"*0000000070002*" in data
    assert b"~NM1*1P*2*PROVIDERNAME*****XX*1234567893~PER*IC**TE*5555550100~" in data


REFUSED: dict[str, tuple[int, Row, str, int | None]] = {
    "a separator": (0, {"reviewer_last_name": "SECRET*"}, "NM1", 3),
    "a component separator": (1, {"procedure_code": "SECRET:"}, "SV1", 1),
    "a control character": (3, {"diagnosis2": "SECRET\n"}, "HI", 2),
    "no member id": (3, {"subscriber_member_id": None}, "NM1", 8),
    "no category": (3, {"request_category": None}, "UM", 1),
    "an NPI that is none": (3, {"provider_id": "1234567890"}, "NM1", 9),
    "a service in an event": (0, {"procedure_code": "99213"}, "", None),
    "a service of another event": (1, {"message": "OTHER"}, "", None),
    "a level there is not": (0, {"level": "SECRET"}, "", None),
    "no level": (0, {"level": None}, "", None),
    "a last day alone": (1, {"service_day_to": date(2026, 1, 1)}, "DTP", 3),
    "a qualifier of no diagnosis": (0, {"diagnosis3_qualifier": "ABF"}, "HI", 3),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_written_is_refused_with_its_place_and_without_its_value(name: str) -> None:
    row, change, segment, element = REFUSED[name]
    table = a_request()
    last = pl.int_range(pl.len()) == row
    with pytest.raises(X12Error) as refused:
        review_278.write(
            table.with_columns(
                pl.when(last).then(pl.lit(value, dtype=table.schema[key])).otherwise(key).alias(key)
                for key, value in change.items()
            ),
            **SENT,
        )
    place = refused.value.place
    assert place is not None and "SECRET" not in str(refused.value)
    if segment:
        assert (place.segment_id, place.element) == (segment, element)


def test_no_row_at_all_is_refused() -> None:
    with pytest.raises(X12Error):
        review_278.write(review_request.frame(), **SENT)


def test_an_answer_of_a_reviewer_is_told_as_such() -> None:
    data = review_278.write(a_request(), **SENT).replace(b"BHT*0007*13*0000000070001", b"BHT*0007*11*0000000070001")
    read, skipped = review_278.read(data)
    assert [(one.place.transaction, one.reason) for one in skipped] == [
        (1, "the transaction set answers a request for review")
    ]
    assert read["subscriber_member_id"].to_list() == ["OTHERID"]


def test_providers_destinations_and_other_reviewers_of_an_event_are_told_apart() -> None:
    table = a_request().with_columns(event_provider_last_name=pl.lit("FIRSTPROVIDER"))
    data = review_278.write(table, **SENT)
    name = b"NM1*SJ*2*FIRSTPROVIDER~"
    others = b"NM1*FS*2*DESTINATION~N3*STREET~N4*CITYNAME*FL*33413~NM1*CA*2*OTHERREVIEWER~"
    assert data.count(name) == 2
    for said in (others + name, name + b"NM1*71*1*SECONDPROVIDER~" + others):
        read, _ = review_278.read(counted(data.replace(name, said), said.count(b"~") - name.count(b"~")))
        assert set(read.filter(level="event")["event_provider_last_name"].drop_nulls()) == {"FIRSTPROVIDER"}


def counted(data: bytes, more: int) -> bytes:
    """The interchange with so many segments more told in each SE."""
    return re.sub(rb"~SE\*(\d+)\*", lambda se: b"~SE*%d*" % (int(se[1]) + more), data)
