"""Flat rows -> levels (HL) and the loops below them, each begun once and numbered as it comes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from claimkeep.engine.x12.write import segment


@dataclass(frozen=True, slots=True)
class Step:
    """One level or loop on the way to a row: what it says before and after what stands inside it.

    code          : HL03; '' for a loop that is no level
    says_children : false where the guide has no HL04
    """

    loop: str
    head: str
    tail: str = ""
    code: str = ""
    says_children: bool = True


@dataclass(slots=True)
class _Node:
    step: Step
    inner: list[str] = field(default_factory=list)
    below: list[_Node] = field(default_factory=list)

    @property
    def has_levels(self) -> bool:
        return any(one.step.code for one in self.below)


@dataclass(slots=True)
class Outline:
    """The levels of one transaction set while its rows come in, in the order of the table."""

    roots: list[_Node] = field(default_factory=list)
    open: list[_Node] = field(default_factory=list)

    def add(self, path: Sequence[Step], inner: str = "", *, anew: bool = False) -> int:
        """Goes down a path, beginning what is not open with the same words; -> how many steps were open before.

        inner : what the last step says between its head and what stands below it
        anew  : the last step begins though it is open already
        What stands inside comes before loops and loops before levels, so a step that is past that begins again.
        """
        kept = 0
        for step, node in zip(path[: len(path) - anew], self.open, strict=False):
            if node.step != step or self._is_past(node, path, kept, inner):
                break
            kept += 1
        del self.open[kept:]
        for step in path[kept:]:
            node = _Node(step)
            (self.open[-1].below if self.open else self.roots).append(node)
            self.open.append(node)
        if inner:
            self.open[-1].inner.append(inner)
        return kept

    @staticmethod
    def _is_past(node: _Node, path: Sequence[Step], at: int, inner: str) -> bool:
        if at + 1 == len(path):
            return bool(inner and node.below)
        return not path[at + 1].code and node.has_levels

    def text(self) -> str:
        """The segments, the levels numbered from 1 in the order they stand."""
        return "".join(_Numbering().texts(self.roots, ""))


@dataclass(slots=True)
class _Numbering:
    last: int = 0

    def texts(self, nodes: Sequence[_Node], parent: str) -> Iterator[str]:
        for node in nodes:
            own = parent
            if node.step.code:
                self.last += 1
                own = str(self.last)
                children = str(int(node.has_levels)) if node.step.says_children else ""
                yield segment("HL", own, parent, node.step.code, children)
            yield node.step.head
            yield from node.inner
            yield node.step.tail
            yield from self.texts(node.below, own)
