"""Questions about coverage and their answers read back the same when they are written."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from claimkeep.engine.terms.eligibility import benefit, inquiry
from claimkeep.engine.terms.errors import X12Error
from claimkeep.engine.x12 import eligibility_270, eligibility_271
from claimkeep.engine.x12.judge import check
from tests.engine.x12.both_ways import CENTS, CODE, DAY, NAME, NPI, OTHERS, SENT, differing, maybe

Row = dict[str, Any]

TYPES = st.lists(st.sampled_from(["30", "98", "1", "MH"]), min_size=1, max_size=3)
RELATIONSHIP = st.sampled_from(["01", "19"])


def payer(draw: st.DrawFn) -> Row:
    return {
        "payer_entity": "PR",
        "payer_entity_type": "2",
        "payer_name": draw(NAME),
        "payer_id_qualifier": "PI",
        "payer_id": draw(CODE),
    }


def provider(draw: st.DrawFn) -> Row:
    return {
        "provider_entity": "1P",
        "provider_entity_type": "1",
        "provider_last_name": draw(NAME),
        "provider_first_name": draw(maybe(NAME)),
        "provider_id_qualifier": "XX",
        "provider_id": NPI,
    }


def person(draw: st.DrawFn, who: str) -> Row:
    return {
        f"{who}_last_name": draw(NAME),
        f"{who}_first_name": draw(maybe(NAME)),
        f"{who}_middle_name": draw(maybe(NAME)),
        f"{who}_suffix": draw(maybe(st.just("JR"))),
        f"{who}_address1": draw(maybe(NAME)),
        f"{who}_city": "CITYNAME",
        f"{who}_state": "FL",
        f"{who}_zip": "334130001",
        f"{who}_birth_day": draw(maybe(DAY)),
        f"{who}_sex": draw(maybe(st.just("F"))),
    }


def subscriber(draw: st.DrawFn) -> Row:
    return person(draw, "subscriber") | {
        "subscriber_entity_type": "1",
        "subscriber_id_qualifier": "MI",
        "subscriber_member_id": draw(CODE),
        "subscriber_group_number": draw(maybe(CODE)),
    }


def trace(draw: st.DrawFn) -> Row:
    number = draw(maybe(CODE))
    return {"trace_number": number, "trace_origin": number and "9ORIGINATE"}


def period(draw: st.DrawFn, column: str) -> Row:
    first, days = draw(maybe(DAY)), draw(maybe(st.integers(0, 400)))
    return {column: first, f"{column}_to": first + timedelta(days=days) if first and days is not None else None}


def procedure(draw: st.DrawFn, code: str | None) -> Row:
    found: Row = {"procedure_code": code, "procedure_qualifier": code and "HC"}
    return found | ({"modifier1": draw(maybe(st.just("25")))} if code else {})


def authorization(draw: st.DrawFn) -> Row:
    number = draw(maybe(CODE))
    return {"authorization_number": number, "authorization_qualifier": number and draw(st.sampled_from(["9F", "G1"]))}


@st.composite
def questions(draw: st.DrawFn) -> pl.DataFrame:
    rows: list[Row] = []
    for at in range(draw(st.integers(1, 2))):
        top = {"reference": f"REFERENCE{at}"} | payer(draw)
        for _ in range(draw(st.integers(1, 2))):
            asker = top | provider(draw)
            for _ in range(draw(st.integers(1, 2))):
                who = asker | subscriber(draw) | {"subscriber_ssn": draw(maybe(st.just("123456789")))}
                if draw(st.booleans()):
                    who |= person(draw, "dependent") | {"level": "dependent"}
                    who |= {"dependent_relationship": draw(maybe(RELATIONSHIP))}
                else:
                    who |= {"level": "subscriber"}
                who |= trace(draw) | period(draw, "service_day")
                if draw(st.integers(0, 4)) == 0:
                    rows.append(who)
                for _ in range(draw(st.integers(0 if rows else 1, 2))):
                    types = draw(maybe(TYPES))
                    asked = {"service_types": types} | authorization(draw) | period(draw, "inquiry_day")
                    asked |= procedure(draw, draw(maybe(CODE)) if types else draw(CODE))
                    asked |= {"place_of_service": draw(maybe(st.just("11")))}
                    if who["level"] == "subscriber":
                        asked |= {"coverage_level": draw(maybe(st.just("FAM")))}
                    # a person about whom something certain is asked has no row of its own beside
                    rows = [row for row in rows if row is not who]
                    rows.append(who | asked)
    return inquiry.frame(rows)


REFUSAL = st.fixed_dictionaries(
    {"request_valid": st.sampled_from("YN"), "reject_reason": st.just("42"), "follow_up": st.just("R")}
)


@st.composite
def answers(draw: st.DrawFn) -> pl.DataFrame:
    rows: list[Row] = []
    benefits = 0
    for at in range(draw(st.integers(1, 2))):
        top = {"reference": f"REFERENCE{at}"} | payer(draw)
        if draw(st.integers(0, 4)) == 0:
            rows.append(top | draw(REFUSAL) | {"kind": "refusal", "level": "payer"})
        asker = top | provider(draw)
        if draw(st.integers(0, 4)) == 0:
            rows.append(asker | draw(REFUSAL) | {"reject_reason": "43", "kind": "refusal", "level": "provider"})
        for _ in range(draw(st.integers(0 if rows else 1, 2))):
            who = asker | subscriber(draw) | {"level": "subscriber"}
            if draw(st.booleans()):
                who |= person(draw, "dependent") | {"level": "dependent"}
                who |= {"dependent_relationship": draw(maybe(RELATIONSHIP))}
            who |= trace(draw)
            days = ("plan_begin_day", "plan_end_day", "eligibility_begin_day", "eligibility_end_day")
            who |= {name: draw(maybe(DAY)) for name in days}
            is_refused = draw(st.booleans())
            if is_refused:
                rows.append(
                    who
                    | draw(REFUSAL)
                    | {"reject_reason": "75" if who["level"] == "subscriber" else "71", "kind": "refusal"}
                )
            for _ in range(draw(st.integers(0 if is_refused else 1, 2))):
                own = who | {"benefit_row": benefits, "kind": "benefit"} | covered(draw)
                benefits += 1
                rows.append(own)
                if draw(st.integers(0, 4)) == 0:
                    rows.append(own | draw(REFUSAL) | {"reject_reason": "15", "kind": "refusal"})
    return benefit.frame(rows)


def covered(draw: st.DrawFn) -> Row:
    quantity, related = draw(maybe(st.integers(1, 10**6))), draw(st.booleans())
    return (
        authorization(draw)
        | procedure(draw, draw(maybe(CODE)))
        | {
            "information_code": draw(st.sampled_from(["1", "A", "B", "C"])),
            "coverage_level": draw(maybe(st.just("IND"))),
            "service_types": draw(maybe(TYPES)),
            "insurance_type": draw(maybe(st.just("HM"))),
            "plan_name": draw(maybe(NAME)),
            "time_period": draw(maybe(st.just("27"))),
            "amount_cents": draw(maybe(CENTS)),
            "share_millionths": draw(maybe(st.integers(0, 10**6))),
            "quantity_qualifier": quantity and "VS",
            "quantity_milli": quantity,
            "authorization_required": draw(maybe(st.just("Y"))),
            "in_network": draw(maybe(st.just("W"))),
            "benefit_begin_day": draw(maybe(DAY)),
            "benefit_end_day": draw(maybe(DAY)),
            "place_of_service": draw(maybe(st.just("11"))),
            "messages": draw(maybe(st.lists(NAME, min_size=1, max_size=3))),
            "related_entity": "PR" if related else None,
            "related_entity_type": "2" if related else None,
            "related_last_name": draw(NAME) if related else None,
            "related_id_qualifier": "PI" if related else None,
            "related_id": draw(CODE) if related else None,
        }
    )


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(questions())
def test_a_question_that_is_written_is_valid_and_reads_back_the_same(table: pl.DataFrame) -> None:
    assert_returns(eligibility_270, table)


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(answers())
def test_an_answer_that_is_written_is_valid_and_reads_back_the_same(table: pl.DataFrame) -> None:
    assert_returns(eligibility_271, table)


def assert_returns(reader: Any, table: pl.DataFrame) -> None:
    data = reader.write(table, **SENT)
    assert check(data).verdict == "valid"
    back, skipped = reader.read(data)
    assert skipped == ()
    assert differing(table, back) == []
    assert reader.write(back, **SENT) == data


ASKED: Row = {
    "level": "subscriber",
    "reference": "REFERENCE",
    "payer_name": "PAYERNAME",
    "payer_id": "PAYERID",
    "provider_last_name": "PROVIDERNAME",
    "provider_id": NPI,
    "trace_number": "TRACENUMBER",
    "trace_origin": "9ORIGINATE",
    "subscriber_last_name": "LASTNAME",
    "subscriber_first_name": "FIRSTNAME",
    "subscriber_member_id": "MEMBERID",
    "subscriber_birth_day": date(1980, 5, 1),
    "service_day": date(2026, 1, 2),
}
CHILD: Row = {
    "level": "dependent",
    "dependent_last_name": "LASTNAME",
    "dependent_birth_day": date(2020, 5, 1),
    "dependent_relationship": "19",
}


def a_question() -> pl.DataFrame:
    """A subscriber is asked about twice, the child once, and another subscriber without saying for what."""
    other = {"subscriber_member_id": "OTHERID"}
    return inquiry.frame(
        [
            ASKED | {"service_types": ["30"]},
            ASKED | {"procedure_code": "99213", "modifier1": "25", "inquiry_day": date(2026, 2, 1)},
            ASKED | CHILD | {"service_types": ["30", "98"]},
            ASKED | other,
        ]
    )


def test_a_question_says_each_person_once_and_what_is_asked_below() -> None:
    data = eligibility_270.write(a_question(), **SENT)
    subscriber = b"NM1*IL*1*LASTNAME*FIRSTNAME****MI*MEMBERID~DMG*D8*19800501~"
    asked = b"DTP*291*D8*20260102~EQ*30~EQ**HC:99213:25~DTP*291*D8*20260201~"
    assert b"~HL*3*2*22*0~TRN*1*TRACENUMBER*9ORIGINATE~" + subscriber + asked in data
    child = b"TRN*1*TRACENUMBER*9ORIGINATE~NM1*03*1*LASTNAME~DMG*D8*20200501~INS*N*19~DTP*291*D8*20260102~EQ*30^98~"
    assert b"~HL*4*2*22*1~" + subscriber + b"HL*5*4*23*0~" + child in data
    assert b"~HL*6*2*22*0~" in data and data.count(b"~HL*") == 6
    back, _ = eligibility_270.read(data)
    assert back["service_types"].to_list() == [["30"], None, ["30", "98"], None]
    assert back["level"].to_list() == ["subscriber", "subscriber", "dependent", "subscriber"]


def an_answer() -> pl.DataFrame:
    """A benefit with a refusal under it, another with all that stands below, and a refusal about the child."""
    told = {name: value for name, value in ASKED.items() if name != "service_day"}
    first = told | {"kind": "benefit", "benefit_row": 0, "information_code": "1", "service_types": ["30"]}
    second = first | {
        "benefit_row": 1,
        "messages": ["FIRST", "SECOND"],
        "related_entity": "PR",
        "related_last_name": "N",
    }
    refusal = {"kind": "refusal", "request_valid": "N", "reject_reason": "15", "follow_up": "C"}
    child = told | CHILD | refusal | {"reject_reason": "67"}
    return benefit.frame([first, first | refusal, second, child])


def test_an_answer_has_its_refusals_and_messages_where_the_guide_has_them() -> None:
    data = eligibility_271.write(an_answer(), **SENT)
    benefits = b"~EB*1**30~AAA*N**15*C~EB*1**30~MSG*FIRST~MSG*SECOND~LS*2120~NM1*PR*2*N~LE*2120~HL*4*2*22*1~"
    assert benefits in data
    assert b"~NM1*03*1*LASTNAME~AAA*N**67*C~DMG*D8*20200501~INS*N*19~SE*" in data


def changed(table: pl.DataFrame, row: int, change: Row) -> pl.DataFrame:
    return table.with_columns(
        pl.when(pl.int_range(pl.len()) == row).then(pl.lit(value, dtype=table.schema[name])).otherwise(name).alias(name)
        for name, value in change.items()
    )


REFUSED: dict[str, tuple[Callable[[], pl.DataFrame], int, Row, str, int | None]] = {
    "a separator": (a_question, 0, {"payer_name": "SECRET*"}, "NM1", 3),
    "a separator in a list": (a_question, 2, {"service_types": ["30", "SECRET^"]}, "EQ", 1),
    "a component separator": (a_question, 1, {"procedure_code": "SECRET:"}, "EQ", 2),
    "a blank in a list": (a_question, 2, {"service_types": ["30", " "]}, "", None),
    "an empty list": (a_question, 2, {"service_types": []}, "", None),
    "a service type there is not": (a_question, 0, {"service_types": ["ZZ"]}, "EQ", 1),
    "a modifier of no procedure": (a_question, 1, {"procedure_code": None}, "EQ", 2),
    "no origin of a trace": (a_question, 0, {"trace_origin": None}, "TRN", 3),
    "an NPI that is none": (a_question, 3, {"provider_id": "1234567890"}, "NM1", 9),
    "a dependent of a row about the subscriber": (a_question, 0, {"dependent_last_name": "SECRET"}, "", None),
    "a level there is not": (a_question, 0, {"level": "payer"}, "", None),
    "a last day alone": (a_question, 0, {"inquiry_day_to": date(2026, 1, 1)}, "DTP", 3),
    "a terminator in a message": (an_answer, 2, {"messages": ["SECRET~"]}, "MSG", 1),
    "a benefit that says nothing": (an_answer, 2, {"information_code": None}, "EB", 1),
    "a benefit that is refused": (an_answer, 2, {"reject_reason": "15"}, "", None),
    "a refusal that says nothing": (
        an_answer,
        3,
        {"request_valid": None, "reject_reason": None, "follow_up": None},
        "",
        None,
    ),
    "a refusal that follows another benefit": (an_answer, 1, {"benefit_row": 1, "plan_name": "OTHER"}, "", None),
    "a refusal above a benefit that says one": (an_answer, 3, {"information_code": "1"}, "", None),
    "a benefit that stands twice": (an_answer, 2, {"benefit_row": 0}, "", None),
    "a benefit without a number": (an_answer, 2, {"benefit_row": None}, "", None),
    "a benefit of nobody": (an_answer, 0, {"level": "provider"}, "", None),
    "neither a benefit nor a refusal": (an_answer, 0, {"kind": "SECRET"}, "", None),
    "no level": (an_answer, 0, {"level": None}, "", None),
    "a share no percentage can be": (an_answer, 0, {"share_millionths": 10**18}, "", None),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_written_is_refused_with_its_place_and_without_its_value(name: str) -> None:
    table, row, change, segment, element = REFUSED[name]
    writer: Any = eligibility_270 if table is a_question else eligibility_271
    writer.write(table(), **SENT)
    with pytest.raises(X12Error) as refused:
        writer.write(changed(table(), row, change), **SENT)
    place = refused.value.place
    assert place is not None and "SECRET" not in str(refused.value)
    if segment:
        assert (place.segment_id, place.element) == (segment, element)


def test_no_row_at_all_is_refused() -> None:
    for reader, shape in ((eligibility_270, inquiry), (eligibility_271, benefit)):
        with pytest.raises(X12Error):
            reader.write(shape.frame(), **SENT)


_MISCOUNTED = "SE01 is not the number of segments that are there"
UNREAD = {
    "Inteligenz_Example_3_1_2.txt": _MISCOUNTED,
    "Inteligenz_ValidationForDependentBenefitInfo.txt": _MISCOUNTED,
    "Inteligenz_ValidationForDependentName.txt": _MISCOUNTED,
    "Inteligenz_ValidationForReceiverName.txt": _MISCOUNTED,
    "Inteligenz_ValidationForSourceName.txt": _MISCOUNTED,
    "Inteligenz_ValidationForSubscriberBenefitInfo.txt": _MISCOUNTED,
    "Inteligenz_ValidationForSubscriberName.txt": _MISCOUNTED,
    "Inteligenz_ValidationOnAll.txt": _MISCOUNTED,
}
_NOT_REPEATED = "the value holds a separator"
UNWRITTEN = {"2-Inteligenz_Example_3_1_2.txt": _NOT_REPEATED, "Inteligenz_Example_3_2_2.txt": _NOT_REPEATED}
"""ISA11 of these is no repetition separator, so the ^ in their EB03 is part of a value."""


@pytest.mark.skipif(not OTHERS.exists(), reason="files of other projects are not part of this repository")
@pytest.mark.parametrize(("folder", "reader"), [("270", eligibility_270), ("271", eligibility_271)])
def test_every_file_of_others_reads_writes_and_reads_the_same(folder: str, reader: Any) -> None:
    for file in sorted((OTHERS / folder).iterdir()):
        read, skipped = reader.read(file.read_bytes())
        if file.name in UNREAD:
            assert read.is_empty() and UNREAD[file.name] in skipped[0].reason
        elif file.name in UNWRITTEN:
            with pytest.raises(X12Error, match=UNWRITTEN[file.name]):
                reader.write(read, **SENT)
        else:
            assert differing(read, reader.read(reader.write(read, **SENT))[0]) == [], file.name
