"""docs/x12_verdicts.md: what we say of every shared X12 file, and why, written from what the judge says now.

`python -m tests.engine.x12.verdicts` writes it again. A code of a file that nothing here explains, or an explanation of
one that is told no more, ends the run: the table can be neither incomplete nor stale.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from claimkeep.engine.x12.judge import Verdict, check
from tests.engine.x12 import beside_pyx12, vectors
from tests.engine.x12.verdicts_explained import BESIDE, EXPLAINED, HEAD, KINDS, MAPS

PROJECT = Path(__file__).resolve().parents[3]
DOCUMENT = PROJECT / "docs" / "x12_verdicts.md"
SHARED = PROJECT.parent / "shared" / "data" / "x12"

MOST_PLACES = 3
"""Places of one code that a row names."""


@dataclass(frozen=True, slots=True)
class Row:
    """One file that is not clean here, or of which its suite says something else than we do."""

    file: str
    expected: str
    verdict: Verdict

    @property
    def codes(self) -> Counter[str]:
        """How often each code is told."""
        return Counter(one.code for one in self.verdict.findings())

    @property
    def family(self) -> str:
        """The suite and folder, as EXPLAINED names what holds for several files alike."""
        folder, name = self.file.split("/")
        return f"{folder}/{name.split('_')[0]}"

    def explained(self) -> Mapping[str, str]:
        """Why of each code that no kind explains."""
        return {**EXPLAINED.get(self.family, {}), **EXPLAINED.get(self.file, {})}

    def cells(self) -> Iterator[str]:
        """File, expected, ours, what is told and where, why."""
        yield f"`{self.file}`"
        yield self.expected
        yield self.verdict.verdict
        yield "; ".join(f"`{code}` {self._places(code, many)}" for code, many in sorted(self.codes.items()))
        why = self.explained()
        told = dict.fromkeys(why[code] if code in why else f"{KINDS[code][0]}" for code in sorted(self.codes))
        yield "; ".join(told) or why.get("", "")

    def _places(self, code: str, many: int) -> str:
        found = [one for one in self.verdict.findings() if one.code == code]
        places = list(dict.fromkeys(one.cite.split(" ", 1)[1].removeprefix("C.1 ") for one in found))
        more = f" and {len(places) - MOST_PLACES} more" if len(places) > MOST_PLACES else ""
        times = f" (× {many})" if many > 1 else ""
        return f"{', '.join(places[:MOST_PLACES])}{more}{times}"


def _files() -> dict[str, str]:
    """What each file of the index is expected to be."""
    with (SHARED / "INDEX.tsv").open(encoding="utf-8", newline="") as index:
        return {one["file"]: one["expected"] for one in csv.DictReader(index, delimiter="\t", quoting=csv.QUOTE_NONE)}


def rows() -> list[Row]:
    """A row a file, in the order of the index."""
    found = [Row(name, expected, check((SHARED / name).read_bytes())) for name, expected in _files().items()]
    return [one for one in found if one.codes or one.verdict.verdict != "valid" or one.expected == "invalid"]


def unexplained(found: list[Row]) -> list[tuple[str, str]]:
    """(file, code) of everything told that neither a kind nor a note explains."""
    return [
        (row.file, code)
        for row in found
        for code in ([""] if row.verdict.reason else sorted(row.codes))
        if code not in KINDS and code not in row.explained()
    ]


def stale(found: list[Row]) -> list[tuple[str, str]]:
    """(file or family, code) of every note on what is told no more."""
    told = {(name, code) for row in found for name in (row.file, row.family) for code in [*row.codes, ""]}
    return [(name, code) for name, notes in EXPLAINED.items() for code in notes if (name, code) not in told]


def beside() -> dict[str, tuple[bool | None, bool]]:
    """(theirs, ours) at levels 1 and 2 of every file and set of our own that pyx12 may have a map for."""
    found = beside_pyx12.compared([SHARED / one for one in _files() if one.split("/")[0] in beside_pyx12.FOLDERS])
    for code in ("837I", "277CA", "834", "820"):
        data = vectors.interchange(code, vectors.SETS[code][2])
        found[f"a set of our own, {code}"] = (beside_pyx12.theirs(data), beside_pyx12.ours(check(data)))
    return found


def differing(found: Mapping[str, tuple[bool | None, bool]]) -> list[str]:
    """What pyx12 could judge and judges otherwise than we do."""
    return [name for name, (theirs, ours) in found.items() if theirs is not None and theirs != ours]


def document(found: list[Row], peer: Mapping[str, tuple[bool | None, bool]]) -> str:
    """The whole file."""
    kinds = "\n".join(f"- **{title}** (`{code}`). {text}" for code, (title, text) in KINDS.items())
    lines = ["| file | expected | ours | what is told, and where | why |", "|---|---|---|---|---|"]
    lines += ["| " + " | ".join(row.cells()) + " |" for row in found]
    others = ["| file | pyx12 | ours | why |", "|---|---|---|---|"]
    others += [
        f"| `{one}` | {_said(peer[one][0])} | {_said(peer[one][1])} | {BESIDE[one]} |" for one in differing(peer)
    ]
    judged = sum(theirs is not None for theirs, _ in peer.values())
    return HEAD.format(
        kinds=kinds,
        table="\n".join(lines),
        compared=judged,
        same=judged - len(differing(peer)),
        beside="\n".join(others),
        maps=MAPS,
    )


def _said(is_taken: bool | None) -> str:
    return "takes it" if is_taken else "refuses it"


if __name__ == "__main__":
    told = rows()
    if lost := unexplained(told) + stale(told):
        raise SystemExit(
            "\n".join(f"{name}: {code or 'unreadable'} is not explained, or not told" for name, code in lost)
        )
    DOCUMENT.write_text(document(told, beside()), encoding="utf-8")
