"""`claimkeep audit`: the log checked against its own proofs and against heads kept elsewhere."""

from __future__ import annotations

import base64
import json as text
from importlib import resources
from itertools import islice
from pathlib import Path
from typing import Annotated

import typer

from claimkeep.edge.cli import installation, speech
from claimkeep.edge.cli.wires import AsJson
from claimkeep.edge.config import environment
from claimkeep.engine.terms.errors import SetupError

app = typer.Typer(no_args_is_help=True, help="The audit log, checked against its own proofs and kept elsewhere.")


@app.callback()
def group() -> None:
    """The audit log."""


@app.command("verify")
def verify(
    anchor: Annotated[list[Path] | None, typer.Option(help="Signed heads that were kept elsewhere.")] = None,
    json: AsJson = False,
) -> int:
    """Hash the log anew: a changed, missing, added or swapped event is found; with anchors, a log written anew."""
    installation.open_existing()
    from claimkeep.apps.audit import queries
    from claimkeep.edge.jobs import anchor as anchors

    files = list(anchor or ())
    kept = environment.audit_anchors()
    if kept is not None and kept not in files and (kept.exists() or queries.signed_heads(newest=1)):
        files.append(kept)
    found = queries.verify([one for file in files for one in anchors.opened(file)], anchors.given_out())
    values = {
        "events": found.events,
        "head": found.head,
        "ok": found.ok,
        "first_bad": found.first_bad,
        "anchored": found.anchored,
    }
    speech.result(values, as_json=json)
    if not files:
        speech.say("no anchor was given: whoever owns database and keys could have written the log anew")
    return speech.DONE if found.ok else speech.FOUND


@app.command("anchor")
def anchor(
    to: Annotated[Path | None, typer.Option(help="Also add it to this file, which somebody else keeps.")] = None,
) -> int:
    """Print the head of the log, signed: who keeps it can tell later whether the log was cut or written anew."""
    installation.open_existing()
    from claimkeep.edge.jobs import anchor as anchors

    print(anchors.anchor(to or environment.audit_anchors(), now=installation.now()), end="")
    return speech.DONE


@app.command("prove")
def prove(event: Annotated[int, typer.Argument(min=1, help="The number of the event.")]) -> int:
    """Print what shows that one event is in the log, for whoever holds a signed head and none of the other events."""
    installation.open_existing()
    from claimkeep.apps.audit import queries
    from claimkeep.edge.jobs import anchor as anchors
    from claimkeep.engine.crypto import checkpoint

    note = anchors.anchor(None, now=installation.now())
    size = checkpoint.parse(note)[0].size
    if event > size:
        raise SetupError(f"there is no event {event}: the log ends at {size}")
    proof = [one.hex() for one in queries.inclusion_proof(event, size)]
    line = next(queries.lines(event)).decode()
    print(text.dumps({"event": event, "size": size, "line": line, "proof": proof, "head": note}))
    return speech.DONE


@app.command("export")
def export(
    out: Annotated[Path, typer.Option(help="The folder to write: new, or empty.")],
    json: AsJson = False,
) -> int:
    """Write the log, its signed heads and a small script that checks them without this product."""
    installation.open_existing()
    from claimkeep.apps.audit import queries
    from claimkeep.apps.vault import keyring
    from claimkeep.edge.jobs import anchor as anchors
    from claimkeep.engine.crypto import checkpoint

    size = checkpoint.parse(anchors.anchor(None, now=installation.now()))[0].size
    try:
        out.mkdir(mode=0o700, parents=True, exist_ok=True)
        if any(out.iterdir()):
            raise SetupError(f"{out.name} is not empty: an export is written to a folder of its own")
        with (out / "events.jsonl").open("xb") as file, speech.progress("Writing", size) as advance:
            for line in islice(queries.lines(), size):
                file.write(line + b"\n")
                advance()
        (out / "heads.txt").write_text("".join(f"{note}\n" for note in queries.signed_heads()))
        keys = [base64.b64encode(one.public).decode() for one in keyring.verifiers()]
        (out / "keys.txt").write_text("".join(f"{key}\n" for key in keys))
        (out / "verify.py").write_text(resources.files("claimkeep.edge.cli").joinpath("audit_check.py").read_text())
    except OSError as error:
        raise SetupError(f"{out.name} cannot be written: {error.strerror}") from None
    speech.result({"events": size, "folder": str(out)}, as_json=json)
    return speech.DONE
