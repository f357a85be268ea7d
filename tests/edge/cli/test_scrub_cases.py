"""Every published case is answered exactly, where a rule must speak and where it must be silent."""

from __future__ import annotations

import json
from collections import defaultdict
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from claimkeep.edge.cli.scrub import scrub

SHARED = Path(__file__).resolve().parents[4] / "shared" / "data"
CASES = sorted((SHARED / "claims").glob("*.jsonl"))

FAMILIES = {
    "ptp": {"NCC-01", "NCC-02"},
    "mue": {"NCC-05", "NCC-06", "NCC-07", "NCC-08"},
    "mue_asc_excess": {"NCC-05", "NCC-06", "NCC-07", "NCC-08"},
    "aoc": {"NCC-09", "NCC-10"},
    "hcpcs_date": {"COD-01"},
    "icd_valid": {"COD-02", "COD-03", "COD-04"},
    "mce": {"AGE-01", "SEX-01", "ICD-02"},
    "excludes1": {"ICD-01"},
    "npi": {"PRV-01"},
}
"""The edits that answer each family of cases."""

NAMES = {
    "COD-01": "HCPCS-INVALID-ON-DOS",
    "COD-02": "DX-INVALID",
    "COD-03": "DX-NOT-BILLABLE",
    "COD-04": "DX-DUPLICATE",
    "AGE-01": "MCE-AGE",
    "SEX-01": "MCE-SEX",
    "ICD-02": "MCE-MANIFESTATION-PDX",
}
RESULTS = {"R": "reject", "V": "review", "D": "deny_line"}

Row = dict[str, Any]


def cases() -> list[Any]:
    """Each line of each file of cases, named by its number."""
    found = [json.loads(line) for path in CASES for line in path.read_text().splitlines()]
    return [pytest.param(case, id=case["case_id"]) for case in found]


@cache
def answers(path: Path) -> dict[str, list[Row]]:
    """What the command says of each case of a file."""
    app = typer.Typer()
    app.command()(scrub)
    done = CliRunner().invoke(app, [str(path), "--codes", str(SHARED / "codes"), "--json"], standalone_mode=False)
    assert done.exception is None and done.return_value == 1
    found: dict[str, list[Row]] = defaultdict(list)
    for row in map(json.loads, done.stdout.splitlines()):
        assert row["file"] == path.name
        found[row["case_id"]].append(row)
    return found


def as_expected(row: Row, case: Row, rows: list[Row]) -> Row:
    """One of our findings in the words of the cases."""
    name, published = row["edit"], row["row"] or {}
    if name in ("NCC-01", "NCC-02"):
        indicator = published["modifier_indicator"]
        return {"edit": "NCCI-PTP", "line": row["line"], "modifier_indicator": indicator, "result": "deny_line"}
    if name in FAMILIES["mue"]:
        result = "deny_line" if len(rows) == 1 else "deny_all_lines_of_code_day"
        limit = {"mue": published["mue_value"], "mai": published["mai"]}
        return {"edit": "NCCI-MUE", "line": row["line"], **limit, "result": result}
    if name in FAMILIES["aoc"]:
        result = {"D": "deny_line", "V": "payer_list"}[row["severity"]]
        return {"edit": "NCCI-AOC", "line": row["line"], "aoc_type": published["aoc_edit_type"], "result": result}
    if name == "ICD-01":
        codes = sorted(case["claim"]["dx"][row[place] - 1] for place in ("dx", "other"))
        return {"edit": "DX-EXCLUDES1", "codes": codes, "result": "warn"}
    if name == "PRV-01":
        kind = "NPI-CHECK-DIGIT" if "check digit" in row["message"] else "NPI-FORMAT"
        return {"edit": kind, "result": "reject"}
    place = {key: row[key] for key in ("line", "dx") if row[key] is not None}
    return {"edit": NAMES[name], **place, "result": RESULTS[row["severity"]]}


@pytest.mark.skipif(not CASES, reason="the shared claim cases do not stand beside this repository")
@pytest.mark.parametrize("case", cases())
def test_a_published_case_is_answered_exactly(case: Row) -> None:
    path = SHARED / "claims" / f"{case['family']}.jsonl"
    rows = [row for row in answers(path).get(case["case_id"], []) if row["edit"] in FAMILIES[case["family"]]]
    if case["family"] == "mue_asc_excess":
        denied = [row["line"] for row in rows]
        assert denied == [line["line"] for line in case["expect"] if line["status"] == "denied"]
        return
    # `fix` is words of the case; ours stand in our own
    expected = [{key: value for key, value in one.items() if key != "fix"} for one in case["expect"]]
    assert [as_expected(row, case, rows) for row in rows] == expected
    for row in rows:
        if row["edit"] not in ("COD-04", "PRV-01"):
            assert row["table"] and row["release"]
        assert row["message"] and row["fix"] and row["cite"] and row["carc"]
