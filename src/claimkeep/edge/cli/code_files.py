"""A folder of tables as code sets to judge by."""

from __future__ import annotations

from pathlib import Path

from claimkeep.edge.cli import speech
from claimkeep.engine.codes import CodeSets, Release, read
from claimkeep.engine.terms.errors import SetupError

_ENDINGS = (".csv", ".csv.gz")


def load(folder: Path) -> CodeSets:
    """Every code set in the tables of a folder; other tables are passed over.

    Raises CodesError when one is not of its form, SetupError when the folder has none or two of one release.
    """
    found: list[Release] = []
    tables = sorted(one for one in folder.iterdir() if one.name.lower().endswith(_ENDINGS)) if folder.is_dir() else []
    with speech.progress("Reading code sets", len(tables)) as advance:
        for table in tables:
            found.extend(read(table.name, table.read_bytes()))
            advance()
    if not found:
        raise SetupError(f"{folder} has no table of a code set; see docs/codes.md for their names and columns")
    try:
        return CodeSets.of(found)
    except ValueError as error:
        raise SetupError(f"{folder}: {error}; keep one of them there") from error
