"""CSV in, claim tables out: one row a service line, rows of one visit share its visit_id.

UTF-8 with or without a byte order mark, else Windows-1252; commas; quotes as in RFC 4180. Columns stand in any order,
a column that HEADER does not name is passed over.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from claimkeep.engine.intake.batch import Row, UnusableError, Visit, day_of, diagnosis_row, digits_of, scaled, tables
from claimkeep.engine.terms.claim import ClaimTables
from claimkeep.engine.terms.codes import RELATIONSHIP
from claimkeep.engine.terms.errors import IntakeError
from claimkeep.engine.terms.finding import Place, Skipped


@dataclass(frozen=True, slots=True)
class Field:
    """One column of the file: its name, what it means, an example."""

    name: str
    meaning: str
    example: str


_ADDRESS = (
    ("address1", "street and number", "1 SYNTHETIC STREET"),
    ("address2", "second line", "SUITE 2"),
    ("city", "city", "TESTVILLE"),
    ("state", "two letters", "NJ"),
    ("zip", "five or nine digits", "07001"),
)


def _address_fields(whose: str) -> tuple[Field, ...]:
    return tuple(Field(f"{whose}_{name}", f"{meaning} of the {whose}", example) for name, meaning, example in _ADDRESS)


OF_VISIT = (
    Field("visit_id", "your own number of the visit; required", "V000001"),
    Field("medical_record_number", "your own number of the patient", "MRN000001"),
    Field("patient_last_name", "", "LASTNAME"),
    Field("patient_first_name", "", "FIRSTNAME"),
    Field("patient_middle_name", "", "MIDDLENAME"),
    Field("patient_suffix", "", "JR"),
    Field("patient_birth_date", "YYYY-MM-DD, MM/DD/YYYY or YYYYMMDD, as every date here", "1980-01-31"),
    Field("patient_sex", "F, M or U", "F"),
    *_address_fields("patient"),
    Field("patient_phone", "", "201-555-0100"),
    Field("patient_email", "", "person@example.invalid"),
    Field("payer_name", "who pays first; empty with payer_id for a patient who pays alone", "SYNTHETIC HEALTH PLAN"),
    Field("payer_id", "the payer's electronic id", "SYNTH01"),
    Field("claim_filing_indicator", "X12 code of the kind of plan", "CI"),
    Field("member_id", "the subscriber's id with the payer", "M00000001"),
    Field("group_number", "", "GROUP01"),
    Field("relationship", "of the patient to the subscriber: self, spouse, child, other, or its X12 code", "self"),
    Field("subscriber_last_name", "when the patient is not the subscriber", "LASTNAME"),
    Field("subscriber_first_name", "", "SUBSCRIBER"),
    Field("subscriber_birth_date", "", "1978-02-28"),
    Field("subscriber_sex", "", "M"),
    *_address_fields("subscriber"),
    Field("second_payer_name", "who pays next", "SAMPLE MUTUAL PLAN"),
    Field("second_payer_id", "", "SYNTH03"),
    Field("second_claim_filing_indicator", "", "BL"),
    Field("second_member_id", "", "S00000001"),
    Field("second_group_number", "", "GROUP02"),
    Field("billing_name", "the practice, or the last name of a person", "SYNTHETIC FAMILY CLINIC"),
    Field("billing_first_name", "only when a person bills", ""),
    Field("billing_npi", "", "1234567893"),
    Field("billing_tax_id", "nine digits", "900000001"),
    Field("billing_taxonomy", "", "207Q00000X"),
    Field("billing_phone", "", "201-555-0100"),
    *_address_fields("billing"),
    Field("rendering_npi", "who did it, when that is not who bills", "1999999018"),
    Field("rendering_last_name", "", "DOCTORLAST"),
    Field("rendering_first_name", "", "DOCTORFIRST"),
    Field("rendering_taxonomy", "", "207Q00000X"),
    Field("referring_npi", "", "1999999026"),
    Field("referring_last_name", "", "REFERLAST"),
    Field("referring_first_name", "", "REFERFIRST"),
    Field("facility_name", "where it was done, when that is not where the practice is", "SYNTHETIC HOSPITAL"),
    Field("facility_npi", "", "1234567893"),
    *_address_fields("facility"),
    Field("prior_authorization", "", "AUTH000001"),
    Field("referral_number", "", "REFERRAL1"),
    Field("clia_number", "", "99D9999999"),
    Field("accident_date", "", ""),
    Field("onset_date", "", ""),
    Field("patient_paid", "dollars the patient has paid", "20.00"),
    *(
        Field(f"diagnosis{n}", "ICD-10-CM code, with or without its dot", "E03.9" if n == 1 else "")
        for n in range(1, 13)
    ),
)
"""Columns of the visit: the same on each of its rows, or empty after the first."""

OF_LINE = (
    Field("service_date", "required", "2026-03-02"),
    Field("service_date_to", "when the service took several days", ""),
    Field("procedure_code", "HCPCS or CPT; required", "G0463"),
    *(Field(f"modifier{n}", "", "25" if n == 1 else "") for n in range(1, 5)),
    Field("charge", "dollars of the whole line; required", "125.00"),
    Field("units", "1 when empty", "1"),
    Field("unit_basis", "UN units (when empty) or MJ minutes", "UN"),
    Field("place_of_service", "two digits", "11"),
    Field("pointers", "up to four diagnosis numbers, or their letters", "1 2"),
    Field("ndc", "11 digits", ""),
)
"""Columns of the service line."""

HEADER = OF_VISIT + OF_LINE
"""Every column that is read."""

REQUIRED = ("visit_id", "service_date", "procedure_code", "charge")
"""Columns a file must have."""

_WORDS = {"self": "18", "spouse": "01", "child": "19", "other": "G8"}
_NUMBER = re.compile(r"-?\$?(\d{1,3}(,\d{3})+|\d{1,12})?(\.\d{1,6})?", re.ASCII)
_US_DAY = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})", re.ASCII)
_PLAIN_DAY = re.compile(r"(\d{4})(\d{2})(\d{2})", re.ASCII)
_MOST_FIELD_CHARACTERS = 10_000

Line = tuple[int, dict[str, str]]
"""A row's line in the file and its values that are not empty."""


def read(data: bytes) -> tuple[ClaimTables, tuple[Skipped, ...]]:
    """The visits of the file, and the rows that could not be used: each with its line, its column and why.

    A visit with one unusable row is left out whole, so that no claim goes out short.
    Raises IntakeError for bytes that are no text, or a header without the columns of REQUIRED.
    """
    skipped: list[Skipped] = []
    spoiled: set[str] = set()
    by_visit: dict[str, list[Line]] = {}
    for row, values, reason in _rows(_decoded(data)):
        number = values.get("visit_id")
        if reason or number is None:
            skipped.append(Skipped(Place(row=row, field="" if reason else "visit_id"), reason or "is missing"))
            spoiled.update([number] if number else [])
        else:
            by_visit.setdefault(number, []).append((row, values))
    visits = []
    for number, lines in by_visit.items():
        if number in spoiled:
            skipped.append(Skipped(Place(row=lines[0][0]), "another row of the visit could not be read"))
            continue
        try:
            visits.append(_visit(lines))
        except _RowError as reason:
            skipped.append(Skipped(Place(row=reason.row, field=reason.field), reason.reason))
    if not visits and not skipped:
        skipped.append(Skipped(Place(), "holds no row under its header"))
    return tables(visits), tuple(skipped)


class _RowError(Exception):
    """A row spoils its visit."""

    def __init__(self, row: int, error: UnusableError) -> None:
        super().__init__(row)
        self.row, self.field, self.reason = row, error.field, error.reason


def _decoded(data: bytes) -> str:
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise IntakeError("the file is neither UTF-8 nor Windows-1252 text")


def _rows(text: str) -> Iterator[tuple[int, dict[str, str], str]]:
    """(line, values, why it cannot be used or '') of every row under the header. Raises IntakeError."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = [name.strip().lower() for name in next(reader, [])]
    except csv.Error:
        raise IntakeError("the header cannot be read", place=Place(row=1)) from None
    missing = [name for name in REQUIRED if name not in header]
    if missing:
        raise IntakeError(f"the header has no column {', '.join(missing)}", place=Place(row=1))
    twice = {field.name for field in HEADER if header.count(field.name) > 1}
    if twice:
        raise IntakeError(f"the header has more than one column {', '.join(sorted(twice))}", place=Place(row=1))
    while True:
        row = reader.line_num + 1
        try:
            values = next(reader, None)
        except csv.Error:
            yield row, {}, "its quotes do not close, or a field is too long"
            continue
        if values is None:
            return
        if not any(value.strip() for value in values):
            continue
        given = {name: value.strip() for name, value in zip(header, values, strict=False) if value.strip()}
        if len(values) != len(header):
            yield row, given, "has another number of fields than the header"
        elif any(len(value) > _MOST_FIELD_CHARACTERS for value in values):
            yield row, given, "a field is too long"
        else:
            yield row, given, ""


def _visit(lines: list[Line]) -> Visit:
    """The visit of its rows. Raises _RowError."""
    first_row, first = lines[0]
    for row, values in lines[1:]:
        for field in OF_VISIT:
            if field.name in values and values[field.name] != first.get(field.name):
                raise _RowError(row, UnusableError(field.name, "is not what the first row of the visit says"))
    service_lines = []
    for number, (row, values) in enumerate(lines, start=1):
        try:
            service_lines.append(_line(number, values))
        except UnusableError as error:
            raise _RowError(row, error) from None
    try:
        codes = [first[name] for n in range(1, 13) if (name := f"diagnosis{n}") in first]
        claim = _claim(first) | {"charge_cents": sum(line["charge_cents"] for line in service_lines)}
    except UnusableError as error:
        raise _RowError(first_row, error) from None
    claim["place_of_service"] = service_lines[0]["place_of_service"]
    for line in service_lines:
        if line["place_of_service"] == claim["place_of_service"]:
            line["place_of_service"] = None
    diagnoses = [diagnosis_row(n, code) for n, code in enumerate(codes, start=1)]
    return Visit(claim, service_lines, diagnoses, _second_payer(first))


def _claim(values: dict[str, str]) -> Row:
    relationship = _relationship(values)
    insured = "payer_id" in values or "payer_name" in values or "member_id" in values
    patient = _person("patient", values)
    subscriber = patient if relationship == "18" else _person("subscriber", values)
    direct = (
        "medical_record_number",
        "patient_email",
        "payer_name",
        "payer_id",
        "claim_filing_indicator",
        "group_number",
        "prior_authorization",
        "referral_number",
        "clia_number",
    )
    is_person = "billing_first_name" in values
    tax_id = digits_of(values.get("billing_tax_id"))
    columns: Row = {name: values.get(name) for name in direct}
    return columns | {
        "source_id": values["visit_id"],
        "frequency_code": "1",
        "payer_sequence": "P" if insured else None,
        "payer_id_qualifier": "PI" if "payer_id" in values else None,
        "patient_relationship": relationship,
        **{f"patient_{name}": value for name, value in patient.items()},
        **{f"subscriber_{name}": value for name, value in subscriber.items() if insured},
        "subscriber_member_id": values.get("member_id"),
        "patient_phone": digits_of(values.get("patient_phone")),
        "billing_provider_npi": values.get("billing_npi"),
        "billing_provider_entity_type": ("1" if is_person else "2") if "billing_name" in values else None,
        "billing_provider_last_name": values.get("billing_name"),
        "billing_provider_first_name": values.get("billing_first_name"),
        "billing_provider_taxonomy": values.get("billing_taxonomy"),
        "billing_provider_tax_id": tax_id,
        "billing_provider_tax_id_qualifier": "EI" if tax_id else None,
        "billing_provider_phone": digits_of(values.get("billing_phone")),
        **_address("billing_provider", "billing", values),
        "rendering_provider_npi": values.get("rendering_npi"),
        "rendering_provider_entity_type": "1" if "rendering_last_name" in values else None,
        "rendering_provider_last_name": values.get("rendering_last_name"),
        "rendering_provider_first_name": values.get("rendering_first_name"),
        "rendering_provider_taxonomy": values.get("rendering_taxonomy"),
        "referring_provider_npi": values.get("referring_npi"),
        "referring_provider_last_name": values.get("referring_last_name"),
        "referring_provider_first_name": values.get("referring_first_name"),
        "service_facility_name": values.get("facility_name"),
        "service_facility_npi": values.get("facility_npi"),
        **_address("service_facility", "facility", values),
        "accident_day": _day(values, "accident_date"),
        "onset_day": _day(values, "onset_date"),
        "patient_paid_cents": _number(values, "patient_paid", 2),
    }


def _relationship(values: dict[str, str]) -> str | None:
    given = values.get("relationship")
    if given is None:
        return None if "subscriber_last_name" in values else "18"
    code = _WORDS.get(given.lower(), given.upper())
    if code not in RELATIONSHIP:
        raise UnusableError("relationship", "is not self, spouse, child, other or an X12 code")
    return code


def _person(whose: str, values: dict[str, str]) -> Row:
    sex = values.get(f"{whose}_sex", "").upper()[:1] or None
    if sex not in (None, "F", "M", "U"):
        raise UnusableError(f"{whose}_sex", "is not F, M or U")
    names = ("last_name", "first_name", "middle_name", "suffix")
    return {
        **{name: values.get(f"{whose}_{name}") for name in names},
        "birth_day": _day(values, f"{whose}_birth_date"),
        "sex": sex,
        **{name: value for name, value in zip(_PLACES, _address("", whose, values).values(), strict=True)},
    }


_PLACES = tuple(name for name, _, _ in _ADDRESS)


def _address(prefix: str, whose: str, values: dict[str, str]) -> Row:
    """The five address columns of `prefix`; the ZIP code without its hyphen."""
    columns = {f"{prefix}_{name}": values.get(f"{whose}_{name}") for name in _PLACES}
    return columns | {f"{prefix}_zip": digits_of(columns[f"{prefix}_zip"])}


def _second_payer(values: dict[str, str]) -> list[Row]:
    names = ("payer_name", "payer_id", "claim_filing_indicator", "group_number")
    row: Row = {name: values.get(f"second_{name}") for name in names}
    row["subscriber_member_id"] = values.get("second_member_id")
    return [row | {"payer_sequence": "S"}] if any(row.values()) else []


def _line(number: int, values: dict[str, str]) -> Row:
    for name in REQUIRED:
        if name not in values:
            raise UnusableError(name, "is missing")
    basis = values.get("unit_basis", "UN").upper()
    if basis not in ("UN", "MJ"):
        raise UnusableError("unit_basis", "is not UN or MJ")
    first, last = _day(values, "service_date"), _day(values, "service_date_to")
    ndc = digits_of(values.get("ndc"))
    return {
        "line_number": number,
        "procedure_qualifier": "HC",
        "procedure_code": values["procedure_code"].upper(),
        **{f"modifier{n}": values.get(f"modifier{n}", "").upper() or None for n in range(1, 5)},
        "charge_cents": _number(values, "charge", 2),
        "unit_basis": basis,
        "units_milli": 1000 if "units" not in values else _number(values, "units", 3),
        "place_of_service": values.get("place_of_service"),
        **{f"pointer{n}": pointer for n, pointer in enumerate(_pointers(values), start=1)},
        "service_day": first,
        "service_day_to": last if last != first else None,
        "ndc": ndc,
    }


def _pointers(values: dict[str, str]) -> list[int]:
    """Numbers of the diagnoses from '1 2', '1,2', 'A B' or 'AB'."""
    given = values.get("pointers", "").upper()
    parts = re.findall(r"\d+|[A-L]", given, re.ASCII)
    if re.sub(r"[\s,;:|]+", "", given) != "".join(parts) or len(parts) > 4 or any(len(part) > 2 for part in parts):
        raise UnusableError("pointers", "are not up to four diagnosis numbers or letters")
    return [int(part) if part.isdigit() else ord(part) - ord("A") + 1 for part in parts]


def _day(values: dict[str, str], name: str) -> date | None:
    given = values.get(name)
    if given is None:
        return None
    american, plain = _US_DAY.fullmatch(given), _PLAIN_DAY.fullmatch(given)
    if american:
        given = f"{american[3]}-{int(american[1]):02d}-{int(american[2]):02d}"
    elif plain:
        given = "-".join(plain.groups())
    try:
        return day_of(given, name)
    except UnusableError:
        raise UnusableError(name, "is not a date") from None


def _number(values: dict[str, str], name: str, places: int) -> int | None:
    given = values.get(name)
    if given is None:
        return None
    if not _NUMBER.fullmatch(given) or not re.search(r"\d", given):
        raise UnusableError(name, "is not a number")
    return scaled(Decimal(given.replace("$", "").replace(",", "")), places, name)
