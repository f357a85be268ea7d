"""Eligibility, 005010X279A1 (270, 271): where each column of the inquiry and benefit tables stands."""

from __future__ import annotations

from claimkeep.engine.x12.columns import At, Kind, SegmentAt
from claimkeep.engine.x12.loops import HEADER, Opens

VERSION = "005010X279A1"
_G = f"{VERSION} "

_PARENTS = frozenset({HEADER, "2000A", "2000B", "2000C", "2000D", "2110"})


def _level(loop: str, code: str) -> Opens:
    return Opens(loop, "HL", _PARENTS, 3, frozenset({code}), is_parent=True)


LOOPS: tuple[Opens, ...] = (
    _level("2000A", "20"),
    _level("2000B", "21"),
    _level("2000C", "22"),
    _level("2000D", "23"),
    Opens("2100A", "NM1", frozenset({"2000A"})),
    Opens("2100B", "NM1", frozenset({"2000B"})),
    Opens("2100C", "NM1", frozenset({"2000C"})),
    Opens("2100D", "NM1", frozenset({"2000D"})),
    Opens("2110", "EB", frozenset({"2000C", "2000D", "2110"}), is_parent=True),
    Opens("2115", "III", frozenset({"2110"})),
    Opens("2120", "NM1", frozenset({"2110"})),
)
"""Which segment begins which loop of an answer; 2110C and 2110D are one loop here, told apart by the level above."""

QUESTION_LOOPS: tuple[Opens, ...] = (
    *LOOPS[:8],
    Opens("2110", "EQ", frozenset({"2000C", "2000D", "2110"}), is_parent=True),
)
"""Which segment begins which loop of a question."""


def _text(column: str, element: int, place: str, component: int = 0) -> At:
    return At(column, element, _G + place, component)


def _period(loop: str, qualifier: str, first: str, last: str, unless: str = "") -> SegmentAt:
    at = At(first, 3, f"{_G}{loop} DTP03 {qualifier}", kind=Kind.PERIOD, until=last, unless=unless)
    return SegmentAt(loop, "DTP", (at,), {1: (qualifier,)})


def _day(loop: str, qualifier: str, column: str) -> SegmentAt:
    at = At(column, 3, f"{_G}{loop} DTP03 {qualifier}", kind=Kind.DAY)
    return SegmentAt(loop, "DTP", (at,), {1: (qualifier,)}, {(2, 0): "D8"})


def _begun_and_ended(loop: str, begins: str, ends: str, both: str, name: str) -> tuple[SegmentAt, ...]:
    """A begin and an end of their own, before a period that says both; what is written has them on their own."""
    first, last = f"{name}_begin_day", f"{name}_end_day"
    return _day(loop, begins, first), _day(loop, ends, last), _period(loop, both, first, last, unless=first)


def periods(loop: str) -> tuple[SegmentAt, ...]:
    """Days of plan and eligibility."""
    plan = _begun_and_ended(loop, "346", "347", "291", "plan")
    return (*plan, *_begun_and_ended(loop, "356", "357", "307", "eligibility"))


def trace(loop: str, kind: str) -> SegmentAt:
    """The trace of the question (TRN01 is 1), given back (2); in an answer, TRN01 1 is a trace of the payer's own."""
    at = (_text("trace_number", 2, f"{loop} TRN02"), _text("trace_origin", 3, f"{loop} TRN03"))
    return SegmentAt(loop, "TRN", at, {1: (kind,)})


def _identified(loop: str, column: str, qualifier: str) -> tuple[At, At]:
    """NM108 and NM109. column : the id; its qualifier stands in a column of its own"""
    who = column.removesuffix("_member_id").removesuffix("_id")
    said = At(f"{who}_id_qualifier", 8, f"{_G}{loop} NM108", absent=qualifier, beside=column)
    return said, _text(column, 9, f"{loop} NM109")


def _named(loop: str, who: str) -> tuple[At, ...]:
    """The names of a person."""
    names = {"last_name": 3, "first_name": 4, "middle_name": 5, "suffix": 7}
    return tuple(_text(f"{who}_{name}", at, f"{loop} NM1{at:02}") for name, at in names.items())


def _entity(loop: str, who: str, entity: str, kind: str) -> tuple[At, At]:
    """NM101 and NM102: in what part somebody stands, and whether it is a person (1) or not (2)."""
    return (
        At(f"{who}_entity", 1, f"{_G}{loop} NM101", absent=entity),
        At(f"{who}_entity_type", 2, f"{_G}{loop} NM102", absent=kind),
    )


def _reference(loop: str, qualifier: str, column: str) -> SegmentAt:
    return SegmentAt(loop, "REF", (_text(column, 2, f"{loop} REF02 {qualifier}"),), {1: (qualifier,)})


def _address(loop: str, who: str) -> tuple[SegmentAt, SegmentAt]:
    street = (_text(f"{who}_address1", 1, f"{loop} N301"), _text(f"{who}_address2", 2, f"{loop} N302"))
    city = tuple(_text(f"{who}_{name}", at, f"{loop} N4{at:02}") for at, name in enumerate(("city", "state", "zip"), 1))
    return SegmentAt(loop, "N3", street), SegmentAt(loop, "N4", city)


def _born(loop: str, who: str) -> SegmentAt:
    at = (
        At(f"{who}_birth_day", 2, f"{_G}{loop} DMG02", kind=Kind.DAY, qualifier=(1, ("D8",))),
        _text(f"{who}_sex", 3, f"{loop} DMG03"),
    )
    return SegmentAt(loop, "DMG", at)


HEAD = (SegmentAt(HEADER, "BHT", (_text("reference", 3, "BHT03"),)),)
"""What the whole set says."""

PAYER = (
    SegmentAt(
        "2100A",
        "NM1",
        (
            *_entity("2100A", "payer", "PR", "2"),
            _text("payer_name", 3, "2100A NM103"),
            *_identified("2100A", "payer_id", "PI"),
        ),
    ),
)

PROVIDER = (
    SegmentAt(
        "2100B",
        "NM1",
        (
            *_entity("2100B", "provider", "1P", "2"),
            _text("provider_last_name", 3, "2100B NM103"),
            _text("provider_first_name", 4, "2100B NM104"),
            *_identified("2100B", "provider_id", "XX"),
        ),
    ),
)

SUBSCRIBER_NAME = SegmentAt(
    "2100C",
    "NM1",
    (
        At("subscriber_entity_type", 2, f"{_G}2100C NM102", absent="1"),
        *_named("2100C", "subscriber"),
        *_identified("2100C", "subscriber_member_id", "MI"),
    ),
    constant={(1, 0): "IL"},
)

SUBSCRIBER_HEAD = (
    SUBSCRIBER_NAME,
    _reference("2100C", "6P", "subscriber_group_number"),
    *_address("2100C", "subscriber"),
)
"""A subscriber up to where an answer may be refused."""

SUBSCRIBER_TAIL = (_born("2100C", "subscriber"),)

ASKED_SUBSCRIBER = (
    *SUBSCRIBER_HEAD[:2],
    _reference("2100C", "SY", "subscriber_ssn"),
    *SUBSCRIBER_HEAD[2:],
    *SUBSCRIBER_TAIL,
)
"""A subscriber as a question has it."""

DEPENDENT_HEAD = (
    SegmentAt("2100D", "NM1", _named("2100D", "dependent"), constant={(1, 0): "03", (2, 0): "1"}),
    *_address("2100D", "dependent"),
)

DEPENDENT_TAIL = (
    _born("2100D", "dependent"),
    SegmentAt("2100D", "INS", (_text("dependent_relationship", 2, "2100D INS02"),), constant={(1, 0): "N"}),
)


def asked_on(loop: str) -> SegmentAt:
    """The day a question is about; 2110 has one of its own."""
    first = "inquiry_day" if loop == "2110" else "service_day"
    return _period(loop, "291", first, f"{first}_to")


SUBSCRIBER = (trace("2000C", "2"), *SUBSCRIBER_HEAD, *SUBSCRIBER_TAIL, *periods("2100C"))
DEPENDENT = (trace("2000D", "2"), *DEPENDENT_HEAD, *DEPENDENT_TAIL, *periods("2100D"))

LEVELS = (("2000A", PAYER), ("2000B", PROVIDER), ("2000C", SUBSCRIBER), ("2000D", DEPENDENT))
"""The levels an answer stands under, the outermost first."""

QUESTION_LEVELS = (
    ("2000A", PAYER),
    ("2000B", PROVIDER),
    ("2000C", (trace("2000C", "1"), *ASKED_SUBSCRIBER, asked_on("2100C"))),
    ("2000D", (trace("2000D", "1"), *DEPENDENT_HEAD, *DEPENDENT_TAIL, asked_on("2100D"))),
)
"""The levels a question stands under, the outermost first."""


def _procedure(element: int, place: str) -> tuple[At, ...]:
    """A procedure with its qualifier and modifiers."""
    modifiers = (_text(f"modifier{at}", element, f"{place}-{at + 2}", at + 2) for at in range(1, 5))
    qualifier = At("procedure_qualifier", element, f"{_G}{place}-1", 1, absent="HC", beside="procedure_code")
    return qualifier, _text("procedure_code", element, f"{place}-2", 2), *modifiers


_AUTHORIZATION = SegmentAt(
    "2110",
    "REF",
    (
        At("authorization_qualifier", 1, _G + "2110 REF01", absent="9F", beside="authorization_number"),
        _text("authorization_number", 2, "2110 REF02 9F, G1"),
    ),
    {1: ("9F", "G1")},
)

BENEFIT_HEAD = (
    SegmentAt(
        "2110",
        "EB",
        (
            At("information_code", 1, _G + "2110 EB01", is_required=True),
            _text("coverage_level", 2, "2110 EB02"),
            _text("service_types", 3, "2110 EB03"),
            _text("insurance_type", 4, "2110 EB04"),
            _text("plan_name", 5, "2110 EB05"),
            _text("time_period", 6, "2110 EB06"),
            At("amount_cents", 7, _G + "2110 EB07", kind=Kind.CENTS),
            _text("share_millionths", 8, "2110 EB08"),
            _text("quantity_qualifier", 9, "2110 EB09"),
            At("quantity_milli", 10, _G + "2110 EB10", kind=Kind.MILLI),
            _text("authorization_required", 11, "2110 EB11"),
            _text("in_network", 12, "2110 EB12"),
            *_procedure(13, "2110 EB13"),
        ),
    ),
    _AUTHORIZATION,
    *_begun_and_ended("2110", "348", "349", "292", "benefit"),
)
"""A benefit up to where it may be refused."""

BENEFIT_TYPES = SegmentAt("2110", "EB", (_text("service_types", 3, "2110 EB03"),))
"""What repeats inside a benefit."""

MESSAGE = SegmentAt("2110", "MSG", (_text("messages", 1, "2110 MSG01"),))

PLACE = (SegmentAt("2115", "III", (_text("place_of_service", 2, "2115 III02 ZZ"),), {1: ("ZZ",)}),)

RELATED = (
    SegmentAt(
        "2120",
        "NM1",
        (
            _text("related_entity", 1, "2120 NM101"),
            At("related_entity_type", 2, f"{_G}2120 NM102", absent="2"),
            _text("related_last_name", 3, "2120 NM103"),
            _text("related_first_name", 4, "2120 NM104"),
            _text("related_id_qualifier", 8, "2120 NM108"),
            _text("related_id", 9, "2120 NM109"),
        ),
    ),
)

BENEFIT = (*BENEFIT_HEAD, *PLACE, *RELATED)
"""One row an EB; EB03 and EB08 are taken apart by the reader."""

ASKED = SegmentAt(
    "2110",
    "EQ",
    (_text("service_types", 1, "2110 EQ01"), *_procedure(2, "2110 EQ02"), _text("coverage_level", 3, "2110C EQ03")),
)

INQUIRY = (
    ASKED,
    SegmentAt("2110", "III", (_text("place_of_service", 2, "2110 III02 ZZ"),), {1: ("ZZ",)}),
    _AUTHORIZATION,
    asked_on("2110"),
)
"""One row an EQ; EQ01 is taken apart by the reader."""

REFUSAL_LOOPS = ("2000A", "2100A", "2100B", "2100C", "2100D", "2110")
"""Where a payer may refuse to answer (AAA)."""

REFUSAL = tuple(
    SegmentAt(
        loop,
        "AAA",
        (
            _text("request_valid", 1, f"{loop} AAA01"),
            _text("reject_reason", 3, f"{loop} AAA03"),
            _text("follow_up", 4, f"{loop} AAA04"),
        ),
    )
    for loop in REFUSAL_LOOPS
)
"""One row an AAA."""

LEVEL_NAMES = {"20": "payer", "21": "provider", "22": "subscriber", "23": "dependent"}
"""HL03 in our words."""
