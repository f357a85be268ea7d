"""The 835: one transaction set a payment, in balance to the cent (005010X221A1 1.10.2.1).

line   SVC02 - CAS = SVC03;  claim  CLP03 - CAS = CLP04;  payment  BPR02 = sum of CLP04 - PLB, never below zero.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from claimkeep.edge.simulator.acknowledging import person
from claimkeep.edge.simulator.adjudicating import REVERSAL, Adjustment, ClaimPayment, LinePayment
from claimkeep.edge.simulator.clinic import Payer
from claimkeep.edge.simulator.reading import Provider, Segment, at
from claimkeep.edge.simulator.writing import COMPONENT, amount, clean, compact

VERSION = "005010X221A1"

PAYER_TAX_ID = "900000099"
PAYER_ACCOUNT, PAYER_ROUTING = "000000001", "999999992"
PAYEE_ACCOUNT, PAYEE_ROUTING = "000000002", "999988880"

FILING_INDICATORS = frozenset("12 13 14 15 16 17 AM CH DS HM LM MA MB MC OF TV VA WC ZZ".split())
"""What CLP06 may say; plans of other kinds are told as 12 (005010X221A1 2100 CLP06)."""


@dataclass(frozen=True, slots=True)
class ProviderAdjustment:
    """One pair of a PLB: positive lowers the payment."""

    reason: str
    reference: str
    amount_cents: int


@dataclass(frozen=True, slots=True)
class Remittance:
    """One payment of one payer to one payee."""

    payer: Payer
    payee: Provider
    receiver: str
    day: date
    trace_number: str
    payments: tuple[ClaimPayment, ...]
    adjustments: tuple[ProviderAdjustment, ...] = ()

    @property
    def paid_cents(self) -> int:
        """BPR02: the claims less the provider adjustments. Out-of-balance claims do not move it."""
        claims = sum(payment.paid_cents - payment.off_by_cents for payment in self.payments)
        return claims - sum(each.amount_cents for each in self.adjustments)


def transaction(remittance: Remittance, control: str) -> list[Segment]:
    """The 835 of the remittance, without its SE."""
    body: list[Segment] = [["ST", "835", control], *_financial(remittance), *_parties(remittance)]
    if remittance.payments:
        body.append(["LX", "1"])
    for payment in remittance.payments:
        body += _claim(payment, remittance.payee.npi)
    body += _provider_adjustments(remittance)
    return body


def _financial(remittance: Remittance) -> Iterator[Segment]:
    paid, sent = remittance.paid_cents, compact(remittance.day)
    if paid < 0:
        raise ValueError("a payment below zero needs a provider adjustment that carries it forward")
    if paid:
        ours = ["01", PAYER_ROUTING, "DA", PAYER_ACCOUNT, f"1{PAYER_TAX_ID}", ""]
        theirs = ["01", PAYEE_ROUTING, "DA", PAYEE_ACCOUNT]
        yield ["BPR", "I", amount(paid), "C", "ACH", "CCP", *ours, *theirs, sent]
    else:
        yield ["BPR", "H", "0", "C", "NON", *[""] * 11, sent]
    yield ["TRN", "1", remittance.trace_number, f"1{PAYER_TAX_ID}"]
    if remittance.receiver:
        yield ["REF", "EV", clean(remittance.receiver)]
    yield ["DTM", "405", sent]


def _parties(remittance: Remittance) -> Iterator[Segment]:
    payer, payee = remittance.payer, remittance.payee
    yield ["N1", "PR", clean(payer.name)]
    yield ["N3", "200 PAYER PLAZA"]
    yield ["N4", "TESTVILLE", "NJ", "07001"]
    yield ["REF", "2U", clean(payer.payer_id)]
    yield ["PER", "BL", "PAYER OF THE BOX", "TE", "2015550199"]
    name = " ".join(filter(None, (clean(at(payee.name, 4)), clean(at(payee.name, 3))))) or "PAYEE"
    yield ["N1", "PE", name, "XX", payee.npi]
    if payee.street and payee.city:
        yield ["N3", *map(clean, payee.street[1:3])]
        yield ["N4", *map(clean, payee.city[1:4])]
    if payee.tax_id:
        yield ["REF", "TJ", clean(payee.tax_id)]


def _claim(payment: ClaimPayment, payee_npi: str) -> Iterator[Segment]:
    filing = payment.filing_indicator if payment.filing_indicator in FILING_INDICATORS else "12"
    # a reversal says nothing of what the patient owes: the correction does
    owes = "" if payment.status == REVERSAL else amount(payment.responsibility_cents)
    money = [amount(payment.charge_cents), amount(payment.paid_cents), owes]
    identity = [filing, payment.control_number, clean(payment.place_of_service), payment.frequency]
    yield ["CLP", clean(payment.claim_number), payment.status, *money, *identity]
    patient, subscriber = list(payment.patient), list(payment.subscriber)
    yield person("QC", patient, payment.member_id)
    if patient != subscriber:
        yield person("IL", subscriber, payment.member_id)
    if payment.rendering_npi and payment.rendering_npi != payee_npi:
        yield ["NM1", "82", "1", "", "", "", "", "", "XX", payment.rendering_npi]
    if payment.first_day:
        yield ["DTM", "232", payment.first_day]
        yield ["DTM", "233", payment.last_day]
    allowed_cents = sum(line.allowed_cents for line in payment.lines)
    if allowed_cents > 0:
        yield ["AMT", "AU", amount(allowed_cents)]
    for line in payment.lines:
        yield from _line(line)


def _line(line: LinePayment) -> Iterator[Segment]:
    procedure = COMPONENT.join(map(clean, line.procedure)).rstrip(COMPONENT)
    yield ["SVC", procedure, amount(line.charge_cents), amount(line.paid_cents), "", clean(line.units)]
    if line.service_day:
        yield ["DTM", "472", line.service_day]
    yield from _adjustments(line.adjustments)
    if line.control_number:
        yield ["REF", "6R", clean(line.control_number)]
    if line.allowed_cents > 0:
        yield ["AMT", "B6", amount(line.allowed_cents)]
    for remark in line.remarks:
        yield ["LQ", "HE", remark]


def _adjustments(adjustments: tuple[Adjustment, ...]) -> Iterator[Segment]:
    """One CAS a group, up to six reasons in it; no line of the box has more than three."""
    for group in dict.fromkeys(group for group, _, _ in adjustments):
        segment = ["CAS", group]
        for each, reason, cents in adjustments:
            if each == group:
                segment += [reason, amount(cents), ""]
        yield segment


def _provider_adjustments(remittance: Remittance) -> Iterator[Segment]:
    """PLB, up to six pairs each, under the payee's NPI and the end of its fiscal year."""
    pairs = remittance.adjustments
    for first in range(0, len(pairs), 6):
        segment = ["PLB", remittance.payee.npi, f"{remittance.day.year}1231"]
        for pair in pairs[first : first + 6]:
            segment += [f"{pair.reason}{COMPONENT}{clean(pair.reference)}", amount(pair.amount_cents)]
        yield segment
