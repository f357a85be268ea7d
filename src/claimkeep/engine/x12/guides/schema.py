"""The shape of a guide: loops that hold segments that hold elements, read from the table a guide module writes.

A table has one line a segment, in the order of the guide:

    ID usage repeat ELEMENT...     usage is R required or S situational; `>1` repeats without bound
    loop ID usage repeat ...       its first segment is its trigger; what follows up to `end ID` is inside
    use ID usage repeat            a loop defined before stands here too
    header                         a heading; it says nothing

An element is `R` required, `S` situational or `-` not used, then `{codes}`, `:least/most`, `^repeats`; a composite is
`R(components)`. Elements that are left out at the end are not used. Lines that begin with `#` are comments.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from claimkeep.engine.x12.guides.dictionary import COMPOSITES, SEGMENTS

UNBOUNDED = 1_000_000_000
"""The repeats of what may repeat without bound."""

_TOKEN = re.compile(r"\{[^}]*\}|[()]|[RS-]|:\d+/\d+|\^\d+|\s+")
_TYPE = re.compile(r"(N\d|R|ID|AN|DT|TM|B)(\d+)/(\d+)")


@dataclass(frozen=True, slots=True)
class Element:
    """One element or component. `type` is '' for a composite, whose `parts` are its components in order."""

    usage: str
    type: str
    least: int
    most: int
    codes: frozenset[str] = frozenset()
    parts: tuple[Element, ...] = ()
    notes: tuple[str, ...] = ()
    repeats: int = 1
    composite: str = ""


@dataclass(frozen=True, slots=True)
class Segment:
    """One segment line. Elements after the last of `elements` are not used."""

    id: str
    usage: str
    most: int
    elements: tuple[Element, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Loop:
    """One loop; the first child is its trigger. The whole set is a loop too, whose trigger is the ST."""

    id: str
    usage: str
    most: int
    children: tuple[Segment | Loop, ...]

    @property
    def trigger(self) -> Segment:
        """The segment that begins the loop."""
        first = self.children[0]
        if isinstance(first, Loop):
            raise ValueError(f"loop {self.id} begins with a loop")
        return first


@dataclass(frozen=True, slots=True)
class Guide:
    """A transaction set as one guide has it: `sets` is ST01, `functional` GS01, `versions` every GS08 it answers."""

    version: str
    sets: str
    functional: str
    versions: frozenset[str]
    root: Loop


def guide(version: str, *, sets: str, functional: str, text: str, also: tuple[str, ...] = ()) -> Guide:
    """The guide a table describes.

    also : other versions that are judged by this guide
    Raises ValueError when the table is not well formed: a guide is ours, so that is a fault of the program.

    >>> table = '''
    ... ST R 1 R{999} R S
    ... loop 2000 R >1
    ... AK2 R 1 R R S
    ... end 2000
    ... SE R 1 R R'''
    >>> [child.id for child in guide("005010X231A1", sets="999", functional="FA", text=table).root.children]
    ['ST', '2000', 'SE']
    """
    known: dict[str, Loop] = {}
    root = Loop("header", "R", 1, tuple(_children(iter(text.splitlines()), "", known)))
    return Guide(version, sets, functional, frozenset({version, *also}), root)


def _children(lines: Iterator[str], until: str, known: dict[str, Loop]) -> Iterator[Segment | Loop]:
    for line in lines:
        words = line.split()
        if not words or words[0] == "header" or words[0].startswith("#"):
            continue
        if words[0] == "end":
            if words[1] != until:
                raise ValueError(f"loop {until} ends as {words[1]}")
            return
        if words[0] == "loop":
            loop = Loop(words[1], words[2], _repeats(words[3]), tuple(_children(lines, words[1], known)))
            known[loop.id] = loop
            yield loop
        elif words[0] == "use":
            yield replace(known[words[1]], usage=words[2], most=_repeats(words[3]))
        else:
            yield _segment(line)
    if until:
        raise ValueError(f"loop {until} has no end")


def _repeats(word: str) -> int:
    return UNBOUNDED if word == ">1" else int(word)


def _segment(line: str) -> Segment:
    segment_id, usage, most, *rest = line.split(None, 3)
    types, notes = _row(SEGMENTS, segment_id)
    tokens = _tokens(rest[0] if rest else "")
    elements = tuple(_elements(tokens, types, segment_id))
    return Segment(segment_id, usage, _repeats(most), elements, notes)


def _row(rows: Mapping[str, str], name: str) -> tuple[list[str], tuple[str, ...]]:
    types, _, notes = rows[name].partition(";")
    return types.split(), tuple(notes.split())


def _tokens(text: str) -> Iterator[str]:
    at = 0
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None:
            raise ValueError(f"no element of a guide: {text[at:]}")
        at = found.end()
        yield found[0]


def _elements(tokens: Iterator[str], types: list[str], name: str) -> Iterator[Element]:
    """Elements up to the end of the tokens or the closing bracket."""
    numbers = iter(types)
    pending: Element | None = None
    for token in tokens:
        if token in ("R", "S", "-"):
            if pending is not None:
                yield pending
            pending = _element(token, next(numbers, ""), name)
        elif token == ")":
            break
        elif token.isspace():
            continue
        elif pending is None:
            raise ValueError(f"{name}: {token} stands before an element")
        else:
            pending = _qualified(pending, token, tokens)
    if pending is not None:
        yield pending


def _element(usage: str, kind: str, name: str) -> Element:
    if kind in COMPOSITES:
        types, notes = _row(COMPOSITES, kind)
        parts = tuple(_element("S", one, kind) for one in types)
        return Element(usage, "", 1, 0, parts=parts, notes=notes, composite=kind)
    found = _TYPE.fullmatch(kind)
    if found is None:
        raise ValueError(f"{name} has no such element in the dictionary")
    return Element(usage, found[1], int(found[2]), int(found[3]))


def _qualified(element: Element, token: str, tokens: Iterator[str]) -> Element:
    """The element with what one token says about it."""
    match token[0]:
        case "{":
            return replace(element, codes=frozenset(token[1:-1].split()))
        case ":":
            least, most = token[1:].split("/")
            return replace(element, least=int(least), most=int(most))
        case "^":
            return replace(element, repeats=int(token[1:]))
        case _:
            types = COMPOSITES[element.composite].partition(";")[0].split()
            return replace(element, parts=tuple(_elements(tokens, types, element.composite)))
