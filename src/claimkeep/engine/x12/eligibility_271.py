"""The answer about coverage: 271 bytes -> the benefit table, every EB and AAA with all above it, and back."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import numpy as np
import polars as pl

from claimkeep.engine.terms.eligibility import benefit
from claimkeep.engine.terms.finding import Skipped
from claimkeep.engine.x12 import cutting, envelope
from claimkeep.engine.x12.columns import Unreadable, occurrences
from claimkeep.engine.x12.cutting import Part
from claimkeep.engine.x12.envelope import Interchange, Received, Transaction
from claimkeep.engine.x12.guides import g005010x279a1 as guide
from claimkeep.engine.x12.hierarchy import Rows, chosen, in_order, joined, labelled, printable, under
from claimkeep.engine.x12.octets import Octets
from claimkeep.engine.x12.segments import SPACE, Offsets
from claimkeep.engine.x12.writing.eligibility import write_271 as write

__all__ = ["pieces", "read", "write"]

_SHARE = re.compile(r"(\d{0,6})(?:\.(\d{0,6})0*)?", re.ASCII)


def read(data: Octets) -> tuple[pl.DataFrame, tuple[Skipped, ...]]:
    """The answers of a file, and what was left out, each with its place.

    data : any number of interchanges; 005010X279, A1
    ->     the benefit table; `benefit_row` counts from 0 through the file
    A benefit in which one amount, share or quantity cannot be read is left out, with the refusals under it. A date
    that is none is null and told.
    Raises X12Error when no interchange header can be read.
    Source: 005010X279A1 (271) 2000A to 2120D.
    """
    frames: list[pl.DataFrame] = []
    skipped: list[Skipped] = []
    for frame, lost in pieces(envelope.read(data)):
        frames.append(frame)
        skipped.extend(lost)
    return pl.concat(frames), tuple(skipped)


def pieces(received: Received) -> Iterator[tuple[pl.DataFrame, tuple[Skipped, ...]]]:
    """What `read` gives, some sets at a time: `benefit_row` counts through them."""
    yield benefit.frame(), received.skipped
    benefits = 0
    for interchange in received.interchanges:
        sets, refused = _answers(interchange)
        yield benefit.frame(), tuple(refused)
        for part, batch in cutting.batches(received.octets, interchange, sets):
            whole, unprinted = printable(part, batch)
            frame, lost = _read(part, whole) if whole else (benefit.frame(), [])
            yield frame.with_columns(benefit.benefit_row + benefits), in_order(unprinted + lost)
            benefits += frame["benefit_row"].n_unique() - bool(frame["benefit_row"].null_count())


def _answers(interchange: Interchange) -> tuple[list[Transaction], list[Skipped]]:
    """The sound sets that hold answers; the others with the reason they are not read."""
    answers = [one for one in interchange.sound() if one.code == "271"]
    sets, refused = chosen(interchange, answers, guide.VERSION)
    for one in interchange.sound():
        if one.code != "271":
            place = interchange.place(one, one.first)
            refused.append(Skipped(place, "the transaction set is no eligibility answer", f"{guide.VERSION} ST01"))
    return sets, refused


def _read(interchange: Part, sets: Sequence[Transaction]) -> tuple[pl.DataFrame, list[Skipped]]:
    """The rows of these sets; `benefit_row` counts from 0."""
    labels = labelled(interchange, sets, guide.LOOPS)
    spans = interchange.spans
    benefits = labels.openers("2110")
    refusals = joined(*(occurrences(spans, labels, loop, "AAA") for loop in guide.REFUSAL_LOOPS))
    rows = Rows(interchange, sets, labels, joined(benefits, refusals), guide.VERSION)
    rows.stamp()
    rows.fill(guide.HEAD, rows.firsts, rows.firsts)
    levels = rows.levels(guide.LEVELS)
    above = rows.fill(guide.BENEFIT, benefits, joined(rows.firsts, levels))
    rows.fill(guide.REFUSAL, refusals, rows.at)
    rows.strays("EB", benefits)
    rows.strays("AAA", refusals)
    _open(rows, benefits, above)
    level = spans.elements(levels[under(levels, rows.at, rows.firsts)], 3) if len(levels) else []
    rows.columns["level"] = [guide.LEVEL_NAMES.get(code) for code in level]
    rows.columns["kind"] = ["refusal" if one else "benefit" for one in np.isin(rows.at, refusals).tolist()]
    kept = [row for row in range(len(rows.at)) if row not in rows.lost]
    numbers = {old: new for new, old in enumerate(dict.fromkeys(above[kept][above[kept] >= 0].tolist()))}
    rows.columns["benefit_row"] = [numbers.get(one) for one in above.tolist()]
    return rows.frame(benefit), rows.skipped


def _open(rows: Rows, benefits: Offsets, above: Offsets) -> None:
    """Takes apart what repeats inside a benefit (EB03, MSG) and turns its share into millionths."""
    mark = rows.spans.separators.repetition
    types = [text.split(mark) if text and mark else text and [text] for text in rows.columns["service_types"]]
    rows.columns["service_types"] = [one and [each.strip(SPACE) for each in one if each.strip(SPACE)] for one in types]
    messages: dict[int, list[str]] = {}
    where = occurrences(rows.spans, rows.labels, "2110", "MSG")
    owners = under(benefits, where, rows.firsts).tolist()
    for owner, text in zip(owners, rows.spans.elements(where, 1), strict=True):
        messages.setdefault(owner, []).append(text)
    rows.columns["messages"] = [messages.get(one) if one >= 0 else None for one in above.tolist()]
    shares = rows.columns["share_millionths"]
    wrong: dict[int, list[int]] = {}
    for row, text in enumerate(shares):
        shares[row] = None if text is None else _share(text)
        if text is not None and shares[row] is None:
            wrong.setdefault(int(above[row]), []).append(row)
    for one, lost in wrong.items():
        fault = Unreadable(one, int(benefits[one]), 8, "the share cannot be read", f"{guide.VERSION} 2110 EB08")
        rows.tell(fault, lost)


def _share(text: str) -> int | None:
    """Millionths of a type R share (a fifth is .2), or None where it is none or is finer (X12.6 3.3.1.3)."""
    found = _SHARE.fullmatch(text)
    if found is None or not (found[1] or found[2]):
        return None
    return int(found[1] or 0) * 1_000_000 + int((found[2] or "").ljust(6, "0"))
