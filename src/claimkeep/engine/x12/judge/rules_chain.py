"""What every guide asks of its hierarchies, sequences and identifiers."""

from __future__ import annotations

import numpy as np

from claimkeep.engine.terms.identifiers import npi_is_valid
from claimkeep.engine.x12.guides.compile import Compiled
from claimkeep.engine.x12.judge.context import Context
from claimkeep.engine.x12.segments import Offsets

STATES = frozenset(
    "AL AK AS AZ AR CA CO CT DE DC FM FL GA GU HI ID IL IN IA KS KY LA ME MH MD MA MI MN MP MS MO MT NE NV NH NJ NM NY "
    "NC ND OH OK OR PA PR PW RI SC SD TN TX UT VT VA VI WA WV WI WY AA AE AP "
    "AB BC MB NB NL NS NT NU ON PE QC SK YT".split()
)
"""USPS states, territories and armed forces, and Canadian provinces (external code source 22)."""


def levels(context: Context) -> None:
    """HL01 counts from 1, HL02 names the HL above, HL04 says whether one stands below."""
    hl = context.where("HL")
    if not len(hl):
        return
    spans, nodes, places = context.spans, context.guide.nodes, context.guide.places
    numbers, parents, children = (spans.elements(hl, element) for element in (1, 2, 4))
    sets = context.set_of(hl).tolist()
    place_of = [nodes[node].place for node in context.nodes[hl].tolist()]
    open_at: dict[int, str] = {}
    before = count = -1
    for row, (within, place) in enumerate(zip(sets, place_of, strict=True)):
        if within != before:
            before, count, open_at = within, 0, {}
        count += 1
        if numbers[row] != str(count):
            context.tell(int(hl[row]), "X12-2-HL01", 2, "HL01 does not count the HL of the set from 1", 1, answer="7")
        above = open_at.get(places[place].parent, "")
        if parents[row] != above and (above or parents[row]):
            context.tell(int(hl[row]), "X12-2-HL02", 2, "HL02 does not name the HL that stands above", 2, answer="7")
        open_at[place] = numbers[row]
        below = row + 1 < len(sets) and sets[row + 1] == within and places[place_of[row + 1]].parent == place
        if children[row] in ("0", "1") and (children[row] == "1") != below:
            context.tell(int(hl[row]), "X12-2-HL04", 2, "HL04 does not say whether an HL stands below", 4, answer="7")


def lines(context: Context, loop: str, above: str) -> None:
    """LX01 counts the lines of each claim from 1."""
    lx, claims = context.where("LX", loop), context.where("CLM", above)
    owner = context.owner(claims, lx)
    if not len(lx):
        return
    begins = np.concatenate(([True], owner[1:] != owner[:-1]))
    starts = np.maximum.accumulate(np.where(begins, np.arange(len(lx)), 0))
    wanted = (np.arange(len(lx)) - starts + 1).tolist()
    told: set[int] = set()
    for row, (number, value) in enumerate(zip(wanted, context.spans.elements(lx, 1), strict=True)):
        if value != str(number) and starts[row] not in told:
            told.add(int(starts[row]))
            context.tell(
                int(lx[row]), "X12-2-LX01", 2, "LX01 does not count the lines of the claim from 1", 1, answer="7"
            )


def large(guide: Compiled, nodes: Offsets) -> list[tuple[int, int]]:
    """(trigger node, most) of what stands more often in these segments than one instance may hold, so needs a look."""
    known = nodes[nodes >= 0]
    counts = np.bincount(known, minlength=len(guide.nodes))
    return [(node, most) for node, most in guide.large_loops() if counts[node] > most]


def crowded(guide: Compiled, nodes: Offsets) -> Offsets:
    """Segments one too many in their loop, among those a state does not count."""
    found = []
    for node, most in large(guide, nodes):
        place = guide.nodes[node].place
        above = guide.places[place].parent if guide.places[place].trigger == node else place
        owners, members = np.flatnonzero(nodes == guide.places[above].trigger), np.flatnonzero(nodes == node)
        owner = np.searchsorted(owners, members)
        ordinal = np.arange(len(members)) - np.searchsorted(owner, owner)
        found.append(members[ordinal >= most])
    return np.concatenate([np.empty(0, dtype=np.intp), *found])


def identifiers(context: Context) -> None:
    """An NPI has its check digit (45 CFR 162.406; ISO/IEC 7812-1)."""
    for segment_id, qualifier, element in (("NM1", 8, 9), ("N1", 3, 4)):
        named = context.where(segment_id)
        named = named[context.spans.count[named] >= element]
        named = context.with_code(named, qualifier, "XX")
        values = context.spans.elements(named, element)
        wrong = {one for one in set(values) if one and not npi_is_valid(one)}
        for segment, value in zip(named.tolist(), values, strict=True) if wrong else ():
            if value in wrong:
                context.tell(segment, "X12-5-NPI", 5, "the NPI fails its check digit", element)


def states(context: Context) -> None:
    """N402 is a state where the address names no other country (external code source 22)."""
    addresses = context.where("N4")
    values = context.spans.elements(addresses, 2)
    wrong = {one for one in set(values) if one and one not in STATES}
    for segment, value in zip(addresses.tolist(), values, strict=True) if wrong else ():
        if value in wrong and context.spans.element(segment, 4) in ("", "US", "CA"):
            context.tell(segment, "X12-5-STATE", 5, "the state code is none", 2, answer="7")


def judge(context: Context) -> None:
    """What is asked of every set, whatever its guide."""
    levels(context)
    identifiers(context)
    states(context)
