"""The request for review: 278 bytes -> the table of requests, every event and service with all above it, and back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import polars as pl

from claimkeep.engine.terms.finding import Skipped
from claimkeep.engine.terms.review import review_request
from claimkeep.engine.x12 import cutting, envelope
from claimkeep.engine.x12.cutting import Part
from claimkeep.engine.x12.envelope import Interchange, Received, Transaction
from claimkeep.engine.x12.guides import g005010x217 as guide
from claimkeep.engine.x12.hierarchy import Rows, chosen, in_order, joined, labelled, printable
from claimkeep.engine.x12.octets import Octets
from claimkeep.engine.x12.writing.review import write

__all__ = ["pieces", "read", "write"]


def read(data: Octets) -> tuple[pl.DataFrame, tuple[Skipped, ...]]:
    """The requests of a file, and what was left out, each with its place.

    data : any number of interchanges; 005010X217; of an event's and a service's providers the first is read
    ->     the table of requests
    What a level says of which one amount or quantity cannot be read is left out with all below it. A date that is none
    is null and told. Answers of a reviewer are told as such. Raises X12Error when no interchange header can be read.
    Source: 005010X217 2000A to 2010F.
    """
    frames: list[pl.DataFrame] = []
    skipped: list[Skipped] = []
    for frame, lost in pieces(envelope.read(data)):
        frames.append(frame)
        skipped.extend(lost)
    return pl.concat(frames), tuple(skipped)


def pieces(received: Received) -> Iterator[tuple[pl.DataFrame, tuple[Skipped, ...]]]:
    """What `read` gives, some sets at a time."""
    yield review_request.frame(), received.skipped
    for interchange in received.interchanges:
        sound = interchange.sound()
        sets, refused = chosen(interchange, [one for one in sound if one.code == "278"], guide.VERSION)
        refused += [
            _refusal(interchange, one, "the transaction set asks for no review") for one in sound if one.code != "278"
        ]
        yield review_request.frame(), tuple(refused)
        for part, batch in cutting.batches(received.octets, interchange, sets):
            requests, answers = _requests(part, batch)
            whole, unprinted = printable(part, requests)
            frame, lost = _read(part, whole) if whole else (review_request.frame(), [])
            yield frame, in_order(answers + unprinted + lost)


def _refusal(interchange: Interchange, one: Transaction, reason: str) -> Skipped:
    return Skipped(interchange.place(one, one.first), reason, f"{guide.VERSION} ST01, BHT02")


def _requests(part: Part, sets: Sequence[Transaction]) -> tuple[list[Transaction], list[Skipped]]:
    """The sets that ask; those that answer (BHT02) with the reason they are not read."""
    heads = part.spans.where("BHT")
    requests: list[Transaction] = []
    answers: list[Skipped] = []
    for one in sets:
        own = heads[(heads >= one.first) & (heads <= one.last)]
        if len(own) and part.spans.element(int(own[0]), 2) == guide.ANSWER:
            answers.append(_refusal(part, one, "the transaction set answers a request for review"))
        else:
            requests.append(one)
    return requests, answers


def _read(interchange: Part, sets: Sequence[Transaction]) -> tuple[pl.DataFrame, list[Skipped]]:
    labels = labelled(interchange, sets, guide.LOOPS)
    rows = Rows(interchange, sets, labels, joined(labels.openers("2000E"), labels.openers("2000F")), guide.VERSION)
    rows.stamp()
    rows.fill(guide.HEAD, rows.firsts, rows.firsts)
    rows.levels(guide.LEVELS)
    codes = rows.spans.elements(np.asarray(rows.at), 3)
    rows.columns["level"] = [guide.LEVEL_NAMES.get(code) for code in codes]
    return rows.frame(review_request), rows.skipped
