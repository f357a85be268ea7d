"""The remittance beyond its three sums: what a kind of payment, of claim status and of adjustment may say.

Local to a claim, but for the payment's own segment (BPR) and the provider summary (TS3), which counts every claim below
its LX.
"""

from __future__ import annotations

import numpy as np

from claimkeep.engine.terms.finding import Severity
from claimkeep.engine.x12.judge.context import UNREADABLE, Context, differs, total
from claimkeep.engine.x12.judge.within import Values
from claimkeep.engine.x12.segments import Offsets

_AMOUNTS = tuple(range(3, 20, 3))
_REASONS = tuple(range(2, 20, 3))
_TRANSFERS = ("ACH", "BOP", "FWT")
_ACCOUNTS = (6, 7, 8, 9, 10, 12, 13, 14, 15)
"""What a transfer of money needs: BPR06 to BPR10 of who pays, BPR12 to BPR15 of who is paid."""

_DENIED, _REVERSED, _PRICED_ONLY = "4", "22", "25"


def payments(context: Context) -> None:
    """Nothing is paid that is no payment, and a transfer names its accounts (BPR01, BPR02, BPR04 to BPR15; 1.10.2)."""
    payments = context.where("BPR")
    paid = context.cents(payments, 2)
    known = paid != UNREADABLE
    is_none = context.has_code(payments, 4, "NON") | context.has_code(payments, 1, "H")
    for segment in payments[known & (paid < 0)].tolist():
        context.tell(segment, "X12-4-BPR02", 4, "a payment is not below zero; what is owed goes forward (PLB FB)", 2)
    for segment in payments[known & (paid > 0) & is_none].tolist():
        context.tell(segment, "X12-4-BPR04", 4, "an amount is paid by what is no payment", 4, answer="7")
    for segment in payments[(paid == 0) & context.has_code(payments, 4, *_TRANSFERS)].tolist():
        message = "nothing is paid, and yet it is transferred"
        context.tell(segment, "X12-4-BPR04", 4, message, 4, answer="7", severity=Severity.REVIEW)
    transfers = payments[context.has_code(payments, 4, *_TRANSFERS) & (paid != 0)]
    for element in _ACCOUNTS:
        for segment in transfers[context.look.span(transfers, element)[1] == 0].tolist():
            message = "a transfer does not name its accounts"
            context.tell(segment, "X12-4-BPR-ACCOUNT", 4, message, element, answer="I9")


def statuses(context: Context) -> None:
    """A reversal takes back, nothing else does, and what is denied or only priced is not paid (CLP02, CLP03, CLP04)."""
    claims = context.where("CLP", "2100")
    charge, paid = context.cents(claims, 3), context.cents(claims, 4)
    is_back = context.has_code(claims, 2, _REVERSED)
    for segment in claims[is_back & (charge > 0)].tolist():
        context.tell(segment, "X12-4-CLP03", 4, "a reversal does not take the charge back", 3)
    for segment in claims[~is_back & (charge < 0) & (charge != UNREADABLE)].tolist():
        message = "a charge below zero is no reversal"
        context.tell(segment, "X12-4-CLP03", 4, message, 3, severity=Severity.REVIEW)
    unpaid = context.has_code(claims, 2, _DENIED, _PRICED_ONLY)
    for segment in claims[unpaid & (paid != 0) & (paid != UNREADABLE)].tolist():
        message = "a claim is paid that is denied or only priced"
        context.tell(segment, "X12-4-CLP02", 4, message, 2, answer="7", severity=Severity.REVIEW)


def owed_by_patients(context: Context) -> None:
    """What the patient owes is what adjustments of group PR say (2100 CLP05; 2100, 2110 CAS)."""
    claims = context.where("CLP", "2100")
    owed = context.cents(claims, 5)
    adjustments = context.with_code(context.where("CAS", "2100", "2110"), 1, "PR")
    said = context.sums(claims, adjustments, _AMOUNTS)
    is_back = context.has_code(claims, 2, _REVERSED)
    for row in differs(owed, said):
        if not (is_back[row] and owed[row] == 0):
            message = "what the patient owes is not what the adjustments say"
            context.tell(int(claims[row]), "X12-3-CLP05", 3, message, 5, severity=Severity.REVIEW)


def lines_of_claims(context: Context) -> None:
    """Where a claim has service lines, their charges are its charge (2100 CLP03, 2110 SVC02)."""
    claims, services = context.where("CLP", "2100"), context.where("SVC", "2110")
    if not len(services):
        return
    rows = context.owner(claims, services)
    sums = total(rows, context.cents(services, 2), len(claims))
    has_lines = np.bincount(rows[rows >= 0], minlength=len(claims)) > 0
    for row in differs(context.cents(claims, 3), sums):
        if has_lines[row]:
            message = "the charges of the lines are not the charge of the claim"
            context.tell(int(claims[row]), "X12-3-CLP03", 3, message, 3, severity=Severity.REVIEW)


def repeated(context: Context) -> None:
    """A claim or a line has no reason twice in one group (CAS01, CAS02, CAS05 …)."""
    adjustments = context.where("CAS")
    owners = np.sort(np.concatenate((context.where("CLP", "2100"), context.where("SVC", "2110"))))
    rows = context.owner(owners, adjustments)
    adjustments, rows = adjustments[rows >= 0], rows[rows >= 0]
    if not len(adjustments):
        return
    group = Values.of(context, adjustments, 1).words()[0] & np.uint64(0xFFFF)
    place = rows.astype(np.uint64) << np.uint64(40) | group << np.uint64(24)
    listed, keys = [], []
    for element in _REASONS:
        there = context.spans.count[adjustments] >= element
        adjustments, place = adjustments[there], place[there]
        if not len(adjustments):
            break
        values = Values.of(context, adjustments, element)
        listed.append(values)
        keys.append(place | values.words()[0] & np.uint64(0xFFFFFF))
    every = np.concatenate(keys)
    order = np.argsort(every, kind="stable")
    again = np.sort(order[1:][every[order[1:]] == every[order[:-1]]])
    begins = np.cumsum([0, *(len(one) for one in keys)])
    for row in again.tolist():
        of = int(np.searchsorted(begins, row, side="right")) - 1
        values, at = listed[of], row - int(begins[of])
        if values.length[at]:
            segment, message = int(values.segments[at]), "the reason stands here twice in its group"
            context.tell(segment, "X12-4-CAS", 4, message, _REASONS[of], answer="7", severity=Severity.REVIEW)


def interest(context: Context) -> None:
    """Interest owed to a provider adds to the payment, so its adjustment is below zero (PLB03-1 L6, PLB04)."""
    adjustments = context.where("PLB")
    for element in range(3, 15, 2) if len(adjustments) else ():
        here = adjustments[context.spans.count[adjustments] > element]
        reasons = Values.of(context, here, element).part(1)
        taken = reasons.is_one_of("L6") & (context.cents(here, element + 1) > 0)
        for segment in here[taken].tolist():
            message = "interest that is owed is taken off"
            context.tell(segment, "X12-4-PLB", 4, message, element + 1, severity=Severity.REVIEW)


def summaries(context: Context) -> None:
    """A provider summary counts and adds up the claims below it (2000 TS304, TS305)."""
    summaries = context.where("TS3", "2000")
    if not len(summaries):
        return
    headers, claims = context.where("LX", "2000"), context.where("CLP", "2100")
    rows = _below(context, headers, summaries, claims)
    many = np.bincount(rows[rows >= 0], minlength=len(summaries)) * 100
    charged = total(rows, context.cents(claims, 3), len(summaries))
    many, _ = context.gathered("TS304", summaries, many.astype(np.int64))
    charged, is_whole = context.gathered("TS305", summaries, charged)
    for element, wanted, message in (
        (4, many, "the summary does not count the claims below it"),
        (5, charged, "the summary does not add up the charges below it"),
    ):
        for row in differs(context.cents(summaries, element), wanted):
            code = f"X12-3-TS3{element:02}"
            if is_whole[row]:
                context.tell(int(summaries[row]), code, 3, message, element, severity=Severity.REVIEW)


def _below(context: Context, headers: Offsets, summaries: Offsets, claims: Offsets) -> Offsets:
    """The row of the summary each claim stands under: the one of its own LX; -1 where that has none."""
    rows = context.owner(summaries, claims)
    if not len(claims):
        return rows
    same = context.owner(headers, summaries)[np.maximum(rows, 0)] == context.owner(headers, claims)
    return np.where((rows >= 0) & same, rows, -1)


RULES = (
    (4, payments),
    (4, statuses),
    (3, owed_by_patients),
    (3, lines_of_claims),
    (4, repeated),
    (4, interest),
    (3, summaries),
)
"""Every further rule of a remittance, and the level each belongs to."""
