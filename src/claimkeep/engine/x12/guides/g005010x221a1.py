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
    """A person, or an organization where one of the columns says so (NM102)."""
    return SegmentAt(loop, "NM1", at, {1: (qualifier,)}, {(2, 0): "1"})


def _address(loop: str, who: str) -> tuple[SegmentAt, ...]:
    street = (_text(f"{who}_address1", 1, f"{loop} N301"), _text(f"{who}_address2", 2, f"{loop} N302"))
    city = tuple(_text(f"{who}_{name}", at, f"{loop} N4{at:02}") for at, name in enumerate(("city", "state", "zip"), 1))
    return SegmentAt(loop, "N3", street), SegmentAt(loop, "N4", city)


def _identified(who: str, place: str, qualifier: str, column: str) -> tuple[At, At]:
    """An id with the qualifier beside it (NM108, NM109)."""
    beside = f"{column.removesuffix('_member_id').removesuffix('_id')}_id_qualifier"
    said = At(beside, 8, f"{_G}{place} NM108 {who}", absent=qualifier, beside=column)
    return said, _text(column, 9, f"{place} NM109 {who}")


def _amount(loop: str, qualifier: str, column: str) -> SegmentAt:
    return SegmentAt(loop, "AMT", (_cents(column, 2, f"{loop} AMT02 {qualifier}"),), {1: (qualifier,)})


def _reference(loop: str, qualifier: str, column: str) -> SegmentAt:
    return SegmentAt(loop, "REF", (_text(column, 2, f"{loop} REF02 {qualifier}"),), {1: (qualifier,)})


PAYMENT_HEAD = (
    SegmentAt(
        HEADER,
        "BPR",
        (
            _text("handling_code", 1, "BPR01"),
            _cents("payment_cents", 2, "BPR02", is_required=True),
            _text("credit_debit", 3, "BPR03"),
            _text("method", 4, "BPR04"),
            _text("payment_format", 5, "BPR05"),
            _text("payer_bank_qualifier", 6, "BPR06"),
            _text("payer_bank_id", 7, "BPR07"),
            _text("payer_account_qualifier", 8, "BPR08"),
            _text("payer_account", 9, "BPR09"),
            _text("originator_id", 10, "BPR10"),
            _text("originator_supplement", 11, "BPR11"),
            _text("payee_bank_qualifier", 12, "BPR12"),
            _text("payee_bank_id", 13, "BPR13"),
            _text("payee_account_qualifier", 14, "BPR14"),
            _text("payee_account", 15, "BPR15"),
            At("payment_day", 16, _G + "BPR16", kind=Kind.DAY),
        ),
    ),
    SegmentAt(
        HEADER,
        "TRN",
        (
            _text("trace_number", 2, "TRN02"),
            _text("payer_trace_id", 3, "TRN03"),
            _text("trace_supplement", 4, "TRN04"),
        ),
        constant={(1, 0): "1"},
    ),
    SegmentAt(HEADER, "REF", (_text("receiver_id", 2, "REF02 EV"),), {1: ("EV",)}),
    _day(HEADER, "production_day", "DTM02 405", "405"),
    SegmentAt(
        "1000A",
        "N1",
        (
            _text("payer_name", 2, "1000A N102"),
            _text("payer_id_qualifier", 3, "1000A N103"),
            At("payer_id", 4, _G + "1000A N104", beside="payer_id_qualifier"),
        ),
        constant={(1, 0): "PR"},
    ),
    *_address("1000A", "payer"),
    SegmentAt("1000A", "REF", (At("payer_id", 2, _G + "1000A REF02 2U", unless="payer_id_qualifier"),), {1: ("2U",)}),
)
"""A payment up to the payer; its id stands in the N1 where it has a qualifier, else in a REF."""

PAYER_CONTACT = (
    SegmentAt(
        "1000A",
        "PER",
        (
            _text("payer_contact_name", 2, "1000A PER02 BL"),
            At("payer_contact_phone", 4, _G + "1000A PER04 BL TE", qualifier=(3, ("TE",))),
        ),
        {1: ("BL",)},
    ),
)
"""Whom to ask; it stands though nobody is named."""

PAYEE = (
    SegmentAt(
        "1000B",
        "N1",
        (
            _text("payee_name", 2, "1000B N102"),
            At("payee_npi", 4, _G + "1000B N104 XX", qualifier=(3, ("XX",))),
            At("payee_tax_id", 4, _G + "1000B N104 FI", qualifier=(3, ("FI",)), unless="payee_npi"),
        ),
        constant={(1, 0): "PE"},
    ),
    *_address("1000B", "payee"),
    SegmentAt("1000B", "REF", (At("payee_tax_id", 2, _G + "1000B REF02 TJ", beside="payee_npi"),), {1: ("TJ",)}),
)
"""Who is paid: by NPI where there is one, else by tax id."""

PAYMENT = (*PAYMENT_HEAD, *PAYER_CONTACT, *PAYEE)
"""One row a transaction set (ST)."""

CLAIM_HEAD = (
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
            _text("place_of_service", 8, "2100 CLP08"),
            _text("frequency_code", 9, "2100 CLP09"),
            _text("drg_code", 11, "2100 CLP11"),
        ),
    ),
)
"""A claim up to its adjustments."""

CLAIM_REST = (
    _party(
        "2100",
        "QC",
        _text("patient_last_name", 3, "2100 NM103 QC"),
        _text("patient_first_name", 4, "2100 NM104 QC"),
        _text("patient_middle_name", 5, "2100 NM105 QC"),
        _text("patient_suffix", 7, "2100 NM107 QC"),
        *_identified("QC", "2100", "MI", "patient_member_id"),
    ),
    _party(
        "2100",
        "IL",
        At("subscriber_entity_type", 2, _G + "2100 NM102 IL"),
        _text("subscriber_last_name", 3, "2100 NM103 IL"),
        _text("subscriber_first_name", 4, "2100 NM104 IL"),
        _text("subscriber_middle_name", 5, "2100 NM105 IL"),
        _text("subscriber_suffix", 7, "2100 NM107 IL"),
        *_identified("IL", "2100", "MI", "subscriber_member_id"),
    ),
    _party(
        "2100",
        "74",
        At("corrected_entity_type", 2, _G + "2100 NM102 74"),
        _text("corrected_last_name", 3, "2100 NM103 74"),
        _text("corrected_first_name", 4, "2100 NM104 74"),
        *_identified("74", "2100", "C", "corrected_member_id"),
    ),
    _party(
        "2100",
        "82",
        At("rendering_provider_entity_type", 2, _G + "2100 NM102 82"),
        _text("rendering_provider_last_name", 3, "2100 NM103 82"),
        _text("rendering_provider_first_name", 4, "2100 NM104 82"),
        *_identified("82", "2100", "XX", "rendering_provider_id"),
    ),
    SegmentAt(
        "2100",
        "NM1",
        (_text("crossover_payer_name", 3, "2100 NM103 TT"), *_identified("TT", "2100", "PI", "crossover_payer_id")),
        {1: ("TT",)},
        {(2, 0): "2"},
    ),
    SegmentAt("2100", "MOA", tuple(_text(f"remark_code{at - 2}", at, f"2100 MOA{at:02}") for at in range(3, 8))),
    _reference("2100", "1L", "group_number"),
    _reference("2100", "EA", "medical_record_number"),
    _reference("2100", "F8", "original_reference"),
    _day("2100", "service_day", "2100 DTM02 232", "232"),
    _day("2100", "service_day_to", "2100 DTM02 233", "233"),
    _day("2100", "received_day", "2100 DTM02 050", "050"),
    _amount("2100", "AU", "allowed_cents"),
    _amount("2100", "I", "interest_cents"),
)
"""A claim after its adjustments."""

CLAIM_PAYMENT = (*CLAIM_HEAD, *CLAIM_REST)
"""One row a claim payment (CLP)."""

SERVICE_HEAD = (
    SegmentAt(
        "2110",
        "SVC",
        (
            At("procedure_qualifier", 1, _G + "2110 SVC01-1", 1, absent="HC"),
            _text("procedure_code", 1, "2110 SVC01-2", 2),
            _text("modifier1", 1, "2110 SVC01-3", 3),
            _text("modifier2", 1, "2110 SVC01-4", 4),
            _text("modifier3", 1, "2110 SVC01-5", 5),
            _text("modifier4", 1, "2110 SVC01-6", 6),
            _cents("charge_cents", 2, "2110 SVC02", is_required=True),
            _cents("paid_cents", 3, "2110 SVC03", is_required=True),
            _text("revenue_code", 4, "2110 SVC04"),
            At("paid_units_milli", 5, _G + "2110 SVC05", kind=Kind.MILLI),
            At(
                "submitted_procedure_qualifier",
                6,
                _G + "2110 SVC06-1",
                1,
                absent="HC",
                beside="submitted_procedure_code",
            ),
            _text("submitted_procedure_code", 6, "2110 SVC06-2", 2),
            *(_text(f"submitted_modifier{at}", 6, f"2110 SVC06-{at + 2}", at + 2) for at in range(1, 5)),
            At("submitted_units_milli", 7, _G + "2110 SVC07", kind=Kind.MILLI),
        ),
    ),
    SegmentAt(
        "2110",
        "DTM",
        (At("service_day", 2, _G + "2110 DTM02 472", kind=Kind.DAY, unless="service_day_to"),),
        {1: ("472",)},
    ),
    SegmentAt(
        "2110",
        "DTM",
        (At("service_day", 2, _G + "2110 DTM02 150", kind=Kind.DAY, beside="service_day_to"),),
        {1: ("150",)},
    ),
    _day("2110", "service_day_to", "2110 DTM02 151", "151"),
)
"""A service up to its adjustments: on one day (472) or from a first (150) to a last (151)."""

SERVICE_REST = (
    SegmentAt("2110", "REF", (_text("line_control_number", 2, "2110 REF02 6R"),), {1: ("6R",)}),
    _amount("2110", "B6", "allowed_cents"),
)
"""A service after its adjustments, up to its remarks."""

SERVICE_PAYMENT = (*SERVICE_HEAD, *SERVICE_REST)
"""One row a service payment (SVC)."""

REMARK = SegmentAt("2110", "LQ", (_text("remark_codes", 2, "2110 LQ02 HE"),), {1: ("HE",)})
"""One remark of a service; a service may have many."""

CAS_TRIPLETS = tuple((first, first + 1, first + 2) for first in range(2, 20, 3))
"""Reason, amount and quantity of each adjustment (2100, 2110 CAS02 to CAS19)."""

PLB_PAIRS = tuple((first, first + 1) for first in range(3, 15, 2))
"""Reason composite and amount of each provider adjustment (PLB03 to PLB14)."""

ADJUSTMENT = SegmentAt(
    "2100, 2110",
    "CAS",
    (
        At("group_code", 1, _G + "2100, 2110 CAS01", is_required=True),
        At("reason_code", 2, _G + "2100, 2110 CAS02", is_required=True),
        _cents("amount_cents", 3, "2100, 2110 CAS03", is_required=True),
        At("quantity_milli", 4, _G + "2100, 2110 CAS04", kind=Kind.MILLI),
    ),
)
"""The first triplet of a CAS; the others stand beside it."""

PROVIDER_ADJUSTMENT = SegmentAt(
    "summary",
    "PLB",
    (
        At("provider_id", 1, _G + "PLB01", is_required=True),
        At("fiscal_day", 2, _G + "PLB02", kind=Kind.DAY),
        At("reason_code", 3, _G + "PLB03-1", 1, is_required=True),
        _text("reference", 3, "PLB03-2", 2),
        _cents("amount_cents", 4, "PLB04", is_required=True),
    ),
)
"""The first pair of a PLB; the others stand beside it."""

MOST_TRIPLETS, MOST_PAIRS = len(CAS_TRIPLETS), len(PLB_PAIRS)
