"""CSV in, claim tables out."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claimkeep.engine.intake.delimited import HEADER, read
from claimkeep.engine.intake.kind import kind
from claimkeep.engine.terms.errors import IntakeError

EXAMPLE = {field.name: field.example for field in HEADER}


def written(*rows: dict[str, str], header: list[str] | None = None) -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, header or [field.name for field in HEADER], lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def reasons(data: bytes) -> list[tuple[int | None, str, str]]:
    tables, skipped = read(data)
    assert tables.size == 0
    return [(s.place.row, s.place.field, s.reason) for s in skipped]


def test_the_example_of_the_header_is_a_whole_visit() -> None:
    tables, skipped = read(written(EXAMPLE))
    assert skipped == ()
    row = tables.claims.row(0, named=True)
    told = {
        "source_id": "V000001",
        "patient_birth_day": date(1980, 1, 31),
        "patient_phone": "2015550100",
        "payer_sequence": "P",
        "payer_id": "SYNTH01",
        "patient_relationship": "18",
        "subscriber_last_name": "LASTNAME",
        "charge_cents": 12500,
        "billing_provider_npi": "1234567893",
        "billing_provider_entity_type": "2",
        "service_facility_city": "TESTVILLE",
        "patient_paid_cents": 2000,
        "place_of_service": "11",
        "prior_authorization": "AUTH000001",
        "frequency_code": "1",
    }
    assert {name: row[name] for name in told} == told
    line = tables.service_lines.row(0, named=True)
    assert (line["procedure_code"], line["modifier1"], line["units_milli"], line["pointer1"], line["pointer2"]) == (
        "G0463",
        "25",
        1000,
        1,
        2,
    )
    assert tables.diagnoses.rows() == [(0, 1, "ABK", "E039", None)]
    assert tables.other_payers.select("payer_sequence", "payer_id").rows() == [("S", "SYNTH03")]


def test_rows_of_a_visit_are_its_lines_wherever_they_stand() -> None:
    other = EXAMPLE | {"visit_id": "V000002"}
    second = dict.fromkeys(EXAMPLE, "") | {
        "visit_id": "V000001",
        "service_date": "02/27/2026",
        "procedure_code": "g0008",
        "charge": "$1,025.50",
        "pointers": "B",
    }
    tables, skipped = read(written(EXAMPLE, other, second))
    assert skipped == ()
    assert tables.claims.select("source_id", "charge_cents").rows() == [("V000001", 115050), ("V000002", 12500)]
    last = tables.service_lines.filter(line_number=2).row(0, named=True)
    assert (last["procedure_code"], last["charge_cents"], last["service_day"], last["pointer1"]) == (
        "G0008",
        102550,
        date(2026, 2, 27),
        2,
    )


def test_quotes_hold_commas_and_line_breaks_and_places_still_count_lines() -> None:
    broken = EXAMPLE | {"visit_id": "V000002", "charge": "much"}
    tables, skipped = read(written(EXAMPLE | {"patient_address2": "FLOOR 2,\nROOM 3"}, broken))
    assert tables.claims["patient_address2"].to_list() == ["FLOOR 2,\nROOM 3"]
    assert [(s.place.row, s.place.field, s.reason) for s in skipped] == [(4, "charge", "is not a number")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_text_in_either_encoding_is_read(encoding: str) -> None:
    data = written(EXAMPLE | {"patient_last_name": "LÄSTNAME"}).decode().encode(encoding)
    assert read(data)[0].claims["patient_last_name"].to_list() == ["LÄSTNAME"]
    assert kind(data) == "csv"


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("service_date", "2026-02-30", "is not a date"),
        ("patient_birth_date", "31.01.1980", "is not a date"),
        ("charge", "12.345", "has more than 2 decimals"),
        ("charge", "999999999999", "is not a number a claim can hold"),
        ("charge", "", "is missing"),
        ("procedure_code", "", "is missing"),
        ("units", "-", "is not a number"),
        ("unit_basis", "XX", "is not UN or MJ"),
        ("pointers", "1 2 3 4 5", "are not up to four diagnosis numbers or letters"),
        ("pointers", "Z", "are not up to four diagnosis numbers or letters"),
        ("relationship", "cousin", "is not self, spouse, child, other or an X12 code"),
        ("patient_sex", "X", "is not F, M or U"),
        ("visit_id", "", "is missing"),
    ],
)
def test_a_row_that_cannot_be_used_is_told_with_its_line_and_column(field: str, value: str, reason: str) -> None:
    assert reasons(written(EXAMPLE | {field: value})) == [(2, field, reason)]


def test_one_bad_row_keeps_back_the_whole_visit_and_only_that() -> None:
    second = EXAMPLE | {"charge": "much"}
    tables, skipped = read(written(EXAMPLE, second, EXAMPLE | {"visit_id": "V000002"}))
    assert tables.claims["source_id"].to_list() == ["V000002"]
    assert [(s.place.row, s.place.field) for s in skipped] == [(3, "charge")]


def test_a_row_that_says_another_patient_for_the_same_visit_keeps_it_back() -> None:
    assert reasons(written(EXAMPLE, EXAMPLE | {"patient_last_name": "OTHERNAME"})) == [
        (3, "patient_last_name", "is not what the first row of the visit says")
    ]


def test_a_row_with_a_field_too_many_keeps_back_its_visit() -> None:
    data = written(EXAMPLE) + written(EXAMPLE).splitlines()[1] + b",more\r\n"
    assert [row for row, _, _ in reasons(data)] == [3, 2]


def test_a_quote_that_does_not_close_is_told() -> None:
    assert reasons(b'visit_id,service_date,procedure_code,charge\nV1,2026-02-27,"G0463,1.00\n') == [
        (2, "", "its quotes do not close, or a field is too long")
    ]


def test_a_patient_without_a_payer_pays_alone() -> None:
    tables, skipped = read(b"visit_id,service_date,procedure_code,charge,notes\nV1,20260227,G0463,10,never mind\n")
    assert skipped == ()
    assert tables.claims.select("payer_sequence", "charge_cents").rows() == [(None, 1000)]


@pytest.mark.parametrize(
    "data",
    [b"", b"\x81\x8d", b"visit_id,charge\n", b"visit_id,service_date,procedure_code,charge,charge\n", b'"visit_id'],
)
def test_what_has_no_header_stops_the_import(data: bytes) -> None:
    with pytest.raises(IntakeError):
        read(data)


def test_a_file_without_rows_says_so() -> None:
    assert reasons(written()) == [(None, "", "holds no row under its header")]


def test_every_column_has_a_name_of_its_own() -> None:
    assert len({field.name for field in HEADER}) == len(HEADER)


@given(st.binary(max_size=200), st.booleans())
def test_any_bytes_give_tables_or_intake_error(data: bytes, has_header: bool) -> None:
    try:
        read(b"visit_id,service_date,procedure_code,charge,pointers,units\n" + data if has_header else data)
    except IntakeError:
        pass


@given(st.dictionaries(st.sampled_from([f.name for f in HEADER]), st.text(max_size=12), max_size=4))
def test_any_text_in_any_column_gives_a_visit_or_its_place(values: dict[str, str]) -> None:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(EXAMPLE), quoting=csv.QUOTE_ALL)
    writer.writeheader()
    writer.writerow(EXAMPLE | values)
    try:
        data = out.getvalue().encode()
    except UnicodeEncodeError:
        return
    tables, skipped = read(data)
    assert tables.size + len(skipped) >= 1
