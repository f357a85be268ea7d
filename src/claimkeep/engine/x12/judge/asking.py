"""Codes of a file put to the code sets at hand, many at once; what they do not know is told."""

from __future__ import annotations

import numpy as np

from claimkeep.engine.codes import Kind, Standing
from claimkeep.engine.codes.words import Days
from claimkeep.engine.terms.finding import Severity
from claimkeep.engine.x12.judge.context import Context
from claimkeep.engine.x12.judge.look import true_in
from claimkeep.engine.x12.judge.within import Values

_MESSAGES = {
    Standing.UNKNOWN: "the code set has no such code",
    Standing.INCOMPLETE: "the code is a heading: it needs more characters",
    Standing.NOT_IN_FORCE: "the code was not in force on that day",
}
_UNSURE = "; the release at hand does not speak for that day"

FINDINGS = {
    Kind.ICD10CM: "X12-5-ICD10CM",
    Kind.ICD10PCS: "X12-5-ICD10PCS",
    Kind.HCPCS: "X12-5-HCPCS",
    Kind.CPT: "X12-5-CPT",
    Kind.MODIFIER: "X12-5-MODIFIER",
    Kind.PLACE_OF_SERVICE: "X12-5-POS",
    Kind.TAXONOMY: "X12-5-TAXONOMY",
    Kind.CARC: "X12-5-CARC",
    Kind.RARC: "X12-5-RARC",
    Kind.REVENUE: "X12-5-REVENUE",
    Kind.STATUS_CATEGORY: "X12-5-STATUS-CATEGORY",
    Kind.STATUS: "X12-5-STATUS",
    Kind.ZIP: "X12-5-ZIP-UNKNOWN",
}
"""The finding of each code set."""


def ask(
    context: Context,
    kind: Kind,
    values: Values,
    first: Days,
    last: Days | None = None,
    *,
    unknown: Severity = Severity.REJECT,
    ended: Severity = Severity.REJECT,
) -> None:
    """Each value that is there is a code of this kind on its day, or on the first or last day of its period.

    first, last    : days, one a value; 0 where none is known
    unknown, ended : how grave a code is that the set does not know, or not on that day. Where the release at hand does
                     not speak for the day it is never more than something to look at.
    Nothing is told when the kind is not loaded.
    """
    if context.codes is None or kind not in context.codes or not len(values.segments):
        return
    words = values.words()
    standing, is_sure = context.codes.standings(kind, *words, first)
    if last is not None:
        other = true_in((standing != Standing.VALID) & (first != last))
        again, _ = context.codes.standings(kind, words[0][other], words[1][other], last[other])
        standing[other] = np.maximum(standing[other], again)
    for row in true_in((standing != Standing.VALID) & (values.length > 0)).tolist():
        said = Standing(int(standing[row]))
        severity = ended if said is Standing.NOT_IN_FORCE else unknown
        if not is_sure[row] and severity.holds:
            severity = Severity.REVIEW
        message = _MESSAGES[said] + ("" if is_sure[row] else _UNSURE)
        tell(context, FINDINGS[kind], values, row, message, severity)


def tell(context: Context, code: str, values: Values, row: int, message: str, severity: Severity) -> None:
    """One finding of level 5 at a value."""
    segment, element = int(values.segments[row]), int(values.elements[row])
    context.tell(segment, code, 5, message, element, values.component, "7", severity)


def loaded(context: Context, *kinds: Kind) -> bool:
    """True when one of these code sets is there to be asked."""
    return context.codes is not None and any(kind in context.codes for kind in kinds)
