"""TA1, 999 and 277CA: what became of the envelope, of each transaction set, of each claim."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from claimkeep.edge.simulator.reading import (
    Claim,
    Group,
    Interchange,
    Provider,
    Segment,
    TransactionSet,
    at,
)
from claimkeep.edge.simulator.structure import Fault, faults, group_fault, set_faults
from claimkeep.edge.simulator.writing import amount, clean, compact

VERSION_999 = "005010X231A1"
VERSION_277CA = "005010X214"


def interchange_answer(interchange: Interchange, fault: str) -> Segment:
    """The TA1 of an interchange: accepted, or rejected with the code of its fault (X12.5 TA1)."""
    header = interchange.header
    return ["TA1", at(header, 13), at(header, 9), at(header, 10), "A" if fault == "000" else "R", fault]


def group_answer(group: Group, control: str) -> tuple[list[Segment], list[TransactionSet]]:
    """The 999 of a group, without its SE, and the sets that were accepted."""
    version = at(group.header, 8)
    body: list[Segment] = [["ST", "999", control, VERSION_999]]
    body.append(["AK1", at(group.header, 1), at(group.header, 6), version])
    wrong = group_fault(group)
    accepted = []
    if wrong not in ("1", "2"):
        for each in group.sets:
            answer = list(_set_answer(each))
            body += answer
            if answer[-1][1] == "A" and not wrong:
                accepted.append(each)
    declared = at(group.trailer or [], 1)
    counts = [declared if declared.isdigit() else str(len(group.sets)), str(len(group.sets)), str(len(accepted))]
    whole = "A" if len(accepted) == len(group.sets) and not wrong else "P" if accepted else "R"
    body.append(["AK9", whole, *counts, wrong])
    return body, accepted


def _set_answer(transaction: TransactionSet) -> Iterator[Segment]:
    head = transaction.segments[0]
    yield ["AK2", at(head, 1) or "837", transaction.control_number, at(head, 3)]
    trailer_faults = set_faults(transaction)
    found = [] if trailer_faults else sorted(faults(transaction), key=lambda fault: fault.segment)
    for fault in found:
        yield from _fault(fault)
    if trailer_faults:
        yield ["IK5", "R", *trailer_faults]
    elif found:
        yield ["IK5", "R", "5"]
    else:
        yield ["IK5", "A"]


def _fault(fault: Fault) -> Iterator[Segment]:
    """IK3 and IK4; the bad value itself (IK404) is left out, for it may be a patient's."""
    yield ["IK3", fault.segment_id, str(fault.segment), "", fault.code]
    if fault.element:
        yield ["IK4", str(fault.element), "", fault.element_code]


@dataclass(frozen=True, slots=True)
class ClaimVerdict:
    """What one party says of one claim: category and status codes, and its own number for it once it took it."""

    claim: Claim
    accepted: bool
    category: str
    status: str
    entity: str = ""
    control_number: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """Who speaks in a 277CA: the clearinghouse (AY) or a payer (PR)."""

    entity: str
    name: str
    identifier: str


def claim_answers(
    source: Source, sender: Segment, reference: str, day: date, control: str, verdicts: list[ClaimVerdict]
) -> list[Segment]:
    """A 277CA without its SE: one source on the claims of one 837 (`reference` is its BHT03)."""
    taken = [verdict for verdict in verdicts if verdict.accepted]
    sent = compact(day)
    kind = "46" if source.entity == "AY" else "PI"
    to = [clean(at(sender, n)) for n in (3, 4, 5)]
    body: list[Segment] = [
        ["ST", "277", control, VERSION_277CA],
        ["BHT", "0085", "08", control, sent, "1200", "TH"],
        ["HL", "1", "", "20", "1"],
        ["NM1", source.entity, "2", source.name, "", "", "", "", kind, source.identifier],
        ["TRN", "1", f"{source.identifier}{control}"],
        ["DTP", "050", "D8", sent],
        ["DTP", "009", "D8", sent],
        ["HL", "2", "1", "21", "1"],
        ["NM1", "41", at(sender, 2), *to, "", "", "46", clean(at(sender, 9)) or "0"],
        ["TRN", "2", clean(reference) or "0"],
        ["STC", "A1:19", sent, "WQ", amount(_total(verdicts))],
        *_tallies(("90", "AA", "YU", "YY"), verdicts, taken),
    ]
    level = 2
    for provider, of_provider in _by_provider(verdicts):
        level += 1
        parent = level
        body += list(_provider_level(level, provider, of_provider))
        for verdict in of_provider:
            level += 1
            body += list(_claim_level(level, parent, verdict, sent))
    return body


def _tallies(
    names: tuple[str, str, str, str], verdicts: list[ClaimVerdict], taken: list[ClaimVerdict]
) -> list[Segment]:
    """How many claims and dollars were taken and returned; what is zero is not said."""
    taken_cents = _total(taken)
    returned = len(verdicts) - len(taken)
    tallies: list[Segment] = []
    tallies += [["QTY", names[0], str(len(taken))]] if taken else []
    tallies += [["QTY", names[1], str(returned)]] if returned else []
    tallies += [["AMT", names[2], amount(taken_cents)]] if taken else []
    tallies += [["AMT", names[3], amount(_total(verdicts) - taken_cents)]] if returned else []
    return tallies


def _provider_level(level: int, provider: Provider, verdicts: list[ClaimVerdict]) -> Iterator[Segment]:
    taken = [verdict for verdict in verdicts if verdict.accepted]
    name = provider.name
    yield ["HL", str(level), "2", "19", "1"]
    who = [clean(at(name, n)) for n in (3, 4, 5)]
    identifier = ["XX", provider.npi] if provider.npi else ["FI", provider.tax_id or "0"]
    yield ["NM1", "85", at(name, 2) or "2", *who, "", "", *identifier]
    yield ["TRN", "1", "0"]
    yield ["STC", "A1:19", "", "WQ", amount(_total(verdicts))]
    yield from _tallies(("QA", "QC", "YU", "YY"), verdicts, taken)


def _claim_level(level: int, parent: int, verdict: ClaimVerdict, sent: str) -> Iterator[Segment]:
    claim = verdict.claim
    status = ":".join(filter(None, (verdict.category, verdict.status, verdict.entity)))
    yield ["HL", str(level), str(parent), "PT"]
    yield person("QC", claim.patient, claim.member_id)
    yield ["TRN", "2", clean(claim.number)]
    yield ["STC", status, sent, "WQ" if verdict.accepted else "U", amount(claim.charge_cents or 0)]
    if verdict.control_number:
        yield ["REF", "1K", verdict.control_number]
    days = sorted({line.service_day for line in claim.lines if line.service_day})
    if len(days) > 1:
        yield ["DTP", "472", "RD8", f"{compact(days[0])}-{compact(days[-1])}"]
    elif days:
        yield ["DTP", "472", "D8", compact(days[0])]


def person(entity: str, name: Segment, member_id: str) -> Segment:
    """An NM1 of a person as he was named to us."""
    last, first, middle = (clean(at(name, n)) for n in (3, 4, 5))
    return ["NM1", entity, "1", last, first, middle, "", clean(at(name, 7)), "MI", clean(member_id)]


def _by_provider(verdicts: list[ClaimVerdict]) -> list[tuple[Provider, list[ClaimVerdict]]]:
    """The verdicts under the provider level they came in, in order."""
    found: dict[int, tuple[Provider, list[ClaimVerdict]]] = {}
    for verdict in verdicts:
        found.setdefault(id(verdict.claim.provider), (verdict.claim.provider, []))[1].append(verdict)
    return list(found.values())


def _total(verdicts: list[ClaimVerdict]) -> int:
    return sum(verdict.claim.charge_cents or 0 for verdict in verdicts)
