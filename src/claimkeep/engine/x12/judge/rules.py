"""Which rules each transaction set is asked beyond the place of its segments."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from claimkeep.engine.x12.judge import rules_835, rules_837, rules_chain, rules_codes
from claimkeep.engine.x12.judge.context import Context

Rule = Callable[[Context], None]

CODED = 5
"""The level at which code sets are asked."""

_OF: Mapping[str, tuple[tuple[int, Rule], ...]] = {"837": rules_837.RULES, "835": rules_835.RULES}
"""By the code of the set; the others are asked what all are."""


def judge(context: Context, level: int) -> None:
    """Everything the set is asked up to a level, by the code sets at hand too."""
    for least, rule in _OF.get(context.guide.guide.sets, rules_chain.RULES):
        if least <= level:
            rule(context)
    if level >= CODED:
        rules_codes.judge(context)
