"""`claimkeep import`: visits and charges from files."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from claimkeep.edge.cli import installation, speech
from claimkeep.engine.terms.errors import ClaimkeepError, IntakeError


def import_files(
    files: Annotated[list[Path], typer.Argument(help="Files or folders: FHIR R4 bundles, X12 837P, CSV.")],
    practice: Annotated[str | None, typer.Option(help="The practice they belong to, by name.")] = None,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would change; change nothing.")] = False,
) -> int:
    """Take visits in. What cannot be used is skipped with its place and reason; importing twice changes nothing."""
    installation.open_existing()
    from claimkeep.edge.jobs.import_visits import import_visits

    actor, when = installation.actor(practice), installation.now()
    totals: dict[str, Any] = {"patients": 0, "coverages": 0, "encounters": 0, "charges": 0, "unchanged": 0}
    skipped: list[dict[str, str]] = []
    unread = 0
    listed = sorted(f for given in files for f in (given.rglob("*") if given.is_dir() else [given]) if not f.is_dir())
    if not listed:
        raise IntakeError("there is no file here to import")
    with speech.progress("Importing", len(listed)) as advance, _undone(dry_run):
        for file in listed:
            try:
                got = import_visits(_content(file), actor=actor, now=when)
            except (ClaimkeepError, OSError) as error:
                unread += 1
                words = error.strerror or "cannot be read" if isinstance(error, OSError) else str(error)
                skipped.append({"file": file.name, "place": "file", "reason": words})
            else:
                for name in totals:
                    totals[name] += getattr(got, name)
                skipped += speech.skipped_rows(got.skipped, file.name)
            advance()
    if not json:
        speech.tell_skipped(skipped)
    speech.result(totals | ({"skipped": skipped} if json else {"skipped": len(skipped)}), as_json=json)
    if unread == len(listed):
        return speech.FAILED
    return speech.FOUND if skipped else speech.DONE


def _content(file: Path) -> bytes:
    if file.exists() and not file.is_file():
        raise IntakeError("this is a pipe or a device, not a file")
    return file.read_bytes()


@contextmanager
def _undone(dry_run: bool) -> Iterator[None]:
    """Of a dry run nothing is left; otherwise what is done batch by batch stays."""
    from django.db import transaction

    if not dry_run:
        yield
        return
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
