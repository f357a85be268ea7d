"""`claimkeep x12`: what needs X12 files and nothing else; no database, no keys."""

from __future__ import annotations

import typer

from claimkeep.edge.cli import x12_check, x12_read

app = typer.Typer(no_args_is_help=True, help="Read, judge, answer and write back X12 interchanges.")

app.command("check")(x12_check.check)
app.command("ack")(x12_check.ack)
app.command("read")(x12_read.read)
app.command("rewrite")(x12_read.rewrite)
