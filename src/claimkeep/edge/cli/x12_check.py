"""`claimkeep x12 check` and `ack`: interchanges judged, and answered. No database."""

from __future__ import annotations

import json as text
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from claimkeep.edge.cli import code_files, installation, speech
from claimkeep.edge.cli.x12_judging import Judged, judged
from claimkeep.engine.x12 import answer
from claimkeep.engine.x12.judge import MOST_LEVEL, Finding, Verdict

Files = Annotated[list[Path], typer.Argument(help="Files or folders of X12 interchanges.")]
Processes = Annotated[
    int | None, typer.Option(min=1, help="How many files are judged at once; else as many as there are cores.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object a file.")]

MOST_SHOWN = 20
"""Findings of one file shown to a person; --json gives them all."""


def check(
    files: Files,
    code_sets: Annotated[
        Path | None, typer.Option("--codes", help="A folder of code sets to judge codes by (docs/codes.md).")
    ] = None,
    level: Annotated[
        int, typer.Option(min=1, max=MOST_LEVEL, help="Judge up to this level: 1 syntax … 7 everything there is.")
    ] = MOST_LEVEL,
    processes: Processes = None,
    json: AsJson = False,
) -> int:
    """Judge interchanges: envelope, syntax, guide, totals and situations, each finding with its place and rule."""
    codes = []
    loaded = None if code_sets is None else code_files.load(code_sets)
    for one in judged(files, "Judging", codes=loaded, level=level, processes=processes):
        codes.append(_code(one.verdict))
        if json:
            print(text.dumps(_as_json(one)))
        else:
            _tell(one)
            if code_sets is not None and one.verdict.not_loaded:
                print(f"  not loaded, so not judged by: {', '.join(one.verdict.not_loaded)}")
        sys.stdout.flush()  # whoever reads us through a pipe has each file when it is judged
    return max(codes, default=speech.DONE)


def ack(
    files: Files,
    out: Annotated[Path, typer.Option(help="The folder the answers are written to.")],
    control_number: Annotated[int, typer.Option(min=1, max=999_999_000, help="ISA13 of the first answer.")] = 1,
    processes: Processes = None,
    json: AsJson = False,
) -> int:
    """Write the TA1 and 999 that answer each interchange."""
    out.mkdir(parents=True, exist_ok=True)
    when, codes = installation.now(), []
    for one in judged(files, "Answering", codes=None, level=MOST_LEVEL, processes=processes):
        codes.append(_code(one.verdict))
        written: dict[str, list[str]] = {"ta1": [], "999": []}
        accepted = rejected = 0
        for number, interchange in enumerate(one.verdict.interchanges, 1):
            given = answer.answer(interchange, when=when, control_number=control_number)
            control_number += 2
            accepted, rejected = accepted + given.accepted, rejected + given.rejected
            for kind, data in (("ta1", given.ta1), ("999", given.x999)):
                if data is not None:
                    written[kind].append(_write(out, one.path, number, kind, data))
        row = {"file": one.name, "ta1": written["ta1"], "x999": written["999"]}
        _tell_answer(row | {"accepted": accepted, "rejected": rejected}, as_json=json)
        sys.stdout.flush()
    return max(codes, default=speech.DONE)


def _write(out: Path, file: Path, number: int, kind: str, data: bytes) -> str:
    """Writes one answer beside those already there; a name that is taken is not written over."""
    stem = file.name if number == 1 else f"{file.name}.{number}"
    path, again = out / f"{stem}.{kind}", 1
    while True:
        try:
            with path.open("xb") as opened:
                opened.write(data)
            return path.name
        except FileExistsError:
            again += 1
            path = out / f"{stem}.{again}.{kind}"


def _code(verdict: Verdict) -> int:
    return {"valid": speech.DONE, "invalid": speech.FOUND, "unreadable": speech.FAILED}[verdict.verdict]


def _as_json(one: Judged) -> dict[str, Any]:
    verdict = one.verdict
    sets = [each for interchange in verdict.interchanges for group in interchange.groups for each in group.sets]
    return {
        "file": one.name,
        "verdict": verdict.verdict,
        "reason": verdict.reason,
        "interchanges": len(verdict.interchanges),
        "transactions": [
            {"set": each.code, "guide": each.guide, "control": each.control_number, "claims": each.claims}
            for each in sets
        ],
        "not_loaded": list(verdict.not_loaded),
        "findings": [_finding(found) for found in verdict.findings()],
    }


def _finding(found: Finding) -> dict[str, Any]:
    names = ("code", "snip", "severity", "interchange", "transaction", "segment", "segment_id", "loop")
    row = {name: getattr(found, name) for name in (*names, "element", "component", "cite", "message")}
    return row | {"severity": str(found.severity)}


def _tell(one: Judged) -> None:
    print(f"{one.name}: {one.verdict.verdict}{f', {one.verdict.reason}' if one.verdict.reason else ''}")
    found = list(one.verdict.findings())
    for each in found[:MOST_SHOWN]:
        place = f"interchange {each.interchange}" + (f", set {each.transaction}" if each.transaction else "")
        where = f", segment {each.segment} ({each.segment_id})" if each.segment else ""
        print(f"  level {each.snip}  {place}{where}: {each.message} [{each.cite}]")
    if len(found) > MOST_SHOWN:
        print(f"  {len(found) - MOST_SHOWN} more; --json lists them all")


def _tell_answer(row: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        print(text.dumps(row))
    else:
        names = ", ".join([*row["ta1"], *row["x999"]]) or "nothing to answer"
        print(f"{row['file']}: {row['accepted']} accepted, {row['rejected']} rejected; {names}")
