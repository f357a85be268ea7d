"""The professional claim, 005010X222A1: where each column of the claim tables stands.

The order of the rows is the order in which the guide wants the segments: the writer walks it, the reader needs none.
"""

from __future__ import annotations

from claimkeep.engine.x12.columns import At, Kind, SegmentAt
from claimkeep.engine.x12.loops import HEADER, Opens

VERSION = "005010X222A1"
_G = f"{VERSION} "

LOST = "lost"
"""Under an HL or a claim that stands where it may not: nothing below it has an owner."""

_CLAIM = frozenset({"2300", "2320", "2400"})
_LEVELS = frozenset({"2000A", "2000B", "2000C", LOST}) | _CLAIM
_BELOW_SUBSCRIBER = frozenset({"2000B", "2000C"}) | _CLAIM
_ANYWHERE = _LEVELS | {HEADER}


def _party(loop: str, under: str, *values: str) -> Opens:
    return Opens(loop, "NM1", frozenset({under}), 1, frozenset(values))


LOOPS: tuple[Opens, ...] = (
    _party("1000A", HEADER, "41"),
    _party("1000B", HEADER, "40"),
    Opens("2000A", "HL", _ANYWHERE, 3, frozenset({"20"}), is_parent=True),
    Opens("2000B", "HL", _BELOW_SUBSCRIBER | {"2000A"}, 3, frozenset({"22"}), is_parent=True),
    Opens("2000C", "HL", _BELOW_SUBSCRIBER, 3, frozenset({"23"}), is_parent=True),
    Opens(LOST, "HL", frozenset({HEADER, LOST}), 3, frozenset({"22"}), is_parent=True),
    Opens(LOST, "HL", frozenset({HEADER, LOST, "2000A"}), 3, frozenset({"23"}), is_parent=True),
    _party("2010AA", "2000A", "85"),
    _party("2010AB", "2000A", "87"),
    _party("2010AC", "2000A", "PE"),
    _party("2010BA", "2000B", "IL"),
    _party("2010BB", "2000B", "PR"),
    _party("2010CA", "2000C", "QC"),
    Opens("2300", "CLM", _BELOW_SUBSCRIBER, is_parent=True),
    Opens(LOST, "CLM", frozenset({HEADER, "2000A", LOST}), is_parent=True),
    _party("2310A", "2300", "DN", "P3"),
    _party("2310B", "2300", "82"),
    _party("2310C", "2300", "77"),
    _party("2310D", "2300", "DQ"),
    _party("2310E", "2300", "PW"),
    _party("2310F", "2300", "45"),
    Opens("2320", "SBR", frozenset({"2300", "2320"}), is_parent=True),
    _party("2330A", "2320", "IL"),
    _party("2330B", "2320", "PR"),
    _party("2330C", "2320", "DN", "P3"),
    _party("2330D", "2320", "82"),
    _party("2330E", "2320", "77"),
    _party("2330F", "2320", "DQ"),
    _party("2330G", "2320", "85"),
    Opens("2400", "LX", _CLAIM, is_parent=True),
    Opens("2410", "LIN", frozenset({"2400"})),
    _party("2420A", "2400", "82"),
    _party("2420B", "2400", "QB"),
    _party("2420C", "2400", "77"),
    _party("2420D", "2400", "DQ"),
    _party("2420E", "2400", "DK"),
    _party("2420F", "2400", "DN", "P3"),
    _party("2420G", "2400", "PW"),
    _party("2420H", "2400", "45"),
    Opens("2430", "SVD", frozenset({"2400"})),
    Opens("2440", "LQ", frozenset({"2400"})),
)
"""Which segment begins which loop. Each loop is defined once, under a subscriber's claim and a dependent's alike."""


def _text(column: str, element: int, place: str, component: int = 0, absent: str = "") -> At:
    return At(column, element, _G + place, component, absent=absent)


def _npi(column: str, loop: str) -> At:
    return At(column, 9, f"{_G}{loop} NM109", qualifier=(8, ("XX",)))


def _address(prefix: str, loop: str) -> tuple[SegmentAt, ...]:
    return (
        SegmentAt(
            loop, "N3", (_text(f"{prefix}_address1", 1, f"{loop} N301"), _text(f"{prefix}_address2", 2, f"{loop} N302"))
        ),
        SegmentAt(
            loop,
            "N4",
            (
                _text(f"{prefix}_city", 1, f"{loop} N401"),
                _text(f"{prefix}_state", 2, f"{loop} N402"),
                _text(f"{prefix}_zip", 3, f"{loop} N403"),
            ),
        ),
    )


def _birth(prefix: str, loop: str) -> SegmentAt:
    day = At(f"{prefix}_birth_day", 2, f"{_G}{loop} DMG02", kind=Kind.DAY, qualifier=(1, ("D8",)))
    return SegmentAt(loop, "DMG", (day, _text(f"{prefix}_sex", 3, f"{loop} DMG03")))


def _reference(column: str, loop: str, qualifier: str) -> SegmentAt:
    return SegmentAt(loop, "REF", (_text(column, 2, f"{loop} REF02 {qualifier}"),), {1: (qualifier,)})


def _day(column: str, qualifier: str) -> SegmentAt:
    at = At(column, 3, f"{_G}2300 DTP03 {qualifier}", kind=Kind.DAY)
    return SegmentAt("2300", "DTP", (at,), {1: (qualifier,), 2: ("D8",)})


BILLING = (
    SegmentAt("2000A", "PRV", (_text("billing_provider_taxonomy", 3, "2000A PRV03"),), {1: ("BI",)}, {(2, 0): "PXC"}),
    SegmentAt(
        "2010AA",
        "NM1",
        (
            _text("billing_provider_entity_type", 2, "2010AA NM102", absent="2"),
            _text("billing_provider_last_name", 3, "2010AA NM103"),
            _text("billing_provider_first_name", 4, "2010AA NM104"),
            _npi("billing_provider_npi", "2010AA"),
        ),
        {1: ("85",)},
    ),
    *_address("billing_provider", "2010AA"),
    SegmentAt(
        "2010AA",
        "REF",
        (
            _text("billing_provider_tax_id_qualifier", 1, "2010AA REF01", absent="EI"),
            _text("billing_provider_tax_id", 2, "2010AA REF02"),
        ),
        {1: ("EI", "SY")},
    ),
    SegmentAt("2010AA", "PER", (_text("billing_provider_phone", 4, "2010AA PER04"),), {1: ("IC",), 3: ("TE",)}),
)
"""One row a billing provider (HL03 20)."""

SUBSCRIBER = (
    SegmentAt(
        "2000B",
        "SBR",
        (
            _text("payer_sequence", 1, "2000B SBR01"),
            _text("patient_relationship", 2, "2000B SBR02"),
            _text("group_number", 3, "2000B SBR03"),
            _text("group_name", 4, "2000B SBR04"),
            _text("insurance_type", 5, "2000B SBR05"),
            _text("claim_filing_indicator", 9, "2000B SBR09"),
        ),
    ),
    SegmentAt(
        "2010BA",
        "NM1",
        (
            _text("subscriber_last_name", 3, "2010BA NM103"),
            _text("subscriber_first_name", 4, "2010BA NM104"),
            _text("subscriber_middle_name", 5, "2010BA NM105"),
            _text("subscriber_suffix", 7, "2010BA NM107"),
            At("subscriber_member_id", 9, _G + "2010BA NM109", qualifier=(8, ("MI", "II", ""))),
        ),
        {1: ("IL",)},
        {(2, 0): "1"},
    ),
    *_address("subscriber", "2010BA"),
    _birth("subscriber", "2010BA"),
    _reference("subscriber_ssn", "2010BA", "SY"),
    SegmentAt(
        "2010BB",
        "NM1",
        (
            _text("payer_name", 3, "2010BB NM103"),
            _text("payer_id_qualifier", 8, "2010BB NM108", absent="PI"),
            _text("payer_id", 9, "2010BB NM109"),
        ),
        {1: ("PR",)},
        {(2, 0): "2"},
    ),
    *_address("payer", "2010BB"),
)
"""One row a subscriber and the payer the claim goes to (HL03 22)."""

PATIENT = (
    SegmentAt("2000C", "PAT", (_text("patient_relationship", 1, "2000C PAT01"),)),
    SegmentAt(
        "2010CA",
        "NM1",
        (
            _text("patient_last_name", 3, "2010CA NM103"),
            _text("patient_first_name", 4, "2010CA NM104"),
            _text("patient_middle_name", 5, "2010CA NM105"),
            _text("patient_suffix", 7, "2010CA NM107"),
        ),
        {1: ("QC",)},
        {(2, 0): "1"},
    ),
    *_address("patient", "2010CA"),
    _birth("patient", "2010CA"),
)
"""One row a patient who is not the subscriber (HL03 23)."""

CLAIM = (
    SegmentAt(
        "2300",
        "CLM",
        (
            At("claim_number", 1, _G + "2300 CLM01", is_required=True),
            At("charge_cents", 2, _G + "2300 CLM02", kind=Kind.CENTS),
            _text("place_of_service", 5, "2300 CLM05-1", 1),
            _text("frequency_code", 5, "2300 CLM05-3", 3),
            _text("provider_signature", 6, "2300 CLM06"),
            _text("assignment", 7, "2300 CLM07"),
            _text("benefits_assignment", 8, "2300 CLM08"),
            _text("release_of_information", 9, "2300 CLM09"),
            _text("related_cause", 11, "2300 CLM11-1", 1),
            _text("accident_state", 11, "2300 CLM11-4", 4),
        ),
        constant={(5, 2): "B"},
    ),
    _day("onset_day", "431"),
    _day("accident_day", "439"),
    _day("admission_day", "435"),
    _day("discharge_day", "096"),
    SegmentAt("2300", "AMT", (At("patient_paid_cents", 2, _G + "2300 AMT02 F5", kind=Kind.CENTS),), {1: ("F5",)}),
    _reference("referral_number", "2300", "9F"),
    _reference("prior_authorization", "2300", "G1"),
    _reference("payer_claim_control_number", "2300", "F8"),
    _reference("clia_number", "2300", "X4"),
    _reference("medical_record_number", "2300", "EA"),
    SegmentAt("2300", "NTE", (_text("claim_note", 2, "2300 NTE02"),), constant={(1, 0): "ADD"}),
)
"""One row a claim, up to its diagnoses (HI), which are a table of their own."""

PROVIDERS = (
    SegmentAt(
        "2310A",
        "NM1",
        (
            _text("referring_provider_last_name", 3, "2310A NM103"),
            _text("referring_provider_first_name", 4, "2310A NM104"),
            _npi("referring_provider_npi", "2310A"),
        ),
        {1: ("DN",)},
        {(2, 0): "1"},
    ),
    SegmentAt(
        "2310B",
        "NM1",
        (
            _text("rendering_provider_entity_type", 2, "2310B NM102", absent="1"),
            _text("rendering_provider_last_name", 3, "2310B NM103"),
            _text("rendering_provider_first_name", 4, "2310B NM104"),
            _npi("rendering_provider_npi", "2310B"),
        ),
        {1: ("82",)},
    ),
    SegmentAt("2310B", "PRV", (_text("rendering_provider_taxonomy", 3, "2310B PRV03"),), {1: ("PE",)}, {(2, 0): "PXC"}),
    SegmentAt(
        "2310C",
        "NM1",
        (
            _text("service_facility_name", 3, "2310C NM103"),
            _npi("service_facility_npi", "2310C"),
        ),
        {1: ("77",)},
        {(2, 0): "2"},
    ),
    *_address("service_facility", "2310C"),
)
"""One row a claim, after its diagnoses."""

DIAGNOSIS_QUALIFIERS = ("ABK", "BK", "ABF", "BF")
"""HI01-1 of a principal and of a further diagnosis (005010X222A1 2300 HI); other HI qualifiers are no diagnoses."""

MOST_DIAGNOSES = 12
"""A claim has one diagnosis HI of at most twelve (005010X222A1 2300 HI)."""

MOST_LINES = 50
"""Service lines of a claim (005010X222A1 2400)."""

MOST_CLAIMS = 5000
"""Claims of a transaction set (005010X222A1 1.3.2)."""

OTHER_PAYER = (
    SegmentAt(
        "2320",
        "SBR",
        (
            _text("payer_sequence", 1, "2320 SBR01"),
            _text("relationship", 2, "2320 SBR02"),
            _text("group_number", 3, "2320 SBR03"),
            _text("claim_filing_indicator", 9, "2320 SBR09"),
        ),
    ),
    SegmentAt("2320", "AMT", (At("paid_cents", 2, _G + "2320 AMT02 D", kind=Kind.CENTS),), {1: ("D",)}),
    SegmentAt(
        "2330A",
        "NM1",
        (
            _text("subscriber_last_name", 3, "2330A NM103"),
            _text("subscriber_first_name", 4, "2330A NM104"),
            At("subscriber_member_id", 9, _G + "2330A NM109", qualifier=(8, ("MI", "II", ""))),
        ),
        {1: ("IL",)},
        {(2, 0): "1"},
    ),
    SegmentAt(
        "2330B",
        "NM1",
        (
            _text("payer_name", 3, "2330B NM103"),
            At("payer_id", 9, _G + "2330B NM109", qualifier=(8, ("PI", "XV", ""))),
        ),
        {1: ("PR",)},
        {(2, 0): "2"},
    ),
)
"""One row a further payer (2320)."""

COVERAGE_STATEMENT = (
    SegmentAt(
        "2320",
        "OI",
        (
            _text("benefits_assignment", 3, "2320 OI03"),
            _text("release_of_information", 6, "2320 OI06"),
        ),
    ),
)
"""What each further payer is told of the claim's own answers (CLM08, CLM09); written, not read back."""

LINE = (
    SegmentAt(
        "2400",
        "SV1",
        (
            _text("procedure_qualifier", 1, "2400 SV101-1", 1, absent="HC"),
            At("procedure_code", 1, _G + "2400 SV101-2", 2, is_required=True),
            _text("modifier1", 1, "2400 SV101-3", 3),
            _text("modifier2", 1, "2400 SV101-4", 4),
            _text("modifier3", 1, "2400 SV101-5", 5),
            _text("modifier4", 1, "2400 SV101-6", 6),
            _text("procedure_text", 1, "2400 SV101-7", 7),
            At("charge_cents", 2, _G + "2400 SV102", kind=Kind.CENTS),
            _text("unit_basis", 3, "2400 SV103"),
            At("units_milli", 4, _G + "2400 SV104", kind=Kind.MILLI),
            _text("place_of_service", 5, "2400 SV105"),
            At("pointer1", 7, _G + "2400 SV107-1", 1, Kind.NUMBER),
            At("pointer2", 7, _G + "2400 SV107-2", 2, Kind.NUMBER),
            At("pointer3", 7, _G + "2400 SV107-3", 3, Kind.NUMBER),
            At("pointer4", 7, _G + "2400 SV107-4", 4, Kind.NUMBER),
        ),
    ),
    SegmentAt(
        "2400",
        "DTP",
        (At("service_day", 3, _G + "2400 DTP03 472", kind=Kind.PERIOD, until="service_day_to"),),
        {1: ("472",)},
    ),
    _reference("line_control_number", "2400", "6R"),
    SegmentAt("2410", "LIN", (_text("ndc", 3, "2410 LIN03"),), {2: ("N4",)}),
    SegmentAt(
        "2410",
        "CTP",
        (
            At("ndc_units_milli", 4, _G + "2410 CTP04", kind=Kind.MILLI),
            _text("ndc_unit_basis", 5, "2410 CTP05-1", 1),
        ),
    ),
    SegmentAt(
        "2420A",
        "NM1",
        (
            _text("rendering_provider_entity_type", 2, "2420A NM102", absent="1"),
            _text("rendering_provider_last_name", 3, "2420A NM103"),
            _text("rendering_provider_first_name", 4, "2420A NM104"),
            _npi("rendering_provider_npi", "2420A"),
        ),
        {1: ("82",)},
    ),
)
"""One row a service line (2400)."""
