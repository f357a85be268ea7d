"""A table of edits is loaded whole, or refused with its line and column."""

from __future__ import annotations

import gzip
from collections.abc import Iterable
from datetime import date
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from claimkeep.engine.codes import EditTable, EditTables, read_edits, words_of
from claimkeep.engine.codes.edit_tables import of_the_day
from claimkeep.engine.codes.exclusion_table import ExclusionTable
from claimkeep.engine.codes.keys import KeyTable
from claimkeep.engine.codes.pair_table import PairTable, UnitTable
from claimkeep.engine.terms.errors import CodesError

SHARED = Path(__file__).resolve().parents[4] / "shared" / "data" / "codes"

PAIRS = b"column1,column2,effective_date,deletion_date,modifier_indicator\nA0001,A0002,2010-01-01,,0\n"
UNITS = b"hcpcs,mue_value,mai\nA0001,2,3\n"
ADD_ONS = b"add_on_code,primary_code,aoc_edit_type\nA0001,A0002,1\n"
RULES = b"icd10cm,conflict_group,rule\nP090,Age,Perinatal/Newborn (Age 0 Only)\n"
LISTS = b"edit_type,code_type,code\nMaternity_Only,D,O800\n"
NOTES = b"scope_code,kind,target_from,target_to\nE11,excludes1,E10,E10\n"
MODIFIERS = b"modifier,group\n59,other\n"

P, U, A = "ncci_ptp_practitioner_2024q3.csv", "ncci_mue_dme_2024q3.csv", "ncci_aoc_2024q3.csv"
R, L, M = "mce_v41_1_dx_edits_fy2024.csv", "mce_v37_simple_edits_fy2020.csv", "ncci_associated_modifiers.csv"
N = "icd10cm_note_targets_2026apr.csv"


@pytest.mark.parametrize(
    ("name", "data", "table", "release", "days"),
    [
        (P, PAIRS, "ncci_ptp_practitioner", "2024q3", (20240701, 20240930)),
        ("ncci_ptp_hcpcs2_outpatient_hospital_2024q4.csv", PAIRS, "ncci_ptp_outpatient_hospital", "2024q4", None),
        ("medicaid_ptp_practitioner_2024q3.csv", PAIRS, "medicaid_ptp_practitioner", "2024q3", None),
        (U, UNITS, "ncci_mue_dme", "2024q3", (20240701, 20240930)),
        ("medicaid_mue_outpatient_hospital_2024q1.csv", UNITS, "medicaid_mue_outpatient_hospital", "2024q1", None),
        (A, ADD_ONS, "ncci_aoc", "2024q3", None),
        (R, RULES, "mce_age", "v41_1", (20240401, 20240930)),
        (L, LISTS, "mce_age", "v37", (20191001, 20200930)),
        (N, NOTES, "icd10cm_excludes1", "2026apr", (20260401, 20260930)),
        (M, MODIFIERS, "ncci_associated_modifiers", "ncci_associated_modifiers", (0, 0)),
    ],
)
def test_the_name_of_a_file_says_which_table_and_release_it_is(
    name: str, data: bytes, table: str, release: str, days: tuple[int, int] | None
) -> None:
    (one,) = read_edits(name, data)
    (packed,) = read_edits(f"{name.upper()}.gz", gzip.compress(data))
    assert (one.table, one.release, one.rows, packed.table) == (table, release, 1, table)
    assert days is None or (one.valid_from, one.valid_to) == days
    assert len(one.sha256) == 64 and one.sha256 != packed.sha256


@pytest.mark.parametrize(
    ("name", "data", "where"),
    [
        (P, PAIRS.replace(b"column2", b"column3"), "line 1, column column2"),
        (P, PAIRS + b"A0003,A0004,,\n", "line 3, column modifier_indicator"),
        (P, PAIRS + b"A0003,A004,,,0\n", "line 3, column column2"),
        (P, PAIRS + b"A0003,A0004,,,2\n", "line 3, column modifier_indicator"),
        (P, PAIRS + b"A0003,A0004,2024-02-30,,1\n", "line 3, column effective_date"),
        (P, PAIRS + b"A0003,A0004,2024-2-03,,1\n", "line 3, column effective_date"),
        (P, PAIRS + b"A0003,A0004,2024-02-03,soon,1\n", "line 3, column deletion_date"),
        (P, PAIRS + b"A0003,A0004,2024-02-03,2024-02-02,1\n", "line 3, column deletion_date"),
        (P, PAIRS.splitlines(keepends=True)[0], "line 1, column column1"),
        ("ncci_ptp_practitioner.csv", PAIRS, "does not say its release"),
        ("ncci_ptp_practitioner_latest.csv", PAIRS, "does not say its release"),
        (U, UNITS + b"A0002,many,3\n", "line 3, column mue_value"),
        (U, UNITS + b"A0002,1,4\n", "line 3, column mai"),
        (U, UNITS + b"\n\nA0001,1,1\n", "line 5, column hcpcs"),
        (A, ADD_ONS + b"A0003,A0004,0\n", "line 3, column aoc_edit_type"),
        (R, RULES + b"P091,Age,Old\n", "line 3, column rule"),
        (R, RULES + b"P091,Sex,Any\n", "line 3, column rule"),
        (R, RULES + b"P091,Shape,Any\n", "line 3, column conflict_group"),
        (R, RULES + b"9,Age,Perinatal/Newborn (Age 0 Only)\n", "line 3, column icd10cm"),
        (L, LISTS + b"Adult_Only,X,O800\n", "line 3, column code_type"),
        (N, NOTES + b"chapter:99,excludes1,A00,A00\n", "line 3, column scope_code"),
        (N, NOTES + b"E12,excludes1,A-0,A00\n", "line 3, column target_from"),
        (N, NOTES.replace(b"excludes1", b"excludes2"), "line 1, column kind"),
        (M, MODIFIERS + b"59,other\n", "line 3, column modifier"),
        (M, MODIFIERS + b"5,other\n", "line 3, column modifier"),
        (f"{U}.gz", gzip.compress(UNITS)[:-9], "cannot be opened"),
    ],
)
def test_a_table_that_is_not_of_its_form_is_refused_with_its_place(name: str, data: bytes, where: str) -> None:
    with pytest.raises(CodesError) as refused:
        read_edits(name, data)
    assert where in str(refused.value) and str(refused.value).startswith(name)


@pytest.mark.parametrize("name", ["hcpcs2_2024jul.csv", "letters.csv", "icd10cm_notes_2026apr.csv", "mce.csv"])
def test_another_table_is_no_table_of_edits(name: str) -> None:
    assert read_edits(name, PAIRS) == ()


@given(st.binary(max_size=200), st.sampled_from([P, U, A, R, L, N, M, f"{P}.gz"]), st.booleans())
def test_any_bytes_are_read_or_refused(data: bytes, name: str, has_header: bool) -> None:
    heads = {P: PAIRS, U: UNITS, A: ADD_ONS, R: RULES, L: LISTS, N: NOTES, M: MODIFIERS}
    try:
        read_edits(name, heads.get(name, b"") + data if has_header else data)
    except CodesError:
        pass


def test_a_release_that_shrinks_is_refused_until_somebody_says_that_it_is_right() -> None:
    rows = "".join(f"A{n:04d},1,3\n" for n in range(100))
    (before,) = read_edits("ncci_mue_dme_2024q3.csv", b"hcpcs,mue_value,mai\n" + rows.encode())
    (near,) = read_edits("ncci_mue_dme_2024q4.csv", b"hcpcs,mue_value,mai\n" + rows[: 95 * 10].encode())
    (far,) = read_edits("ncci_mue_dme_2024q4.csv", b"hcpcs,mue_value,mai\n" + rows[: 94 * 10].encode())
    assert len(EditTables.of([near, before]).releases[EditTable.MUE_DME]) == 2
    with pytest.raises(CodesError, match="94 rows here and 100"):
        EditTables.of([before, far])
    assert len(EditTables.of([before, far], may_shrink=True).releases[EditTable.MUE_DME]) == 2


def test_two_releases_of_one_day_are_refused() -> None:
    (one,) = read_edits(U, UNITS)
    with pytest.raises(CodesError, match="begins on the day"):
        EditTables.of([one, one])


def test_a_release_judges_its_own_days_and_one_with_a_history_the_past_too() -> None:
    (older,), (newer,) = read_edits("ncci_mue_dme_2024q2.csv", UNITS), read_edits("ncci_mue_dme_2024q4.csv", UNITS)
    days = np.array([20240331, 20240401, 20240630, 20240701, 20241001, 20250101, 0])
    assert of_the_day((older, newer), days).tolist() == [-1, 0, 0, -1, 1, -1, 1]
    (pairs,) = read_edits(P, PAIRS)
    assert of_the_day((pairs,), np.array([20050101, 20240930, 20241001])).tolist() == [0, 0, -1]


def test_all_columns_may_stand_in_any_order_and_others_are_passed_over() -> None:
    (one,) = read_edits(U, b'rationale,mai,hcpcs,mue_value\n"words, more",2 Date of Service Edit: Policy,A0001,7\n')
    assert isinstance(one, UnitTable)
    assert dict(one.row(0)) == {"hcpcs": "A0001", "mue_value": 7, "mai": 2}


CODES = [f"A{n:04d}" for n in range(6)]
DAYS = st.dates(date(2024, 1, 1), date(2024, 12, 31))


@given(st.lists(st.tuples(st.sampled_from(CODES), st.sampled_from(CODES), DAYS, DAYS, st.sampled_from("01"))), DAYS)
def test_a_pair_is_found_on_its_days_as_a_reader_of_the_file_would(
    rows: list[tuple[str, str, date, date, str]], day: date
) -> None:
    listed = [(one, other, min(a, b), max(a, b), sign) for one, other, a, b, sign in rows]
    text = "column1,column2,effective_date,deletion_date,modifier_indicator\nB0001,B0002,2024-01-01,,1\n"
    text += "".join(f"{one},{other},{first},{last},{sign}\n" for one, other, first, last, sign in listed)
    (table,) = read_edits(P, text.encode())
    assert isinstance(table, PairTable)
    asked = list(product(CODES, CODES))
    number = [table.number(*words_of([pair[at] for pair in asked])) for at in (0, 1)]
    found = table.find(number[0], number[1], np.full(len(asked), int(day.strftime("%Y%m%d"))))
    said = {pair for pair, at in zip(asked, found.tolist(), strict=True) if at >= 0}
    assert said == {(one, other) for one, other, first, last, _ in listed if first <= day <= last}
    for pair, at in zip(asked, found.tolist(), strict=True):
        assert at < 0 or tuple(dict(table.row(at))[name] for name in ("column1", "column2")) == pair


@given(st.lists(st.integers(0, 2**64 - 1), max_size=300), st.lists(st.integers(0, 2**64 - 1), max_size=50))
def test_a_table_finds_its_keys_and_no_others(keys: list[int], others: list[int]) -> None:
    ours = sorted(keys)
    table = KeyTable(np.array(ours, dtype=np.uint64))
    asked = [*ours, *others]
    wanted = [ours.index(one) if one in ours else -1 for one in asked]
    assert table.find(np.array(asked, dtype=np.uint64)).tolist() == wanted


DIAGNOSES = [
    "A00",
    "A001",
    "C761",
    "C7A1",
    "D371",
    "D3A0",
    "E10",
    "E101",
    "E11",
    "E119",
    "I10",
    "I1A0",
    "O9A1",
    "S011A",
]
ENDS = st.sampled_from([("A00", "A00"), ("E10", "E11"), ("E10", "E10"), ("O00", "O9A"), ("I10", "I1A"), ("S01", "S01")])
SCOPES = st.sampled_from(["A00", "E11", "E101", "block:I10-I1A", "block:C76-C80", "block:D37-D48", "chapter:15", "S01"])


def inside(code: str, first: str, last: str) -> bool:
    return first <= code and code[: len(last)] <= last


def holds(scope: str, code: str) -> bool:
    kind, _, name = scope.rpartition(":")
    first, _, last = {"chapter:15": "O00-O9A"}.get(scope, name).partition("-")
    return inside(code, first, last or first) and not (kind == "block" and code[:3] in ("C7A", "C7B", "D3A"))


@given(st.lists(st.tuples(SCOPES, ENDS), min_size=1, max_size=8), st.sets(st.sampled_from(DIAGNOSES)))
def test_notes_keep_apart_what_a_reader_of_them_would(
    notes: list[tuple[str, tuple[str, str]]], codes: set[str]
) -> None:
    text = "scope_code,kind,target_from,target_to\n"
    text += "".join(f"{scope},excludes1,{first},{last}\n" for scope, (first, last) in notes)
    (table,) = read_edits(N, text.encode())
    assert isinstance(table, ExclusionTable)
    listed = sorted(codes)
    keys, rows = table.among(listed)
    assert len(rows) == len(keys)
    wanted = {
        (one, other)
        for one, other in product(listed, listed)
        if one < other and any(said(scope, ends, one, other) or said(scope, ends, other, one) for scope, ends in notes)
    }
    assert pairs_of(keys, listed) == wanted


def said(scope: str, ends: tuple[str, str], one: str, other: str) -> bool:
    return holds(scope, one) and inside(other, *ends)


def pairs_of(keys: KeyTable, listed: list[str]) -> set[tuple[str, str]]:
    places = [(one, other) for one in range(len(listed)) for other in range(one + 1, len(listed))]
    asked = np.array([(one << 32) | other for one, other in places], dtype=np.uint64)
    return {(listed[a], listed[b]) for (a, b), at in zip(places, keys.find(asked), strict=True) if at >= 0}


def tables_of(paths: Iterable[Path]) -> EditTables:
    return EditTables.of(one for path in paths for one in read_edits(path.name, path.read_bytes()))


@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared code sets do not stand beside this repository")
def test_the_public_extracts_are_read_whole() -> None:
    releases = tables_of(sorted(SHARED.glob("*.csv*"))).releases
    assert {f"{one.table} {one.release}": one.rows for listed in releases.values() for one in listed} == {
        "ncci_ptp_practitioner 2024q3": 3158,
        "ncci_ptp_outpatient_hospital 2024q3": 2200,
        "ncci_mue_practitioner 2024q3": 4387,
        "ncci_mue_outpatient_hospital 2024q3": 4339,
        "ncci_mue_dme 2024q3": 2928,
        "ncci_aoc 2024q3": 53,
        "ncci_associated_modifiers ncci_associated_modifiers": 44,
        "mce_age v37": 3298,
        "mce_sex v37": 3664,
        "mce_manifestation v37": 395,
        "mce_unacceptable_principal v37": 2406,
        "mce_age v41_1": 3564,
        "mce_sex v41_1": 3960,
        "mce_manifestation v41_1": 422,
        "icd10cm_excludes1 2026apr": 5241,
    }
