"""The professional claim, 005010X222A1: where each column of the claim tables stands."""

from __future__ import annotations

from claimkeep.engine.terms.claim import PROFESSIONAL
from claimkeep.engine.x12.columns import At, SegmentAt
from claimkeep.engine.x12.guides.claim_layout import CodeList, Layout, Positions, loops
from claimkeep.engine.x12.loops import Opens

VERSION = "005010X222A1"
_AT = Positions(VERSION)

_CLAIM = (
    SegmentAt(
        "2300",
        "CLM",
        (
            At("claim_number", 1, f"{VERSION} 2300 CLM01", is_required=True),
            _AT.cents("charge_cents", 2, "2300 CLM02"),
            _AT.text("place_of_service", 5, "2300 CLM05-1", 1),
            _AT.text("frequency_code", 5, "2300 CLM05-3", 3),
            _AT.text("provider_signature", 6, "2300 CLM06"),
            _AT.text("assignment", 7, "2300 CLM07"),
            _AT.text("benefits_assignment", 8, "2300 CLM08"),
            _AT.text("release_of_information", 9, "2300 CLM09"),
            _AT.text("related_cause", 11, "2300 CLM11-1", 1),
            _AT.text("accident_state", 11, "2300 CLM11-4", 4),
        ),
        constant={(5, 2): "B"},
    ),
    _AT.day("onset_day", "2300", "431"),
    _AT.day("accident_day", "2300", "439"),
    _AT.day("admission_day", "2300", "435"),
    _AT.day("discharge_day", "2300", "096"),
    _AT.amount("patient_paid_cents", "2300", "F5"),
    _AT.reference("referral_number", "2300", "9F"),
    _AT.reference("prior_authorization", "2300", "G1"),
    _AT.reference("payer_claim_control_number", "2300", "F8"),
    _AT.reference("clia_number", "2300", "X4"),
    _AT.reference("medical_record_number", "2300", "EA"),
    SegmentAt("2300", "NTE", (_AT.text("claim_note", 2, "2300 NTE02"),), constant={(1, 0): "ADD"}),
)

_SERVICE = SegmentAt(
    "2400",
    "SV1",
    (
        *_AT.procedure(1, "2400 SV101", "HC"),
        _AT.cents("charge_cents", 2, "2400 SV102"),
        _AT.text("unit_basis", 3, "2400 SV103"),
        _AT.milli("units_milli", 4, "2400 SV104"),
        _AT.text("place_of_service", 5, "2400 SV105"),
        *_AT.pointers(7, "2400 SV107"),
    ),
)

LAYOUT = Layout(
    kind=PROFESSIONAL,
    transaction="837P",
    version=VERSION,
    loops=loops(
        claim=(
            ("2310A", ("DN", "P3")),
            ("2310B", ("82",)),
            ("2310C", ("77",)),
            ("2310D", ("DQ",)),
            ("2310E", ("PW",)),
            ("2310F", ("45",)),
        ),
        other_payer=(
            ("2330C", ("DN", "P3")),
            ("2330D", ("82",)),
            ("2330E", ("77",)),
            ("2330F", ("DQ",)),
            ("2330G", ("85",)),
        ),
        line=(
            ("2420A", ("82",)),
            ("2420B", ("QB",)),
            ("2420C", ("77",)),
            ("2420D", ("DQ",)),
            ("2420E", ("DK",)),
            ("2420F", ("DN", "P3")),
            ("2420G", ("PW",)),
            ("2420H", ("45",)),
        ),
        further=(Opens("2410", "LIN", frozenset({"2400"})), Opens("2440", "LQ", frozenset({"2400"}))),
    ),
    billing=_AT.billing(),
    subscriber=_AT.subscriber(has_insurance_type=True),
    patient=_AT.patient(),
    claim=_CLAIM,
    lists=(
        CodeList("diagnoses", ("ABK", "BK", "ABF", "BF"), 12),
        CodeList("claim_codes", ("BG",), 24, "condition"),
    ),
    providers=(
        _AT.person("referring_provider", "2310A", "DN"),
        _AT.person("rendering_provider", "2310B", "82", is_person=False),
        _AT.taxonomy("rendering_provider_taxonomy", "2310B", "PE"),
        *_AT.facility("2310C"),
    ),
    other_payer=_AT.other_payer("D", "A8", "EAF"),
    answers=_AT.answers(),
    line_payment=_AT.line_payment(),
    service=_SERVICE,
    line_rest=(
        _AT.period("service_day", "service_day_to", "2400", "472"),
        _AT.reference("line_control_number", "2400", "6R"),
        *_AT.drug(),
        _AT.person("rendering_provider", "2420A", "82", is_person=False),
    ),
    most_lines=50,
    needs_line_control=True,
)
"""005010X222, A1 and A2. A claim has one diagnosis HI of at most twelve (2300 HI)."""
