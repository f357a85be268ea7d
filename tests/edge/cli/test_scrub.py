"""`claimkeep scrub` as scripts call it: a line of JSON a finding, exit codes, and no database."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from claimkeep.edge.cli import main
from claimkeep.edge.cli.scrub import scrub
from claimkeep.engine.terms.errors import CodesError, SetupError

SHARED = Path(__file__).resolve().parents[4] / "shared" / "data"

LIMITS = "hcpcs,mue_value,mai\nA0001,2,3\n"
CASE: dict[str, Any] = {
    "case_id": "ours-001",
    "claim": {
        "table": "dme",
        "patient": {"dob": "1950-03-04", "sex": "F"},
        "lines": [{"n": 1, "hcpcs": "A0001", "mods": [], "units": 3, "dos": "2024-08-15"}],
    },
}
CLAIM = (
    "ISA*00*          *00*          *ZZ*CLINICID       *ZZ*PAYERID        *240816*1200*^*00501*000000001*1*T*:~"
    "GS*HC*CLINICID*PAYERID*20240816*1200*1*X*005010X222A1~ST*837*0001*005010X222A1~BHT*0019*00*1*20240816*1200*CH~"
    "NM1*41*2*CLINIC*****46*CLINICID~PER*IC*CONTACT*TE*5555550100~NM1*40*2*PAYERNAME*****46*PAYERID~HL*1**20*1~"
    "PRV*BI*PXC*332B00000X~NM1*85*2*CLINIC*****XX*1234567893~N3*1 STREET~N4*TESTVILLE*NJ*070010001~REF*EI*900000001~"
    "HL*2*1*22*0~SBR*P*18*******MB~NM1*IL*1*LASTNAME*FIRSTNAME****MI*1EG4TE5MK73~N3*2 STREET~N4*TESTVILLE*NJ*07001~"
    "DMG*D8*19500304*F~NM1*PR*2*PAYERNAME*****PI*PAYERID~CLM*CLAIMONE*30***12:B:1*Y*A*Y*Y~HI*ABK:I10~LX*1~"
    "SV1*HC:A0001*30*UN*{units}***1~DTP*472*D8*20240815~SE*24*0001~GE*1*1~IEA*1*000000001~"
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A case and a claim with a unit too many, their clean twins, and the table that says so."""
    (tmp_path / "codes").mkdir()
    (tmp_path / "codes" / "ncci_mue_dme_2024q3.csv").write_text(LIMITS)
    (tmp_path / "codes" / "hcpcs2_2024jul.csv").write_text("hcpcs_code,date_added,date_term\nA0001,2001-01-01,\n")
    (tmp_path / "over.jsonl").write_text(json.dumps(CASE) + "\n")
    (tmp_path / "clean.jsonl").write_text(json.dumps(CASE).replace('"units": 3', '"units": 2') + "\n\n")
    (tmp_path / "over.837").write_text(CLAIM.format(units=3))
    (tmp_path / "clean.837").write_text(CLAIM.format(units=2))
    return tmp_path


def asked(*given: str | Path) -> tuple[int, list[dict[str, Any]]]:
    """The exit code and the findings."""
    app = typer.Typer()
    app.command()(scrub)
    done = CliRunner().invoke(app, [*map(str, given), "--json"], standalone_mode=False)
    if done.exception is not None:
        raise done.exception
    return done.return_value, [json.loads(line) for line in done.stdout.splitlines()]


def test_a_finding_of_a_case_says_all_that_is_promised(folder: Path) -> None:
    code, (row,) = asked(folder / "over.jsonl", "--codes", folder / "codes")
    assert code == 1
    assert row == {
        "file": "over.jsonl",
        "case_id": "ours-001",
        "line": 1,
        "dx": None,
        "edit": "NCC-07",
        "severity": "D",
        "message": "line 1: the day has 3 units of this code, it is paid for 2 at most; no line above that is paid",
        "fix": "check the units; if they are right, keep the records for an appeal",
        "cite": "CMS NCCI policy manual, chapter I, section V: MUE adjudication indicator 3",
        "table": "ncci_mue_dme",
        "release": "2024q3",
        "carc": "151",
        "other": None,
        "row": {"hcpcs": "A0001", "mue_value": 2, "mai": 3},
    }


def test_a_clean_case_has_no_finding(folder: Path) -> None:
    assert asked(folder / "clean.jsonl", "--codes", folder / "codes") == (0, [])


def test_a_claim_of_an_837_is_judged_by_the_same_edits(folder: Path) -> None:
    code, rows = asked(folder / "over.837", "--codes", folder / "codes")
    assert code == 1
    gaps = {row["table"] for row in rows if row["edit"] == "RPT-01"}
    assert gaps == {"icd10cm", "mce_age", "mce_manifestation", "mce_sex"}
    (row,) = (row for row in rows if row["edit"] != "RPT-01")
    assert (row["claim"], row["line"], row["edit"], row["table"]) == ("CLAIMONE", 1, "NCC-07", "ncci_mue_dme")
    assert [row for row in asked(folder / "clean.837", "--codes", folder / "codes")[1] if row["edit"] != "RPT-01"] == []


def test_a_table_that_is_missing_is_told_once_for_all_files(folder: Path) -> None:
    code, rows = asked(folder / "over.jsonl", folder / "clean.jsonl", folder / "over.837")
    assert code == 1
    assert sorted(row["table"] for row in rows) == sorted({row["table"] for row in rows})
    assert {"hcpcs", "ncci_mue_dme"} <= {row["table"] for row in rows if row["edit"] == "RPT-01"}


@pytest.mark.parametrize(
    "bad",
    [
        "no json",
        "[]",
        "{}",
        '{"case_id": "x"}',
        '{"case_id": "x", "claim": []}',
        '{"case_id": "x", "claim": {"table": "elsewhere"}}',
        '{"case_id": "x", "claim": {"patient": {"dob": "1950-13-04"}}}',
        '{"case_id": "x", "claim": {"dx": [7]}}',
        '{"case_id": "x", "claim": {"lines": [{"hcpcs": "A0001", "units": "many"}]}}',
        '{"case_id": "x", "claim": {"lines": [{"mods": ["1", "2", "3", "4", "5"]}]}}',
        '{"case_id": "x", "claim": {"mue": [{"hcpcs": "A0001"}]}}',
    ],
)
def test_a_line_that_is_no_case_is_a_finding_and_the_rest_is_judged(folder: Path, bad: str) -> None:
    (folder / "mixed.jsonl").write_text(f"{bad}\n{json.dumps(CASE)}\n")
    code, rows = asked(folder / "mixed.jsonl", "--codes", folder / "codes")
    assert (code, [(row["edit"], row["case_id"]) for row in rows]) == (1, [("ENV-02", None), ("NCC-07", "ours-001")])
    assert rows[0]["message"] == "line 1: this is no case of a claim"


def test_a_file_that_is_no_claim_could_not_be_done(folder: Path) -> None:
    (folder / "letter.txt").write_text("Dear sir")
    assert asked(folder / "letter.txt", "--codes", folder / "codes") == (2, [])
    assert asked(folder / "nowhere.837", "--codes", folder / "codes") == (2, [])


def test_a_malformed_table_stops_it_with_line_and_column(folder: Path) -> None:
    (folder / "codes" / "ncci_mue_dme_2024q3.csv").write_text(LIMITS + "A0002,none,3\n")
    with pytest.raises(CodesError, match=r"ncci_mue_dme_2024q3.csv, line 3, column mue_value"):
        asked(folder / "over.jsonl", "--codes", folder / "codes")


def test_a_folder_without_tables_is_said_so(folder: Path) -> None:
    (folder / "empty").mkdir()
    with pytest.raises(SetupError, match="has no table"):
        asked(folder / "over.jsonl", "--codes", folder / "empty")


def test_a_release_that_shrinks_is_taken_when_somebody_says_so(folder: Path) -> None:
    rows = "".join(f"A{n:04d},1,3\n" for n in range(2, 50))
    (folder / "codes" / "ncci_mue_dme_2024q2.csv").write_text(LIMITS + rows)
    with pytest.raises(CodesError, match="is a part missing"):
        asked(folder / "over.jsonl", "--codes", folder / "codes")
    assert asked(folder / "over.jsonl", "--codes", folder / "codes", "--fewer-rows")[0] == 1


def test_a_person_reads_the_same(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.argv", ["claimkeep", "scrub", f"{folder}/over.jsonl", "--codes", f"{folder}/codes"])
    assert main.run() == 1
    out = capsys.readouterr().out
    assert "over.jsonl: 1 findings; 1 claims would be refused or denied" in out
    assert "D  NCC-07  ours-001: line 1: the day has 3 units" in out and "ncci_mue_dme 2024q3]" in out


@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared claims do not stand beside this repository")
def test_what_is_counted_in_published_claims_is_found() -> None:
    """INDEX.tsv: every total equals its lines, and one diagnosis is none of the April 2026 list."""
    code, rows = asked(SHARED / "claims" / "hccinfhir_837", "--codes", SHARED / "codes")
    assert code == 1
    assert not {"ENV-03", "PRV-01"} & {row["edit"] for row in rows}
    wrong = [(row["file"], row["dx"], row["severity"]) for row in rows if row["edit"] in ("COD-02", "COD-03")]
    assert wrong == [("sample_837_4.txt", 4, "V")]
