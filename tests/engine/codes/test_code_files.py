"""A table of codes is loaded whole, or refused with its line and column."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from claimkeep.engine.codes import CodeSets, Kind, Standing, read, words_of
from claimkeep.engine.terms.errors import CodesError

SHARED = Path(__file__).resolve().parents[4] / "shared" / "data" / "codes"

DIAGNOSES = b"code,billable,parent\nE11,0,\nE119,1,E11\n"
SUPPLIES = b"hcpcs_code,date_added,date_term\nA0001,2001-01-01,2024-06-30\nA0002,20240701,\n"
REASONS = b"type,code,start_date,end_date\nCARC,45,1995-01-01,\nRARC,N130,2002-10-31,2003-01-01\n"


def standing(data: bytes, name: str, kind: Kind, code: str, day: int) -> Standing:
    sets = CodeSets.of(read(name, data))
    return Standing(int(sets.standings(kind, *words_of([code]), np.array([day]))[0][0]))


@pytest.mark.parametrize(
    ("name", "days"),
    [
        ("icd10cm_2026apr.csv", (20260401, 20260930)),
        ("ICD10CM_2025OCT.CSV", (20251001, 20260331)),
        ("icd10cm_fy2026.csv", (20251001, 20260930)),
        ("icd10cm_2026.csv", (20260101, 20261231)),
        ("icd10cm_v24_1.csv", (20240701, 20241231)),
        ("icd10cm.csv", (0, 0)),
        ("ours.csv", (0, 0)),
    ],
)
def test_the_name_of_a_file_says_for_which_days_it_speaks(name: str, days: tuple[int, int]) -> None:
    (found,) = read(name, DIAGNOSES)
    assert (found.kind, found.size, (found.valid_from, found.valid_to)) == (Kind.ICD10CM, 2, days)


def test_a_compressed_table_is_the_same_table() -> None:
    (plain,), (packed,) = (
        read("icd10cm_2026apr.csv", DIAGNOSES),
        read("icd10cm_2026apr.csv.gz", gzip.compress(DIAGNOSES)),
    )
    assert (plain.name, plain.size) == (packed.name, packed.size) == ("2026apr", 2)
    assert plain.sha256 != packed.sha256 and len(plain.sha256) == 64


def test_days_and_headings_are_read() -> None:
    assert standing(DIAGNOSES, "icd10cm.csv", Kind.ICD10CM, "E11", 20260501) is Standing.INCOMPLETE
    assert standing(SUPPLIES, "hcpcs2_2024jul.csv", Kind.HCPCS, "A0001", 20240701) is Standing.NOT_IN_FORCE
    assert standing(SUPPLIES, "hcpcs2_2024jul.csv", Kind.HCPCS, "A0002", 20240701) is Standing.VALID


def test_one_file_may_hold_two_code_sets() -> None:
    reasons, remarks = read("carc_rarc_codes_2024jun.csv", REASONS)
    assert [(one.kind, one.size) for one in (reasons, remarks)] == [(Kind.CARC, 1), (Kind.RARC, 1)]


@pytest.mark.parametrize(
    ("name", "data", "where"),
    [
        ("icd10cm_2026apr.csv", b"code,payable\nE119,1\n", "line 1, column billable"),
        ("icd10cm_2026apr.csv", b"", "line 1, column billable"),
        ("icd10cm_2026apr.csv", DIAGNOSES + b"I10\n", "line 4, column billable"),
        ("icd10cm_2026apr.csv", DIAGNOSES + b"I10,1,,,\n", "line 4, column parent"),
        ("icd10cm_2026apr.csv", DIAGNOSES + b"I-10,1,\n", "line 4, column code"),
        ("icd10cm_2026apr.csv", DIAGNOSES + b"I10,yes,\n", "line 4, column billable"),
        ("icd10cm_2026apr.csv", DIAGNOSES + b"E119,1,\n", "line 4, column code"),
        ("icd10cm_2026apr.csv", DIAGNOSES + b'I10,"1,\n', "line 4: "),
        ("icd10cm_2026apr.csv", DIAGNOSES + b"I10,1,\xff\n", "line 4: "),
        ("icd10cm_2026apr.csv", DIAGNOSES[:21], "no icd10cm code"),
        ("icd10cm_2026apr.csv.gz", gzip.compress(DIAGNOSES)[:-9], "icd10cm_2026apr.csv.gz: "),
        ("hcpcs2_2024jul.csv", SUPPLIES + b"A0003,2024-02-30,\n", "line 4, column date_added"),
        ("hcpcs2_2024jul.csv", SUPPLIES + b"A0003,,soon\n", "line 4, column date_term"),
        ("hcpcs2_2024jul.csv", SUPPLIES + b"A0003,2024-07-01,2024-06-01\n", "line 4, column date_term"),
    ],
)
def test_a_table_that_is_not_of_its_form_is_refused_with_its_place(name: str, data: bytes, where: str) -> None:
    with pytest.raises(CodesError) as refused:
        read(name, data)
    assert where in str(refused.value) and str(refused.value).startswith(name)


def test_no_table_grows_without_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("claimkeep.engine.codes.records.MOST_OCTETS", 1000)
    with pytest.raises(CodesError, match="more than 1000 octets"):
        read("icd10cm_2026apr.csv.gz", gzip.compress(DIAGNOSES + b"\n" * 100_000))


@pytest.mark.parametrize("name", ["icd10cm_notes_2026apr.csv", "letters.csv", "carc_common_own_labels.csv"])
def test_another_table_is_no_code_set(name: str) -> None:
    assert read(name, b"scope_code,kind\nA00,excludes1\n") == ()


@given(st.binary(max_size=200), st.sampled_from(["icd10cm_2026.csv", "hcpcs2.csv.gz", "carc_rarc_codes.csv", "x.csv"]))
def test_any_bytes_are_read_or_refused(data: bytes, name: str) -> None:
    try:
        read(name, data)
    except CodesError:
        pass


@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared code sets do not stand beside this repository")
def test_the_public_extracts_are_read_whole() -> None:
    found = [one for path in sorted(SHARED.glob("*.csv*")) for one in read(path.name, path.read_bytes())]
    assert {str(one.kind): one.size for one in found} == {
        "carc": 405,
        "rarc": 1171,
        "hcpcs": 8033,
        "icd10cm": 98186,
        "icd10pcs": 78603,
        "modifier": 422,
        "taxonomy": 874,
        "place_of_service": 52,
        "revenue": 459,
        "zip": 42956,
    }
    sets = CodeSets.of(found)
    asked = words_of(["QA00101", "B20", "A00", "A000"])
    days = np.full(4, 20260501)
    expected = [Standing.VALID, Standing.VALID, Standing.INCOMPLETE, Standing.VALID]
    assert sets.standings(Kind.ICD10CM, *asked, days)[0].tolist() == expected
