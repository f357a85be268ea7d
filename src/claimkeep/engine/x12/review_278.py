"""The request for review: 278 bytes -> the table of requests, every event and service with all above it, and back."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from claimkeep.engine.terms.finding import Skipped
from claimkeep.engine.terms.review import review_request
from claimkeep.engine.x12 import envelope
from claimkeep.engine.x12.envelope import Interchange, Transaction
from claimkeep.engine.x12.guides import g005010x217 as guide
from claimkeep.engine.x12.hierarchy import Rows, chosen, joined, labelled
from claimkeep.engine.x12.writing.review import write

__all__ = ["read", "write"]


def read(data: bytes) -> tuple[pl.DataFrame, tuple[Skipped, ...]]:
    """The requests of a file, and what was left out, each with its place.

    data : any number of interchanges; 005010X217; of an event's and a service's providers the first is read
    ->     the table of requests
    What a level says of which one amount or quantity cannot be read is left out with all below it. A date that is none
    is null and told. Answers of a reviewer are told as such. Raises X12Error when no interchange header can be read.
    Source: 005010X217 2000A to 2010F.
    """
    received = envelope.read(data)
    skipped = list(received.skipped)
    frames = [review_request.frame()]
    for interchange in received.interchanges:
        requests: list[Transaction] = []
        for one in interchange.sound():
            reason = _refused(interchange, one)
            if reason:
                place = interchange.place(one, one.first)
                skipped.append(Skipped(place, reason, f"{guide.VERSION} ST01, BHT02"))
            else:
                requests.append(one)
        sets, refused = chosen(interchange, requests, guide.VERSION)
        skipped.extend(refused)
        for part, batch in envelope.batches(interchange, sets):
            frame, lost = _read(part, batch)
            frames.append(frame)
            skipped.extend(lost)
    return pl.concat(frames), tuple(skipped)


def _refused(interchange: Interchange, one: Transaction) -> str:
    if one.code != "278":
        return "the transaction set asks for no review"
    heads = interchange.spans.where("BHT")
    own = heads[(heads >= one.first) & (heads <= one.last)]
    if len(own) and interchange.spans.element(int(own[0]), 2) == guide.ANSWER:
        return "the transaction set answers a request for review"
    return ""


def _read(interchange: Interchange, sets: Sequence[Transaction]) -> tuple[pl.DataFrame, list[Skipped]]:
    labels = labelled(interchange, sets, guide.LOOPS)
    rows = Rows(interchange, sets, labels, joined(labels.openers("2000E"), labels.openers("2000F")), guide.VERSION)
    rows.stamp()
    rows.fill(guide.HEAD, rows.firsts, rows.firsts)
    rows.levels(guide.LEVELS)
    codes = rows.spans.elements(np.asarray(rows.at), 3)
    rows.columns["level"] = [guide.LEVEL_NAMES.get(code) for code in codes]
    return rows.frame(review_request), rows.skipped
