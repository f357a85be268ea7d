"""The table of requests -> requests for review (278)."""

from __future__ import annotations

from datetime import datetime

import polars as pl

from claimkeep.engine.terms.review import review_request
from claimkeep.engine.x12.guides import g005010x217 as guide
from claimkeep.engine.x12.write import Around, ControlNumbers, Party
from claimkeep.engine.x12.writing.outline import Outline, Step
from claimkeep.engine.x12.writing.rows import (
    ROW,
    all_sets,
    begun,
    numbered,
    refuse_beyond,
    refuse_where,
    refused,
    texts,
)
from claimkeep.engine.x12.writing.sending import send

_ALWAYS = {"2000A": "2010A", "2000B": "2010B", "2000C": "2010C"}
"""Who is named though nothing is told of him."""


def write(
    requests: pl.DataFrame,
    *,
    sender: Party,
    receiver: Party,
    when: datetime,
    control_numbers: ControlNumbers,
    usage: str = "T",
) -> bytes:
    """The requests as one interchange, one transaction set an event, for the guide lets a set have only one.

    requests : a row an event, and after it one a service of it, which repeats what is said of the event
    Raises X12Error, naming the row counted from 1 and the column, when something cannot be written so that it reads
    back the same, or when what it comes to would not be valid.
    Source: 005010X217 (requests).
    """
    around = Around(sender, receiver, when, control_numbers, usage)
    frame = numbered(requests, review_request)
    known = pl.col("level").is_in(list(guide.LEVEL_NAMES.values())).fill_null(False)
    refuse_where(frame, ~known, "level", "the row is neither an event nor a service", f"{guide.VERSION} HL03")
    refuse_beyond(frame, {"event": (guide.SERVICE,)})
    refused(frame, [layout for _, layout in guide.LEVELS])
    frame = frame.with_columns(transaction_control_number=(pl.col("level") == "event").cum_sum().cast(pl.String))

    def body(reference: str, position: int, part: pl.DataFrame) -> str:
        return begun(around, "0007", "13", reference, position) + _outline(part).text()

    return send(around, "HI", guide.VERSION, list(all_sets(frame, "278", guide.VERSION, body)))


def _outline(frame: pl.DataFrame) -> Outline:
    """The levels of one transaction set."""
    words = {
        loop: texts(frame, layout, always=(_ALWAYS[loop],) if loop in _ALWAYS else (), inside=(loop,))
        for loop, layout in guide.LEVELS
    }
    outline = Outline()
    for row, (level, number) in enumerate(frame.select("level", ROW).iter_rows()):
        loops = ["2000A", "2000B", "2000C", *(["2000D"] if words["2000D"][row] else []), "2000E"]
        path = [Step(loop, words[loop][row], code=guide.CODES[loop]) for loop in loops]
        if level == "service":
            path.append(Step("2000F", words["2000F"][row], code=guide.CODES["2000F"]))
        kept = outline.add(path, anew=True)
        if level == "service" and kept < len(path) - 1:
            at = pl.col(ROW) == number
            refuse_where(frame, at, "level", "the service follows no row of its event", f"{guide.VERSION} 2000F HL")
    return outline
