"""The eligibility answer, 005010X279A1 (271): where each column of the benefit table stands."""

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
"""Which segment begins which loop; 2110C and 2110D are one loop here, told apart by the level above."""


def _text(column: str, element: int, place: str, component: int = 0) -> At:
    return At(column, element, _G + place, component)


def _period(loop: str, qualifier: str, first: str, last: str) -> SegmentAt:
    at = At(first, 3, f"{_G}{loop} DTP03 {qualifier}", kind=Kind.PERIOD, until=last)
    return SegmentAt(loop, "DTP", (at,), {1: (qualifier,)})


def _day(loop: str, qualifier: str, column: str) -> SegmentAt:
    at = At(column, 3, f"{_G}{loop} DTP03 {qualifier}", kind=Kind.DAY)
    return SegmentAt(loop, "DTP", (at,), {1: (qualifier,)})


def _periods(loop: str) -> tuple[SegmentAt, ...]:
    """Days of plan and eligibility: a begin and an end of their own before a period that says both."""
    return (
        _day(loop, "346", "plan_begin_day"),
        _day(loop, "347", "plan_end_day"),
        _period(loop, "291", "plan_begin_day", "plan_end_day"),
        _day(loop, "356", "eligibility_begin_day"),
        _day(loop, "357", "eligibility_end_day"),
        _period(loop, "307", "eligibility_begin_day", "eligibility_end_day"),
    )


def _trace(loop: str) -> SegmentAt:
    """The trace of the question, given back (TRN01 is 2); TRN01 1 is a trace of the payer's own."""
    at = (_text("trace_number", 2, f"{loop} TRN02"), _text("trace_origin", 3, f"{loop} TRN03"))
    return SegmentAt(loop, "TRN", at, {1: ("2",)})


HEAD = (SegmentAt(HEADER, "BHT", (_text("reference", 3, "BHT03"),)),)
"""What the whole set says."""

PAYER = (SegmentAt("2100A", "NM1", (_text("payer_name", 3, "2100A NM103"), _text("payer_id", 9, "2100A NM109"))),)

PROVIDER = (
    SegmentAt(
        "2100B",
        "NM1",
        (
            _text("provider_last_name", 3, "2100B NM103"),
            _text("provider_id_qualifier", 8, "2100B NM108"),
            _text("provider_id", 9, "2100B NM109"),
        ),
    ),
)

SUBSCRIBER = (
    _trace("2000C"),
    SegmentAt(
        "2100C",
        "NM1",
        (
            _text("subscriber_last_name", 3, "2100C NM103"),
            _text("subscriber_first_name", 4, "2100C NM104"),
            _text("subscriber_member_id", 9, "2100C NM109"),
        ),
    ),
    SegmentAt("2100C", "REF", (_text("subscriber_group_number", 2, "2100C REF02 6P"),), {1: ("6P",)}),
    SegmentAt(
        "2100C",
        "DMG",
        (At("subscriber_birth_day", 2, _G + "2100C DMG02", kind=Kind.DAY), _text("subscriber_sex", 3, "2100C DMG03")),
    ),
    *_periods("2100C"),
)

DEPENDENT = (
    _trace("2000D"),
    SegmentAt(
        "2100D",
        "NM1",
        (_text("dependent_last_name", 3, "2100D NM103"), _text("dependent_first_name", 4, "2100D NM104")),
    ),
    SegmentAt(
        "2100D",
        "DMG",
        (At("dependent_birth_day", 2, _G + "2100D DMG02", kind=Kind.DAY), _text("dependent_sex", 3, "2100D DMG03")),
    ),
    SegmentAt("2100D", "INS", (_text("dependent_relationship", 2, "2100D INS02"),)),
    *_periods("2100D"),
)

LEVELS = (("2000A", PAYER), ("2000B", PROVIDER), ("2000C", SUBSCRIBER), ("2000D", DEPENDENT))
"""The levels an answer stands under, the outermost first."""

BENEFIT = (
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
            _text("procedure_qualifier", 13, "2110 EB13-1", 1),
            _text("procedure_code", 13, "2110 EB13-2", 2),
            _text("modifier1", 13, "2110 EB13-3", 3),
            _text("modifier2", 13, "2110 EB13-4", 4),
            _text("modifier3", 13, "2110 EB13-5", 5),
            _text("modifier4", 13, "2110 EB13-6", 6),
        ),
    ),
    SegmentAt("2110", "REF", (_text("authorization_number", 2, "2110 REF02 9F, G1"),), {1: ("9F", "G1")}),
    _day("2110", "348", "benefit_begin_day"),
    _day("2110", "349", "benefit_end_day"),
    _period("2110", "292", "benefit_begin_day", "benefit_end_day"),
    SegmentAt("2115", "III", (_text("place_of_service", 2, "2115 III02 ZZ"),), {1: ("ZZ",)}),
    SegmentAt(
        "2120",
        "NM1",
        (
            _text("related_entity", 1, "2120 NM101"),
            _text("related_last_name", 3, "2120 NM103"),
            _text("related_first_name", 4, "2120 NM104"),
            _text("related_id_qualifier", 8, "2120 NM108"),
            _text("related_id", 9, "2120 NM109"),
        ),
    ),
)
"""One row an EB; EB03 and EB08 are taken apart by the reader."""

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
