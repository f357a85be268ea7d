"""Spans + guide -> which loop each segment stands in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from claimkeep.engine.x12.segments import Offsets, Spans, pack


@dataclass(frozen=True, slots=True)
class Opens:
    """A segment that begins a loop: seen `under` one of these loops, with one of these `values` in `element`.

    With no values, any does. `is_parent` says that later segments are looked up under this loop until another parent
    begins; a loop that is none, such as 2310B, hands back to the parent it stands in.
    """

    loop: str
    segment: str
    under: frozenset[str]
    element: int = 0
    values: frozenset[str] = frozenset()
    is_parent: bool = False


@dataclass(frozen=True, slots=True)
class Labels:
    """loop : n segments, index into `names`; 0 is no loop we know. begins : n, true where a loop begins."""

    names: tuple[str, ...]
    loop: npt.NDArray[np.int16]
    begins: npt.NDArray[np.bool_]

    def number(self, loop: str) -> int:
        """The index of a loop; -1 when the guide has none of that name."""
        return self.names.index(loop) if loop in self.names else -1

    def openers(self, loop: str) -> Offsets:
        """The segments that begin this loop, in order: one an instance."""
        return np.flatnonzero(self.begins & (self.loop == self.number(loop)))


HEADER = "header"
"""The loop an ST begins."""

_Choice = tuple[int, bool]


def label(spans: Spans, sets: Iterable[tuple[int, int]], guide: Sequence[Opens]) -> Labels:
    """The loop of every segment inside the given sets (first and last segment of each); outside them, none.

    A qualifier the guide does not know begins no loop we know, so what follows it is not mistaken for its neighbour's.
    """
    names = ("", HEADER, *dict.fromkeys(one.loop for one in guide))
    numbers = {name: number for number, name in enumerate(names)}
    choices, elements = _choices(guide, numbers)
    codes = ["ST", "SE", *dict.fromkeys(one.segment for one in guide)]
    triggers = spans.where(*codes)
    inside = np.zeros(len(spans), dtype=bool)
    for first, last in sets:
        inside[first : last + 1] = True
    triggers = triggers[inside[triggers]]
    at: list[int] = []
    labels: list[int] = []
    begun: list[bool] = []
    parent = 0
    names_of = {pack(code): code for code in codes}
    ids = [names_of[code] for code in spans.code[triggers].tolist()]
    qualifiers = _qualifiers(spans, triggers, ids, elements)
    for segment, segment_id, given in zip(triggers.tolist(), ids, qualifiers, strict=True):
        if segment_id == "ST" or segment_id == "SE":
            parent = numbers[HEADER] if segment_id == "ST" else 0
            loop, begins = parent, segment_id == "ST"
        else:
            known = choices.get((parent, segment_id))
            if known is None:
                continue
            loop, is_parent = known.get(given) or known.get("") or (0, False)
            begins = loop != 0
            parent = loop if is_parent else parent
        at.append(segment)
        labels.append(loop)
        begun.append(begins)
    return _filled(names, inside, at, labels, begun)


def _choices(
    guide: Sequence[Opens], numbers: dict[str, int]
) -> tuple[dict[tuple[int, str], dict[str, _Choice]], dict[str, int]]:
    """(parent, segment id) -> qualifier -> (loop, is parent); and where the qualifier of each segment id stands."""
    choices: dict[tuple[int, str], dict[str, _Choice]] = {}
    elements: dict[str, int] = {}
    for one in guide:
        elements[one.segment] = max(one.element, elements.get(one.segment, 0))
        for above in one.under:
            known = choices.setdefault((numbers[above], one.segment), {})
            for value in one.values or ("",):
                known[value] = (numbers[one.loop], one.is_parent)
    return choices, elements


def _qualifiers(spans: Spans, triggers: Offsets, ids: list[str], elements: dict[str, int]) -> list[str]:
    found = [""] * len(ids)
    for segment_id, element in elements.items():
        if element:
            where = [row for row, one in enumerate(ids) if one == segment_id]
            for row, value in zip(where, spans.elements(triggers[where], element), strict=True):
                found[row] = value
    return found


def _filled(
    names: tuple[str, ...], inside: npt.NDArray[np.bool_], at: list[int], labels: list[int], begun: list[bool]
) -> Labels:
    """Each label carried down to the next trigger."""
    loop = np.zeros(len(inside), dtype=np.int16)
    begins = np.zeros(len(inside), dtype=bool)
    if at:
        lengths = np.diff(np.array([*at, len(inside)]))
        loop[at[0] :] = np.repeat(np.array(labels, dtype=np.int16), lengths)
        begins[at] = begun
    loop[~inside] = 0
    return Labels(names, loop, begins)
