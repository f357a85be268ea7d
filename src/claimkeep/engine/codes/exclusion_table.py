"""Excludes1 notes: where a note stands, and which diagnoses it keeps out there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from claimkeep.engine.codes.edit_table import Published, TableRow
from claimkeep.engine.codes.keys import KeyTable, Rows
from claimkeep.engine.codes.pair_table import key_of

Texts = npt.NDArray[np.bytes_]

CHAPTERS = (
    *(("A00", "B99"), ("C00", "D49"), ("D50", "D89"), ("E00", "E89"), ("F01", "F99"), ("G00", "G99"), ("H00", "H59")),
    *(("H60", "H95"), ("I00", "I99"), ("J00", "J99"), ("K00", "K95"), ("L00", "L99"), ("M00", "M99"), ("N00", "N99")),
    *(("O00", "O9A"), ("P00", "P96"), ("Q00", "QA0"), ("R00", "R99"), ("S00", "T88"), ("V00", "Y99"), ("Z00", "Z99")),
    ("U00", "U85"),
)
"""The first and last category of each chapter, from chapter 1 (ICD-10-CM tabular list)."""

OF_THEIR_OWN = (b"C7A", b"C7B", b"D3A")
"""Categories that are blocks of their own though they stand between the ends of another (ICD-10-CM tabular list)."""

_AFTER = b"~"
"""Sorts after every character of a code: `T62~` is the end of all that begins with T62."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class ExclusionTable(Published):
    """One row a target of a note; all ends are categories or codes, and hold for every code below them.

    scopes                     : where the note stands, as published
    scope_from, scope_to       : its ends
    target_from, target_to     : the diagnoses kept out
    """

    scopes: Sequence[str] = field(repr=False)
    scope_from: Texts = field(repr=False)
    scope_to: Texts = field(repr=False)
    target_from: Texts = field(repr=False)
    target_to: Texts = field(repr=False)

    def among(self, codes: Sequence[str]) -> tuple[KeyTable, Rows]:
        """The pairs that notes keep apart among distinct codes, and for each pair the row that says so.

        codes : ascending, each once
        ->      keys (`key_of` of the smaller and the larger place in codes)
        """
        texts = np.array([code.encode("ascii") for code in codes] or [b""], dtype="S16")[: len(codes)]
        begins, ends = _span(texts, self.scope_from, self.scope_to)
        other_begins, other_ends = _span(texts, self.target_from, self.target_to)
        keys: list[npt.NDArray[np.uint64]] = []
        rows: list[Rows] = []
        for row in np.flatnonzero((ends > begins) & (other_ends > other_begins)).tolist():
            inside = np.arange(begins[row], ends[row])
            if self.scopes[row].startswith("block:") and self.scope_from[row] != self.scope_to[row]:
                inside = inside[~np.isin(texts[inside].astype("S3"), OF_THEIR_OWN)]
            ones, others = np.meshgrid(inside, np.arange(other_begins[row], other_ends[row]))
            low, high = np.minimum(ones, others).ravel(), np.maximum(ones, others).ravel()
            keys.append(key_of(low[low < high], high[low < high]))
            rows.append(np.full(len(keys[-1]), row, dtype=np.intp))
        if not keys:
            return KeyTable(np.zeros(0, dtype=np.uint64)), np.zeros(0, dtype=np.intp)
        every, first = np.unique(np.concatenate(keys), return_index=True)
        return KeyTable(every), np.concatenate(rows)[first]

    def row(self, at: int) -> TableRow:
        """A target of a note, as it was published."""
        target_from, target_to = self.target_from[at].decode(), self.target_to[at].decode()
        return ("scope_code", self.scopes[at]), ("target_from", target_from), ("target_to", target_to)


def _span(texts: Texts, first: Texts, last: Texts) -> tuple[Rows, Rows]:
    """Where in ascending texts each range begins and ends; all that begins with its last text is inside."""
    return np.searchsorted(texts, first), np.searchsorted(texts, np.char.add(last, _AFTER))


def scope_ends(scope: str) -> tuple[str, str] | None:
    """The first and last category a note stands over: a code's own, `block:A15-A19` or `chapter:15`.

    None where it names none of these.
    """
    kind, _, name = scope.rpartition(":")
    if kind == "":
        return name, name
    if kind == "block":
        first, _, last = name.partition("-")
        return first, last or first
    if kind == "chapter" and name.isdecimal() and 1 <= int(name) <= len(CHAPTERS):
        return CHAPTERS[int(name) - 1]
    return None
