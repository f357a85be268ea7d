"""`claimkeep x12 rewrite`: X12 files as they stand."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from claimkeep.edge.cli import speech
from claimkeep.engine.terms.errors import SetupError
from claimkeep.engine.x12 import rewrite as rewriting


def rewrite(file: Annotated[Path, typer.Argument(help="An X12 file.")]) -> int:
    """Read a file and write it to standard output again; the same octets come out."""
    sys.stdout.buffer.write(rewriting.rewrite(octets(file)))
    return speech.DONE


def octets(file: Path) -> bytes:
    """What a file holds. Raises SetupError when it cannot be opened."""
    try:
        return file.read_bytes()
    except OSError as error:
        raise SetupError(f"{file.name}: {error.strerror or 'cannot be read'}") from None
