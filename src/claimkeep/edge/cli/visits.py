"""`claimkeep import`: visits and charges from files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from claimkeep.edge.cli import installation, speech
from claimkeep.engine.terms.errors import ClaimkeepError


def import_files(
    files: Annotated[list[Path], typer.Argument(help="Files or folders: FHIR R4 bundles, X12 837P, CSV.")],
    practice: Annotated[str | None, typer.Option(help="The practice they belong to, by name.")] = None,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would change; change nothing.")] = False,
) -> int:
    """Take visits in. What cannot be used is skipped with its place and reason; importing twice changes nothing."""
    installation.open_existing()
    from django.db import transaction

    from claimkeep.edge.jobs.import_visits import import_visits

    actor, when = installation.actor(practice), installation.now()
    totals: dict[str, Any] = {"patients": 0, "coverages": 0, "encounters": 0, "charges": 0, "unchanged": 0}
    skipped: list[dict[str, str]] = []
    unread = 0
    listed = sorted(f for given in files for f in (given.rglob("*") if given.is_dir() else [given]) if not f.is_dir())
    with speech.progress("Importing", len(listed)) as advance:
        for file in listed:
            try:
                with transaction.atomic():
                    got = import_visits(file.read_bytes(), actor=actor, now=when)
                    transaction.set_rollback(dry_run)
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
