"""`claimkeep send` and `claimkeep receive`: claims out, answers in."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from claimkeep.edge.cli import installation, speech

Practice = Annotated[str | None, typer.Option(help="The practice, by name.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]


def send(practice: Practice = None, json: AsJson = False) -> int:
    """Build claims of new visits, hold what is wrong with its reason, and send the rest, each file once."""
    there = installation.open_existing()
    from claimkeep.edge.jobs.submit import submit_claims
    from claimkeep.edge.jobs.wire import open_wire

    actor = installation.actor(practice)
    with open_wire(actor, there.wire_key) as wire:
        sent = submit_claims(wire, actor=actor, now=installation.now())
    speech.result(asdict(sent), as_json=json)
    return speech.FOUND if sent.held else speech.DONE


def receive(practice: Practice = None, json: AsJson = False) -> int:
    """Fetch what has come and work it: acknowledgements move claims, remittances are posted or set apart."""
    there = installation.open_existing()
    from claimkeep.edge.jobs.receive import receive_answers
    from claimkeep.edge.jobs.wire import open_wire

    actor = installation.actor(practice)
    with open_wire(actor, there.wire_key) as wire:
        got = receive_answers(wire, actor=actor, now=installation.now())
    counts = {
        "files": got.files,
        "duplicates": got.duplicates,
        "unreadable": got.unreadable,
        "remits": got.remits,
        "quarantined": got.quarantined,
    }
    skipped = [row for name, s in got.skipped for row in speech.skipped_rows([s], name)]
    if not json:
        speech.tell_skipped(skipped)
    speech.result(counts | ({"skipped": skipped} if json else {"skipped": len(skipped)}), as_json=json)
    return speech.FOUND if skipped or got.unreadable or got.quarantined else speech.DONE
