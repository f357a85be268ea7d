"""JSON documents of a file: one, or one a line."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any, NoReturn

from claimkeep.engine.terms.errors import IntakeError
from claimkeep.engine.terms.finding import Place, Skipped

CITE = "HL7 FHIR R4 json.html"


def documents(data: bytes) -> tuple[list[tuple[Place, dict[str, Any]]], list[Skipped]]:
    """Every JSON object of the file with its place, and the lines of an NDJSON file that are none.

    A file of one document has the empty place, an NDJSON file `row` its line. Numbers with a point come as Decimal.
    Raises IntakeError where nothing can be read.
    """
    try:
        whole = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise IntakeError("the file is not UTF-8 text", cite=CITE) from None
    if not whole.strip():
        raise IntakeError("the file is empty", cite=CITE)
    one = _object(whole)
    if one is not None:
        return [(Place(), one)], []
    found: list[tuple[Place, dict[str, Any]]] = []
    skipped: list[Skipped] = []
    for row, line in enumerate(whole.split("\n"), start=1):
        if not line.strip():
            continue
        value = _object(line)
        if value is None:
            skipped.append(Skipped(Place(row=row), "is not a JSON object", CITE))
        else:
            found.append((Place(row=row), value))
    if not found:
        raise IntakeError("neither the file nor any line of it is a JSON object", cite=CITE)
    return found, skipped


def _object(text: str) -> dict[str, Any] | None:
    """The JSON object of a text, or None; NaN, infinities and nesting too deep to follow are not JSON here."""
    try:
        value = json.loads(text, parse_float=Decimal, parse_constant=_refuse)
    except (ValueError, ArithmeticError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _refuse(name: str) -> NoReturn:
    raise ValueError("not a JSON number")
