"""The dental claim, 005010X224A2: where each column of the claim tables stands."""

from __future__ import annotations

from claimkeep.engine.terms.claim import DENTAL
from claimkeep.engine.x12.columns import At, SegmentAt
from claimkeep.engine.x12.guides.claim_layout import CodeList, Layout, Positions, loops

VERSION = "005010X224A2"
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
            _AT.text("special_program", 12, "2300 CLM12"),
            _AT.text("predetermination", 19, "2300 CLM19"),
            _AT.text("delay_reason", 20, "2300 CLM20"),
        ),
        constant={(5, 2): "B"},
    ),
    _AT.day("accident_day", "2300", "439"),
    _AT.day("appliance_placement_day", "2300", "452"),
    _AT.period("service_day", "service_day_to", "2300", "472"),
    SegmentAt(
        "2300",
        "DN1",
        (
            _AT.milli("orthodontic_months_milli", 1, "2300 DN101"),
            _AT.milli("orthodontic_months_left_milli", 2, "2300 DN102"),
            _AT.text("orthodontic_treatment", 4, "2300 DN104"),
        ),
    ),
)

_CLAIM_REST = (
    _AT.amount("patient_paid_cents", "2300", "F5"),
    _AT.reference("predetermination_number", "2300", "G3"),
    _AT.reference("payer_claim_control_number", "2300", "F8"),
    _AT.reference("referral_number", "2300", "9F"),
    _AT.reference("prior_authorization", "2300", "G1"),
    _AT.reference("clearinghouse_claim_number", "2300", "D9"),
    SegmentAt("2300", "NTE", (_AT.text("claim_note", 2, "2300 NTE02"),), constant={(1, 0): "ADD"}),
)

_SERVICE = SegmentAt(
    "2400",
    "SV3",
    (
        *_AT.procedure(1, "2400 SV301", "AD"),
        _AT.cents("charge_cents", 2, "2400 SV302"),
        _AT.text("place_of_service", 3, "2400 SV303"),
        *(_AT.text(f"oral_cavity{at}", 4, f"2400 SV304-{at}", at) for at in range(1, 6)),
        _AT.text("prosthesis_code", 5, "2400 SV305"),
        _AT.milli("units_milli", 6, "2400 SV306"),
        *_AT.pointers(11, "2400 SV311"),
    ),
)

LAYOUT = Layout(
    kind=DENTAL,
    transaction="837D",
    version=VERSION,
    loops=loops(
        claim=(
            ("2310A", ("DN", "P3")),
            ("2310B", ("82",)),
            ("2310C", ("77",)),
            ("2310D", ("DD",)),
            ("2310E", ("DQ",)),
        ),
        other_payer=(
            ("2330C", ("DN", "P3")),
            ("2330D", ("82",)),
            ("2330E", ("DQ",)),
            ("2330F", ("85",)),
            ("2330G", ("77",)),
            ("2330H", ("DD",)),
        ),
        line=(("2420A", ("82",)), ("2420B", ("DD",)), ("2420C", ("DQ",)), ("2420D", ("77",))),
        further=(),
    ),
    billing=_AT.billing(),
    subscriber=_AT.subscriber(),
    patient=_AT.patient(),
    claim=_CLAIM,
    tooth_status=(
        SegmentAt(
            "2300",
            "DN2",
            (At("tooth", 1, f"{VERSION} 2300 DN201", is_required=True), _AT.text("status", 2, "2300 DN202")),
            match={6: ("JP", "")},
        ),
    ),
    claim_rest=_CLAIM_REST,
    lists=(CodeList("diagnoses", ("ABK", "BK", "TQ", "ABF", "BF"), 4),),
    providers=(
        _AT.person("referring_provider", "2310A", "DN"),
        _AT.taxonomy("referring_provider_taxonomy", "2310A", "RF"),
        _AT.person("rendering_provider", "2310B", "82", is_person=False),
        _AT.taxonomy("rendering_provider_taxonomy", "2310B", "PE"),
        *_AT.facility("2310C"),
        _AT.person("assistant_surgeon", "2310D", "DD", is_person=False),
        _AT.taxonomy("assistant_surgeon_taxonomy", "2310D", "AS"),
        _AT.person("supervising_provider", "2310E", "DQ"),
    ),
    other_payer=_AT.other_payer("D", "A8", "EAF"),
    answers=_AT.answers(),
    line_payment=_AT.line_payment(),
    service=_SERVICE,
    line_tooth=(
        SegmentAt(
            "2400",
            "TOO",
            (
                At("tooth", 2, f"{VERSION} 2400 TOO02", is_required=True),
                *(_AT.text(f"surface{at}", 3, f"2400 TOO03-{at}", at) for at in range(1, 6)),
            ),
            match={1: ("JP", "")},
        ),
    ),
    line_rest=(
        _AT.period("service_day", "service_day_to", "2400", "472"),
        _AT.day("prior_placement_day", "2400", "441"),
        _AT.day("appliance_placement_day", "2400", "452"),
        _AT.day("replacement_day", "2400", "446"),
        _AT.day("treatment_start_day", "2400", "196"),
        _AT.day("treatment_completion_day", "2400", "198"),
        _AT.reference("predetermination_number", "2400", "G3"),
        _AT.reference("line_control_number", "2400", "6R"),
        _AT.amount("sales_tax_cents", "2400", "T"),
        _AT.person("rendering_provider", "2420A", "82", is_person=False),
        _AT.taxonomy("rendering_provider_taxonomy", "2420A", "PE"),
        _AT.person("assistant_surgeon", "2420B", "DD", is_person=False),
        _AT.taxonomy("assistant_surgeon_taxonomy", "2420B", "AS"),
        _AT.person("supervising_provider", "2420C", "DQ"),
    ),
    most_lines=50,
)
"""005010X224, A1, A2 and A3. A claim has one HI of at most four diagnoses (2300 HI)."""
