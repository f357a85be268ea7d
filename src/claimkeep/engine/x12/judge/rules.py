"""Which rules each transaction set is asked beyond the place of its segments."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from claimkeep.engine.x12.judge import rules_835, rules_837, rules_chain, rules_codes
from claimkeep.engine.x12.judge.context import Context

Rule = Callable[[Context], None]

_OF: Mapping[str, tuple[Rule, ...]] = {"837": (rules_837.judge,), "835": (rules_835.judge,)}
"""By the code of the set; the others are asked what all are."""


def judge(context: Context) -> None:
    """Everything the set is asked, by the code sets at hand too."""
    for rule in _OF.get(context.guide.guide.sets, (rules_chain.judge,)):
        rule(context)
    rules_codes.judge(context)
