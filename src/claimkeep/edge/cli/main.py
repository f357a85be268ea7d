"""The `claimkeep` command."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from claimkeep.edge.cli import bench, books, demo, installation, keys, log, scrub, serve, speech, visits, wires, x12
from claimkeep.edge.config import quiet
from claimkeep.engine.terms.errors import ClaimkeepError

USAGE_ERROR: Any = typer.BadParameter.__mro__[2]
"""What typer raises for a command line it cannot use; it carries the class of its own and exports only leaves."""

INTERRUPTED = 130
"""What typer makes of a KeyboardInterrupt, without a word."""

app = typer.Typer(
    name="claimkeep",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Medical billing that protects patient data and proves it.",
)


@app.callback()
def options(
    data: Annotated[Path | None, typer.Option(help="The folder everything is kept in; else CLAIMKEEP_DATA.")] = None,
) -> None:
    """Options of every command."""
    installation.use_data_folder(data)


app.command("demo")(demo.demo)
app.command("demo-code")(demo.demo_code)
app.command("serve")(serve.serve)
app.command("migrate")(serve.migrate)
app.command("import")(visits.import_files)
app.command("scrub")(scrub.scrub)
app.command("send")(wires.send)
app.command("receive")(wires.receive)
app.add_typer(books.app, name="ledger")
app.add_typer(log.app, name="audit")
app.add_typer(keys.app, name="keys")
app.add_typer(x12.app, name="x12")
app.command("bench")(bench.bench)


def main() -> None:
    """Run the command; exit 0 done, 1 done and something was found, 2 could not be done."""
    sys.exit(run())


def run() -> int:
    """The exit code of the command line. An unforeseen fault is told by its kind and place: its words may hold data."""
    try:
        code = app(standalone_mode=False)
        if code == INTERRUPTED:
            raise KeyboardInterrupt
        return code if isinstance(code, int) else speech.DONE
    except ClaimkeepError as error:
        speech.say(f"claimkeep: {error}")
    except USAGE_ERROR as error:
        error.show()
    except (typer.Abort, KeyboardInterrupt):
        speech.say("claimkeep: stopped; what was done so far is kept")
    except Exception as error:
        frames, _, kind = f"\n{quiet.told(error)}".rpartition("\n")
        speech.say(f"{frames}\nclaimkeep: an unforeseen {kind}; what was done before it is kept".lstrip())
    return speech.FAILED
