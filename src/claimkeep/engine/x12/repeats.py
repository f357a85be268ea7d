"""What repeats inside a row: every segment of a kind under its opener, as a list."""

from __future__ import annotations

import numpy as np
import polars as pl

from claimkeep.engine.x12 import values
from claimkeep.engine.x12.columns import SegmentAt, occurrences
from claimkeep.engine.x12.loops import Labels
from claimkeep.engine.x12.segments import Offsets, Spans


def repeated(spans: Spans, labels: Labels, one: SegmentAt, openers: Offsets) -> pl.Series:
    """The first column of this segment, every occurrence in the order of the file; null where there is none.

    openers : the segments that begin each row, in order; a segment belongs to the last opener before it
    """
    name, element = one.at[0].column, one.at[0].element
    where = occurrences(spans, labels, one.loop, one.segment)
    for at, allowed in one.match.items():
        where = where[values.is_one_of(spans, *spans.bounds(where, at), allowed)]
    begins, ends = spans.bounds(where, element)
    rows = np.searchsorted(openers, where, side="right") - 1
    stands = (ends > begins) & (rows >= 0)
    if not stands.any():
        return pl.Series(name, [None], dtype=pl.List(pl.String)).new_from_index(0, len(openers))
    texts = values.texts(spans, {name: (begins[stands], ends[stands])})[name]
    lists = pl.DataFrame({"row": rows[stands], name: texts}).group_by("row", maintain_order=True).agg(pl.col(name))
    every = pl.DataFrame({"row": np.arange(len(openers))})
    return every.join(lists, on="row", how="left", maintain_order="left")[name]
