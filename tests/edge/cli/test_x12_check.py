"""`claimkeep x12 check` and `ack` as scripts call them: lines of JSON, exit codes, and nothing written over."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from claimkeep.edge.cli.x12 import app

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
