"""Tables asked with two codes, or with one: pairs of procedures, units a day, add-on codes, lists of diagnoses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from claimkeep.engine.codes.edit_table import Published, TableRow
from claimkeep.engine.codes.keys import KeyTable, Rows
from claimkeep.engine.codes.release import ALWAYS
from claimkeep.engine.codes.words import Days, Words, WordTable, words_of

Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class PairTable(Published):
    """Pairs of procedure codes: the second is not paid beside the first.

    first, second  : the number of each code (`number`), one a row; rows ascend by their key and then by day
    begins, ends   : the days the row holds, both included
    indicator      : 0 never together, 1 perhaps with a modifier
    """

    words: WordTable = field(repr=False)
    names: Sequence[str] = field(repr=False)
    keys: KeyTable = field(repr=False)
    first: Numbers = field(repr=False)
    second: Numbers = field(repr=False)
    begins: Days = field(repr=False)
    ends: Days = field(repr=False)
    indicator: npt.NDArray[np.uint8] = field(repr=False)

    def number(self, first: Words, second: Words) -> Rows:
        """The number of each code in this table; -1 where it stands in no pair."""
        return self.words.find(first, second)

    def find(self, one: Rows, other: Rows, days: Days) -> Rows:
        """The row that holds on the day for each pair (column 1, column 2) of numbers; -1 where none does."""
        found = np.full(len(one), -1, dtype=np.intp)
        known = np.flatnonzero((one >= 0) & (other >= 0))
        at = self.keys.find(key_of(one[known], other[known]))
        known, at = known[at >= 0], at[at >= 0]
        last, day = self.keys.ends(at), days[known]
        while len(known):
            holds = (self.begins[at] <= day) & (day <= self.ends[at])
            found[known[holds]] = at[holds]
            at = at + 1
            left = ~holds & (at < last)
            known, at, last, day = known[left], at[left], last[left], day[left]
        return found

    def row(self, at: int) -> TableRow:
        """A row as it was published."""
        told: list[tuple[str, str | int]] = [
            ("column1", self.names[int(self.first[at])]),
            ("column2", self.names[int(self.second[at])]),
            ("modifier_indicator", int(self.indicator[at])),
        ]
        told += [("effective_date", int(self.begins[at]))] if self.begins[at] else []
        return (*told, *([("deletion_date", int(self.ends[at]))] if self.ends[at] != ALWAYS else []))


def key_of(one: Rows, other: Rows) -> npt.NDArray[np.uint64]:
    """Two numbers as one key."""
    return (one.astype(np.uint64) << np.uint64(32)) | other.astype(np.uint64)


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class UnitTable(Published):
    """The most units of a code.

    most                : units
    indicator           : MAI: 1 per line, 2 and 3 per day
    pays_up_to_the_most : lines are paid until the units are used up, where its payer does so
    """

    words: WordTable = field(repr=False)
    names: Sequence[str] = field(repr=False)
    most: Numbers = field(repr=False)
    indicator: npt.NDArray[np.uint8] = field(repr=False)
    pays_up_to_the_most: npt.NDArray[np.bool_] = field(repr=False)

    def find(self, first: Words, second: Words) -> Rows:
        """The row of each code; -1 where there is none."""
        return self.words.find(first, second)

    def row(self, at: int) -> TableRow:
        """A row as it was published."""
        told = ("hcpcs", self.names[at]), ("mue_value", int(self.most[at]))
        return (*told, ("mai", int(self.indicator[at]))) if self.indicator[at] else told


PAYERS_LIST = "CCCCC"
"""Stands for the primary codes of a payer's own list."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class AddOnTable(Published):
    """Codes that are paid only beside a primary code.

    type        : of each add-on code: 1 its list is whole, 2 each payer has its own, 3 its list is a beginning
    pairs       : keys (number of add-on, number of primary); a primary that is on a payer's list is none
    """

    words: WordTable = field(repr=False)
    names: Sequence[str] = field(repr=False)
    type: npt.NDArray[np.uint8] = field(repr=False)
    pairs: KeyTable = field(repr=False)

    def number(self, first: Words, second: Words) -> Rows:
        """The number of each code in this table; -1 where it stands nowhere. `type` is 0 for a mere primary."""
        return self.words.find(first, second)

    def goes_with(self, add_on: Rows, primary: Rows) -> npt.NDArray[np.bool_]:
        """Whether each add-on is listed with each primary; numbers of codes."""
        listed: npt.NDArray[np.bool_] = self.pairs.find(key_of(add_on, primary)) >= 0
        return listed & (primary >= 0)

    def row(self, at: int) -> TableRow:
        """What the table says of an add-on code."""
        return ("add_on_code", self.names[at]), ("aoc_edit_type", int(self.type[at]))


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class DiagnosisTable(Published):
    """Diagnoses with what is demanded where they stand.

    youngest, oldest : years of age; 0 and 999 where no age is demanded
    sex              : 'F' or 'M', '' where none is demanded
    """

    words: WordTable = field(repr=False)
    names: Sequence[str] = field(repr=False)
    youngest: Numbers = field(repr=False)
    oldest: Numbers = field(repr=False)
    sex: npt.NDArray[np.str_] = field(repr=False)

    def find(self, first: Words, second: Words) -> Rows:
        """The row of each diagnosis; -1 where there is none."""
        return self.words.find(first, second)

    def row(self, at: int) -> TableRow:
        """A row as it may be read."""
        told: list[tuple[str, str | int]] = [("code", self.names[at])]
        if self.oldest[at] != ANY_AGE:
            told += [("youngest", int(self.youngest[at])), ("oldest", int(self.oldest[at]))]
        return (*told, *([("sex", str(self.sex[at]))] if self.sex[at] else []))


ANY_AGE = 999


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class ModifierTable(Published):
    """Modifiers of a list.

    groups : of each: anatomical, global_surgery, other
    """

    groups: dict[str, str] = field(repr=False)


def word_table(codes: Sequence[str]) -> WordTable:
    """Codes with their numbers, in the order given."""
    return WordTable(*words_of(codes))
