"""What a file holds comes out as tables; what does not, with its place; and a file comes out as it went in."""

from __future__ import annotations

import io
import json
import operator
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from claimkeep.edge.cli import bench_x12_files as files
from claimkeep.edge.cli import octets, speech, x12_read, x12_tables
from claimkeep.engine.terms import acknowledgement, claim, claim_status, eligibility, remittance, review
from claimkeep.engine.terms.errors import SetupError
from claimkeep.engine.terms.table import TableShape
from claimkeep.engine.x12 import cutting

ISA = f"ISA*00*{'':10}*00*{'':10}*ZZ*{'SENDERID':15}*ZZ*{'RECEIVERID':15}*260102*0304*^*00501*000000007*0*T*:~"

CLAIM = """HL*1**20*1 NM1*85*2*BILLINGNAME*****XX*1234567893 HL*2*1*22*0 SBR*P*18*******CI NM1*IL*1*LASTNAME*FIRSTNAME
NM1*PR*2*PAYERNAME*****PI*PAYERID CLM*CLAIMONE*100.5***11:B:1*Y*A*Y*Y HI*ABK:E119 LX*1 SV1*HC:99213*100.5*UN*1***1
DTP*472*D8*20260101 REF*6R*LINEONE""".split()
REMITTANCE = "BPR*I*80*C*CHK TRN*1*TRACE LX*1 CLP*CLAIMONE*1*100.5*80*0*CI*PAYERCONTROL CAS*CO*45*20.5".split()
BENEFIT = "HL*1**20*1 NM1*PR*2*PAYERNAME HL*2*1*21*1 HL*3*2*22*0 NM1*IL*1*LASTNAME EB*1**30^98".split()


def group(code: str, version: str, body: list[str], number: int = 1) -> str:
    opening = [f"GS*XX*S*R*20260102*0304*{number}*X*{version}", f"ST*{code}*0001*{version}"]
    closing = [f"SE*{len(body) + 2}*0001", f"GE*1*{number}"]
    return "".join(f"{one}~" for one in [*opening, *body, *closing])


@pytest.fixture
def mixed(tmp_path: Path) -> Path:
    """One interchange with a claim, a remittance and an eligibility answer, and a file that is none."""
    folder = tmp_path / "files"
    folder.mkdir()
    groups = (("837", "005010X222A1", CLAIM), ("835", "005010X221A1", REMITTANCE), ("271", "005010X279A1", BENEFIT))
    text = "".join(group(*one, number) for number, one in enumerate(groups, start=1))
    (folder / "mixed.x12").write_text(f"{ISA}{text}IEA*3*000000007~")
    return folder


def lines(text: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in text.splitlines()]


@pytest.mark.parametrize(
    ("table", "values"),
    [
        ("claims", {"claim_row": 0, "claim_number": "CLAIMONE", "charge_cents": 10050}),
        ("service_lines", {"claim_row": 0, "procedure_code": "99213", "service_day": "2026-01-01"}),
        ("payments", {"payment_row": 0, "payment_cents": 8000}),
        ("adjustments", {"claim_row": 0, "group_code": "CO", "amount_cents": 2050}),
        ("benefits", {"information_code": "1", "service_types": ["30", "98"]}),
    ],
)
def test_a_table_comes_out_as_json_lines(
    mixed: Path, capsys: pytest.CaptureFixture[str], table: str, values: dict[str, object]
) -> None:
    assert x12_read.read([mixed], table=table, parquet=None) == speech.DONE
    (row,) = lines(capsys.readouterr().out)
    assert row["file"] == str(mixed / "mixed.x12")
    assert {name: row[name] for name in values} == values


def test_every_table_with_rows_is_written_to_a_folder(mixed: Path, tmp_path: Path) -> None:
    assert x12_read.read([mixed], table=None, parquet=tmp_path / "out") == speech.DONE
    written = {path.stem: pl.read_parquet(path) for path in (tmp_path / "out").iterdir()}
    assert {name: frame.height for name, frame in written.items()} == {
        "claims": 1,
        "service_lines": 1,
        "diagnoses": 1,
        "payments": 1,
        "claim_payments": 1,
        "adjustments": 1,
        "benefits": 1,
    }
    assert written["claims"].schema == pl.Schema({"file": pl.String} | dict(claim.claim.schema))


def test_every_table_the_engine_declares_can_be_asked_for() -> None:
    modules = (claim, remittance, eligibility, claim_status, review, acknowledgement)
    declared = {value.name for module in modules for value in vars(module).values() if isinstance(value, TableShape)}
    assert set(x12_tables.TABLES) == declared


def test_what_cannot_be_read_is_told_with_its_place_and_not_its_value(
    mixed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = mixed / "mixed.x12"
    file.write_text(file.read_text().replace("CLM*CLAIMONE*100.5", "CLM*CLAIMONE*MUCH"))
    assert x12_read.read([mixed], table="claims", parquet=None) == speech.FOUND
    spoken = capsys.readouterr()
    assert spoken.out == ""
    assert "mixed.x12: interchange 1, transaction 1, segment 8 (CLM), element 2" in spoken.err
    assert "MUCH" not in spoken.err


def test_a_folder_with_other_things_in_it_is_not_written_over(mixed: Path, tmp_path: Path) -> None:
    kept = tmp_path / "out" / "claims.parquet" / "notes.txt"
    kept.parent.mkdir(parents=True)
    kept.write_text("kept")
    with pytest.raises(SetupError, match=r"claims\.parquet is a folder that holds other things"):
        x12_read.read([mixed], table="claims", parquet=tmp_path / "out")
    assert kept.read_text() == "kept" and [one.name for one in (tmp_path / "out").iterdir()] == ["claims.parquet"]


def test_a_set_that_another_table_holds_is_no_fault(mixed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert x12_read.read([mixed], table="payments", parquet=None) == speech.DONE
    assert "2 transaction sets hold none of it" in capsys.readouterr().err


def test_a_folder_with_nothing_readable_fails(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "notes.txt").write_text("nothing of X12")
    assert x12_read.read([tmp_path], table="claims", parquet=None) == speech.FAILED
    assert "notes.txt: interchange 1, ISA: no readable interchange header" in capsys.readouterr().err


@pytest.mark.parametrize(("table", "says"), [(None, "which table"), ("patients", "claims, service_lines")])
def test_a_table_must_be_one_there_is(mixed: Path, table: str | None, says: str) -> None:
    with pytest.raises(SetupError, match=says):
        x12_read.read([mixed], table=table, parquet=None)


def test_a_file_is_written_back_as_it_came(mixed: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    file = mixed / "mixed.x12"
    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes().replace(b"~", b"~\r\n  "))
    assert x12_read.rewrite(file) == speech.DONE
    assert capfdbinary.readouterr().out == file.read_bytes()


def test_a_file_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match=r"absent\.x12: No such file"):
        x12_read.rewrite(tmp_path / "absent.x12")


@pytest.fixture
def several(mixed: Path) -> Path:
    """Files of claims and of payments, one that is damaged, and one that is none."""
    for number in range(3):
        (mixed / f"claims{number}.x12").write_bytes(files.claims(20 + number))
    (mixed / "payments.x12").write_bytes(files.remittances(30))
    (mixed / "damaged.x12").write_bytes(files.claims(5).replace(b"CLM*CLAIM0000002*", b"CLM*CLAIM0000002*MUCH"))
    (mixed / "notes.txt").write_text("nothing of X12")
    return mixed


def test_several_processes_print_the_same_in_the_same_order(several: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = []
    for processes in (1, 3):
        assert x12_read.read([several], table="claims", processes=processes) == speech.FOUND
        told.append(capsys.readouterr())
    assert told[0] == told[1]
    assert len(lines(told[0].out)) == 1 + 20 + 21 + 22 + 4
    assert "unread   notes.txt" in told[0].err and "damaged.x12: interchange 1, transaction 1" in told[0].err


def test_several_processes_and_small_pieces_write_the_same_tables(
    several: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert x12_read.read([several], parquet=tmp_path / "whole") == speech.FOUND
    assert x12_read.read([several], parquet=tmp_path / "processes", processes=2) == speech.FOUND
    monkeypatch.setattr(cutting, "PIECE", 1_000)
    assert x12_read.read([several], parquet=tmp_path / "pieces") == speech.FOUND
    whole = sorted(path.name for path in (tmp_path / "whole").iterdir())
    assert "claims.parquet" in whole and "adjustments.parquet" in whole
    for folder in (tmp_path / "processes", tmp_path / "pieces"):
        assert sorted(path.name for path in folder.iterdir()) == whole
        for name in whole:
            assert pl.read_parquet(folder / name).equals(pl.read_parquet(tmp_path / "whole" / name))


def test_a_table_of_many_rows_is_a_folder_of_files_in_their_order(
    several: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    assert x12_read.read([several], table="claims", parquet=tmp_path / "whole") == speech.FOUND
    expected = pl.read_parquet(tmp_path / "whole" / "claims.parquet")
    # What an earlier run left gives way, whether it was a file or a folder.
    for most, files_written in ((20, 4), (1_000, 1), (20, 4), (30, 3)):
        monkeypatch.setattr(x12_read, "_ROWS_TOGETHER", most)
        assert x12_read.read([several], table="claims", parquet=out) == speech.FOUND
        (written,) = out.iterdir()
        assert written.name == "claims.parquet" and written.is_dir() == (files_written > 1)
        assert len(list(written.glob("*"))) == (files_written if files_written > 1 else 0)
        assert pl.read_parquet(written).equals(expected)


def test_nothing_is_left_behind_when_somebody_stops_it(
    several: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    took = x12_tables.read_file

    def stopped(path: Path, wanted: Sequence[str], into: x12_tables.Taking, advance: Callable[[int], Any]) -> Any:
        took(path, wanted, into, advance)
        assert list((tmp_path / "out").glob(".reading-*/*.parquet"))
        raise KeyboardInterrupt

    monkeypatch.setattr(x12_tables, "read_file", stopped)
    with pytest.raises(KeyboardInterrupt):
        x12_read.read([several / "claims0.x12"], parquet=tmp_path / "out")
    assert list((tmp_path / "out").iterdir()) == []


def test_a_process_that_ends_before_its_work_does_is_told(several: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(x12_tables, "_work", operator.is_)
    with pytest.raises(SetupError, match="ended before its work did"):
        x12_read.read([several], table="claims", processes=2)


def test_the_bar_reaches_its_end(several: Path) -> None:
    for file in several.iterdir():
        advanced: list[int] = []
        x12_tables.read_file(file, ("payments",), x12_tables.Printed(io.StringIO()), advanced.append)
        assert sum(advanced) == 2 * file.stat().st_size


def test_a_file_that_becomes_shorter_is_told(several: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(octets.os, "pread", lambda *_: b"")
    account = x12_tables.read_file(several / "claims0.x12", ("claims",), x12_tables.Printed(io.StringIO()), int)
    assert account.unread == "the file became shorter while it was read"
