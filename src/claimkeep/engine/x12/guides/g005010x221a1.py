"""The remittance, 005010X221A1: where each column of the remittance tables stands."""

from __future__ import annotations

from claimkeep.engine.x12.columns import At, Kind, SegmentAt
from claimkeep.engine.x12.loops import HEADER, Opens

VERSION = "005010X221A1"
_G = f"{VERSION} "

_BODY = frozenset({"2000", "2100", "2110"})

LOOPS: tuple[Opens, ...] = (
    Opens("1000A", "N1", frozenset({HEADER}), 1, frozenset({"PR"})),
    Opens("1000B", "N1", frozenset({HEADER}), 1, frozenset({"PE"})),
    Opens("2000", "LX", _BODY | {HEADER}, is_parent=True),
    Opens("2100", "CLP", _BODY | {HEADER}, is_parent=True),
    Opens("2110", "SVC", frozenset({"2100", "2110"}), is_parent=True),
    Opens("summary", "PLB", _BODY | {HEADER, "summary"}, is_parent=True),
)
"""Which segment begins which loop. A claim may stand without an LX: the guide lets a payer leave it out."""


def _text(column: str, element: int, place: str, component: int = 0) -> At:
    return At(column, element, _G + place, component)


def _cents(column: str, element: int, place: str, is_required: bool = False) -> At:
    return At(column, element, _G + place, kind=Kind.CENTS, is_required=is_required)


def _day(loop: str, column: str, place: str, *qualifiers: str) -> SegmentAt:
    return SegmentAt(loop, "DTM", (At(column, 2, _G + place, kind=Kind.DAY),), {1: qualifiers})


def _party(loop: str, qualifier: str, *at: At) -> SegmentAt:
    return SegmentAt(loop, "NM1", at, {1: (qualifier,)})


PAYMENT = (
    SegmentAt(
        HEADER,
        "BPR",
        (
            _text("handling_code", 1, "BPR01"),
            _cents("payment_cents", 2, "BPR02", is_required=True),
            _text("credit_debit", 3, "BPR03"),
            _text("method", 4, "BPR04"),
            At("payment_day", 16, _G + "BPR16", kind=Kind.DAY),
        ),
    ),
    SegmentAt(HEADER, "TRN", (_text("trace_number", 2, "TRN02"), _text("payer_trace_id", 3, "TRN03"))),
    _day(HEADER, "production_day", "DTM02 405", "405"),
    SegmentAt("1000A", "N1", (_text("payer_name", 2, "1000A N102"), _text("payer_id", 4, "1000A N104"))),
    SegmentAt("1000A", "REF", (_text("payer_id", 2, "1000A REF02 2U"),), {1: ("2U",)}),
    SegmentAt(
        "1000B",
        "N1",
        (
            _text("payee_name", 2, "1000B N102"),
            At("payee_npi", 4, _G + "1000B N104 XX", qualifier=(3, ("XX",))),
        ),
    ),
)
"""One row a transaction set (ST)."""

CLAIM_PAYMENT = (
    SegmentAt(
        "2100",
        "CLP",
        (
            _text("claim_number", 1, "2100 CLP01"),
            _text("status_code", 2, "2100 CLP02"),
            _cents("charge_cents", 3, "2100 CLP03", is_required=True),
            _cents("paid_cents", 4, "2100 CLP04", is_required=True),
            _cents("patient_responsibility_cents", 5, "2100 CLP05"),
            _text("claim_filing_indicator", 6, "2100 CLP06"),
            _text("payer_claim_control_number", 7, "2100 CLP07"),
            _text("frequency_code", 9, "2100 CLP09"),
        ),
    ),
    _party(
        "2100",
        "QC",
        _text("patient_last_name", 3, "2100 NM103 QC"),
        _text("patient_first_name", 4, "2100 NM104 QC"),
        _text("patient_member_id", 9, "2100 NM109 QC"),
    ),
    _party("2100", "74", _text("corrected_member_id", 9, "2100 NM109 74")),
    _party(
        "2100", "TT", _text("crossover_payer_name", 3, "2100 NM103 TT"), _text("crossover_payer_id", 9, "2100 NM109 TT")
    ),
    _day("2100", "service_day", "2100 DTM02 232", "232"),
    _day("2100", "service_day_to", "2100 DTM02 233", "233"),
)
"""One row a claim payment (CLP)."""

SERVICE_PAYMENT = (
    SegmentAt(
        "2110",
        "SVC",
        (
            _text("procedure_qualifier", 1, "2110 SVC01-1", 1),
            _text("procedure_code", 1, "2110 SVC01-2", 2),
            _text("modifier1", 1, "2110 SVC01-3", 3),
            _text("modifier2", 1, "2110 SVC01-4", 4),
            _text("modifier3", 1, "2110 SVC01-5", 5),
            _text("modifier4", 1, "2110 SVC01-6", 6),
            _cents("charge_cents", 2, "2110 SVC02", is_required=True),
            _cents("paid_cents", 3, "2110 SVC03", is_required=True),
            At("paid_units_milli", 5, _G + "2110 SVC05", kind=Kind.MILLI),
            _text("submitted_procedure_code", 6, "2110 SVC06-2", 2),
            At("submitted_units_milli", 7, _G + "2110 SVC07", kind=Kind.MILLI),
        ),
    ),
    _day("2110", "service_day", "2110 DTM02 472, 150", "472", "150"),
    SegmentAt("2110", "REF", (_text("line_control_number", 2, "2110 REF02 6R"),), {1: ("6R",)}),
    SegmentAt("2110", "AMT", (_cents("allowed_cents", 2, "2110 AMT02 B6"),), {1: ("B6",)}),
)
"""One row a service payment (SVC)."""

CAS_TRIPLETS = tuple((first, first + 1, first + 2) for first in range(2, 20, 3))
"""Reason, amount and quantity of each adjustment (2100, 2110 CAS02 to CAS19)."""

PLB_PAIRS = tuple((first, first + 1) for first in range(3, 15, 2))
"""Reason composite and amount of each provider adjustment (PLB03 to PLB14)."""
