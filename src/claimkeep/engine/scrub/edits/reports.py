"""What could not be judged: RPT-01."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from claimkeep.engine.scrub.edits import add_ons, code_sets, diagnoses, exclusions, pairs, units
from claimkeep.engine.scrub.facts import Facts
from claimkeep.engine.scrub.table_edit import Unjudged
from claimkeep.engine.terms.finding import Finding, Severity

ID = "RPT-01"
RULE = "Every table that a claim is judged by is at hand, in a release that speaks for the day of service."
SAYS = "{table} {why} {claims} claims"
FIX = "load the release of those days"
CITE = "CMS NCCI policy manual, chapter I, section A; 45 CFR 162.1002"


def unjudged(facts: Facts) -> Iterator[Unjudged]:
    """What each search could not judge."""
    yield from facts.once(pairs.search).unjudged
    yield from facts.once(units.search).unjudged
    yield from facts.once(add_ons.search).unjudged
    yield from facts.once(exclusions.search).unjudged
    for listed in diagnoses.SEARCHES:
        yield from facts.once(listed).unjudged
    for standings in (*(facts.once(one) for one in code_sets.SEARCHES), *facts.once(code_sets.modifiers)):
        yield from standings.unjudged


def findings(facts: Facts) -> list[Finding]:
    """One finding a table and reason, on the first claim that it left unjudged."""
    claims: dict[tuple[str, str], set[int]] = {}
    for one in unjudged(facts):
        claims.setdefault((one.table, one.why), set()).update(np.unique(one.claims).tolist())
    return [
        Finding(
            edit=ID,
            claim_row=int(facts.claims.row[min(places)]),
            severity=Severity.REVIEW,
            message=SAYS.format(table=table, why=why, claims=f"{len(places):,}"),
            fix=FIX,
            cite=CITE,
            table=table,
            row=(("gap", why), ("claims", len(places))),
        )
        for (table, why), places in sorted(claims.items())
    ]
