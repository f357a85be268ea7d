"""What other payers decided: their amounts agree with the charge, and who decided is one of the claim's payers.

Local to a claim. Source: 005010X222A1, 005010X223A2, 005010X224A2 1.4.4 (balancing of payers) and 2320, 2330B, 2430.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from claimkeep.engine.terms.finding import Severity
from claimkeep.engine.x12.judge.care import Care
from claimkeep.engine.x12.judge.context import UNREADABLE, Cents, Context, differs, plus, total
from claimkeep.engine.x12.judge.look import Flags, true_in
from claimkeep.engine.x12.judge.within import Values
from claimkeep.engine.x12.segments import Offsets

_AMOUNTS = tuple(range(3, 20, 3))
"""CAS03, CAS06 ... CAS18."""


@dataclass(slots=True)
class _Payers:
    """The other payers of a chunk.

    payers          : SBR of 2320; claim: the row of the claim of each
    paid, owed      : their AMT*D and AMT*EAF; -1 where there is none
    adjusted        : the sum of their CAS in 2320; has_adjusted: whether there is one
    lines           : SVD of 2430; line: the row of the line of each, payer: the row of who decided it, -1 for nobody
    """

    payers: Offsets
    claim: Offsets
    paid: Offsets
    owed: Offsets
    adjusted: Cents
    has_adjusted: Flags
    lines: Offsets
    line: Offsets
    payer: Offsets


def _payers(context: Context) -> _Payers | None:
    """The other payers of the chunk, made once; None where there are none, which costs nothing."""
    payers = context.where("SBR", "2320")
    if not len(payers):
        return None
    found: _Payers | None = context.kept.get("payers")
    if found is None:
        found = context.kept["payers"] = _payers_of(context, payers, Care.of(context))
    return found


def _payers_of(context: Context, payers: Offsets, care: Care) -> _Payers:
    claims, services = care.claims.segments, care.lines.segments
    decided = context.where("SVD", "2430")
    amounts = context.where("AMT", "2320")
    adjustments = context.where("CAS", "2320")
    adjusted = np.zeros(len(payers), dtype=np.int64)
    adjusting = context.owner(payers, adjustments)
    for element in _AMOUNTS:
        adjusted = plus(adjusted, total(adjusting, context.cents(adjustments, element), len(payers)))
    has_adjusted = np.zeros(len(payers), dtype=bool)
    has_adjusted[adjusting[adjusting >= 0]] = True
    claim = context.owner(claims, payers)
    return _Payers(
        payers,
        claim,
        _amount(context, payers, context.with_code(amounts, 1, "D")),
        _amount(context, payers, context.with_code(amounts, 1, "EAF")),
        adjusted,
        has_adjusted,
        decided,
        context.owner(services, decided),
        _deciders(context, claims, payers, claim, decided),
    )


def _amount(context: Context, payers: Offsets, amounts: Offsets) -> Offsets:
    """The AMT of each payer among these; -1 where it has none."""
    found = np.full(len(payers), -1, dtype=np.intp)
    rows = context.owner(payers, amounts)
    found[rows[rows >= 0]] = amounts[rows >= 0]
    return found


def _deciders(context: Context, claims: Offsets, payers: Offsets, claim: Offsets, decided: Offsets) -> Offsets:
    """The payer that decided each line: the one of its claim with this number (2430 SVD01, 2330B NM109)."""
    names = context.where("NM1", "2330B")
    named = context.owner(payers, names)
    by_number: dict[tuple[int, str], int] = {}
    for row, number in zip(named.tolist(), context.texts(names, 9), strict=True):
        if row >= 0:
            by_number.setdefault((int(claim[row]), number), row)
    of = context.owner(claims, decided).tolist()
    numbers = context.texts(decided, 1)
    found = [by_number.get((row, number), -1) for row, number in zip(of, numbers, strict=True)]
    return np.array(found, dtype=np.intp)


def strangers(context: Context) -> None:
    """Who decided a line is one of the claim's other payers (2430 SVD01)."""
    known = _payers(context)
    if known is None:
        return
    for segment in known.lines[known.payer < 0].tolist():
        message = "no other payer of the claim has this number"
        context.tell(segment, "X12-4-SVD01", 4, message, 1, answer="7")


def unpaid(context: Context) -> None:
    """A payer that adjusted the claim or decided a line says what it paid, be it nothing (2320 AMT D)."""
    known = _payers(context)
    if known is None:
        return
    has_lines = np.zeros(len(known.payers), dtype=bool)
    has_lines[known.payer[known.payer >= 0]] = True
    for row in true_in((known.has_adjusted | has_lines) & (known.paid < 0)).tolist():
        message = "a payer that decided the claim does not say what it paid"
        context.absent(int(known.payers[row]), "AMT", "X12-4-AMT-D", message, 1)


def _cents_of(context: Context, amounts: Offsets) -> Cents:
    there = amounts >= 0
    found = np.full(len(amounts), UNREADABLE, dtype=np.int64)
    found[there] = context.cents(amounts[there], 2)
    return found


def claim_level(context: Context) -> None:
    """Where a payer decided no line, what it paid and adjusted is the charge of the claim (CLM02; 2320 AMT D, CAS).

    Without any adjustment it is only for somebody to look at: the payer may have told none.
    """
    known = _payers(context)
    if known is None:
        return
    care = Care.of(context)
    paid = _cents_of(context, known.paid)
    charge = context.cents(care.claims.segments, 2)[known.claim] if len(care.claims.segments) else paid
    alone = np.ones(len(known.payers), dtype=bool)
    alone[known.payer[known.payer >= 0]] = False
    strangers = context.owner(care.claims.segments, known.lines[known.payer < 0])
    alone &= ~np.isin(known.claim, strangers)
    for row in differs(charge, plus(paid, known.adjusted)):
        if alone[row] and known.claim[row] >= 0:
            message = "what the other payer paid and adjusted is not the charge of the claim"
            severity = Severity.REJECT if known.has_adjusted[row] else Severity.REVIEW
            context.tell(int(known.paid[row]), "X12-3-AMT-D", 3, message, 2, severity=severity)


def line_level(context: Context) -> None:
    """Where a payer decided every line, they less what it adjusted of the claim are what it paid (2430 SVD02, 2320)."""
    known = _payers(context)
    if known is None:
        return
    care = Care.of(context)
    many = len(known.payers)
    if not len(known.lines):
        return
    paid_lines = total(known.payer, context.cents(known.lines, 2), many)
    both = np.unique(np.stack((known.payer, known.line)), axis=1)
    decided = np.bincount(both[0][both[0] >= 0], minlength=many)
    lines = context.owner(care.claims.segments, care.lines.segments)
    there = np.bincount(lines[lines >= 0], minlength=max(len(care.claims.segments), 1))
    is_whole = (decided > 0) & (known.claim >= 0) & (decided == there[np.maximum(known.claim, 0)])
    for row in differs(paid_lines, plus(_cents_of(context, known.paid), known.adjusted)):
        if is_whole[row]:
            message = "what the other payer paid is not that of its lines less what it adjusted of the claim"
            context.tell(int(known.paid[row]), "X12-3-AMT-D", 3, message, 2)


def liabilities(context: Context) -> None:
    """What the patient still owes is no more than the charge less what was paid, and told once (AMT EAF)."""
    known = _payers(context)
    if known is None:
        return
    care = Care.of(context)
    claims, services = care.claims.segments, care.lines.segments
    owed, paid = _cents_of(context, known.owed), _cents_of(context, known.paid)
    charge = context.cents(claims, 2)[known.claim] if len(claims) else owed
    _too_much(context, known.owed, owed, plus(charge, -np.where(paid == UNREADABLE, 0, paid)))
    lines = context.with_code(context.where("AMT", "2430"), 1, "EAF")
    if not len(lines) or not len(services) or not len(known.lines):
        return
    of = context.owner(known.lines, lines)
    line = known.line[of]
    element = 3 if context.spans.id(int(services[0])) == "SV2" else 2
    rest = plus(context.cents(services, element)[line], -context.cents(known.lines, 2)[of])
    _too_much(context, lines, context.cents(lines, 2), np.where((of >= 0) & (line >= 0), rest, UNREADABLE))
    payers = known.payer[of]
    for row in np.unique(payers[(of >= 0) & (payers >= 0)]).tolist():
        if known.owed[row] >= 0:
            message = "what the patient owes is told of the claim and of its lines"
            context.tell(int(known.owed[row]), "X12-4-AMT-EAF", 4, message, 1, severity=Severity.REVIEW)


def _too_much(context: Context, amounts: Offsets, owed: Cents, most: Cents) -> None:
    known = (owed != UNREADABLE) & (most != UNREADABLE)
    for row in true_in(known & (owed > most)).tolist():
        message = "the patient owes more than the charge less what was paid"
        context.tell(int(amounts[row]), "X12-6-AMT-EAF", 6, message, 2, severity=Severity.REVIEW)


def ranks(context: Context) -> None:
    """No two payers of a claim stand in the same rank, but for U, unknown (2000B, 2320 SBR01)."""
    claims, payers = context.where("CLM", "2300"), context.where("SBR", "2320")
    if not len(payers) or not len(claims):
        return
    own = context.where("SBR", "2000B")
    claim = context.owner(claims, payers)
    above = context.owner(own, claims)
    first = Values.of(context, own, 1).words()[0] if len(own) else np.zeros(1, dtype=np.uint64)
    rank = Values.of(context, payers, 1).words()[0]
    seen: set[tuple[int, int]] = {(row, int(first[at])) for row, at in enumerate(above.tolist()) if at >= 0}
    for segment, row, one in zip(payers.tolist(), claim.tolist(), rank.tolist(), strict=True):
        if row >= 0 and one not in (0, ord("U")) and (row, one) in seen:
            message = "another payer of the claim stands in this rank"
            context.tell(segment, "X12-4-SBR01", 4, message, 1, answer="7")
        seen.add((row, one))


RULES = (
    (3, claim_level),
    (3, line_level),
    (4, strangers),
    (4, unpaid),
    (4, ranks),
    (6, liabilities),
)
"""Every rule of other payers, and the level each belongs to."""
