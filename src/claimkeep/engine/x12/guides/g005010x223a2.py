"""The institutional claim, 005010X223A2: where each column of the claim tables stands."""

from __future__ import annotations

from claimkeep.engine.terms.claim import INSTITUTIONAL
from claimkeep.engine.x12.columns import At, Kind, SegmentAt
from claimkeep.engine.x12.guides.claim_layout import CodeList, Layout, Positions, loops
from claimkeep.engine.x12.loops import Opens

VERSION = "005010X223A2"
_AT = Positions(VERSION)

_CLAIM = (
    SegmentAt(
        "2300",
        "CLM",
        (
            At("claim_number", 1, f"{VERSION} 2300 CLM01", is_required=True),
            _AT.cents("charge_cents", 2, "2300 CLM02"),
            _AT.text("facility_type_code", 5, "2300 CLM05-1", 1),
            _AT.text("frequency_code", 5, "2300 CLM05-3", 3),
            _AT.text("assignment", 7, "2300 CLM07"),
            _AT.text("benefits_assignment", 8, "2300 CLM08"),
            _AT.text("release_of_information", 9, "2300 CLM09"),
            _AT.text("delay_reason", 20, "2300 CLM20"),
        ),
        constant={(5, 2): "A"},
    ),
    SegmentAt(
        "2300",
        "DTP",
        (At("discharge_time", 3, f"{VERSION} 2300 DTP03 096", kind=Kind.TIME),),
        {1: ("096",), 2: ("TM",)},
    ),
    _AT.period("statement_day_from", "statement_day_to", "2300", "434"),
    SegmentAt(
        "2300",
        "DTP",
        (At("admission_day", 3, f"{VERSION} 2300 DTP03 435", kind=Kind.MOMENT, until="admission_time"),),
        {1: ("435",)},
    ),
    SegmentAt(
        "2300",
        "CL1",
        (
            _AT.text("admission_type_code", 1, "2300 CL101"),
            _AT.text("admission_source_code", 2, "2300 CL102"),
            _AT.text("patient_status_code", 3, "2300 CL103"),
        ),
    ),
    _AT.amount("patient_due_cents", "2300", "F3"),
    _AT.reference("service_authorization_exception", "2300", "4N"),
    _AT.reference("referral_number", "2300", "9F"),
    _AT.reference("prior_authorization", "2300", "G1"),
    _AT.reference("payer_claim_control_number", "2300", "F8"),
    _AT.reference("clearinghouse_claim_number", "2300", "D9"),
    _AT.reference("accident_state", "2300", "LU"),
    _AT.reference("medical_record_number", "2300", "EA"),
    _AT.reference("demonstration_project", "2300", "P4"),
    _AT.reference("peer_review_authorization", "2300", "G4"),
    SegmentAt("2300", "NTE", (_AT.text("claim_note", 2, "2300 NTE02 ADD"),), {1: ("ADD",)}),
)

_SERVICE = SegmentAt(
    "2400",
    "SV2",
    (
        At("revenue_code", 1, f"{VERSION} 2400 SV201", is_required=True),
        *_AT.procedure(2, "2400 SV202", is_required=False),
        _AT.cents("charge_cents", 3, "2400 SV203"),
        _AT.text("unit_basis", 4, "2400 SV204"),
        _AT.milli("units_milli", 5, "2400 SV205"),
        _AT.cents("noncovered_cents", 7, "2400 SV207"),
    ),
)

_LISTS = (
    CodeList("diagnoses", ("ABK", "BK"), 1),
    CodeList("diagnoses", ("ABJ", "BJ"), 1),
    CodeList("diagnoses", ("APR", "PR"), 3),
    CodeList("diagnoses", ("ABN", "BN"), 12),
    CodeList("claims", ("DR",), 1, "drg"),
    CodeList("diagnoses", ("ABF", "BF"), 24),
    CodeList("procedures", ("BBR", "BR", "CAH"), 1),
    CodeList("procedures", ("BBQ", "BQ"), 24),
    CodeList("claim_codes", ("BI",), 24, "occurrence_span"),
    CodeList("claim_codes", ("BH",), 24, "occurrence"),
    CodeList("claim_codes", ("BE",), 24, "value"),
    CodeList("claim_codes", ("BG",), 24, "condition"),
    CodeList("claim_codes", ("TC",), 24, "treatment"),
)

LAYOUT = Layout(
    kind=INSTITUTIONAL,
    transaction="837I",
    version=VERSION,
    loops=loops(
        claim=(
            ("2310A", ("71",)),
            ("2310B", ("72",)),
            ("2310C", ("ZZ",)),
            ("2310D", ("82",)),
            ("2310E", ("77",)),
            ("2310F", ("DN",)),
        ),
        other_payer=(
            ("2330C", ("71",)),
            ("2330D", ("72",)),
            ("2330E", ("ZZ",)),
            ("2330F", ("77",)),
            ("2330G", ("82",)),
            ("2330H", ("DN",)),
            ("2330I", ("85",)),
        ),
        line=(("2420A", ("72",)), ("2420B", ("ZZ",)), ("2420C", ("82",)), ("2420D", ("DN",))),
        further=(Opens("2410", "LIN", frozenset({"2400"})),),
    ),
    billing=_AT.billing(),
    subscriber=_AT.subscriber(),
    patient=_AT.patient(),
    claim=_CLAIM,
    lists=_LISTS,
    providers=(
        _AT.person("attending_provider", "2310A", "71"),
        _AT.taxonomy("attending_provider_taxonomy", "2310A", "AT"),
        _AT.person("operating_provider", "2310B", "72"),
        _AT.person("other_operating_provider", "2310C", "ZZ"),
        _AT.person("rendering_provider", "2310D", "82", is_person=False),
        *_AT.facility("2310E"),
        _AT.person("referring_provider", "2310F", "DN"),
    ),
    other_payer=_AT.other_payer("D", "EAF", "A8"),
    answers=_AT.answers(),
    line_payment=_AT.line_payment(has_revenue_code=True),
    service=_SERVICE,
    line_rest=(
        _AT.period("service_day", "service_day_to", "2400", "472"),
        _AT.reference("line_control_number", "2400", "6R"),
        _AT.amount("service_tax_cents", "2400", "GT"),
        _AT.amount("facility_tax_cents", "2400", "N8"),
        SegmentAt("2400", "NTE", (_AT.text("line_note", 2, "2400 NTE02 TPO"),), {1: ("TPO",)}),
        *_AT.drug(),
        _AT.person("operating_provider", "2420A", "72"),
        _AT.person("other_operating_provider", "2420B", "ZZ"),
        _AT.person("rendering_provider", "2420C", "82", is_person=False),
        _AT.person("referring_provider", "2420D", "DN"),
    ),
    most_lines=999,
    tells_presence=True,
)
"""005010X223, A1, A2 and A3."""
