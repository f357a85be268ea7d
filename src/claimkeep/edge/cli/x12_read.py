"""`claimkeep x12 read` and `claimkeep x12 rewrite`: X12 files as tables, and as they stand."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Annotated

import polars as pl
import typer

from claimkeep.edge.cli import speech
from claimkeep.engine.terms.claim import ClaimTables
from claimkeep.engine.terms.errors import ClaimkeepError, SetupError
from claimkeep.engine.terms.finding import Skipped
from claimkeep.engine.x12 import (
    acknowledge,
    claim_837,
    claim_status_277,
    eligibility_270,
    eligibility_271,
    envelope,
    kind,
    remittance_835,
    review_278,
)
from claimkeep.engine.x12 import rewrite as rewriting

Tables = tuple[pl.DataFrame, ...]

CLAIMS = tuple(one.name for one in fields(ClaimTables))
"""The tables of claims."""


@dataclass(frozen=True, slots=True)
class Source:
    """A reader: which transactions it looks at, and the names of the tables it gives, in its order."""

    kinds: frozenset[str]
    names: tuple[str, ...]
    read: Callable[[bytes], tuple[Tables, tuple[Skipped, ...]]]


def _claims(data: bytes) -> tuple[Tables, tuple[Skipped, ...]]:
    tables, skipped = claim_837.read(data)
    return tuple(getattr(tables, name) for name in CLAIMS), skipped


def _remittances(data: bytes) -> tuple[Tables, tuple[Skipped, ...]]:
    tables, skipped = remittance_835.read(data)
    paid = (tables.payments, tables.claim_payments, tables.service_payments)
    return (*paid, tables.adjustments, tables.provider_adjustments), skipped


def _inquiries(data: bytes) -> tuple[Tables, tuple[Skipped, ...]]:
    table, skipped = eligibility_270.read(data)
    return (table,), skipped


def _benefits(data: bytes) -> tuple[Tables, tuple[Skipped, ...]]:
    table, skipped = eligibility_271.read(data)
    return (table,), skipped


def _statuses(data: bytes) -> tuple[Tables, tuple[Skipped, ...]]:
    table, skipped = claim_status_277.read(data)
    return (table,), skipped


def _review_requests(data: bytes) -> tuple[Tables, tuple[Skipped, ...]]:
    table, skipped = review_278.read(data)
    return (table,), skipped


def _acknowledgements(data: bytes) -> tuple[Tables, tuple[Skipped, ...]]:
    table, skipped = acknowledge.read(data)
    return (table,), skipped


SOURCES = (
    Source(
        frozenset({"837P", "837I", "837D", "837"}),
        CLAIMS,
        _claims,
    ),
    Source(
        frozenset({"835"}),
        ("payments", "claim_payments", "service_payments", "adjustments", "provider_adjustments"),
        _remittances,
    ),
    Source(frozenset({"270"}), ("inquiries",), _inquiries),
    Source(frozenset({"271"}), ("benefits",), _benefits),
    Source(frozenset({"278"}), ("review_requests",), _review_requests),
    Source(frozenset(claim_status_277.KINDS), ("claim_status",), _statuses),
    Source(frozenset({"TA1", "999", "277CA"}), ("acknowledgements",), _acknowledgements),
)
"""Who reads what. A claim set of an unknown guide is looked at too, and told with its reason."""

TABLES = tuple(name for source in SOURCES for name in source.names)


@dataclass(slots=True)
class _Got:
    """What a run has read: rows written and frames kept by table, what was left out, what holds none of the tables."""

    rows: dict[str, int] = field(default_factory=dict)
    frames: dict[str, list[pl.DataFrame]] = field(default_factory=dict)
    skipped: int = 0
    passed_over: int = 0
    unread: int = 0


def read(
    files: Annotated[list[Path], typer.Argument(help="X12 files, or folders of them.")],
    table: Annotated[str | None, typer.Option(help=f"Print this table as JSON lines: {', '.join(TABLES)}.")] = None,
    parquet: Annotated[Path | None, typer.Option(help="Write every table, or the one named, into this folder.")] = None,
) -> int:
    """Read X12 files into tables; each row begins with the file it comes from, so that keys join inside a file."""
    if table is None and parquet is None:
        raise SetupError("say which table to print (--table) or where to write them all (--parquet)")
    if table is not None and table not in TABLES:
        raise SetupError(f"there is no table of that name; there are {', '.join(TABLES)}")
    wanted = (table,) if table else TABLES
    got = _Got()
    listed = x12_files(files)
    with speech.progress("Reading", len(listed)) as advance:
        for file in listed:
            _file(file, wanted, got, prints=parquet is None)
            advance()
    if parquet is not None:
        _write(parquet, got)
    speech.say("; ".join(f"{name}: {rows:,} rows" for name, rows in got.rows.items()) or "no rows")
    if got.passed_over:
        speech.say(f"{got.passed_over:,} transaction sets hold none of it")
    if got.unread == len(listed):
        return speech.FAILED
    return speech.FOUND if got.skipped or got.unread else speech.DONE


def _file(file: Path, wanted: Iterable[str], got: _Got, *, prints: bool) -> None:
    """Prints or keeps the wanted tables of one file, and tells what was left out of them."""
    try:
        data = octets(file)
        kinds = _kinds(data)
        told: dict[Skipped, None] = {}
        looked: set[str] = set()
        for source in SOURCES:
            names = [name for name in source.names if name in wanted]
            if not names or (kinds and not source.kinds & {*kinds.values()}):
                continue
            looked |= source.kinds
            tables, skipped = source.read(data)
            told.update(dict.fromkeys(one for one in skipped if _concerns(one, kinds, source)))
            for name, frame in zip(source.names, tables, strict=True):
                if name in names and frame.height:
                    _give(
                        name, frame.insert_column(0, pl.Series("file", [str(file)] * frame.height)), got, prints=prints
                    )
        got.passed_over += sum(1 for what in kinds.values() if what not in looked)
    except ClaimkeepError as error:
        got.unread += 1
        speech.say(f"unread   {file.name}: {error}")
        return
    got.skipped += len(told)
    speech.tell_skipped(speech.skipped_rows(told, file.name))


def _kinds(data: bytes) -> dict[tuple[int, int | None], str]:
    """What each transaction set of a file is, by the ordinals of its interchange and its own; a TA1 has none."""
    found: dict[tuple[int, int | None], str] = {}
    for interchange in envelope.read(data).interchanges:
        if interchange.answers:
            found[interchange.ordinal, None] = "TA1"
        for transaction in (one for group in interchange.groups for one in group.transactions):
            found[interchange.ordinal, transaction.ordinal] = kind.kind(interchange, transaction)
    return found


def _concerns(skipped: Skipped, kinds: dict[tuple[int, int | None], str], source: Source) -> bool:
    """False for a set that another reader looks at: being no remittance is no fault of a claim."""
    place = skipped.place
    if place.interchange is None or place.transaction is None:
        return True
    return kinds.get((place.interchange, place.transaction)) in source.kinds


def _give(name: str, frame: pl.DataFrame, got: _Got, *, prints: bool) -> None:
    got.rows[name] = got.rows.get(name, 0) + frame.height
    if prints:
        sys.stdout.write(frame.write_ndjson())
    else:
        got.frames.setdefault(name, []).append(frame)


def _write(folder: Path, got: _Got) -> None:
    """One file a table; a table without rows gives none."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, frames in got.frames.items():
            pl.concat(frames).write_parquet(folder / f"{name}.parquet")
    except OSError as error:
        raise SetupError(f"{folder.name}: {error.strerror or 'cannot be written'}") from None


def rewrite(file: Annotated[Path, typer.Argument(help="An X12 file.")]) -> int:
    """Read a file and write it to standard output again; the same octets come out."""
    sys.stdout.buffer.write(rewriting.rewrite(octets(file)))
    return speech.DONE


def x12_files(given: Iterable[Path]) -> list[Path]:
    """The files named, and those inside the folders named, in order."""
    return sorted(
        file for path in given for file in (path.rglob("*") if path.is_dir() else [path]) if not file.is_dir()
    )


def octets(file: Path) -> bytes:
    """What a file holds. Raises SetupError when it cannot be opened."""
    try:
        return file.read_bytes()
    except OSError as error:
        raise SetupError(f"{file.name}: {error.strerror or 'cannot be read'}") from None
