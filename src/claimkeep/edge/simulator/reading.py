"""How the box reads an 837P: in its own way, so that a mistake of ours is not shared by those who judge us.

Interchanges -> groups -> transaction sets -> segments (lists of strings, the first is the segment's name) -> claims.
Nothing here refuses anything: what is missing is empty, and the judges decide.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

Segment = list[str]


@dataclass(slots=True)
class TransactionSet:
    """ST to SE; `segments[0]` is the ST, so ordinal n of a segment is its index plus 1. `complete`: the SE came."""

    segments: list[Segment] = field(default_factory=list)
    complete: bool = False

    @property
    def control_number(self) -> str:
        """ST02."""
        return at(self.segments[0], 2)


@dataclass(slots=True)
class Group:
    """GS to GE."""

    header: Segment
    sets: list[TransactionSet] = field(default_factory=list)
    trailer: Segment | None = None


@dataclass(slots=True)
class Interchange:
    """ISA to IEA; `component` separates the parts of a composite."""

    header: Segment
    component: str
    groups: list[Group] = field(default_factory=list)
    trailer: Segment | None = None
    stray: bool = False
    """True when a segment stood where none may: before the first GS, between groups, or after the IEA."""

    @property
    def day(self) -> date:
        """The day the sender wrote it, ISA09; 1 January 2000 when that is no date."""
        return day("20" + at(self.header, 9)) or date(2000, 1, 1)


@dataclass(slots=True)
class Provider:
    """Who bills: name, NPI, tax id, address segments as sent."""

    name: Segment = field(default_factory=list)
    street: Segment = field(default_factory=list)
    city: Segment = field(default_factory=list)
    tax_id: str = ""

    @property
    def npi(self) -> str:
        """2010AA NM109."""
        return at(self.name, 9)


@dataclass(slots=True)
class Prior:
    """What another payer did: 2320 and, with `line`, 2430. Cents; adjustments as (group, reason, amount)."""

    paid_cents: int | None = None
    adjustments: list[tuple[str, str, int]] = field(default_factory=list)


@dataclass(slots=True)
class Line:
    """One service line. `procedure` is the composite SV101 in parts; an amount that is no amount is None."""

    procedure: list[str]
    charge_cents: int | None
    units: str
    pointers: list[str]
    service_day: date | None = None
    control_number: str = ""
    authorization: str = ""
    rendering_npi: str = ""
    prior: list[Prior] = field(default_factory=list)


@dataclass(slots=True)
class Claim:
    """One CLM with all that stands above it. Names are NM1 segments as sent."""

    number: str
    charge_cents: int | None
    place_of_service: str
    frequency: str
    provider: Provider
    payer: Segment
    sequence: str
    filing_indicator: str
    subscriber: Segment
    patient: Segment
    patient_birth: str
    original_reference: str = ""
    authorization: str = ""
    rendering_npi: str = ""
    diagnoses: list[str] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    prior: list[Prior] = field(default_factory=list)

    @property
    def payer_id(self) -> str:
        """2010BB NM109."""
        return at(self.payer, 9)

    @property
    def member_id(self) -> str:
        """2010BA NM109."""
        return at(self.subscriber, 9)

    @property
    def service_day(self) -> date | None:
        """The first day of service."""
        return min((line.service_day for line in self.lines if line.service_day), default=None)


def at(segment: Segment, position: int) -> str:
    """Element `position` of the segment, or "" where it stops earlier."""
    return segment[position] if position < len(segment) else ""


def day(text: str) -> date | None:
    """The date of CCYYMMDD, or None."""
    if len(text) != 8 or not text.isascii() or not text.isdigit():
        return None
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return None


def cents(text: str) -> int | None:
    """Cents of an amount written with at most two decimals, or None."""
    sign, digits = (-1, text[1:]) if text.startswith("-") else (1, text)
    whole, _, fraction = digits.partition(".")
    if not (whole + fraction).isascii() or not (whole + fraction).isdigit() or len(fraction) > 2 or len(whole) > 12:
        return None
    return sign * (int(whole or "0") * 100 + int(fraction.ljust(2, "0")))


def interchanges(data: bytes) -> list[Interchange]:
    """Every interchange of the file, in order; none when it does not begin with an ISA of the fixed 106 characters."""
    text = data.decode("utf-8", "replace").lstrip("\ufeff \r\n")
    if not text.startswith("ISA") or len(text) < 106:
        return []
    element, component, terminator = text[3], text[104], text[105]
    found: list[Interchange] = []
    for raw in text.split(terminator):
        if stripped := raw.strip("\r\n "):
            _take(stripped.split(element), component, found)
    return found


def _take(segment: Segment, component: str, found: list[Interchange]) -> None:
    """Put one segment where it belongs."""
    if segment[0] == "ISA":
        found.append(Interchange(segment, component))
        return
    if not found:
        return
    into = found[-1]
    group = into.groups[-1] if into.groups and into.groups[-1].trailer is None else None
    if into.trailer is not None:
        into.stray = True
    elif segment[0] == "IEA":
        into.trailer = segment
    elif segment[0] == "GS":
        into.groups.append(Group(segment))
    elif group is None:
        into.stray = True
    elif segment[0] == "GE":
        group.trailer = segment
    elif segment[0] == "ST" or not group.sets or group.sets[-1].complete:
        group.sets.append(TransactionSet([segment]))
    else:
        group.sets[-1].segments.append(segment)
        group.sets[-1].complete = segment[0] == "SE"


def submitter(transaction: TransactionSet) -> Segment:
    """1000A NM1."""
    return next((each for each in transaction.segments if each[:2] == ["NM1", "41"]), ["NM1", "41", "2", "UNKNOWN"])


def claims(transaction: TransactionSet, component: str) -> Iterator[Claim]:
    """The claims of one 837P, each with the provider, payer and people above it."""
    provider = Provider()
    subscriber_level: dict[str, Segment] = {}
    patient_level: dict[str, Segment] = {}
    last_entity = ""
    body: list[Segment] = []
    for segment in transaction.segments:
        name = segment[0]
        if name in ("CLM", "HL", "SE") and body:
            yield _claim(body, component, provider, subscriber_level, patient_level)
            body = []
        if name == "CLM" or body:
            body.append(segment)
        elif name == "HL":
            level = at(segment, 3)
            if level == "20":
                provider = Provider()
            if level in ("20", "22"):
                subscriber_level = {}
            patient_level = {}
        elif name == "NM1":
            last_entity = at(segment, 1)
            if last_entity == "85":
                provider.name = segment
            (patient_level if last_entity == "QC" else subscriber_level)[last_entity] = segment
        elif name == "SBR":
            subscriber_level["SBR"] = segment
        elif name == "DMG":
            (patient_level if last_entity == "QC" else subscriber_level)["DMG"] = segment
        elif last_entity == "85":
            _about_provider(provider, segment)


def _about_provider(provider: Provider, segment: Segment) -> None:
    if segment[0] == "N3":
        provider.street = segment
    elif segment[0] == "N4":
        provider.city = segment
    elif segment[0] == "REF" and at(segment, 1) in ("EI", "SY"):
        provider.tax_id = at(segment, 2)


def _claim(
    body: list[Segment],
    component: str,
    provider: Provider,
    subscriber_level: dict[str, Segment],
    patient_level: dict[str, Segment],
) -> Claim:
    """The claim of a CLM and the segments after it; `patient_level` is empty when the subscriber is the patient."""
    head, sbr = body[0], subscriber_level.get("SBR", [])
    place = [*at(head, 5).split(component), "", "", ""][:3]
    subscriber = subscriber_level.get("IL", [])
    claim = Claim(
        number=at(head, 1),
        charge_cents=cents(at(head, 2)),
        place_of_service=place[0],
        frequency=place[2],
        provider=provider,
        payer=subscriber_level.get("PR", []),
        sequence=at(sbr, 1),
        filing_indicator=at(sbr, 9),
        subscriber=subscriber,
        patient=patient_level.get("QC", subscriber),
        patient_birth=at((patient_level if "QC" in patient_level else subscriber_level).get("DMG", []), 2),
    )
    for segment in body[1:]:
        _about_claim(claim, segment, component)
    return claim


def _about_claim(claim: Claim, segment: Segment, component: str) -> None:
    """One segment after the CLM: on the claim, on another payer (2320), or on the last line (2400)."""
    name, qualifier = segment[0], at(segment, 1)
    if name == "SBR":
        claim.prior.append(Prior())
    elif name == "LX":
        claim.lines.append(Line([], None, "", []))
    elif claim.lines:
        _about_line(claim.lines[-1], segment, component)
    elif name == "HI" and qualifier.split(component)[0] in ("ABK", "ABF"):
        claim.diagnoses += [at(each.split(component), 1) for each in segment[1:] if each]
    elif claim.prior:
        if name == "AMT" and qualifier == "D":
            claim.prior[-1].paid_cents = cents(at(segment, 2))
        elif name == "CAS":
            claim.prior[-1].adjustments += _adjustments(segment)
    elif name == "REF" and qualifier == "F8":
        claim.original_reference = at(segment, 2)
    elif name == "REF" and qualifier == "G1":
        claim.authorization = at(segment, 2)
    elif name == "NM1" and qualifier == "82":
        claim.rendering_npi = at(segment, 9)


def _about_line(line: Line, segment: Segment, component: str) -> None:
    name, qualifier = segment[0], at(segment, 1)
    if name == "SV1":
        line.procedure = qualifier.split(component)
        line.charge_cents = cents(at(segment, 2))
        line.units = at(segment, 4)
        line.pointers = at(segment, 7).split(component)
    elif name == "DTP" and qualifier == "472":
        line.service_day = day(at(segment, 3)[:8])
    elif name == "REF" and qualifier == "6R":
        line.control_number = at(segment, 2)
    elif name == "REF" and qualifier == "G1":
        line.authorization = at(segment, 2)
    elif name == "NM1" and qualifier == "82":
        line.rendering_npi = at(segment, 9)
    elif name == "SVD":
        line.prior.append(Prior(cents(at(segment, 2))))
    elif name == "CAS" and line.prior:
        line.prior[-1].adjustments += _adjustments(segment)


def _adjustments(segment: Segment) -> list[tuple[str, str, int]]:
    return [
        (at(segment, 1), at(segment, first), cents(at(segment, first + 1)) or 0)
        for first in range(2, len(segment), 3)
        if at(segment, first)
    ]
