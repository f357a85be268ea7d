"""Which rules each transaction set is asked beyond the place of its segments."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from claimkeep.engine.x12.judge import (
    rules_835,
    rules_837,
    rules_answers,
    rules_chain,
    rules_cob,
    rules_codes,
    rules_days,
    rules_parties,
    rules_payments,
    rules_services,
)
from claimkeep.engine.x12.judge.context import Context

Rule = Callable[[Context], None]

CODED = (5, rules_codes.judge)
"""Code sets are asked at level 5."""

_OF: Mapping[str, tuple[tuple[int, Rule], ...]] = {
    "837": (
        *rules_837.RULES,
        *rules_parties.RULES,
        *rules_cob.RULES,
        *rules_days.RULES,
        *rules_services.RULES,
        CODED,
    ),
    "835": (*rules_835.RULES, *rules_payments.RULES, CODED),
    "277": (*rules_chain.RULES, *rules_answers.OF_INTAKE, CODED),
    "999": (*rules_chain.RULES, *rules_answers.OF_GROUPS),
}
"""By the code of the set, each with its level; the others are asked what all are."""


def judge(context: Context, level: int) -> None:
    """Everything the set is asked up to a level, by the code sets at hand too."""
    for least, rule in _OF.get(context.guide.guide.sets, rules_chain.RULES):
        if least <= level:
            rule(context)
