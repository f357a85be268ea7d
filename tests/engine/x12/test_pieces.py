"""However large a file or a set is, it is read in pieces, and nobody can tell from the tables or the places."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import polars as pl
import pytest

from claimkeep.edge.cli import bench_x12_files as files
from claimkeep.engine.terms.errors import X12Error
from claimkeep.engine.x12 import (
    acknowledge,
    claim_837,
    claim_status_277,
    cutting,
    eligibility_270,
    eligibility_271,
    envelope,
    outline,
    remittance_835,
    review_278,
)

Interchange = Callable[..., bytes]

SHARED = Path(__file__).resolve().parents[4] / "shared" / "data" / "x12"
FILES = sorted(one for one in SHARED.rglob("*") if one.is_file() and one.suffix not in (".tsv", ".md"))
READERS = (
    claim_837,
    remittance_835,
    eligibility_270,
    eligibility_271,
    review_278,
    claim_status_277,
    acknowledge,
)

VALUES = (b"", b"X", b" 1 ", b"12.345", b"20260230", b"20", b"22", b"23", b"\xe9\xe8abcdefghijklmnop", b"a\x01", b"1:2")


def frames(tables: Any) -> list[pl.DataFrame]:
    return [getattr(tables, one.name) for one in fields(tables)] if is_dataclass(tables) else [tables]


def read(reader: ModuleType, data: Any) -> tuple[list[list[dict[str, Any]]], Any]:
    """Every row and what was left out, in order; the refusal where there is one."""
    try:
        tables, skipped = reader.read(data)
    except X12Error as error:
        return [], str(error)
    return [one.to_dicts() for one in frames(tables)], skipped


def damaged(data: bytes, chance: random.Random, times: int) -> Iterator[bytes]:
    """The file, and it so many times with some elements changed where the envelopes stay sound."""
    yield data
    segments = data.split(b"~")
    for _ in range(times):
        changed = list(segments)
        for _ in range(chance.randint(1, 4)):
            at = chance.randrange(len(changed))
            elements = changed[at].split(b"*")
            if elements[0].strip() not in (b"ISA", b"GS", b"ST", b"SE", b"GE", b"IEA"):
                elements[chance.randrange(len(elements))] = chance.choice(VALUES)
                changed[at] = b"*".join(elements)
        yield b"~".join(changed)


def same_in_pieces(monkeypatch: pytest.MonkeyPatch, data: bytes, piece: int) -> None:
    whole = [read(one, data) for one in READERS]
    with monkeypatch.context() as changed:
        changed.setattr(cutting, "PIECE", piece)
        changed.setattr(outline, "WINDOW", 256)
        for reader, expected in zip(READERS, whole, strict=True):
            assert read(reader, data) == expected


@pytest.mark.skipif(not FILES, reason="the shared test data does not stand beside this repository")
@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}/{file.name}")
def test_every_shared_file_whole_and_damaged_is_read_the_same_in_pieces(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for data in damaged(file.read_bytes(), random.Random(file.name), 1):
        same_in_pieces(monkeypatch, data, 1)


@pytest.mark.parametrize("make", [files.claims, files.remittances])
@pytest.mark.parametrize("piece", [1, 3_000])
def test_a_large_set_whole_and_damaged_is_read_the_same_in_pieces(
    make: Callable[[int], bytes], piece: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    for data in damaged(make(40), random.Random(piece), 3):
        same_in_pieces(monkeypatch, data, piece)


LEVELS = {
    "no provider": "HL*1**22*0 CLM*ONE*1 HL*2**20 CLM*TWO*1",
    "a patient under a provider": "HL*1**20 HL*2*1*23 CLM*ONE*1 HL*3*1*22 CLM*TWO*1",
    "a claim under a provider": "HL*1**20 CLM*ONE*1 HL*3*1*22 CLM*TWO*1",
    "an unknown level": "HL*1**20 HL*2*1*99 CLM*ONE*1 HL*3*1*22 CLM*TWO*1",
    "a second subscriber": "HL*1**20 HL*2*1*22 HL*3*2*23 CLM*ONE*1 HL*4*1*22 CLM*TWO*1",
    "a second provider": "HL*1**20 HL*2*1*22 HL*3*2*23 CLM*ONE*1 HL*4**20 CLM*TWO*1 HL*5*4*23 CLM*THREE*1",
    "no claim": "HL*1**20 HL*2*1*22 HL*3*2*23 NM1*QC*1*LASTNAME",
}


@pytest.mark.parametrize("very_long", [0, cutting.VERY_LONG])
@pytest.mark.parametrize("levels", LEVELS.values(), ids=LEVELS.keys())
def test_who_owns_a_claim_is_known_behind_every_cut(
    levels: str, very_long: int, interchange: Interchange, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cutting, "VERY_LONG", very_long)
    # What a claim says is long enough that the set is cut behind each.
    said = f"NTE*ADD*{'X' * 400} LX*1 SV1*HC:99213*1*UN*1***1"
    data = interchange(levels.replace(" HL", f" {said} HL").replace(" CLM", f" {said} CLM").split() + said.split())
    for piece in (1, 600, 900, 1200):
        same_in_pieces(monkeypatch, data, piece)


PAYMENT = "BPR*I*80*C*CHK TRN*1*TRACE LX*1 CLP*CLAIMONE*1*100.5*80 CAS*CO*45*20.5 CLP*CLAIMTWO*1*1*1 DTM*232*{day}"


@pytest.mark.parametrize(
    "after", ["PLB*ID*20261231*WO*1", "PLB*ID*20261231*WO*1 CLP*THREE*1*1*1", "LX*2 BPR*I*1", "CLP*THREE*1*MUCH*1", ""]
)
@pytest.mark.parametrize("day", ["20260101", "00000000"])
def test_a_payment_stands_whole_or_not_at_all_in_however_many_parts(
    after: str, day: str, interchange: Interchange, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = [*PAYMENT.format(day=day).split(), *after.split()]
    data = interchange(body, body, code="835", version="005010X221A1")
    same_in_pieces(monkeypatch, data, 1)
    monkeypatch.setattr(cutting, "PIECE", 1)
    tables, skipped = remittance_835.read(data)
    assert tables.payments.height in (0, 2) and bool(skipped) == (tables.payments.height == 0 or day == "00000000")
    assert set(tables.claim_payments["payment_row"]) == set(tables.payments["payment_row"])


class Asked:
    """Octets that remember the most that was asked for at once."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.most = 0

    def __len__(self) -> int:
        return len(self.data)

    def __getitem__(self, where: slice, /) -> bytes:
        found = self.data[where]
        self.most = max(self.most, len(found))
        return found


@pytest.mark.parametrize(("reader", "make"), [(claim_837, files.claims), (remittance_835, files.remittances)])
def test_no_more_than_a_piece_is_held(
    reader: ModuleType, make: Callable[[int], bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cutting, "PIECE", 20_000)
    monkeypatch.setattr(outline, "WINDOW", 20_000)
    monkeypatch.setattr(envelope, "WINDOW", 20_000)
    data = make(300)
    asked = Asked(data)
    pieces = list(reader.pieces(envelope.read(asked)))
    assert asked.most < 21_000 < len(data) // 5
    assert sum(len(frames(tables)[0 if reader is claim_837 else 1]) for tables, _ in pieces) == 300
    assert max(len(frames(tables)[1]) for tables, _ in pieces) < 200


def test_a_mark_before_a_file_that_is_not_in_memory_changes_nothing(
    interchange: Interchange, professional: list[str]
) -> None:
    data = interchange(professional)
    assert read(claim_837, Asked(b"\xef\xbb\xbf" + data)) == read(claim_837, data)
    assert read(claim_837, Asked(data.decode().encode("utf-16"))) == read(claim_837, data)
