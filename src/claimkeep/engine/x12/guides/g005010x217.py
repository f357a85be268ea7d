"""The request for review, 005010X217 (278): where each column of the table of requests stands."""

from __future__ import annotations

from claimkeep.engine.terms.review import MOST_DIAGNOSES
from claimkeep.engine.x12.columns import At, Kind, SegmentAt
from claimkeep.engine.x12.loops import HEADER, Opens

VERSION = "005010X217"
_G = f"{VERSION} "

_PARENTS = frozenset({HEADER, "2000A", "2000B", "2000C", "2000D", "2000E", "2000F"})


def _level(loop: str, code: str) -> Opens:
    return Opens(loop, "HL", _PARENTS, 3, frozenset({code}), is_parent=True)


CODES = {"2000A": "20", "2000B": "21", "2000C": "22", "2000D": "23", "2000E": "EV", "2000F": "SS"}
"""HL03 of each level."""

LOOPS: tuple[Opens, ...] = (
    *(_level(loop, code) for loop, code in CODES.items()),
    Opens("2010A", "NM1", frozenset({"2000A"})),
    Opens("2010B", "NM1", frozenset({"2000B"})),
    Opens("2010C", "NM1", frozenset({"2000C"})),
    Opens("2010D", "NM1", frozenset({"2000D"})),
    Opens("2010EA", "NM1", frozenset({"2000E"}), 1),
    Opens("2010EB", "NM1", frozenset({"2000E"}), 1, frozenset({"45", "FS", "ND", "PW", "R3"})),
    Opens("2010EC", "NM1", frozenset({"2000E"}), 1, frozenset({"CA"})),
    Opens("2010F", "NM1", frozenset({"2000F"})),
)
"""Which segment begins which loop. Of the parties of an event, where it goes (2010EB) and another reviewer (2010EC) are
told from its providers by NM101."""


def _text(column: str, element: int, place: str, component: int = 0) -> At:
    return At(column, element, _G + place, component)


def _party(loop: str, who: str, entity: str, qualifier: str) -> SegmentAt:
    """Somebody with an id. entity : NM101 where it is not told"""
    at = (
        At(f"{who}_entity", 1, f"{_G}{loop} NM101", absent=entity),
        At(f"{who}_entity_type", 2, f"{_G}{loop} NM102", absent="2"),
        _text(f"{who}_last_name", 3, f"{loop} NM103"),
        _text(f"{who}_first_name", 4, f"{loop} NM104"),
        At(f"{who}_id_qualifier", 8, f"{_G}{loop} NM108", absent=qualifier, beside=f"{who}_id"),
        _text(f"{who}_id", 9, f"{loop} NM109"),
    )
    return SegmentAt(loop, "NM1", at)


def _named(loop: str, who: str) -> tuple[At, ...]:
    names = {"last_name": 3, "first_name": 4, "middle_name": 5, "suffix": 7}
    return tuple(_text(f"{who}_{name}", at, f"{loop} NM1{at:02}") for name, at in names.items())


def _address(loop: str, who: str) -> tuple[SegmentAt, SegmentAt]:
    street = (_text(f"{who}_address1", 1, f"{loop} N301"), _text(f"{who}_address2", 2, f"{loop} N302"))
    city = tuple(_text(f"{who}_{name}", at, f"{loop} N4{at:02}") for at, name in enumerate(("city", "state", "zip"), 1))
    return SegmentAt(loop, "N3", street), SegmentAt(loop, "N4", city)


def _born(loop: str, who: str) -> SegmentAt:
    born = At(f"{who}_birth_day", 2, f"{_G}{loop} DMG02", kind=Kind.DAY, qualifier=(1, ("D8",)))
    return SegmentAt(loop, "DMG", (born, _text(f"{who}_sex", 3, f"{loop} DMG03")))


def _trace(loop: str, prefix: str = "") -> SegmentAt:
    at = (_text(f"{prefix}trace_number", 2, f"{loop} TRN02"), _text(f"{prefix}trace_origin", 3, f"{loop} TRN03"))
    return SegmentAt(loop, "TRN", at, {1: ("1",)})


def _day(qualifier: str, column: str) -> SegmentAt:
    at = At(column, 3, f"{_G}2000E DTP03 {qualifier}", kind=Kind.DAY)
    return SegmentAt("2000E", "DTP", (at,), {1: (qualifier,)}, {(2, 0): "D8"})


def _period(loop: str, qualifier: str, first: str) -> SegmentAt:
    at = At(first, 3, f"{_G}{loop} DTP03 {qualifier}", kind=Kind.PERIOD, until=f"{first}_to")
    return SegmentAt(loop, "DTP", (at,), {1: (qualifier,)})


def _message(loop: str, column: str) -> SegmentAt:
    return SegmentAt(loop, "MSG", (_text(column, 1, f"{loop} MSG01"),))


HEAD = (SegmentAt(HEADER, "BHT", (_text("reference", 3, "BHT03"),)),)
"""What the whole set says."""

REVIEWER = (_party("2010A", "reviewer", "X3", "PI"),)

PROVIDER = (
    _party("2010B", "provider", "1P", "XX"),
    SegmentAt(
        "2010B",
        "PER",
        (
            _text("provider_contact_name", 2, "2010B PER02"),
            At("provider_contact_phone", 4, f"{_G}2010B PER04 TE", qualifier=(3, ("TE",))),
        ),
        constant={(1, 0): "IC"},
    ),
)

SUBSCRIBER = (
    SegmentAt(
        "2010C",
        "NM1",
        (
            *_named("2010C", "subscriber"),
            At("subscriber_id_qualifier", 8, f"{_G}2010C NM108", absent="MI", beside="subscriber_member_id"),
            _text("subscriber_member_id", 9, "2010C NM109"),
        ),
        constant={(1, 0): "IL", (2, 0): "1"},
    ),
    SegmentAt("2010C", "REF", (_text("subscriber_group_number", 2, "2010C REF02 6P"),), {1: ("6P",)}),
    *_address("2010C", "subscriber"),
    _born("2010C", "subscriber"),
)

DEPENDENT = (
    SegmentAt("2010D", "NM1", _named("2010D", "dependent"), constant={(1, 0): "QC", (2, 0): "1"}),
    *_address("2010D", "dependent"),
    _born("2010D", "dependent"),
    SegmentAt("2010D", "INS", (_text("dependent_relationship", 2, "2010D INS02"),), constant={(1, 0): "N"}),
)

EVENT = (
    _trace("2000E"),
    SegmentAt(
        "2000E",
        "UM",
        (
            _text("request_category", 1, "2000E UM01"),
            _text("certification_type", 2, "2000E UM02"),
            _text("service_type", 3, "2000E UM03"),
            _text("place_of_service", 4, "2000E UM04-1", 1),
            At("place_qualifier", 4, f"{_G}2000E UM04-2", 2, absent="B", beside="place_of_service"),
            _text("level_of_service", 6, "2000E UM06"),
        ),
    ),
    SegmentAt("2000E", "REF", (_text("previous_authorization", 2, "2000E REF02 BB"),), {1: ("BB",)}),
    _day("439", "accident_day"),
    _period("2000E", "AAH", "event_day"),
    _day("435", "admission_day"),
    _day("096", "discharge_day"),
    SegmentAt(
        "2000E",
        "HI",
        tuple(
            At(f"diagnosis{at}_qualifier", at, f"{_G}2000E HI{at:02}-1", 1, absent="ABF", beside=f"diagnosis{at}")
            if part == 1
            else _text(f"diagnosis{at}", at, f"2000E HI{at:02}-2", 2)
            for at in range(1, MOST_DIAGNOSES + 1)
            for part in (1, 2)
        ),
    ),
    SegmentAt(
        "2000E",
        "HSD",
        (
            _text("quantity_qualifier", 1, "2000E HSD01"),
            At("quantity_milli", 2, f"{_G}2000E HSD02", kind=Kind.MILLI),
        ),
    ),
    _message("2000E", "message"),
    _party("2010EA", "event_provider", "SJ", "XX"),
)


def _procedure(segment: str, element: int, beside: str = "", unless: str = "") -> tuple[At, ...]:
    """A procedure with its modifiers, then what it is charged and how much of it there is."""
    place = f"2000F {segment}{element:02}"
    names = ("procedure_qualifier", "procedure_code", *(f"modifier{at}" for at in range(1, 5)))
    said = [
        At(name, element, f"{_G}{place}-{at}", at, beside=beside, unless=unless) for at, name in enumerate(names, 1)
    ]
    more = (("charge_cents", Kind.CENTS), ("unit_basis", Kind.TEXT), ("units_milli", Kind.MILLI))
    return *said, *(
        At(name, at, f"{_G}2000F {segment}{at:02}", kind=kind, beside=beside, unless=unless)
        for at, (name, kind) in enumerate(more, element + 1)
    )


SERVICE = (
    _trace("2000F", "service_"),
    _period("2000F", "472", "service_day"),
    SegmentAt("2000F", "SV1", _procedure("SV1", 1, unless="revenue_code")),
    SegmentAt("2000F", "SV2", (_text("revenue_code", 1, "2000F SV201"), *_procedure("SV2", 2, beside="revenue_code"))),
    _message("2000F", "service_message"),
    _party("2010F", "service_provider", "SJ", "XX"),
)
"""A service of an institution has a revenue code (SV2), any other none (SV1)."""

LEVELS = (
    ("2000A", REVIEWER),
    ("2000B", PROVIDER),
    ("2000C", SUBSCRIBER),
    ("2000D", DEPENDENT),
    ("2000E", EVENT),
    ("2000F", SERVICE),
)
"""The levels of a request, the outermost first."""

LEVEL_NAMES = {"EV": "event", "SS": "service"}
"""HL03 in our words."""

ANSWER = "11"
"""BHT02 of an answer."""
