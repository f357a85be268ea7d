"""One file judged: the answers it gets and what the clearinghouse and its payers remember of it.

The road of a file: envelope (TA1) -> structure (999) -> content at the clearinghouse (277CA) -> admission at the payer
(277CA) -> adjudication (835). What is refused on the way goes no further. Nothing here looks at a clock: answers are
dated as the file is, so the same file judged twice from the same memory gets the same bytes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from random import Random
from typing import Any

from claimkeep.edge.simulator.acknowledging import (
    VERSION_277CA,
    VERSION_999,
    ClaimVerdict,
    Source,
    claim_answers,
    group_answer,
    interchange_answer,
)
from claimkeep.edge.simulator.adjudicating import (
    ClaimPayment,
    adjudicate,
    from_record,
    reversal,
    to_record,
)
from claimkeep.edge.simulator.admission import at_the_clearinghouse, at_the_payer
from claimkeep.edge.simulator.clinic import Payer
from claimkeep.edge.simulator.fees import plan
from claimkeep.edge.simulator.memory import Memory, Recollection
from claimkeep.edge.simulator.misbehaviour import Misbehaviour, provider_adjustments, spoil, taken_back
from claimkeep.edge.simulator.reading import (
    Claim,
    Interchange,
    Segment,
    TransactionSet,
    at,
    claims,
    interchanges,
    submitter,
)
from claimkeep.edge.simulator.remitting import VERSION, ProviderAdjustment, Remittance, transaction
from claimkeep.edge.simulator.structure import envelope_fault
from claimkeep.edge.simulator.writing import NAME, Envelope, acknowledged, clean, interchange

VOID, REPLACEMENT = "8", "7"


@dataclass(frozen=True, slots=True)
class Answer:
    """A file for `out`; `after_looks` 0 is at once."""

    name: str
    data: bytes
    after_looks: int = 0


def judge(
    data: bytes, number: int, seed: int, memory: Memory, misbehaviour: Misbehaviour
) -> tuple[list[Answer], dict[str, dict[str, Any]]]:
    """The answers to a file, the `number`th of this box, and what is to be remembered of it.

    A file that is no interchange gets no answer: there is nobody to address one to.
    """
    known = Recollection(memory)
    if "silent" in misbehaviour.kinds:
        return [], known.learned
    desk = Desk(number, seed, known, misbehaviour)
    for each in interchanges(data):
        desk.take(each)
    return desk.answers, known.learned


@dataclass(slots=True)
class Batch:
    """The claims of one transaction set that are still on the road."""

    transaction: TransactionSet
    claims: list[Claim]

    @property
    def reference(self) -> str:
        """BHT03 of the 837."""
        return next((at(each, 3) for each in self.transaction.segments if each[0] == "BHT"), "")


class Desk:
    """Where the interchanges of one file are worked, in order."""

    def __init__(self, number: int, seed: int, known: Recollection, misbehaviour: Misbehaviour) -> None:
        self.answers: list[Answer] = []
        self._number, self._seed, self._known, self._misbehaviour = number, seed, known, misbehaviour
        self._written = 0
        self._claims = 0

    def take(self, received: Interchange) -> None:
        """One interchange is answered as far as it gets."""
        identity = f"{at(received.header, 6).strip()}|{at(received.header, 13)}"
        fault = envelope_fault(received, self._known.recall("interchanges", identity) is not None)
        self._answer("ta1", received, lambda envelope: acknowledged(envelope, interchange_answer(received, fault)))
        if fault != "000":
            return
        self._known.note("interchanges", identity, True)
        accepted = []
        for group in received.groups:
            body, good = group_answer(group, "0001")
            self._answer("999", received, _writer("FA", VERSION_999, [body]))
            accepted += good
        batches = self._at_the_clearinghouse(received, accepted)
        by_payer: dict[str, list[Batch]] = {}
        for batch in batches:
            for claim in batch.claims:
                of_payer = by_payer.setdefault(claim.payer_id, [])
                if not of_payer or of_payer[-1].transaction is not batch.transaction:
                    of_payer.append(Batch(batch.transaction, []))
                of_payer[-1].claims.append(claim)
        for payer_id, of_payer in sorted(by_payer.items()):
            terms = plan(payer_id, clean(at(of_payer[0].claims[0].payer, 3)))
            self._at_the_payer(received, terms, of_payer)

    def _at_the_clearinghouse(self, received: Interchange, accepted: list[TransactionSet]) -> list[Batch]:
        """The clearinghouse's 277CA is written; the claims it passes on."""
        passed, bodies = [], []
        numbers: set[str] = set()
        for position, each in enumerate(accepted, start=1):
            verdicts = []
            for claim in claims(each, received.component):
                verdicts.append(at_the_clearinghouse(claim, received.day, numbers))
                numbers.add(claim.number)
            passed.append(Batch(each, [verdict.claim for verdict in verdicts if verdict.accepted]))
            source = Source("AY", "CLEARINGHOUSE OF THE BOX", NAME)
            bodies.append(_status(source, passed[-1], received.day, position, verdicts))
        if bodies:
            self._answer("277", received, _writer("HN", VERSION_277CA, bodies))
        return passed

    def _at_the_payer(self, received: Interchange, terms: Payer, batches: list[Batch]) -> None:
        """The payer's 277CA and its 835 are written."""
        bodies, admitted = [], []
        for position, batch in enumerate(batches, start=1):
            verdicts = [self._admit(claim, terms) for claim in batch.claims]
            source = Source("PR", clean(terms.name), clean(terms.payer_id))
            bodies.append(_status(source, batch, received.day, position, verdicts))
            admitted += [verdict for verdict in verdicts if verdict.accepted]
        self._answer(f"277-{_safe(terms.payer_id)}", received, _writer("HN", VERSION_277CA, bodies))
        if not admitted:
            return
        paid: dict[str, list[ClaimPayment]] = {}
        for verdict in admitted:
            paid.setdefault(verdict.claim.provider.npi, []).extend(self._pay(verdict, terms, received.day))
        payees = {verdict.claim.provider.npi: verdict.claim.provider for verdict in admitted}
        chance = Random(f"{self._seed} {self._number} {terms.payer_id}")
        remittances, later = [], []
        for npi, payments in paid.items():
            whole = Remittance(terms, payees[npi], at(received.header, 6).strip(), received.day, "", tuple(payments))
            remittances.append(self._remit(whole, spoil(payments, self._misbehaviour.kinds, chance)))
            if "reversed" in self._misbehaviour.kinds and (again := taken_back(payments, chance)):
                self._remember(again, terms.payer_id)
                later.append(self._remit(whole, again))
        self._send_remittances(received, remittances, later, terms)

    def _admit(self, claim: Claim, terms: Payer) -> ClaimVerdict:
        self._claims += 1
        original = self._known.recall("adjudicated", f"{terms.payer_id}|{claim.original_reference}")
        repeats = claim.frequency in (VOID, REPLACEMENT)
        return at_the_payer(claim, f"P{self._number:06d}{self._claims:06d}", original is not None or not repeats)

    def _pay(self, verdict: ClaimVerdict, terms: Payer, today: date) -> list[ClaimPayment]:
        """What the claim gets: a payment; for a replacement the reversal of the old one first; for a void only that."""
        claim = verdict.claim
        payments = []
        if claim.frequency in (VOID, REPLACEMENT):
            old_key = f"{terms.payer_id}|{claim.original_reference}"
            original = from_record(self._known.recall("adjudicated", old_key))
            payments.append(reversal(original))
            self._known.note("adjudicated", old_key, None)
            self._give_back_deductible(original, terms)
        if claim.frequency != VOID:
            payments.append(adjudicate(claim, terms, verdict.control_number, today, self._known))
            self._remember(payments[-1:], terms.payer_id)
        return payments

    def _give_back_deductible(self, original: ClaimPayment, terms: Payer) -> None:
        account = f"{terms.payer_id}|{original.member_id}|{original.first_day[:4]}"
        taken = sum(
            cents for line in original.lines for group, why, cents in line.adjustments if (group, why) == ("PR", "1")
        )
        if taken:
            self._known.note("deductibles", account, (self._known.recall("deductibles", account) or 0) - taken)

    def _remember(self, payments: list[ClaimPayment], payer_id: str) -> None:
        """The payments as they stand now, under their own numbers; a reversal leaves nothing standing."""
        for payment in payments:
            record = None if payment.status == "22" else to_record(payment)
            self._known.note("adjudicated", f"{payer_id}|{payment.control_number}", record)

    def _remit(self, whole: Remittance, payments: list[ClaimPayment]) -> Remittance:
        """The payments as one remittance, never below zero: a debt is carried, and collected when there is money."""
        self._written += 1
        trace = f"T{self._seed}N{self._number:06d}{self._written:03d}"
        extras = provider_adjustments(self._misbehaviour.kinds, sum(each.paid_cents for each in payments), self._number)
        told = replace(whole, payments=tuple(payments), trace_number=trace, adjustments=tuple(extras))
        account = f"{whole.payer.payer_id}|{whole.payee.npi}"
        owed_cents, reference = self._known.recall("debts", account) or (0, "")
        paid_cents = told.paid_cents
        moved_cents = paid_cents if paid_cents < 0 else min(owed_cents, paid_cents)
        if not moved_cents:
            return told
        if paid_cents < 0:
            reference = next((each.control_number for each in payments if each.status == "22"), trace)
        self._known.note("debts", account, [owed_cents - moved_cents, reference])
        extras.append(ProviderAdjustment("WO", reference, moved_cents))
        return replace(told, adjustments=tuple(extras))

    def _send_remittances(
        self, received: Interchange, first: list[Remittance], later: list[Remittance], terms: Payer
    ) -> None:
        """The 835 files, as late, as often and as long as this payer makes them."""
        kinds, name = self._misbehaviour.kinds, f"835-{_safe(terms.payer_id)}"
        looks = self._misbehaviour.late_looks if "late" in kinds else 0
        write = _remittance_writer(first)
        self._answer(name, received, _cut(write) if "truncated" in kinds else write, looks)
        if "duplicate" in kinds:
            same = self.answers[-1]
            self.answers.append(replace(same, name=f"{same.name}.again"))
            self._answer(f"{name}-anew", received, write, looks)
        if later:
            self._answer(f"{name}-later", received, _remittance_writer(later), looks + 1)

    def _answer(self, kind: str, received: Interchange, write: Callable[[Envelope], bytes], looks: int = 0) -> None:
        """One more answer of this file, under the next control number of the box."""
        self._written += 1
        header = received.header
        sender = at(received.groups[0].header, 2) if received.groups else at(header, 6).strip()
        control = self._number * 1000 + self._written
        addressed = (at(header, 5), at(header, 6).strip(), clean(sender) or "UNKNOWN")
        envelope = Envelope(*addressed, received.day, control, at(header, 15) or "T")
        self.answers.append(Answer(f"{control:09d}-{kind}.x12", write(envelope), looks))


def _status(source: Source, batch: Batch, day: date, position: int, verdicts: list[ClaimVerdict]) -> list[Segment]:
    return claim_answers(source, submitter(batch.transaction), batch.reference, day, f"{position:04d}", verdicts)


def _writer(function: str, version: str, bodies: list[list[Segment]]) -> Callable[[Envelope], bytes]:
    return lambda envelope: interchange(envelope, function, version, bodies)


def _remittance_writer(remittances: list[Remittance]) -> Callable[[Envelope], bytes]:
    bodies = [transaction(each, f"{position:04d}") for position, each in enumerate(remittances, start=1)]
    return _writer("HP", VERSION, bodies)


def _cut(write: Callable[[Envelope], bytes]) -> Callable[[Envelope], bytes]:
    def half(envelope: Envelope) -> bytes:
        data = write(envelope)
        return data[: len(data) // 2]

    return half


def _safe(name: str) -> str:
    """The payer's id as part of a file name."""
    return "".join(each if each.isascii() and each.isalnum() else "_" for each in name)[:40] or "_"
