"""TA1, 999 and 277CA: what became of what we sent."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from claimkeep.engine.terms.acknowledgement import acknowledgement
from claimkeep.engine.terms.finding import Place, Skipped
from claimkeep.engine.x12 import cutting, envelope, kind
from claimkeep.engine.x12.columns import component
from claimkeep.engine.x12.cutting import Part
from claimkeep.engine.x12.envelope import Interchange, Received, Transaction
from claimkeep.engine.x12.octets import Octets

_Row = dict[str, Any]

TA1_ACCEPTED = frozenset({"A", "E"})
"""TA104: accepted, accepted with errors noted; R is refused (005010X231A1 C.1 TA1)."""

SET_ACCEPTED = frozenset({"A", "E"})
"""005010X231A1 2000 IK501."""

GROUP_ACCEPTED = frozenset({"A", "E", "P"})
"""005010X231A1 AK901. P, partly accepted, went on in part: its transaction sets say which."""

CLAIM_ACCEPTED = frozenset({"A0", "A1", "A2", "A5"})
"""005010X214 2200D STC01-1: forwarded, received, accepted, split. A3, A4, A6, A7 and A8 did not go on."""


def read(data: Octets) -> tuple[pl.DataFrame, tuple[Skipped, ...]]:
    """One row an answer, in the order of the file, and what was left out, each with its place.

    data : any number of interchanges holding TA1, 999 (005010X231, A1) and 277CA (005010X214)
    ->     the acknowledgement table; a 277CA that refuses a whole batch above its claims gives one row at level
           transaction, without a claim number
    Raises X12Error when no interchange header can be read.
    Source: 005010X231A1 2000 to 2110; 005010X214 2100A to 2220D; TA1 of X12.5.
    """
    frames: list[pl.DataFrame] = []
    skipped: list[Skipped] = []
    for frame, lost in pieces(envelope.read(data)):
        frames.append(frame)
        skipped.extend(lost)
    return pl.concat(frames), tuple(skipped)


def pieces(received: Received) -> Iterator[tuple[pl.DataFrame, tuple[Skipped, ...]]]:
    """What `read` gives, some sets at a time."""
    yield acknowledgement.frame(), received.skipped
    for interchange in received.interchanges:
        if interchange.fault is None:
            yield _taken([_interchange_answers(interchange)])
        for part, sets in cutting.batches(received.octets, interchange, interchange.sound()):
            yield _taken(_answers(part, one) for one in sets)


def _taken(found: Iterable[Iterator[_Row | Skipped]]) -> tuple[pl.DataFrame, tuple[Skipped, ...]]:
    rows: list[_Row] = []
    skipped: list[Skipped] = []
    for one in found:
        _take(rows, skipped, one)
    return acknowledgement.frame(rows), tuple(skipped)


def _take(rows: list[_Row], skipped: list[Skipped], found: Iterator[_Row | Skipped]) -> None:
    """The rows of one set, or, when one thing in it cannot be read, none of them."""
    answers = list(found)
    faults = [one for one in answers if isinstance(one, Skipped)]
    skipped.extend(faults[:1])
    if not faults:
        rows.extend(one for one in answers if not isinstance(one, Skipped))


def _interchange_answers(interchange: Interchange) -> Iterator[_Row | Skipped]:
    for answer in interchange.answers:
        elements, segment = _Elements(answer.elements), answer.segment
        if not elements[1] or elements[4] not in ("A", "E", "R"):
            place = Place(interchange=interchange.ordinal, segment=segment + 1, segment_id="TA1", element=4)
            yield Skipped(place, "the TA1 does not say what it answers, or how; it is left out", "X12.5 TA1")
            continue
        yield {
            "kind": "TA1",
            "level": "interchange",
            "interchange_control_number": elements[1],
            "accepted": elements[4] in TA1_ACCEPTED,
            "code": elements[4],
            "reason": elements[5] or None,
            "segment": segment + 1,
        }


def _answers(interchange: Part, transaction: Transaction) -> Iterator[_Row | Skipped]:
    what = kind.kind(transaction)
    if what == "999":
        return _implementation(interchange, transaction)
    if what == "277CA":
        return _claim_acknowledgement(interchange, transaction)
    place = interchange.place(transaction, transaction.first)
    return iter((Skipped(place, "the transaction set is no acknowledgement", "005010X231A1 ST, 005010X214 ST"),))


class _Elements:
    """A segment whose missing elements are empty."""

    def __init__(self, elements: Sequence[str]) -> None:
        self._elements = elements

    def __getitem__(self, element: int) -> str:
        return self._elements[element] if element < len(self._elements) else ""


def _implementation(interchange: Part, transaction: Transaction) -> Iterator[_Row | Skipped]:
    """A 999: one row a transaction set of ours, one the group."""
    spans, mark = interchange.spans, interchange.spans.separators.component
    group = answered = where = ""
    is_open = False
    notes: list[str] = []
    said = False
    for segment in range(transaction.first, transaction.last + 1):
        elements = _Elements(spans.segment(segment))
        match elements[0]:
            case "AK1":
                group = elements[2]
            case "AK2":
                if is_open:
                    break
                answered, is_open, notes, where = elements[2], True, [], "segment ?"
            case "IK3":
                where = f"segment {_small(elements[2])} ({_small(elements[1])})"
                notes.append(f"{where}: code {_small(elements[4])}")
            case "IK4":
                notes.append(_element_note(where, elements, mark))
            case "CTX":
                notes.extend(_trigger(elements, mark))
            case "IK5":
                if not is_open or not elements[1]:
                    break
                is_open = False
                reasons = [one for one in (elements[at] for at in range(2, 7)) if one]
                yield _answer("999", "transaction", segment - transaction.first + 1, elements[1], SET_ACCEPTED) | {
                    "group_control_number": group or None,
                    "transaction_control_number": answered or None,
                    "reason": " ".join(reasons) or None,
                    "note": "; ".join(notes) or None,
                }
            case "AK9":
                said = bool(elements[1]) and not is_open
                reasons = [one for one in (elements[at] for at in range(5, 10)) if one]
                yield _answer("999", "group", segment - transaction.first + 1, elements[1], GROUP_ACCEPTED) | {
                    "group_control_number": group or None,
                    "reason": " ".join(reasons) or None,
                }
    if not said:
        place = interchange.place(transaction, transaction.first)
        reason = "the 999 lacks an answer (IK5 or AK9); the whole set is left out"
        yield Skipped(place, reason, "005010X231A1 2000 IK5, AK9")


def _answer(what: str, level: str, segment: int, code: str, accepted: frozenset[str]) -> _Row:
    return {"kind": what, "level": level, "accepted": code in accepted, "code": code, "segment": segment}


def _small(text: str) -> str:
    """A code or ordinal that may stand in a note: short and plain; anything else is somebody's value."""
    return text if text.isascii() and text.isalnum() and len(text) <= 10 else "?"


def _element_note(where: str, elements: _Elements, mark: str) -> str:
    """An IK4 joined to the IK3 it stands under; IK404, the bad value itself, is left behind."""
    element, part = component(elements[1], mark, 1), component(elements[1], mark, 2)
    within = f", component {_small(part)}" if part else ""
    return f"{where}, element {_small(element)}{within}: code {_small(elements[3])}"


def _trigger(elements: _Elements, mark: str) -> Iterator[str]:
    """The segment a situational fault depends on (CTX02, CTX03, CTX05); CTX01 may hold a value and is left behind."""
    if elements[2]:
        element = component(elements[5], mark, 1)
        within = f", element {_small(element)}" if element else ""
        yield f"depends on segment {_small(elements[3])} ({_small(elements[2])}){within}"


@dataclass(slots=True)
class _Claim:
    """One TRN of a 277CA and the statuses given under it."""

    level: str
    number: str
    segment: int
    statuses: list[tuple[int, str, str, str]]
    payer_number: str = ""
    notes: tuple[str, ...] = ()


def _claim_acknowledgement(interchange: Part, transaction: Transaction) -> Iterator[_Row | Skipped]:
    """A 277CA: one row a claim; and one for a whole batch that is refused above its claims."""
    from_payer: bool | None = None
    is_whole = True
    for claim in _told(interchange, transaction):
        if isinstance(claim, bool):
            from_payer = claim
            continue
        refused = [one for one in claim.statuses if one[1] not in CLAIM_ACCEPTED]
        if claim.level != "claim" and not refused:
            continue
        if not claim.statuses or (claim.level == "claim" and not claim.number):
            is_whole = False
            break
        segment, category, status, _ = (refused or claim.statuses)[0]
        yield _answer("277CA", claim.level, segment, category, CLAIM_ACCEPTED) | {
            "claim_number": claim.number or None,
            "reason": f"{category}:{status}" if status else category,
            "payer_claim_control_number": claim.payer_number or None,
            "from_payer": from_payer,
            "note": "; ".join(f"segment {at}: {word}" for at, _, _, word in claim.statuses) or None,
        }
    if not is_whole:
        place = interchange.place(transaction, transaction.first)
        reason = "a claim is named without a status, or a status without a claim; the whole set is left out"
        yield Skipped(place, reason, "005010X214 2200D TRN, STC")


def _told(interchange: Part, transaction: Transaction) -> Iterator[_Claim | bool]:
    """Each level with a status, in order; before them whether the sender is the payer (2100A NM101)."""
    spans, mark = interchange.spans, interchange.spans.separators.component
    level, claim = "", None
    for segment in range(transaction.first, transaction.last + 1):
        elements = _Elements(spans.segment(segment))
        ordinal = segment - transaction.first + 1
        match elements[0]:
            case "HL" | "SE":
                if claim is not None:
                    yield claim
                level, claim = elements[3], None
            case "NM1" if level == "20" and elements[1] in ("PR", "AY"):
                yield elements[1] == "PR"
            case "TRN" if level not in ("20", ""):
                if claim is not None:
                    yield claim
                is_claim = level == "PT"
                claim = _Claim("claim" if is_claim else "transaction", elements[2] if is_claim else "", ordinal, [])
            case "STC":
                if claim is None:
                    claim = _Claim("claim" if level == "PT" else "transaction", "", ordinal, [])
                claim.statuses.extend(_statuses(elements, ordinal, mark))
            case "REF" if claim is not None and elements[1] == "1K":
                claim.payer_number = elements[2]


def _statuses(elements: _Elements, ordinal: int, mark: str) -> Iterator[tuple[int, str, str, str]]:
    """Category, status and both with the entity, of STC01, STC10 and STC11."""
    for element in (1, 10, 11):
        if elements[element] or element == 1:
            parts = [component(elements[element], mark, at) for at in (1, 2, 3)]
            yield ordinal, parts[0], parts[1], ":".join(_small(one) for one in parts if one)
