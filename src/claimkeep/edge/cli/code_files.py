"""A folder of tables as code sets to judge by."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from claimkeep.edge.cli import speech
from claimkeep.engine.codes import CodeSets, EditTables, Published, Release, read, read_edits
from claimkeep.engine.scrub.references import References
from claimkeep.engine.terms.errors import SetupError

_ENDINGS = (".csv", ".csv.gz")


def load(folder: Path) -> CodeSets:
    """Every code set in the tables of a folder; other tables are passed over.

    Raises CodesError when one is not of its form, SetupError when the folder has none or two of one release.
    """
    found = [one for name, data in _tables(folder) for one in read(name, data)]
    if not found:
        raise SetupError(f"{folder} has no table of a code set; see docs/codes.md for their names and columns")
    return _code_sets(folder, found)


def references(folder: Path, *, may_shrink: bool = False) -> References:
    """Every code set and every table of edits in a folder.

    may_shrink : take a release that has far fewer rows than the one before it
    Raises as `load`; CodesError too when a release has far fewer rows than the one before it.
    """
    found: list[Release] = []
    edits: list[Published] = []
    for name, data in _tables(folder):
        listed = read_edits(name, data)
        edits.extend(listed)
        if not listed:
            found.extend(read(name, data))
    if not found and not edits:
        raise SetupError(f"{folder} has no table that claims are judged by; see docs/codes.md for their names")
    return References(_code_sets(folder, found), EditTables.of(edits, may_shrink=may_shrink))


def _tables(folder: Path) -> Iterator[tuple[str, bytes]]:
    tables = sorted(one for one in folder.iterdir() if one.name.lower().endswith(_ENDINGS)) if folder.is_dir() else []
    with speech.progress("Reading code sets", len(tables)) as advance:
        for table in tables:
            yield table.name, table.read_bytes()
            advance()


def _code_sets(folder: Path, found: list[Release]) -> CodeSets:
    try:
        return CodeSets.of(found)
    except ValueError as error:
        raise SetupError(f"{folder}: {error}; keep one of them there") from error
