"""The question about coverage: 270 bytes -> the inquiry table, every EQ with all that stands above it, and back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import polars as pl

from claimkeep.engine.terms.eligibility import inquiry
from claimkeep.engine.terms.finding import Skipped
from claimkeep.engine.x12 import cutting, envelope
from claimkeep.engine.x12.cutting import Part
from claimkeep.engine.x12.envelope import Received, Transaction
from claimkeep.engine.x12.guides import g005010x279a1 as guide
from claimkeep.engine.x12.hierarchy import Rows, chosen, in_order, joined, labelled, printable, under
from claimkeep.engine.x12.loops import Labels
from claimkeep.engine.x12.octets import Octets
from claimkeep.engine.x12.segments import SPACE, Offsets
from claimkeep.engine.x12.writing.eligibility import write_270 as write

__all__ = ["pieces", "read", "write"]


def read(data: Octets) -> tuple[pl.DataFrame, tuple[Skipped, ...]]:
    """The questions of a file, and what was left out, each with its place.

    data : any number of interchanges; 005010X279, A1
    ->     the inquiry table
    A date that is none is null and told. Raises X12Error when no interchange header can be read.
    Source: 005010X279A1 (270) 2000A to 2110D.
    """
    frames: list[pl.DataFrame] = []
    skipped: list[Skipped] = []
    for frame, lost in pieces(envelope.read(data)):
        frames.append(frame)
        skipped.extend(lost)
    return pl.concat(frames), tuple(skipped)


def pieces(received: Received) -> Iterator[tuple[pl.DataFrame, tuple[Skipped, ...]]]:
    """What `read` gives, some sets at a time."""
    yield inquiry.frame(), received.skipped
    for interchange in received.interchanges:
        sound = interchange.sound()
        sets, refused = chosen(interchange, [one for one in sound if one.code == "270"], guide.VERSION)
        for one in sound:
            if one.code != "270":
                place = interchange.place(one, one.first)
                refused.append(Skipped(place, "the transaction set asks about no coverage", f"{guide.VERSION} ST01"))
        yield inquiry.frame(), tuple(refused)
        for part, batch in cutting.batches(received.octets, interchange, sets):
            whole, unprinted = printable(part, batch)
            frame, lost = _read(part, whole) if whole else (inquiry.frame(), [])
            yield frame, in_order(unprinted + lost)


def _read(interchange: Part, sets: Sequence[Transaction]) -> tuple[pl.DataFrame, list[Skipped]]:
    labels = labelled(interchange, sets, guide.QUESTION_LOOPS)
    asked = labels.openers("2110")
    firsts = np.array([one.first for one in sets], dtype=np.intp)
    rows = Rows(interchange, sets, labels, joined(asked, _unasked(labels, asked, firsts)), guide.VERSION)
    rows.stamp()
    rows.fill(guide.HEAD, rows.firsts, rows.firsts)
    levels = rows.levels(guide.QUESTION_LEVELS)
    rows.fill(guide.INQUIRY, asked, joined(rows.firsts, levels))
    rows.strays("EQ", asked)
    mark = rows.spans.separators.repetition
    texts = rows.columns["service_types"]
    rows.columns["service_types"] = [text and _types(text, mark) for text in texts]
    level = rows.spans.elements(levels[under(levels, rows.at, rows.firsts)], 3) if len(levels) else []
    rows.columns["level"] = [guide.LEVEL_NAMES.get(code) for code in level]
    return rows.frame(inquiry), rows.skipped


def _types(text: str, mark: str) -> list[str]:
    """The service types of an EQ01."""
    return [one.strip(SPACE) for one in (text.split(mark) if mark else [text]) if one.strip(SPACE)]


def _unasked(labels: Labels, asked: Offsets, firsts: Offsets) -> Offsets:
    """The NM1 of each person about whom nothing certain is asked: neither an EQ nor a dependent stands under it."""
    persons = joined(labels.openers("2100C"), labels.openers("2100D"))
    fences = joined(firsts, *(labels.openers(loop) for loop in ("2000A", "2000B", "2000C")))
    below = joined(asked, labels.openers("2100D"))
    ends = np.append(joined(fences, labels.openers("2000D")), np.iinfo(np.intp).max)
    end = ends[np.searchsorted(ends, persons, side="right")]
    has_question = np.searchsorted(asked, end) > np.searchsorted(asked, persons)
    subscriber_ends = np.append(fences, np.iinfo(np.intp).max)
    until = subscriber_ends[np.searchsorted(subscriber_ends, persons, side="right")]
    is_subscriber = np.isin(persons, labels.openers("2100C"))
    has_dependent = is_subscriber & (np.searchsorted(below, until) > np.searchsorted(below, persons, side="right"))
    return persons[~has_question & ~has_dependent]
