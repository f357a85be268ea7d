"""`claimkeep audit`: the log checked against its own proofs."""

from __future__ import annotations

import typer

from claimkeep.edge.cli import installation, speech
from claimkeep.edge.cli.wires import AsJson

app = typer.Typer(no_args_is_help=True, help="The audit log, checked against its own proofs.")


@app.callback()
def group() -> None:
    """The audit log."""


@app.command("verify")
def verify(json: AsJson = False) -> int:
    """Recompute the whole chain: a changed, missing, added or swapped event is found."""
    installation.open_existing()
    from claimkeep.apps.audit import queries

    found = queries.verify()
    values = {"events": found.events, "head": found.head, "ok": found.ok, "first_bad": found.first_bad}
    speech.result(values, as_json=json)
    return speech.DONE if found.ok else speech.FOUND
