"""Where the columns of the claim tables stand in a claim guide, and what the three guides say in the same places.

A `Layout` is one guide. The order of its rows is the order in which the guide wants the segments: the writer walks it,
the reader needs none.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from claimkeep.engine.x12.columns import At, Kind, SegmentAt
from claimkeep.engine.x12.loops import HEADER, Opens

Rows = tuple[SegmentAt, ...]

LOST = "lost"
"""Under an HL or a claim that stands where it may not: nothing below it has an owner."""

_AT_CODE = 2
"""Where the code of an HI composite stands (C022)."""

CAS_TRIPLETS = tuple((first, first + 1, first + 2) for first in range(2, 20, 3))
"""Reason, amount and quantity of each adjustment (2320, 2430 CAS02 to CAS19)."""

MOST_GROUPS, MOST_PAYERS, MOST_DECISIONS = 5, 10, 15
"""CAS of a payer or a decision (2320, 2430 CAS), further payers of a claim (2320), decisions of a line (2430)."""

MOST_CLAIMS = 5000
"""Claims of a transaction set (005010X222A1, 005010X223A2, 005010X224A2 1.3.2)."""


@dataclass(frozen=True, slots=True)
class CodeList:
    """One list of codes in the HI of a claim: its table, what it is a list of, HI01-1, and how many it may have.

    kind : what the table calls it in its column `kind`; '' where the qualifier says it
    """

    table: str
    qualifiers: tuple[str, ...]
    most: int
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Layout:
    """One claim guide.

    kind        : `claim_kind` of its claims; `transaction` is what `kind.kind` calls its sets
    billing     : one row a billing provider (HL03 20); `subscriber`, `patient` likewise (22, 23)
    claim       : one row a claim, up to the status of its teeth (`tooth_status`); `claim_rest` from there to its HI
    lists       : the codes of its HI, in order; `providers` come after
    other_payer : one row a further payer (2320)
    service     : the segment that says what a line is; one row a line; `line_rest` comes after its teeth (`line_tooth`)
    line_payment: one row what a further payer decided of a line (2430)
    answers     : what each further payer is told of the claim's own answers; written, not read back
    needs_line_control : no line goes out without a number of its own (REF 6R)
    tells_presence     : a diagnosis says whether it was present on admission
    """

    kind: str
    transaction: str
    version: str
    loops: tuple[Opens, ...]
    billing: Rows
    subscriber: Rows
    patient: Rows
    claim: Rows
    lists: tuple[CodeList, ...]
    providers: Rows
    other_payer: Rows
    answers: Rows
    line_payment: Rows
    service: SegmentAt
    line_rest: Rows
    most_lines: int
    claim_rest: Rows = ()
    tooth_status: Rows = ()
    line_tooth: Rows = ()
    needs_line_control: bool = False
    tells_presence: bool = False

    @property
    def line(self) -> Rows:
        """One row a service line (2400)."""
        return (self.service, *self.line_rest)

    @property
    def of_claim(self) -> Rows:
        """One row a claim: all that the claim and the levels above it say."""
        own = self.claim + self.claim_rest + self.providers
        return self.billing + self.subscriber + self.patient + own

    @property
    def homes(self) -> dict[str, tuple[str, ...]]:
        """The loops of the segments that are rows of a table, and stand nowhere else."""
        teeth = {one.segment: (one.loop,) for one in self.tooth_status + self.line_tooth}
        return {"HI": ("2300",), "SVD": ("2430",), "CAS": ("2320", "2430"), **teeth}

    @property
    def patient_pairs(self) -> tuple[tuple[str, str], ...]:
        """Each column of a patient with the column of the subscriber that says the same."""
        names = [at.column for one in self.patient for at in one.at if at.column != "patient_relationship"]
        return tuple((name, name.replace("patient_", "subscriber_", 1)) for name in names)

    @property
    def qualifiers(self) -> tuple[str, ...]:
        """Every HI01-1 we read."""
        return tuple(one for each in self.lists for one in each.qualifiers)

    @property
    def diagnosis(self) -> SegmentAt:
        """One composite of the HI of diagnoses."""
        present = At("present_on_admission", 1, self._hi(9), 9)
        return self._code(*[present] if self.tells_presence else [])

    @property
    def procedure(self) -> SegmentAt:
        """One composite of the HI of procedures."""
        return self._code(At("day", 1, self._hi(4), 4, Kind.DAY))

    @property
    def adjustment(self) -> SegmentAt:
        """The first adjustment of a CAS; the others stand beside it (`CAS_TRIPLETS`)."""
        cites = [f"{self.version} 2320, 2430 CAS0{at}" for at in range(1, 5)]
        return SegmentAt(
            "2320",
            "CAS",
            (
                At("group_code", 1, cites[0], is_required=True),
                At("reason_code", 2, cites[1], is_required=True),
                At("amount_cents", 3, cites[2], kind=Kind.CENTS, is_required=True),
                At("quantity_milli", 4, cites[3], kind=Kind.MILLI),
            ),
        )

    @property
    def claim_code(self) -> SegmentAt:
        """One composite of the HI of every other code."""
        kinds = {one.kind for one in self.lists}
        days = At("day_from", 1, self._hi(4), 4, Kind.PERIOD, until="day_to")
        amount = At("amount_cents", 1, self._hi(5), 5, Kind.CENTS)
        return self._code(*[days] if "occurrence" in kinds else [], *[amount] if "value" in kinds else [])

    def _code(self, *more: At) -> SegmentAt:
        code = At("code", 1, self._hi(_AT_CODE), _AT_CODE, is_required=True)
        return SegmentAt("2300", "HI", (code, *more))

    def _hi(self, component: int) -> str:
        return f"{self.version} 2300 HI01-{component}"

    @property
    def listed(self) -> Rows:
        """The columns of the claim that stand in its HI."""
        return tuple(
            SegmentAt("2300", "HI", (At(one.kind, 1, self._hi(_AT_CODE), _AT_CODE),))
            for one in self.lists
            if one.table == "claims"
        )


def loops(
    claim: Iterable[tuple[str, tuple[str, ...]]],
    other_payer: Iterable[tuple[str, tuple[str, ...]]],
    line: Iterable[tuple[str, tuple[str, ...]]],
    further: tuple[Opens, ...],
) -> tuple[Opens, ...]:
    """Which segment begins which loop. Each loop is defined once, under a subscriber's claim and a dependent's alike.

    claim, other_payer, line : the loops of people and places under each (2310, 2330, 2420), with NM101
    further                  : what else begins a loop
    """
    claims = frozenset({"2300", "2320", "2400"})
    below_subscriber = frozenset({"2000B", "2000C"}) | claims
    anywhere = frozenset({"2000A", LOST, HEADER}) | below_subscriber
    return (
        _party("1000A", HEADER, "41"),
        _party("1000B", HEADER, "40"),
        Opens("2000A", "HL", anywhere, 3, frozenset({"20"}), is_parent=True),
        Opens("2000B", "HL", below_subscriber | {"2000A"}, 3, frozenset({"22"}), is_parent=True),
        Opens("2000C", "HL", below_subscriber, 3, frozenset({"23"}), is_parent=True),
        Opens(LOST, "HL", frozenset({HEADER, LOST}), 3, frozenset({"22"}), is_parent=True),
        Opens(LOST, "HL", frozenset({HEADER, LOST, "2000A"}), 3, frozenset({"23"}), is_parent=True),
        _party("2010AA", "2000A", "85"),
        _party("2010AB", "2000A", "87"),
        _party("2010AC", "2000A", "PE"),
        _party("2010BA", "2000B", "IL"),
        _party("2010BB", "2000B", "PR"),
        _party("2010CA", "2000C", "QC"),
        Opens("2300", "CLM", below_subscriber, is_parent=True),
        Opens(LOST, "CLM", frozenset({HEADER, "2000A", LOST}), is_parent=True),
        *(_party(loop, "2300", *codes) for loop, codes in claim),
        Opens("2320", "SBR", frozenset({"2300", "2320"}), is_parent=True),
        _party("2330A", "2320", "IL"),
        _party("2330B", "2320", "PR"),
        *(_party(loop, "2320", *codes) for loop, codes in other_payer),
        Opens("2400", "LX", claims, is_parent=True),
        *(_party(loop, "2400", *codes) for loop, codes in line),
        Opens("2430", "SVD", frozenset({"2400"})),
        *further,
    )


def _party(loop: str, under: str, *values: str) -> Opens:
    return Opens(loop, "NM1", frozenset({under}), 1, frozenset(values))


@dataclass(frozen=True, slots=True)
class Positions:
    """Makes the rows of one guide, each position cited with it."""

    version: str

    def text(self, column: str, element: int, place: str, component: int = 0, absent: str = "") -> At:
        """A text at an element or component; `place` is its loop and element."""
        return At(column, element, f"{self.version} {place}", component, absent=absent)

    def cents(self, column: str, element: int, place: str) -> At:
        """An amount."""
        return At(column, element, f"{self.version} {place}", kind=Kind.CENTS)

    def milli(self, column: str, element: int, place: str) -> At:
        """A quantity."""
        return At(column, element, f"{self.version} {place}", kind=Kind.MILLI)

    def pointers(self, element: int, place: str) -> tuple[At, ...]:
        """The four diagnosis pointers of a line."""
        return tuple(At(f"pointer{at}", element, f"{self.version} {place}-{at}", at, Kind.NUMBER) for at in range(1, 5))

    def procedure(self, element: int, place: str, absent: str = "", *, is_required: bool = True) -> tuple[At, ...]:
        """The procedure of a line with its modifiers."""
        cite = f"{self.version} {place}-2"
        return (
            self.text("procedure_qualifier", element, f"{place}-1", 1, absent=absent),
            At("procedure_code", element, cite, 2, is_required=is_required),
            *(self.text(f"modifier{at}", element, f"{place}-{at + 2}", at + 2) for at in range(1, 5)),
            self.text("procedure_text", element, f"{place}-7", 7),
        )

    def npi(self, column: str, loop: str) -> At:
        """NM109 where NM108 says that it is an NPI."""
        return At(column, 9, f"{self.version} {loop} NM109", qualifier=(8, ("XX",)))

    def person(self, prefix: str, loop: str, code: str, *, is_person: bool = True) -> SegmentAt:
        """The NM1 of a provider. is_person : never an organization, so NM102 is no column"""
        entity = () if is_person else (self.text(f"{prefix}_entity_type", 2, f"{loop} NM102", absent="1"),)
        return SegmentAt(
            loop,
            "NM1",
            (
                *entity,
                self.text(f"{prefix}_last_name", 3, f"{loop} NM103"),
                self.text(f"{prefix}_first_name", 4, f"{loop} NM104"),
                self.npi(f"{prefix}_npi", loop),
            ),
            {1: (code,)},
            {(2, 0): "1"} if is_person else {},
        )

    def taxonomy(self, column: str, loop: str, code: str) -> SegmentAt:
        """The PRV of a provider."""
        return SegmentAt(loop, "PRV", (self.text(column, 3, f"{loop} PRV03"),), {1: (code,)}, {(2, 0): "PXC"})

    def facility(self, loop: str) -> Rows:
        """Where the services were given."""
        name = self.text("service_facility_name", 3, f"{loop} NM103")
        return (
            SegmentAt(loop, "NM1", (name, self.npi("service_facility_npi", loop)), {1: ("77",)}, {(2, 0): "2"}),
            *self.address("service_facility", loop),
        )

    def address(self, prefix: str, loop: str) -> Rows:
        """N3 and N4."""
        street = [self.text(f"{prefix}_address{at}", at, f"{loop} N30{at}") for at in (1, 2)]
        city = [self.text(f"{prefix}_{name}", at, f"{loop} N40{at}") for at, name in enumerate(_CITY, start=1)]
        return (SegmentAt(loop, "N3", tuple(street)), SegmentAt(loop, "N4", tuple(city)))

    def birth(self, prefix: str, loop: str) -> SegmentAt:
        """DMG of a person."""
        cite = f"{self.version} {loop} DMG02"
        day = At(f"{prefix}_birth_day", 2, cite, kind=Kind.DAY, qualifier=(1, ("D8",)))
        return SegmentAt(loop, "DMG", (day, self.text(f"{prefix}_sex", 3, f"{loop} DMG03")))

    def reference(self, column: str, loop: str, qualifier: str) -> SegmentAt:
        """REF02 of a REF with this qualifier."""
        return SegmentAt(loop, "REF", (self.text(column, 2, f"{loop} REF02 {qualifier}"),), {1: (qualifier,)})

    def amount(self, column: str, loop: str, qualifier: str) -> SegmentAt:
        """AMT02 of an AMT with this qualifier."""
        return SegmentAt(loop, "AMT", (self.cents(column, 2, f"{loop} AMT02 {qualifier}"),), {1: (qualifier,)})

    def day(self, column: str, loop: str, qualifier: str) -> SegmentAt:
        """A DTP that names a day."""
        at = At(column, 3, f"{self.version} {loop} DTP03 {qualifier}", kind=Kind.DAY)
        return SegmentAt(loop, "DTP", (at,), {1: (qualifier,), 2: ("D8",)})

    def period(self, first: str, last: str, loop: str, qualifier: str) -> SegmentAt:
        """A DTP that names a day or a period."""
        at = At(first, 3, f"{self.version} {loop} DTP03 {qualifier}", kind=Kind.PERIOD, until=last)
        return SegmentAt(loop, "DTP", (at,), {1: (qualifier,)})

    def billing(self) -> Rows:
        """The billing provider."""
        entity = self.text("billing_provider_entity_type", 2, "2010AA NM102", absent="2")
        names = [self.text(f"billing_provider_{name}_name", 3 + at, f"2010AA NM10{3 + at}") for at, name in _NAMES]
        tax = (
            self.text("billing_provider_tax_id_qualifier", 1, "2010AA REF01", absent="EI"),
            self.text("billing_provider_tax_id", 2, "2010AA REF02"),
        )
        phone = self.text("billing_provider_phone", 4, "2010AA PER04")
        return (
            self.taxonomy("billing_provider_taxonomy", "2000A", "BI"),
            SegmentAt("2010AA", "NM1", (entity, *names, self.npi("billing_provider_npi", "2010AA")), {1: ("85",)}),
            *self.address("billing_provider", "2010AA"),
            SegmentAt("2010AA", "REF", tax, {1: ("EI", "SY")}),
            SegmentAt("2010AA", "PER", (phone,), {1: ("IC",), 3: ("TE",)}),
        )

    def subscriber(self, *, has_insurance_type: bool = False) -> Rows:
        """The subscriber and the payer the claim goes to."""
        insurance = (self.text("insurance_type", 5, "2000B SBR05"),) if has_insurance_type else ()
        coverage = (
            self.text("payer_sequence", 1, "2000B SBR01"),
            self.text("patient_relationship", 2, "2000B SBR02"),
            self.text("group_number", 3, "2000B SBR03"),
            self.text("group_name", 4, "2000B SBR04"),
            *insurance,
            self.text("claim_filing_indicator", 9, "2000B SBR09"),
        )
        member = At("subscriber_member_id", 9, f"{self.version} 2010BA NM109", qualifier=(8, ("MI", "II", "")))
        payer = (
            self.text("payer_name", 3, "2010BB NM103"),
            self.text("payer_id_qualifier", 8, "2010BB NM108", absent="PI"),
            self.text("payer_id", 9, "2010BB NM109"),
        )
        return (
            SegmentAt("2000B", "SBR", coverage),
            SegmentAt("2010BA", "NM1", (*self._named("subscriber", "2010BA"), member), {1: ("IL",)}, {(2, 0): "1"}),
            *self.address("subscriber", "2010BA"),
            self.birth("subscriber", "2010BA"),
            self.reference("subscriber_ssn", "2010BA", "SY"),
            SegmentAt("2010BB", "NM1", payer, {1: ("PR",)}, {(2, 0): "2"}),
            *self.address("payer", "2010BB"),
        )

    def patient(self) -> Rows:
        """A patient who is not the subscriber."""
        return (
            SegmentAt("2000C", "PAT", (self.text("patient_relationship", 1, "2000C PAT01"),)),
            SegmentAt("2010CA", "NM1", self._named("patient", "2010CA"), {1: ("QC",)}, {(2, 0): "1"}),
            *self.address("patient", "2010CA"),
            self.birth("patient", "2010CA"),
        )

    def _named(self, prefix: str, loop: str) -> tuple[At, ...]:
        return (
            self.text(f"{prefix}_last_name", 3, f"{loop} NM103"),
            self.text(f"{prefix}_first_name", 4, f"{loop} NM104"),
            self.text(f"{prefix}_middle_name", 5, f"{loop} NM105"),
            self.text(f"{prefix}_suffix", 7, f"{loop} NM107"),
        )

    def other_payer(self, *amounts: str) -> Rows:
        """A further payer. amounts : the qualifiers of its amounts, in the order of the guide"""
        coverage = (
            self.text("payer_sequence", 1, "2320 SBR01"),
            self.text("relationship", 2, "2320 SBR02"),
            self.text("group_number", 3, "2320 SBR03"),
            self.text("group_name", 4, "2320 SBR04"),
            self.text("claim_filing_indicator", 9, "2320 SBR09"),
        )
        remarks = tuple(self.text(f"remark_code{at}", at + 2, f"2320 MOA0{at + 2}") for at in range(1, 6))
        member = (
            self.text("subscriber_last_name", 3, "2330A NM103"),
            self.text("subscriber_first_name", 4, "2330A NM104"),
            At("subscriber_member_id", 9, f"{self.version} 2330A NM109", qualifier=(8, ("MI", "II", ""))),
        )
        payer = (
            self.text("payer_name", 3, "2330B NM103"),
            At("payer_id", 9, f"{self.version} 2330B NM109", qualifier=(8, ("PI", "XV", ""))),
        )
        return (
            SegmentAt("2320", "SBR", coverage),
            *(self.amount(_AMOUNTS[one], "2320", one) for one in amounts),
            SegmentAt("2320", "MOA", remarks),
            SegmentAt("2330A", "NM1", member, {1: ("IL",)}, {(2, 0): "1"}),
            SegmentAt("2330B", "NM1", payer, {1: ("PR",)}, {(2, 0): "2"}),
            self.day("paid_day", "2330B", "573"),
            self.reference("payer_claim_control_number", "2330B", "F8"),
        )

    def line_payment(self, *, has_revenue_code: bool = False) -> Rows:
        """What a further payer decided of a line."""
        revenue = (self.text("revenue_code", 4, "2430 SVD04"),) if has_revenue_code else ()
        decided = (
            self.text("payer_id", 1, "2430 SVD01"),
            self.cents("paid_cents", 2, "2430 SVD02"),
            *self.procedure(3, "2430 SVD03", is_required=False),
            *revenue,
            self.milli("units_milli", 5, "2430 SVD05"),
            At("bundled_line", 6, f"{self.version} 2430 SVD06", kind=Kind.NUMBER),
        )
        return (
            SegmentAt("2430", "SVD", decided),
            self.day("paid_day", "2430", "573"),
            self.amount("remaining_cents", "2430", "EAF"),
        )

    def answers(self) -> Rows:
        """What each further payer is told of the claim's own answers (CLM08, CLM09)."""
        told = (
            self.text("benefits_assignment", 3, "2320 OI03"),
            self.text("release_of_information", 6, "2320 OI06"),
        )
        return (SegmentAt("2320", "OI", told),)

    def drug(self) -> Rows:
        """The drug of a line."""
        units = (
            self.milli("ndc_units_milli", 4, "2410 CTP04"),
            self.text("ndc_unit_basis", 5, "2410 CTP05-1", 1),
        )
        return (
            SegmentAt("2410", "LIN", (self.text("ndc", 3, "2410 LIN03"),), {2: ("N4",)}),
            SegmentAt("2410", "CTP", units),
        )


_AMOUNTS = {"D": "paid_cents", "A8": "noncovered_cents", "EAF": "remaining_cents"}
_CITY = ("city", "state", "zip")
_NAMES = ((0, "last"), (1, "first"))
