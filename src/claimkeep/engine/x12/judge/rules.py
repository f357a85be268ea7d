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
from claimkeep.engine.x12.judge.care import Care
from claimkeep.engine.x12.judge.context import Context

Rule = Callable[[Context], None]


def _claims(context: Context) -> None:
    """The claims: professional, institutional and dental."""
    rules_837.judge(context)
    care = Care.of(context)
    rules_parties.judge(context)
    rules_cob.judge(context, care)
    rules_cob.ranks(context, care)
    rules_days.judge(context, care)
    rules_services.judge(context, care)
    rules_codes.claims(context, care)


_OF: Mapping[str, tuple[Rule, ...]] = {
    "837": (_claims,),
    "835": (rules_835.judge, rules_payments.judge, rules_codes.payments),
    "277": (rules_chain.judge, rules_answers.intake, rules_codes.answers),
    "999": (rules_chain.judge, rules_answers.groups),
}
"""By the code of the set; the others are asked what all are."""


def judge(context: Context) -> None:
    """Everything the set is asked, by the code sets at hand too."""
    for rule in _OF.get(context.guide.guide.sets, (rules_chain.judge,)):
        rule(context)
