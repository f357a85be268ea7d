"""What every test of writing and reading shares: an envelope, sameness, text that names nothing."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import polars as pl
from hypothesis import strategies as st

from claimkeep.engine.x12.write import ControlNumbers, Party

OTHERS = Path(__file__).parents[3].parent / "shared" / "data" / "x12"
"""Files of other projects, which are not part of this repository."""

SENT: dict[str, Any] = {
    "sender": Party("SENDERID"),
    "receiver": Party("RECEIVERID", "30", "GROUPRECEIVER"),
    "when": datetime(2026, 1, 2, 3, 4),
    "control_numbers": ControlNumbers(7, 8),
}

OF_THE_ENVELOPE = {
    "interchange_control_number",
    "interchange_sender",
    "group_control_number",
    "transaction_control_number",
    "segment",
}
"""Columns that say where a row stood, not what it says."""

NPI = "1234567893"

_LETTERS = st.characters(
    min_codepoint=0x21, max_codepoint=0x17F, exclude_characters="*^:~", exclude_categories=("C", "Z")
)
NAME = st.text(_LETTERS | st.just(" "), min_size=1, max_size=12).map(lambda one: " ".join(one.split())).filter(bool)
"""Text as people type it: accents, punctuation, space inside."""

CODE = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", min_size=3, max_size=17)
DAY = st.dates(date(1900, 1, 1), date(2030, 1, 1))
CENTS = st.integers(0, 10**9)


def maybe(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Something, or nothing."""
    return st.none() | strategy


def differing(one: pl.DataFrame, other: pl.DataFrame) -> list[str]:
    """The columns in which two tables differ, those of the envelope left out."""
    assert one.schema == other.schema
    return [name for name in one.columns if name not in OF_THE_ENVELOPE and not one[name].equals(other[name])]


def is_accepted_elsewhere(data: bytes) -> bool:
    """True when pyx12 finds nothing against an interchange; no 999 is asked for, which it has none of without ST03."""
    import pyx12.params
    import pyx12.x12n_document

    source = io.StringIO(data.decode("ascii"))
    return bool(pyx12.x12n_document.x12n_document(pyx12.params.params(), source, None, None))


def with_npi(*columns: str) -> Callable[[pl.DataFrame], pl.DataFrame]:
    """A table in which these columns hold an NPI that passes its check digit, where they hold anything."""

    def mended(frame: pl.DataFrame) -> pl.DataFrame:
        return frame.with_columns(pl.when(pl.col(one).is_not_null()).then(pl.lit(NPI)).alias(one) for one in columns)

    return mended
