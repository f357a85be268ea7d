"""`claimkeep scrub`: the edits over 837 files and cases. No database."""

from __future__ import annotations

import json as text
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from claimkeep.edge.cli import claim_cases, code_files, installation, speech
from claimkeep.edge.cli.octets import FileOctets, opened
from claimkeep.edge.cli.x12_read import x12_files
from claimkeep.engine.scrub.catalogue import OF_A_CASE
from claimkeep.engine.scrub.edits.reports import ID as NOT_JUDGED
from claimkeep.engine.scrub.references import References
from claimkeep.engine.scrub.run import run
from claimkeep.engine.terms.errors import ClaimkeepError
from claimkeep.engine.terms.finding import Finding, Severity, Skipped
from claimkeep.engine.x12 import claim_837

CASES = ".jsonl"
UNREADABLE = "ENV-02"
MOST_SHOWN = 20
"""Findings of one file shown to a person; --json gives them all."""

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Scrubbed:
    """A file's findings as rows; `is_read` is False when nothing of it could be."""

    name: str
    rows: list[Row]
    is_read: bool = True


def scrub(
    files: Annotated[list[Path], typer.Argument(help="837 files, files of cases (.jsonl), or folders of them.")],
    code_sets: Annotated[
        Path | None,
        typer.Option("--codes", help="A folder of code sets and tables of edits to judge by (docs/codes.md)."),
    ] = None,
    fewer_rows: Annotated[
        bool, typer.Option("--fewer-rows", help="Take a table though it has far fewer rows than the one before it.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object a finding.")] = False,
) -> int:
    """Judge claims before they are sent: each finding with its claim, line or diagnosis, what to do and who says so.

    A table that is not there, or not of the day of service, is told once (RPT-01). No database is needed.
    """
    references = References() if code_sets is None else code_files.references(code_sets, may_shrink=fewer_rows)
    codes, told = [], set[tuple[str, str]]()
    for one in _scrubbed(x12_files(files), references, installation.now().date()):
        rows = [row for row in one.rows if row["edit"] != NOT_JUDGED or _gap(row) not in told]
        told |= {_gap(row) for row in rows if row["edit"] == NOT_JUDGED}
        codes.append((speech.FOUND if rows else speech.DONE) if one.is_read else speech.FAILED)
        if json:
            for row in rows:
                print(text.dumps(row))
        else:
            _tell(one.name, rows)
    return max(codes, default=speech.DONE)


def _gap(row: Row) -> tuple[str, str]:
    """The table that was missing and what was missing of it, however many claims it left."""
    return row["table"], row["row"]["gap"]


def _scrubbed(files: list[Path], references: References, today: date) -> Iterator[_Scrubbed]:
    with speech.progress("Scrubbing", len(files)) as advance:
        for file in files:
            try:
                with opened(file) as data:
                    rows = _cases if file.suffix.lower() == CASES else _claims
                    scrubbed = _Scrubbed(file.name, list(rows(file.name, data, references, today)))
            except (ClaimkeepError, OSError) as error:
                why = error.strerror if isinstance(error, OSError) else str(error)
                speech.say(f"unread   {file.name}: {why or 'cannot be read'}")
                scrubbed = _Scrubbed(file.name, [], is_read=False)
            yield scrubbed
            advance()


def _claims(name: str, data: FileOctets, references: References, today: date) -> Iterator[Row]:
    """The findings of an 837, those of claims that could not be read first."""
    tables, skipped = claim_837.read(data)
    yield from (_unread(name, "claim", one) for one in skipped)
    numbers = tables.claims["claim_number"].to_list()
    for found in run(tables, today, references=references):
        yield _row(name, "claim", numbers[found.claim_row], found)


def _cases(name: str, data: FileOctets, references: References, today: date) -> Iterator[Row]:
    """The findings of a file of cases; a case is judged by the edits that look at codes, for it is no whole claim."""
    batches, skipped = claim_cases.read(data[:])
    yield from (_unread(name, "case_id", one) for one in skipped)
    for cases in batches:
        judged_by = references if cases.limits is None else references.with_tables((cases.limits,))
        for found in run(cases.tables, today, OF_A_CASE, references=judged_by):
            yield _row(name, "case_id", cases.ids[found.claim_row], found)


def _row(file: str, key: str, claim: str | None, found: Finding) -> Row:
    return {
        "file": file,
        key: claim,
        "line": found.line,
        "dx": found.diagnosis,
        "edit": found.edit,
        "severity": str(found.severity),
        "message": found.message,
        "fix": found.fix,
        "cite": found.cite,
        "table": found.table or None,
        "release": found.release or None,
        "carc": found.carc or None,
        "other": found.other,
        "row": dict(found.row) or None,
    }


def _unread(file: str, key: str, skipped: Skipped) -> Row:
    """A claim that could not be read, as a finding."""
    found = Finding(
        edit=UNREADABLE,
        claim_row=0,
        severity=Severity.REJECT,
        message=f"{skipped.place}: {skipped.reason}",
        fix="correct it where it comes from",
        cite=skipped.cite,
    )
    return _row(file, key, None, found)


def _tell(name: str, rows: Iterable[Row]) -> None:
    listed = list(rows)
    holding = {row.get("claim") or row.get("case_id") for row in listed if Severity(row["severity"]).holds}
    print(f"{name}: {len(listed):,} findings; {len(holding):,} claims would be refused or denied")
    for row in listed[:MOST_SHOWN]:
        which = row.get("claim") or row.get("case_id") or ""
        source = f" [{row['cite']}{'; ' + row['table'] if row['table'] else ''} {row['release'] or ''}".rstrip() + "]"
        print(f"  {row['severity']}  {row['edit']:<7} {which}: {row['message']}. {row['fix'].capitalize()}.{source}")
    if len(listed) > MOST_SHOWN:
        print(f"  {len(listed) - MOST_SHOWN:,} more; --json lists them all")
