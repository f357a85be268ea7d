"""Edits that published tables decide: each speaks on a planted fault and is silent on its clean twin."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from claimkeep.engine.codes import CodeSets, EditTables, read, read_edits
from claimkeep.engine.scrub.catalogue import TABLE_EDITS
from claimkeep.engine.scrub.references import References
from claimkeep.engine.scrub.run import run
from claimkeep.engine.terms.claim import ClaimTables, claim, claim_code, diagnosis, service_line
from claimkeep.engine.terms.finding import Finding, Severity

TODAY = date(2026, 3, 2)
SEEN = date(2024, 8, 15)

FILES = {
    "hcpcs2_2024jul.csv": "hcpcs_code,date_added,date_term\n"
    + "".join(f"{letter}000{n},2001-01-01,\n" for letter in "ABC" for n in range(10))
    + "G0001,2001-01-01,2023-12-31\n",
    "cpt_2024.csv": "cpt_code\n99213\n",
    "modifiers_2024jul.csv": "modifier,system\n59,X\nXE,X\nXS,X\nRT,X\nLT,X\nKX,X\n25,X\n",
    "icd10cm_fy2024.csv": "code,billable\nE11,0\nE119,1\nE1010,1\nP090,1\nC61,1\nJ991,1\n"
    "A000,1\nI10,1\nO800,1\nR69,1\n",
    "ncci_associated_modifiers.csv": "modifier,group\nRT,anatomical\nLT,anatomical\n25,global_surgery\n"
    "59,other\nXE,other\n",
    "ncci_ptp_practitioner_2024q3.csv": "column1,column2,effective_date,deletion_date,modifier_indicator\n"
    "B0001,B0002,2010-01-01,,0\nB0003,B0004,2010-01-01,,1\nB0005,B0006,2010-01-01,2020-12-31,0\n"
    "B0005,B0006,2024-08-01,*,0\nB0007,B0008,2010-01-01,2010-01-01,9\n",
    "ncci_ptp_outpatient_hospital_2024q3.csv": "column1,column2,deletion_date,modifier_indicator\nB0007,B0008,,0\n",
    "ncci_mue_practitioner_2024q3.csv": "hcpcs,mue_value,mai\nA0001,2,1\nA0002,2,2 Date of Service Edit: Policy\n"
    "A0003,2,3\nA0004,0,3\n",
    "ncci_mue_outpatient_hospital_2024q3.csv": "hcpcs,mue_value,mai\nA0001,9,3\n",
    "ncci_mue_dme_2024q3.csv": "hcpcs,mue_value,mai\nA0001,1,2\n",
    "ncci_aoc_2024q3.csv": "add_on_code,primary_code,aoc_edit_type\nC0002,C0001,1\nC0003,CCCCC,2\n"
    "C0004,CCCCC,3\nC0004,C0001,3\n",
    "mce_v41_dx_edits_fy2024.csv": "icd10cm,conflict_group,rule\nP090,Age,Perinatal/Newborn (Age 0 Only)\n"
    "O800,Age,Maternity (Ages 9-64)\nC61,Sex,Male Only\n"
    "J991,Other,Manifestation (Not Allowed as Principal Diagnosis)\n",
    "mce_v41_simple_edits_fy2024.csv": "edit_type,code_type,code\nPrincipal_Unacceptable,D,R69\nFemale_Only,P,0UT9\n",
    "icd10cm_note_targets_2024apr.csv": "scope_code,kind,target_from,target_to\nE11,excludes1,E10,E10\n"
    "block:I10-I1A,excludes1,O00,O99\nR69,excludes2,A00,A00\n",
}
"""Tables of our own, small enough to read."""


def references(*, without: str = "", files: dict[str, str] = FILES) -> References:
    """The tables above, but for those whose name begins with `without`."""
    kept = {name: text.encode() for name, text in files.items() if not without or not name.startswith(without)}
    edits = [one for name, data in kept.items() for one in read_edits(name, data)]
    sets = [one for name, data in kept.items() if not read_edits(name, data) for one in read(name, data)]
    return References(CodeSets.of(sets), EditTables.of(edits))


ALL_TABLES = references()


def line(code: str, *modifiers: str, **more: Any) -> dict[str, Any]:
    given = {"procedure_code": code, "units_milli": 1000, "unit_basis": "UN", "service_day": SEEN}
    return given | {f"modifier{n}": one for n, one in enumerate(modifiers, 1)} | more


def tables(
    *lines: dict[str, Any], codes: tuple[str, ...] = ("I10",), conditions: tuple[str, ...] = (), **about: Any
) -> ClaimTables:
    """One claim to Medicare with these lines and diagnoses."""
    whole = ClaimTables.empty()
    facts = {"claim_filing_indicator": "MB", "patient_birth_day": date(1980, 1, 31), "patient_sex": "F"}
    return ClaimTables(
        claim.frame([{"claim_row": 0, "claim_number": "CK000001", **facts, **about}]),
        service_line.frame({"claim_row": 0, "line_number": n, **one} for n, one in enumerate(lines, 1)),
        diagnosis.frame(
            {"claim_row": 0, "position": n, "qualifier": "ABK" if n == 1 else "ABF", "code": code}
            for n, code in enumerate(codes, 1)
        ),
        whole.other_payers,
        claim_code.frame(
            {"claim_row": 0, "kind": "condition", "position": n, "code": one} for n, one in enumerate(conditions, 1)
        ),
    )


def found(given: ClaimTables, by: References = ALL_TABLES) -> tuple[Finding, ...]:
    return run(given, TODAY, (), references=by)


def told(given: ClaimTables, by: References = ALL_TABLES) -> list[tuple[str, int | None]]:
    return [(one.edit, one.line or one.diagnosis) for one in found(given, by)]


INPATIENT: dict[str, Any] = {"claim_kind": "institutional", "facility_type_code": "11", "admission_day": SEEN}
OUTPATIENT: dict[str, Any] = {"claim_kind": "institutional", "facility_type_code": "13"}
SUPPLIER: dict[str, Any] = {"billing_provider_taxonomy": "332B00000X"}
LATE = date(2024, 7, 31)


@pytest.mark.parametrize(
    ("fault", "edits", "clean"),
    [
        pytest.param(tables(line("G0001")), [("COD-01", 1)], tables(line("A0009")), id="a code that has ended"),
        pytest.param(tables(line("99214")), [("COD-01", 1)], tables(line("99213")), id="no code of the licensed set"),
        pytest.param(
            tables(line("A0009"), codes=("Q999",)), [("COD-02", 1)], tables(line("A0009")), id="no such diagnosis"
        ),
        pytest.param(
            tables(line("A0009"), codes=("I10", "E11")),
            [("COD-03", 2)],
            tables(line("A0009"), codes=("I10", "E119")),
            id="a heading",
        ),
        pytest.param(
            tables(line("A0009", "59", "ZZ")), [("COD-06", 1)], tables(line("A0009", "59", "XE")), id="no modifier"
        ),
        pytest.param(
            tables(line("A0009"), codes=("P090",)),
            [("AGE-01", 1)],
            tables(line("A0009"), codes=("P090",), patient_birth_day=date(2023, 8, 16)),
            id="a newborn's diagnosis",
        ),
        pytest.param(
            tables(line("A0009"), codes=("O800",), patient_birth_day=date(1959, 8, 15)),
            [("AGE-01", 1)],
            tables(line("A0009"), codes=("O800",), patient_birth_day=date(1959, 8, 16)),
            id="a birthday on the day",
        ),
        pytest.param(
            tables(line("A0009"), codes=("C61",)),
            [("SEX-01", 1)],
            tables(line("A0009"), codes=("C61",), patient_sex="M"),
            id="a man's diagnosis",
        ),
        pytest.param(
            tables(line("A0009"), codes=("C61",)),
            [("SEX-01", 1)],
            tables(line("A0009", "KX"), codes=("C61",)),
            id="modifier KX says that it is right",
        ),
        pytest.param(
            tables(codes=("C61",), **INPATIENT),
            [("SEX-01", 1)],
            tables(codes=("C61",), conditions=("45",), **INPATIENT),
            id="condition code 45 says that it is right",
        ),
        pytest.param(
            tables(line("A0009"), codes=("J991", "I10")),
            [("ICD-02", 1)],
            tables(line("A0009"), codes=("I10", "J991")),
            id="a manifestation first",
        ),
        pytest.param(
            tables(line("A0009"), codes=("E1010", "A000", "E119")),
            [("ICD-01", 3)],
            tables(line("A0009"), codes=("E1010", "A000")),
            id="kept apart by a note at a code",
        ),
        pytest.param(
            tables(line("A0009"), codes=("I10", "O800")),
            [("ICD-01", 2)],
            tables(line("A0009"), codes=("R69", "A000")),
            id="kept apart by a note at a block; Excludes2 keeps nothing apart",
        ),
        pytest.param(
            tables(line("B0001"), line("B0002", "59")),
            [("NCC-01", 2)],
            tables(line("B0001"), line("B0002", service_day=LATE)),
            id="never paid together",
        ),
        pytest.param(
            tables(line("B0004", units_milli=1000), line("B0003")),
            [("NCC-02", 1)],
            tables(line("B0003", "XE"), line("B0004")),
            id="told apart, column 2 first",
        ),
        pytest.param(
            tables(line("B0003"), line("B0004", "KX")),
            [("NCC-02", 2)],
            tables(line("B0003"), line("B0004", "25")),
            id="a modifier that tells nothing apart",
        ),
        pytest.param(
            tables(line("B0003", "RT"), line("B0004", "RT")),
            [("NCC-03", 2)],
            tables(line("B0003", "RT"), line("B0004", "LT")),
            id="one site",
        ),
        pytest.param(
            tables(line("B0005"), line("B0006")),
            [("NCC-01", 2)],
            tables(line("B0005", service_day=LATE), line("B0006", service_day=LATE)),
            id="a pair that was taken back and came again",
        ),
        pytest.param(
            tables(line("B0007"), line("B0008"), **OUTPATIENT),
            [("NCC-01", 2)],
            tables(line("B0007"), line("B0008")),
            id="a hospital has its own pairs; indicator 9 is no pair",
        ),
        pytest.param(
            tables(line("A0001", units_milli=2001)),
            [("NCC-05", 1)],
            tables(line("A0001", units_milli=2000), line("A0001", "59", units_milli=2000)),
            id="units of a line",
        ),
        pytest.param(
            tables(line("A0002", units_milli=3000)),
            [("NCC-06", 1)],
            tables(line("A0002", units_milli=2000), line("A0002", units_milli=2000, service_day=LATE)),
            id="units of a day that cannot be",
        ),
        pytest.param(
            tables(line("C0002"), line("C0001", service_day=LATE)),
            [("NCC-10", 1)],
            tables(line("C0002"), line("C0001")),
            id="a primary of another day",
        ),
        pytest.param(
            tables(line("A0003", units_milli=2000), line("A0003", units_milli=1000)),
            [("NCC-07", 1), ("NCC-07", 2)],
            tables(line("A0001", units_milli=2000)),
            id="units of a day over two lines",
        ),
        pytest.param(
            tables(line("A0001", units_milli=5000, service_day_to=date(2024, 8, 16))),
            [("NCC-05", 1)],
            tables(line("A0001", units_milli=4000, service_day_to=date(2024, 8, 16))),
            id="units of a span are shared out",
        ),
        pytest.param(
            tables(line("A0001"), line("A0004")),
            [("NCC-08", 2)],
            tables(line("A0001")),
            id="not paid in this setting",
        ),
        pytest.param(
            tables(line("A0001", units_milli=2000), **SUPPLIER),
            [("NCC-06", 1)],
            tables(line("A0001", units_milli=2000), **OUTPATIENT),
            id="a supplier has its own limits, and so has a hospital",
        ),
        pytest.param(
            tables(line("C0009"), line("C0004")),
            [("NCC-09", 2)],
            tables(line("C0004"), line("C0001")),
            id="an add-on alone",
        ),
    ],
)
def test_an_edit_speaks_on_its_fault_and_is_silent_on_the_clean_twin(
    fault: ClaimTables, edits: list[tuple[str, int]], clean: ClaimTables
) -> None:
    assert told(fault) == edits
    assert told(clean) == []


def test_an_add_on_of_a_payers_own_list_is_to_be_looked_up() -> None:
    (one,) = found(tables(line("C0003")))
    assert (one.edit, one.severity) == ("NCC-09", Severity.REVIEW)
    assert dict(one.row) == {"add_on_code": "C0003", "aoc_edit_type": 2}


def test_no_reason_for_a_stay_is_refused_as_the_principal_diagnosis_of_one() -> None:
    assert told(tables(codes=("R69",), **INPATIENT)) == [("INS-06", 1)]
    assert told(tables(codes=("I10", "R69"), **INPATIENT)) == []
    assert told(tables(line("A0009"), codes=("R69",))) == []


def test_a_finding_names_the_row_and_release_that_it_was_judged_by() -> None:
    (one,) = found(tables(line("B0005"), line("B0006")))
    assert (one.table, one.release, one.other) == ("ncci_ptp_practitioner", "2024q3", 1)
    assert dict(one.row) == {
        "column1": "B0005",
        "column2": "B0006",
        "modifier_indicator": 0,
        "effective_date": 20240801,
    }


def test_lines_of_two_providers_are_no_pair() -> None:
    lines = [line("B0001", rendering_provider_npi="1234567893"), line("B0002")]
    assert told(tables(*lines)) == []


def test_before_july_2019_the_modifier_stood_on_the_column_2_line() -> None:
    days = {"service_day": date(2019, 6, 30)}
    first = told(tables(line("B0003", "59", **days), line("B0004", **days)))
    second = told(tables(line("B0003", **days), line("B0004", "59", **days)))
    assert [[one for one in each if one[0] != "RPT-01"] for each in (first, second)] == [[("NCC-02", 2)], []]


def test_a_payer_that_keeps_no_such_table_is_not_judged_by_it() -> None:
    assert (
        told(tables(line("B0001"), line("B0002"), line("A0002", units_milli=9000), claim_filing_indicator="CI")) == []
    )


def test_medicaid_is_judged_by_its_own_tables() -> None:
    faulty = tables(line("B0001"), line("B0002"), claim_filing_indicator="MC")
    (pairs, units) = found(faulty)
    assert [(one.edit, one.table) for one in (pairs, units)] == [
        ("RPT-01", "medicaid_mue_practitioner"),
        ("RPT-01", "medicaid_ptp_practitioner"),
    ]
    own = {"medicaid_ptp_practitioner_2024q3.csv": "column1,column2,modifier_indicator\nB0002,B0001,0\n"}
    (rows, missing) = sorted(found(faulty, references(files=FILES | own)), key=lambda one: one.edit)
    assert (rows.edit, rows.line, missing.table) == ("NCC-01", 1, "medicaid_mue_practitioner")


NEEDED = {
    "hcpcs2": "hcpcs",
    "cpt": "cpt",
    "modifiers": "modifier",
    "icd10cm_fy": "icd10cm",
    "ncci_associated": "ncci_associated_modifiers",
    "ncci_ptp_practitioner": "ncci_ptp_practitioner",
    "ncci_mue_practitioner": "ncci_mue_practitioner",
    "ncci_aoc": "ncci_aoc",
    "icd10cm_note": "icd10cm_excludes1",
}


@pytest.mark.parametrize(("file", "table"), NEEDED.items())
def test_a_table_that_is_missing_is_told_once(file: str, table: str) -> None:
    given = tables(line("B0003", "59"), line("B0004", "59"), line("99213"), codes=("I10", "E119"))
    missing = [one for one in found(given, references(without=file)) if one.edit == "RPT-01"]
    assert [(one.table, one.severity) for one in missing] == [(table, Severity.REVIEW)]
    assert "is not loaded" in missing[0].message
    assert [one for one in found(given) if one.edit == "RPT-01"] == []


def test_a_day_of_which_no_release_speaks_is_not_judged_and_told() -> None:
    late = date(2025, 1, 2)
    given = tables(line("B0003", service_day=late, units_milli=9000), line("B0004", service_day=late))
    answered = found(given)
    assert {one.edit for one in answered} == {"RPT-01"}
    assert {one.table for one in answered} >= {"ncci_ptp_practitioner", "ncci_mue_practitioner", "ncci_aoc", "hcpcs"}


def test_a_code_set_of_another_day_asks_for_a_look_and_holds_nothing() -> None:
    (one, gap) = sorted(
        (f for f in found(tables(line("A0999", service_day=date(2024, 1, 2)))) if f.table == "hcpcs"),
        key=lambda f: f.edit,
    )
    assert (one.edit, one.severity, gap.edit) == ("COD-01", Severity.REVIEW, "RPT-01")
    ended = [f for f in found(tables(line("G0001", service_day=date(2024, 1, 2)))) if f.edit == "COD-01"]
    assert [f.severity for f in ended] == [Severity.REJECT]


def test_a_claim_is_judged_alike_alone_and_among_others() -> None:
    claims = [
        tables(line("B0001"), line("B0002", "59")),
        tables(line("B0003", "RT"), line("B0004", "RT")),
        tables(line("A0009"), codes=("I10", "O800")),
        tables(line("A0003", units_milli=2000), line("A0003", units_milli=1000)),
    ]
    assert_alike(claims)


def assert_alike(claims: list[ClaimTables]) -> None:
    whole = together(claims)
    alone = [replace(one, claim_row=row) for row, each in enumerate(claims) for one in found(each)]
    assert found(whole) == tuple(alone)


def together(claims: list[ClaimTables]) -> ClaimTables:
    """Claims of one row each as one batch."""

    def rows(name: str) -> Iterator[dict[str, Any]]:
        for at, each in enumerate(claims):
            yield from (row | {"claim_row": at} for row in getattr(each, name).to_dicts())

    return ClaimTables(
        claim.frame(rows("claims")),
        service_line.frame(rows("service_lines")),
        diagnosis.frame(rows("diagnoses")),
        ClaimTables.empty().other_payers,
        claim_code.frame(rows("claim_codes")),
    )


CODES = st.sampled_from([f"{letter}000{n}" for letter in "ABC" for n in range(1, 7)])
LINES = st.builds(
    lambda code, modifiers, units, day: line(code, *modifiers, units_milli=units * 500, service_day=day),
    CODES,
    st.lists(st.sampled_from(["59", "RT", "LT", "XE", "KX"]), max_size=2, unique=True),
    st.integers(1, 9),
    st.sampled_from([SEEN, LATE]),
)
CLAIMS = st.builds(
    lambda lines, codes: tables(*lines, codes=tuple(codes)),
    st.lists(LINES, min_size=1, max_size=5),
    st.lists(st.sampled_from(["I10", "O800", "E119", "E1010", "A000", "C61"]), min_size=1, max_size=4, unique=True),
)


@settings(max_examples=25, deadline=None)
@given(st.lists(CLAIMS, min_size=1, max_size=5))
def test_any_claims_are_judged_alike_alone_and_together(claims: list[ClaimTables]) -> None:
    assert_alike(claims)


def test_no_claims_have_no_findings_and_no_gaps() -> None:
    assert run(ClaimTables.empty(), TODAY, references=References()) == ()


def test_every_edit_of_tables_is_shown_here() -> None:
    (shown,) = (
        mark.args[1]
        for mark in vars(test_an_edit_speaks_on_its_fault_and_is_silent_on_the_clean_twin)["pytestmark"]
        if mark.name == "parametrize"
    )
    assert {each.id for each in TABLE_EDITS} == {edit for case in shown for edit, _ in case.values[1]} | {"INS-06"}
