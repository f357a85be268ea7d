"""The HI segments of claims -> diagnoses, procedures and the other codes of a claim."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from claimkeep.engine.terms.money import cents
from claimkeep.engine.x12 import values
from claimkeep.engine.x12.arrow import Nulls, Numbers, Views
from claimkeep.engine.x12.columns import Frame, Unreadable, occurrences
from claimkeep.engine.x12.guides.claim_layout import Layout
from claimkeep.engine.x12.loops import Labels
from claimkeep.engine.x12.segments import Offsets, Spans

_CODE = 2
"""Where the code of an HI composite stands (C022)."""

_NONE: Offsets = np.empty(0, dtype=np.intp)


class Listed:
    """The codes of every HI, each list in the order of the guide and inside it in the order of the file.

    A code the guide has no list for is none of ours.
    """

    def __init__(
        self, spans: Spans, labels: Labels, guide: Layout, claims: Offsets, fault: Callable[[Unreadable], None]
    ) -> None:
        """claims : the CLM of each; fault : takes what cannot be read"""
        self.spans, self.guide, self.claims, self._tell = spans, guide, claims, fault
        where = occurrences(spans, labels, "2300", "HI")
        self.segment, self.element, self.begins, self.ends = values.repetitions(self.spans, where)
        kinds = values.components(self.spans, self.begins, self.ends, 1, is_bare=False)
        list_of = np.array([at for at, one in enumerate(guide.lists) for _ in one.qualifiers] + [-1])
        self.list = list_of[values.which(self.spans, *kinds, guide.qualifiers)]
        self.claim_of = np.searchsorted(claims, self.segment) - 1
        unknown = np.flatnonzero((self.list < 0) & (self.ends > self.begins))
        begins, ends = self._component(unknown, _CODE)
        self._fault(unknown[begins == ends], _CODE, "a code of the claim cannot be read")

    def diagnoses(self) -> tuple[Frame, Offsets]:
        """Codes lose their dot; `position` counts all of a claim."""
        at = self._of("diagnoses")
        columns: Frame = {one.column: self._text(at, one.component) for one in self.guide.diagnosis.at}
        columns |= {
            "qualifier": self._text(at, 1),
            "code": self._undotted(at, "a diagnosis has no code"),
            "position": counted(self.claim_of[at]),
        }
        return columns, self.claim_of[at]

    def procedures(self) -> tuple[Frame, Offsets]:
        """Codes lose their dot; `position` counts all of a claim."""
        if not self._lists("procedures"):
            return {}, _NONE
        at = self._of("procedures")
        day, known = values.days(self.spans, *self._component(at, 4))
        self._readable(at, 4, known, "date")
        columns: Frame = {
            "qualifier": self._text(at, 1),
            "code": self._undotted(at, "a procedure has no code"),
            "day": Numbers(day, known),
            "position": counted(self.claim_of[at]),
        }
        return columns, self.claim_of[at]

    def others(self) -> tuple[Frame, Offsets]:
        """`position` counts those of one kind of a claim."""
        at = self._of("claim_codes")
        code = self._text(at, _CODE)
        self._fault(at[~code.given()], _CODE, "a code of the claim is not there")
        lists = self.guide.lists
        owner = self.claim_of[at] * len(lists) + self.list[at]
        kinds = values.written(self.spans, [one.kind for one in lists], self.list[at])
        columns: Frame = {"kind": kinds, "code": code, "position": counted(owner)}
        said = {one.column for one in self.guide.claim_code.at}
        if "day_from" in said:
            first, known, last, ended = values.periods(self.spans, *self._component(at, 4))
            self._readable(at, 4, known, "date or period")
            columns |= {"day_from": Numbers(first, known), "day_to": Numbers(last, ended)}
        if "amount_cents" in said:
            amount, known = values.decimals(self.spans, *self._component(at, 5), 2, cents)
            self._readable(at, 5, known, "amount")
            columns["amount_cents"] = Numbers(amount, known)
        return columns, self.claim_of[at]

    def of_claim(self) -> Frame:
        """Lists of one code that are a column of the claim; the first of each claim is taken."""
        found: Frame = {}
        for number, one in enumerate(self.guide.lists):
            if one.table == "claims":
                mine = np.flatnonzero(self.list == number)[::-1]
                which = np.full(len(self.claims), -1, dtype=np.intp)
                which[self.claim_of[mine]] = np.arange(len(mine))
                found[one.kind] = self._text(mine, _CODE).take(which) if len(mine) else Nulls(len(which))
        return found

    def _of(self, table: str) -> Offsets:
        """The codes of the lists of one table, by claim and list."""
        at = np.flatnonzero(np.isin(self.list, self._lists(table)))
        return at[np.lexsort((self.list[at], self.claim_of[at]))]

    def _text(self, at: Offsets, number: int) -> Views:
        return values.views(self.spans, *self._component(at, number))

    def _undotted(self, at: Offsets, reason: str) -> Views:
        codes = values.without_dots(self.spans, *self._component(at, _CODE))
        self._fault(at[~codes.given()], _CODE, reason)
        return codes

    def _lists(self, table: str) -> list[int]:
        """The lists of the guide that are one table."""
        return [number for number, one in enumerate(self.guide.lists) if one.table == table]

    def _component(self, at: Offsets, number: int) -> tuple[Offsets, Offsets]:
        return values.components(self.spans, self.begins[at], self.ends[at], number)

    def _readable(self, at: Offsets, number: int, known: values.Known, what: str) -> None:
        begins, ends = self._component(at, number)
        self._fault(at[~known & (ends > begins)], number, f"the {what} cannot be read")

    def _fault(self, at: Offsets, number: int, reason: str) -> None:
        """number : the component; a code that is not there has none to name"""
        cite = f"{self.guide.version} 2300 HI01-{number}"
        for row, segment, element in zip(self.claim_of[at], self.segment[at], self.element[at], strict=True):
            component = 0 if number == _CODE else number
            self._tell(Unreadable(int(row), int(segment), int(element), reason, cite, component))


def counted(owner: Offsets) -> Numbers:
    """The ordinal of each among those of its owner, from 1; owners stand together."""
    return Numbers(np.arange(len(owner)) - np.searchsorted(owner, owner) + 1)
