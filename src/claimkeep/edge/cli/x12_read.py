"""`claimkeep x12 read` and `claimkeep x12 rewrite`: X12 files as tables, and as they stand."""

from __future__ import annotations

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

_ROWS_A_GROUP = 20_000
"""Rows of a parquet file that are put together in memory."""


def read(
    files: Annotated[list[Path], typer.Argument(help="X12 files, or folders of them.")],
    table: Annotated[str | None, typer.Option(help=f"Print this table as JSON lines: {', '.join(TABLES)}.")] = None,
    parquet: Annotated[Path | None, typer.Option(help="Write every table, or the one named, into this folder.")] = None,
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
    """One file a table, put together piece by piece; a table without rows gives none."""
    for name in wanted:
        files = sorted(parts.glob(f"{name}-*.parquet"))
        if files:
            whole = parts / f"{name}.parquet"
            pl.scan_parquet(files).sink_parquet(whole, row_group_size=_ROWS_A_GROUP)
            whole.replace(folder / whole.name)


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
