"""What further payers adjusted, of a claim or of a line: every CAS of 2320 and 2430 as rows."""

from __future__ import annotations

import numpy as np
import polars as pl

from claimkeep.engine.terms import claim as terms
from claimkeep.engine.terms.money import cents
from claimkeep.engine.x12 import values
from claimkeep.engine.x12.columns import Unreadable, framed, masked, milli
from claimkeep.engine.x12.guides.claim_layout import CAS_TRIPLETS, Layout
from claimkeep.engine.x12.loops import Labels
from claimkeep.engine.x12.segments import Offsets, Spans, pack


def adjustments(
    spans: Spans, labels: Labels, guide: Layout, claims: Offsets, payers: pl.DataFrame, payments: pl.DataFrame
) -> tuple[pl.DataFrame, list[Unreadable]]:
    """One row an adjustment, claims in order and in each first its own; `claim_row` is the row among `claims`.

    claims             : the CLM of each claim
    payers, payments   : one row a 2320 and a 2430, in the order of the file; position, and line_number of the latter
    """
    cas = np.flatnonzero(spans.code == pack("CAS"))
    loop = labels.loop[cas]
    cas = cas[(loop == labels.number("2320")) | (loop == labels.number("2430"))]
    if not len(cas):
        return terms.prior_adjustment.frame(), []
    bounds = [[spans.bounds(cas, element) for element in triplet] for triplet in CAS_TRIPLETS]
    # One row a triplet of each CAS, in the order of the file; those that say nothing are left out.
    begins, ends = (np.stack([[said[side] for said in one] for one in bounds]) for side in (0, 1))
    begins, ends = (one.transpose(1, 2, 0).reshape(3, -1) for one in (begins, ends))
    stands = np.flatnonzero((ends > begins).any(axis=0))
    begins, ends = begins[:, stands], ends[:, stands]
    where, triplet = cas[stands // len(CAS_TRIPLETS)], stands % len(CAS_TRIPLETS)
    claim_of = np.searchsorted(claims, where) - 1
    amount, known = values.decimals(spans, begins[1], ends[1], 2, cents)
    quantity, counted = values.decimals(spans, begins[2], ends[2], 3, milli)
    faults: list[Unreadable] = []

    def tell(wrong: values.Known, number: int, reason: str) -> None:
        for at in np.flatnonzero(wrong).tolist():
            element, cite = CAS_TRIPLETS[int(triplet[at])][number], f"{guide.version} 2320, 2430 CAS0{number + 2}"
            faults.append(Unreadable(int(claim_of[at]), int(where[at]), element, reason, cite))

    tell(ends[0] == begins[0], 0, "an adjustment has no reason")
    tell(~known, 1, "the amount cannot be read")
    tell(~counted & (ends[2] > begins[2]), 2, "the quantity cannot be read")
    texts = values.texts(spans, {"group_code": spans.bounds(where, 1), "reason_code": (begins[0], ends[0])})
    columns = {
        **texts,
        "claim_row": pl.Series(claim_of),
        "amount_cents": masked("amount_cents", amount, known),
        "quantity_milli": masked("quantity_milli", quantity, counted),
    }
    found = framed(terms.prior_adjustment, columns, len(where))
    of_payer = _beside(labels, "2320", where, payers["position"])
    of_payment = _beside(labels, "2430", where, payments["position"])
    line = _beside(labels, "2430", where, payments["line_number"])
    is_line = pl.Series(labels.loop[where] == labels.number("2430"))
    found = found.with_columns(
        position=pl.when(is_line).then(of_payment).otherwise(of_payer),
        line_number=pl.when(is_line).then(line),
    )
    return found.sort("claim_row", "line_number", "position", maintain_order=True), faults


def _beside(labels: Labels, loop: str, where: Offsets, column: pl.Series) -> pl.Series:
    """The value of the last instance of a loop before each segment; null where there is none."""
    row = np.searchsorted(labels.openers(loop), where) - 1
    return column.gather(masked("row", row, row >= 0))
