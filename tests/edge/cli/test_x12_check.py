"""`claimkeep x12 check` and `ack` as scripts call them: lines of JSON, exit codes, and nothing written over."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from claimkeep.edge.cli.x12 import app
from claimkeep.engine.terms.errors import CodesError, SetupError

REMITTANCE = (
    "ISA*00*          *00*          *ZZ*PAYERID        *ZZ*CLINICID       *260201*1200*^*00501*000000001*1*T*:~"
    "GS*HP*PAYERID*CLINICID*20260201*1200*1*X*005010X221A1~ST*835*0001~"
    "BPR*I*80*C*CHK************20260201~TRN*1*TRACE*1512345678~N1*PR*PAYERNAME~N3*ADDRESS~N4*CITY*FL*33101~"
    "PER*BL*CONTACT*TE*5555550100~N1*PE*PAYEENAME*XX*1234567893~LX*1~CLP*CLAIMONE*1*100*80*20*12*PAYERCLAIM~"
    "CAS*PR*1*20~NM1*QC*1*LASTNAME*FIRSTNAME~SE*13*0001~GE*1*1~IEA*1*000000001~"
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A clean remittance, one that does not add up, and a letter."""
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    (inbox / "clean.835").write_text(REMITTANCE)
    (inbox / "off.835").write_text(REMITTANCE.replace("BPR*I*80*", "BPR*I*81*"))
    (inbox / "z.txt").write_text("Dear sir")
    return inbox


def test_check_gives_one_object_a_file(folder: Path) -> None:
    done = CliRunner().invoke(app, ["check", str(folder), "--json"], standalone_mode=False)
    clean, off, letter = (json.loads(line) for line in done.stdout.splitlines())
    assert clean == {
        "file": "clean.835",
        "verdict": "valid",
        "reason": "",
        "interchanges": 1,
        "transactions": [{"set": "835", "guide": "005010X221A1", "control": "0001", "claims": 1}],
        "not_loaded": ["carc", "cpt", "hcpcs", "modifier", "rarc", "zip"],
        "findings": [],
    }
    assert off["verdict"] == "invalid"
    (finding,) = off["findings"]
    assert (finding["code"], finding["snip"], finding["severity"]) == ("X12-3-BPR02", 3, "R")
    assert (finding["segment"], finding["segment_id"], finding["element"]) == (2, "BPR", 2)
    assert finding["cite"] == "005010X221A1 header BPR02"
    assert (letter["verdict"], letter["reason"]) == ("unreadable", "no interchange header is there")


@pytest.mark.parametrize(("name", "code"), [("clean.835", 0), ("off.835", 1), ("z.txt", 2), ("missing", 2)])
def test_the_exit_code_says_how_it_went(folder: Path, name: str, code: int) -> None:
    assert CliRunner().invoke(app, ["check", str(folder / name)], standalone_mode=False).return_value == code


REASONS = "type,code,start_date,end_date\nCARC,1,1995-01-01,\nRARC,N1,2000-01-01,\n"


def codes_folder(tmp_path: Path, text: str) -> str:
    """A folder with one release of reasons and remarks, and a table that is none."""
    folder = tmp_path / "codes"
    folder.mkdir()
    (folder / "carc_rarc_codes_2026jan.csv").write_text(text)
    (folder / "labels.csv").write_text("carc,label\n1,ours\n")
    return str(folder)


def test_check_judges_by_the_code_sets_of_a_folder(folder: Path, tmp_path: Path) -> None:
    (folder / "clean.835").write_text(REMITTANCE.replace("CAS*PR*1*", "CAS*PR*2*"))
    args = ["check", str(folder / "clean.835"), "--codes", codes_folder(tmp_path, REASONS)]
    done = CliRunner().invoke(app, [*args, "--json"], standalone_mode=False)
    row = json.loads(done.stdout)
    assert (row["verdict"], done.return_value) == ("invalid", 1)
    assert row["not_loaded"] == ["cpt", "hcpcs", "modifier", "zip"]
    assert [(one["code"], one["snip"], one["segment_id"], one["element"]) for one in row["findings"]] == [
        ("X12-5-CARC", 5, "CAS", 2)
    ]
    told = CliRunner().invoke(app, args, standalone_mode=False).stdout
    assert "not loaded, so not judged by: cpt, hcpcs, modifier, zip" in told


@pytest.mark.parametrize("text", ["type,code,start_date,end_date\nCARC,1,soon,\n", "x\n"])
def test_a_malformed_code_set_refuses_the_folder(folder: Path, tmp_path: Path, text: str) -> None:
    args = ["check", str(folder), "--codes", codes_folder(tmp_path, text)]
    done = CliRunner().invoke(app, args, standalone_mode=False)
    assert isinstance(done.exception, CodesError) and "carc_rarc_codes_2026jan.csv, line " in str(done.exception)
    assert done.stdout == ""


def test_a_folder_without_a_code_set_or_with_one_twice_is_refused(folder: Path, tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["check", str(folder), "--codes", str(folder)], standalone_mode=False)
    assert isinstance(done.exception, SetupError) and "no table of a code set" in str(done.exception)
    codes = codes_folder(tmp_path, REASONS)
    (Path(codes) / "carc_rarc_codes_2026.csv").write_text(REASONS)
    done = CliRunner().invoke(app, ["check", str(folder), "--codes", codes], standalone_mode=False)
    assert isinstance(done.exception, SetupError) and "begin on the same day" in str(done.exception)


def test_ack_writes_a_ta1_and_a_999_and_overwrites_nothing(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    for wanted in ("clean.835.999", "clean.835.2.999"):
        done = CliRunner().invoke(
            app, ["ack", str(folder / "clean.835"), "--out", str(out), "--json"], standalone_mode=False
        )
        row = json.loads(done.stdout)
        assert row["x999"] == [wanted]
        assert (row["accepted"], row["rejected"]) == (1, 0)
    assert b"~AK2*835*0001~IK5*A~" in (out / "clean.835.999").read_bytes()
    assert len(list(out.iterdir())) == 4
