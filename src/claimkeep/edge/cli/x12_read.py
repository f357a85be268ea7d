"""`claimkeep x12 read` and `claimkeep x12 rewrite`: X12 files as tables, and as they stand."""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import polars as pl
import typer

from claimkeep.edge.cli import speech, x12_tables
from claimkeep.edge.cli.octets import opened
from claimkeep.edge.cli.x12_tables import TABLES, Job
from claimkeep.engine.terms.errors import SetupError
from claimkeep.engine.x12 import rewrite as rewriting

_ROWS_TOGETHER = 20_000
"""Rows that are put together from smaller files: they are in memory at once."""

_PARQUET = (
    "Write every table, or the one named, into this folder: a file such as claims.parquet, or of many rows a folder of "
    "that name with files whose names are in the order of the rows."
)


def read(
    files: Annotated[list[Path], typer.Argument(help="X12 files, or folders of them.")],
    table: Annotated[str | None, typer.Option(help=f"Print this table as JSON lines: {', '.join(TABLES)}.")] = None,
    parquet: Annotated[Path | None, typer.Option(help=_PARQUET)] = None,
    processes: Annotated[int, typer.Option(min=1, max=64, help="How many files to read at once.")] = 1,
) -> int:
    """Read X12 files into tables; each row begins with the file it comes from, so that keys join inside a file."""
    if table is None and parquet is None:
        raise SetupError("say which table to print (--table) or where to write them all (--parquet)")
    if table is not None and table not in TABLES:
        raise SetupError(f"there is no table of that name; there are {', '.join(TABLES)}")
    wanted = (table,) if table else TABLES
    listed = x12_files(files)
    if parquet is None:
        return _tell(listed, Job(wanted, None), processes)
    try:
        parquet.mkdir(parents=True, exist_ok=True)
        # Removed whatever happens, also when somebody presses Ctrl-C: it holds what the files hold.
        with tempfile.TemporaryDirectory(prefix=".reading-", dir=parquet) as parts:
            code = _tell(listed, Job(wanted, Path(parts)), processes)
            _join(Path(parts), parquet, wanted)
    except OSError as error:
        raise SetupError(f"{parquet.name}: {error.strerror or 'cannot be written'}") from None
    return code


def _tell(listed: list[Path], job: Job, processes: int) -> int:
    """Reads every file and says what became of it; -> the exit code."""
    rows: dict[str, int] = {}
    skipped = unread = passed_over = 0
    with speech.progress_in_octets("Reading", sum(2 * _size(one) for one in listed)) as advance:
        for file, account in x12_tables.accounts(listed, job, sys.stdout, processes, advance):
            for name, count in account.rows.items():
                rows[name] = rows.get(name, 0) + count
            skipped += account.skipped
            passed_over += account.passed_over
            if account.unread:
                unread += 1
                speech.say(f"unread   {file.name}: {account.unread}")
            speech.tell_skipped(speech.skipped_rows(account.told, file.name), account.skipped)
    speech.say("; ".join(f"{name}: {rows[name]:,} rows" for name in TABLES if name in rows) or "no rows")
    if passed_over:
        speech.say(f"{passed_over:,} transaction sets hold none of it")
    if unread == len(listed):
        return speech.FAILED
    return speech.FOUND if skipped or unread else speech.DONE


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except OSError:
        return 0


def _join(parts: Path, folder: Path, wanted: Iterable[str]) -> None:
    """One file a table, or a folder of files that are each small enough to be made in memory; without rows, none."""
    for name in wanted:
        groups = _groups(sorted(parts.glob(f"{name}-*.parquet")))
        if not groups:
            continue
        made = parts / name
        made.mkdir()
        for number, group in enumerate(groups):
            file = made / f"{number:08d}.parquet"
            if len(group) == 1:
                group[0].rename(file)
            else:
                pl.concat([pl.read_parquet(one, memory_map=False) for one in group]).write_parquet(file)
        _put(made / "00000000.parquet" if len(groups) == 1 else made, folder / f"{name}.parquet")


_PART = re.compile(r"\d{8}\.parquet", re.ASCII)
"""A file of a table that is a folder."""


def _groups(files: Iterable[Path]) -> list[list[Path]]:
    """The files in their order, as many together as have few rows."""
    groups: list[list[Path]] = []
    together = 0
    for file in files:
        rows = pl.scan_parquet(file).select(pl.len()).collect().item()
        if not groups or together + rows > _ROWS_TOGETHER:
            groups.append([])
            together = 0
        groups[-1].append(file)
        together += rows
    return groups


def _put(made: Path, target: Path) -> None:
    """What an earlier run left there gives way, be it a file or a folder, to be removed with what was read.

    Raises SetupError for a folder that holds anything an earlier run did not write: that is not ours to remove.
    """
    if target.is_dir() and not all(_PART.fullmatch(one.name) and one.is_file() for one in target.iterdir()):
        raise SetupError(f"{target.name} is a folder that holds other things: move it away, or write somewhere else")
    if target.is_dir() or (made.is_dir() and target.exists()):
        target.rename(made.parent / f"before-{target.name}")
    made.replace(target)


def rewrite(file: Annotated[Path, typer.Argument(help="An X12 file.")]) -> int:
    """Read a file and write it to standard output again; the same octets come out."""
    try:
        with opened(file) as data:
            for part in rewriting.rewrite(data):
                sys.stdout.buffer.write(part)
    except OSError as error:
        raise SetupError(f"{file.name}: {error.strerror or error}") from None
    return speech.DONE


def x12_files(given: Iterable[Path]) -> list[Path]:
    """The files named, and those inside the folders named, in order."""
    return sorted(
        file for path in given for file in (path.rglob("*") if path.is_dir() else [path]) if not file.is_dir()
    )
