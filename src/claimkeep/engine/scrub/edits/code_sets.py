"""Codes that exist on the day: COD-01, COD-02, COD-03, COD-06."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from claimkeep.engine.codes import Kind, Standing
from claimkeep.engine.scrub.facts import Codes, Facts, Numbers, Places
from claimkeep.engine.scrub.table_edit import NEAREST, NOT_LOADED, Hit, Unjudged, table_edit
from claimkeep.engine.terms.finding import Severity


@dataclass(frozen=True, slots=True, eq=False)
class Standings:
    """What a code set says of some rows, and what could not be judged.

    place    : of each row in its view; `standing` is what is said of its code
    release  : the place of the release that said so
    is_sure  : that release speaks for the day, or says of the code's own days that they do not hold the day
    """

    kind: Kind
    place: Places
    standing: npt.NDArray[np.int8]
    release: Places
    is_sure: npt.NDArray[np.bool_]
    unjudged: tuple[Unjudged, ...]

    def hits(self, facts: Facts, wanted: tuple[Standing, ...]) -> Iterator[Hit]:
        """The rows of whose codes one of these is said."""
        releases = facts.references.code_sets.releases.get(self.kind, ())
        for at in np.flatnonzero(np.isin(self.standing, wanted)).tolist():
            name = releases[int(self.release[at])].name
            yield Hit(int(self.place[at]), self.kind, name, is_sure=bool(self.is_sure[at]))


def _search(facts: Facts, kind: Kind, codes: Codes, places: Places, days: Numbers, claims: Places) -> Standings:
    """What a code set says of the codes at these places; days and claims are of each place."""
    nothing = np.zeros(0, dtype=np.intp)
    if kind not in facts.references.code_sets or not len(places):
        unjudged = (Unjudged(kind, NOT_LOADED, np.unique(claims)),) if len(places) else ()
        return Standings(kind, nothing, nothing.astype(np.int8), nothing, nothing.astype(bool), unjudged)
    first, second = codes.words()
    number = codes.number[places]
    sets = facts.references.code_sets
    standing, spoken_for = sets.standings(kind, first[number], second[number], days)
    release, _ = sets.of_the_day(kind, days)
    ends = np.array([one.valid_to for one in sets.releases[kind]], dtype=np.int64)[release]
    undated = ends == 0
    # a code's own days hold for the past as well; where the day is not known, the newest release decides
    is_sure = spoken_for | (days == 0) | ((standing == Standing.NOT_IN_FORCE) & (days <= ends))
    late = ~spoken_for & ~undated & (days > 0)
    missing = (Unjudged(kind, NEAREST, np.unique(claims[late])),) if late.any() else ()
    return Standings(kind, places, standing, release, is_sure, missing)


def _procedures(facts: Facts, kind: Kind, is_one: Callable[[str], bool]) -> Standings:
    lines = facts.lines
    of_kind = lines.code.each(np.array([is_one(name) for name in lines.code.names], dtype=bool), False)
    places = np.flatnonzero(of_kind & lines.has_procedure)
    return _search(facts, kind, lines.code, places, lines.day[places], lines.claim[places])


def _is_hcpcs(code: str) -> bool:
    """A letter and four digits; D codes are another's."""
    return len(code) == 5 and "A" <= code[0] <= "Z" and code[0] != "D" and code[1:].isdecimal()


def _is_cpt(code: str) -> bool:
    return len(code) == 5 and code[:4].isdecimal() and code[4].isalnum()


def hcpcs(facts: Facts) -> Standings:
    """The procedure codes of HCPCS level II."""
    return _procedures(facts, Kind.HCPCS, _is_hcpcs)


def cpt(facts: Facts) -> Standings:
    """The procedure codes of HCPCS level I."""
    return _procedures(facts, Kind.CPT, _is_cpt)


def diagnoses(facts: Facts) -> Standings:
    """The diagnoses."""
    asked = facts.diagnoses
    places = np.flatnonzero(asked.code.number >= 0)
    return _search(facts, Kind.ICD10CM, asked.code, places, asked.day[places], asked.claim[places])


def modifiers(facts: Facts) -> tuple[Standings, ...]:
    """The modifiers, one column after the other."""
    lines, found = facts.lines, []
    for codes in lines.modifiers:
        places = np.flatnonzero(codes.number >= 0)
        found.append(_search(facts, Kind.MODIFIER, codes, places, lines.day[places], lines.claim[places]))
    return tuple(found)


SEARCHES = (hcpcs, cpt, diagnoses)


@table_edit(
    "COD-01",
    on="line",
    says="the procedure code is not in force on the day of service",
    fix="use the code of that day, or correct the day",
    cite="45 CFR 162.1002; 005010X222A1 2400 SV101-2",
    severity=Severity.REJECT,
    carc="181",
)
def procedure_is_of_its_day(facts: Facts) -> Iterator[Hit]:
    """A procedure code exists on the day of service."""
    for search in (hcpcs, cpt):
        yield from facts.once(search).hits(facts, (Standing.UNKNOWN, Standing.NOT_IN_FORCE))


@table_edit(
    "COD-02",
    on="diagnosis",
    says="the code does not exist on the day of service",
    fix="use the code of that day",
    cite="45 CFR 162.1002; 005010X222A1 2300 HI01-2",
    severity=Severity.REJECT,
    carc="146",
)
def diagnosis_is_of_its_day(facts: Facts) -> Iterator[Hit]:
    """A diagnosis exists on the day of service."""
    return facts.once(diagnoses).hits(facts, (Standing.UNKNOWN, Standing.NOT_IN_FORCE))


@table_edit(
    "COD-03",
    on="diagnosis",
    says="the code is a heading and needs more characters",
    fix="code it to its last character",
    cite="45 CFR 162.1002; ICD-10-CM guidelines, section I.B.2",
    severity=Severity.REJECT,
    carc="146",
)
def diagnosis_is_complete(facts: Facts) -> Iterator[Hit]:
    """A diagnosis is coded to its last character."""
    return facts.once(diagnoses).hits(facts, (Standing.INCOMPLETE,))


@table_edit(
    "COD-06",
    on="line",
    says="a modifier is none of the day of service",
    fix="correct the modifier",
    cite="45 CFR 162.1002; 005010X222A1 2400 SV101-3",
    severity=Severity.REJECT,
    carc="182",
)
def modifier_is_of_its_day(facts: Facts) -> Iterator[Hit]:
    """A modifier exists on the day of service."""
    for standings in facts.once(modifiers):
        yield from standings.hits(facts, (Standing.UNKNOWN, Standing.NOT_IN_FORCE))


EDITS = (procedure_is_of_its_day, diagnosis_is_of_its_day, diagnosis_is_complete, modifier_is_of_its_day)
