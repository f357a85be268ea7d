"""What pyx12 says of an interchange, beside what we say of it at the levels it looks at."""

from __future__ import annotations

import importlib
import io
import logging
import re
from pathlib import Path

from claimkeep.engine.x12.judge import Verdict, check

FOLDERS = ("837p", "837i", "835", "999", "277ca", "bad")
"""Folders that hold sets it has a map for."""

_VERSIONS = {
    b"005010X222A2": b"005010X222A1",
    b"005010X222": b"005010X222A1",
    b"005010X223A1": b"005010X223A2",
    b"005010X223A3": b"005010X223A2",
    b"005010X223": b"005010X223A2",
    b"005010X221": b"005010X221A1",
    b"005010X231": b"005010X231A1",
}
"""Versions it does not know, and the one it knows of the same guide."""

_OTHER_LEVELS = 2


def told_for(data: bytes) -> bytes:
    """The same interchange as pyx12 can read it: no mark of byte order, no indentation, a version it knows."""
    data = data.removeprefix(b"\xef\xbb\xbf").lstrip()
    terminator = data[105:106]
    if terminator not in (b"\r", b"\n"):
        data = re.sub(rb"\s*" + re.escape(terminator) + rb"\s*", lambda found: terminator, data)
    return re.sub(rb"005010X2\d\d(A\d)?", lambda found: _VERSIONS.get(found[0], found[0]), data)


def theirs(data: bytes) -> bool | None:
    """True when pyx12 takes it, False when it refuses it, None when it cannot judge it."""
    document = importlib.import_module("pyx12.x12n_document")
    parameters = importlib.import_module("pyx12.params").params()
    logging.disable(logging.CRITICAL)
    try:
        text = told_for(data).decode("ascii")
        return bool(document.x12n_document(parameters, io.StringIO(text), None, None, None))
    except Exception:  # it raises what happens to it: a missing map, a KeyError, an AttributeError
        return None
    finally:
        logging.disable(logging.NOTSET)


def ours(verdict: Verdict) -> bool:
    """True when nothing at levels 1 and 2 refuses it."""
    return not verdict.reason and not any(
        one.severity.holds and one.snip <= _OTHER_LEVELS for one in verdict.findings()
    )


def compared(files: list[Path]) -> dict[str, tuple[bool | None, bool]]:
    """(theirs, ours) of each file, by folder and name."""
    found = {}
    for file in files:
        data = file.read_bytes()
        found[f"{file.parent.name}/{file.name}"] = (theirs(data), ours(check(told_for(data))))
    return found
