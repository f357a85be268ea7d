"""Claim status, 005010X212 (276, 277) and 005010X214 (277CA): where each column of the status table stands."""

from __future__ import annotations

from claimkeep.engine.x12.columns import At, Kind, SegmentAt
from claimkeep.engine.x12.loops import HEADER, Opens

VERSION = "005010X212"
_G = f"{VERSION} "

_LEVELS = ("2000A", "2000B", "2000C", "2000D", "2000E")
_PARENTS = frozenset({HEADER, *_LEVELS, "2200", "2220"})


def _level(loop: str, *codes: str) -> Opens:
    return Opens(loop, "HL", _PARENTS, 3, frozenset(codes), is_parent=True)


LOOPS: tuple[Opens, ...] = (
    _level("2000A", "20"),
    _level("2000B", "21"),
    _level("2000C", "19"),
    _level("2000D", "22", "PT"),
    _level("2000E", "23"),
    Opens("2100A", "NM1", frozenset({"2000A"})),
    Opens("2100B", "NM1", frozenset({"2000B"})),
    Opens("2100C", "NM1", frozenset({"2000C"})),
    Opens("2100D", "NM1", frozenset({"2000D"})),
    Opens("2100E", "NM1", frozenset({"2000E"})),
    Opens("2200A", "TRN", frozenset({"2000A"})),
    Opens("2200", "TRN", frozenset({*_LEVELS[1:], "2200", "2220"}), is_parent=True),
    Opens("2220", "SVC", frozenset({"2200", "2220"}), is_parent=True),
)
"""Which segment begins which loop. 2200B to 2200E are one loop here, told apart by the level above; so are the loops of
a service, which a question calls 2210 and an answer 2220. An HL of a patient (PT) and a trace of the payer (2200A) are
of a 277CA."""


def _text(column: str, element: int, place: str, component: int = 0) -> At:
    return At(column, element, _G + place, component)


def _cents(column: str, element: int, place: str) -> At:
    return At(column, element, _G + place, kind=Kind.CENTS)


def _day(column: str, element: int, place: str) -> At:
    return At(column, element, _G + place, kind=Kind.DAY)


def _reference(loop: str, qualifier: str, column: str) -> SegmentAt:
    return SegmentAt(loop, "REF", (_text(column, 2, f"{loop} REF02 {qualifier}"),), {1: (qualifier,)})


def _served(loop: str, first: str, last: str) -> SegmentAt:
    at = At(first, 3, f"{_G}{loop} DTP03 472", kind=Kind.PERIOD, until=last)
    return SegmentAt(loop, "DTP", (at,), {1: ("472",)})


HEAD = (SegmentAt(HEADER, "BHT", (_text("reference", 3, "BHT03"),)),)
"""What the whole set says."""


def _identified(loop: str, column: str, qualifier: str) -> tuple[At, At]:
    """NM108 and NM109. column : the id; its qualifier stands in a column of its own"""
    who = column.removesuffix("_member_id").removesuffix("_id")
    said = At(f"{who}_id_qualifier", 8, f"{_G}{loop} NM108", absent=qualifier, beside=column)
    return said, _text(column, 9, f"{loop} NM109")


def _kind(loop: str, who: str, absent: str) -> At:
    return At(f"{who}_entity_type", 2, f"{_G}{loop} NM102", absent=absent)


def _named(loop: str, who: str) -> tuple[At, ...]:
    """The names of a person or organization."""
    names = {"last_name": 3, "first_name": 4, "middle_name": 5, "suffix": 7}
    return tuple(_text(f"{who}_{name}", at, f"{loop} NM1{at:02}") for name, at in names.items())


def _born(loop: str, who: str) -> SegmentAt:
    at = (_day(f"{who}_birth_day", 2, f"{loop} DMG02"), _text(f"{who}_sex", 3, f"{loop} DMG03"))
    return SegmentAt(loop, "DMG", at, constant={(1, 0): "D8"})


def _on(qualifier: str, column: str) -> SegmentAt:
    at = At(column, 3, f"005010X214 2200A DTP03 {qualifier}", kind=Kind.DAY)
    return SegmentAt("2200A", "DTP", (at,), {1: (qualifier,)}, {(2, 0): "D8"})


PAYER = (
    SegmentAt(
        "2100A",
        "NM1",
        (
            At("source_entity", 1, f"{_G}2100A NM101", absent="PR"),
            _text("payer_name", 3, "2100A NM103"),
            *_identified("2100A", "payer_id", "PI"),
        ),
        constant={(2, 0): "2"},
    ),
    SegmentAt(
        "2200A",
        "TRN",
        (At("source_trace_number", 2, "005010X214 2200A TRN02"),),
        constant={(1, 0): "1"},
    ),
    _on("050", "received_day"),
    _on("009", "processed_day"),
)

RECEIVER = (
    SegmentAt(
        "2100B",
        "NM1",
        (
            _kind("2100B", "receiver", "2"),
            _text("receiver_name", 3, "2100B NM103"),
            _text("receiver_first_name", 4, "2100B NM104"),
            _text("receiver_id", 9, "2100B NM109"),
        ),
        constant={(1, 0): "41", (8, 0): "46"},
    ),
)

PROVIDER = (
    SegmentAt(
        "2100C",
        "NM1",
        (
            _kind("2100C", "provider", "2"),
            *_named("2100C", "provider"),
            *_identified("2100C", "provider_id", "XX"),
        ),
    ),
)

SUBSCRIBER = (
    _born("2000D", "subscriber"),
    SegmentAt(
        "2100D",
        "NM1",
        (
            _kind("2100D", "subscriber", "1"),
            *_named("2100D", "subscriber"),
            *_identified("2100D", "subscriber_member_id", "MI"),
        ),
    ),
)

DEPENDENT = (
    _born("2000E", "dependent"),
    SegmentAt("2100E", "NM1", _named("2100E", "dependent"), constant={(1, 0): "QC", (2, 0): "1"}),
)

LEVELS = (("2000A", PAYER), ("2000B", RECEIVER), ("2000C", PROVIDER), ("2000D", SUBSCRIBER), ("2000E", DEPENDENT))
"""The levels a status stands under, the outermost first."""

TRACE = SegmentAt("2200", "TRN", (_text("trace_number", 2, "2200 TRN02"),))

NUMBERS = (
    _reference("2200", "1K", "payer_claim_control_number"),
    _reference("2200", "D9", "clearinghouse_trace_number"),
    _reference("2200", "BLT", "bill_type"),
    _reference("2200", "6P", "group_number"),
    _reference("2200", "EJ", "claim_number"),
    _reference("2200", "XZ", "prescription_number"),
    _reference("2200", "VV", "voucher_number"),
    SegmentAt("2200", "AMT", (_cents("claim_charge_cents", 2, "2200 AMT02 T3"),), {1: ("T3",)}),
    _served("2200", "claim_day", "claim_day_to"),
)
"""What a claim is known by. The guides have these in orders of their own, but all REF before AMT before DTP."""


def _counted(column: str, *qualifiers: str) -> SegmentAt:
    at = At(column, 2, f"005010X214 2200B, 2200C QTY02 {', '.join(qualifiers)}", kind=Kind.NUMBER)
    return SegmentAt("2200", "QTY", (at,), {1: qualifiers})


def _summed(column: str, qualifier: str) -> SegmentAt:
    at = At(column, 2, f"005010X214 2200B, 2200C AMT02 {qualifier}", kind=Kind.CENTS)
    return SegmentAt("2200", "AMT", (at,), {1: (qualifier,)})


TOTALS = (
    _counted("accepted_claims", "90", "QA"),
    _counted("rejected_claims", "AA", "QC"),
    _summed("accepted_cents", "YU"),
    _summed("rejected_cents", "YY"),
)
"""How much was taken and returned, for a receiver (90, AA) or a provider (QA, QC)."""

CLAIM = (TRACE, *NUMBERS, *TOTALS)
"""What a trace (TRN) says of the claim."""

SERVICE = (
    SegmentAt(
        "2220",
        "SVC",
        (
            At("procedure_qualifier", 1, f"{_G}2220 SVC01-1", 1, absent="HC"),
            _text("procedure_code", 1, "2220 SVC01-2", 2),
            _text("modifier1", 1, "2220 SVC01-3", 3),
            _text("modifier2", 1, "2220 SVC01-4", 4),
            _text("modifier3", 1, "2220 SVC01-5", 5),
            _text("modifier4", 1, "2220 SVC01-6", 6),
            _cents("service_charge_cents", 2, "2220 SVC02"),
            _cents("service_paid_cents", 3, "2220 SVC03"),
            _text("revenue_code", 4, "2220 SVC04"),
            At("service_units_milli", 7, _G + "2220 SVC07", kind=Kind.MILLI),
        ),
    ),
    _reference("2220", "FJ", "line_control_number"),
    _served("2220", "service_day", "service_day_to"),
)
"""What a service says."""

SERVICE_HEAD, SERVICE_TAIL = SERVICE[:1], SERVICE[1:]
"""Around the statuses of a service."""

STATUS_LOOPS = ("2200", "2220")
"""Where a status may stand."""

POSITIONS = (1, 10, 11)
"""The elements of an STC that hold a status."""


def status(loop: str, element: int) -> SegmentAt:
    """The STC of a loop, read for the status in one of its elements."""
    at = f"{loop} STC{element:02}"
    return SegmentAt(
        loop,
        "STC",
        (
            _text("category_code", element, f"{at}-1", 1),
            _text("status_code", element, f"{at}-2", 2),
            _text("entity_code", element, f"{at}-3", 3),
            _text("code_list", element, f"{at}-4", 4),
            _day("status_day", 2, f"{loop} STC02"),
            _text("action_code", 3, "005010X214 STC03"),
            _cents("charge_cents", 4, f"{loop} STC04"),
            _cents("paid_cents", 5, f"{loop} STC05"),
            _day("final_day", 6, f"{loop} STC06"),
            _text("payment_method", 7, f"{loop} STC07"),
            _day("payment_day", 8, f"{loop} STC08"),
            _text("payment_number", 9, f"{loop} STC09"),
            _text("message", 12, "005010X214 STC12"),
        ),
    )


LEVEL_NAMES = {"21": "receiver", "19": "provider", "22": "claim", "23": "claim", "PT": "claim"}
"""HL03 in our words; under a service it is the service."""

WRITTEN_STATUS = SegmentAt(
    "2200",
    "STC",
    (
        *(
            _text(f"{name}{element}", element, f"2200 STC{element:02}-{part}", part)
            for element in POSITIONS
            for part, name in enumerate(("category_code", "status_code", "entity_code", "code_list"), 1)
        ),
        *(at for at in status("2200", 1).at if not at.component),
    ),
)
"""An STC whole: the columns of a status carry the number of the element they stand in."""
