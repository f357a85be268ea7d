"""A practice to test in: visits told in few words, a clearinghouse in memory, a payer whose words we choose."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from claimkeep.apps.access.roles import Actor
from claimkeep.apps.claims.actions import build, receive, submit
from claimkeep.apps.claims.models import Claim, ReceivedFile
from claimkeep.apps.encounters import actions as encounters
from claimkeep.apps.encounters.actions import Received
from claimkeep.apps.organization import actions as organization
from claimkeep.apps.remits import actions as remits
from claimkeep.apps.remits.actions import Taken
from claimkeep.edge.simulator.judgement import judge
from claimkeep.edge.simulator.memory import Memory
from claimkeep.edge.simulator.misbehaviour import Misbehaviour
from claimkeep.engine.intake.batch import Visit, tables
from claimkeep.engine.terms.claim import ClaimTables
from claimkeep.engine.terms.errors import WireError

NOW = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
DAY = date(2026, 2, 20)

PERSON = {"last_name": "LASTNAME", "first_name": "FIRSTNAME", "birth_day": date(1970, 1, 31), "sex": "F"}
HOME = {"address1": "1 SYNTHETIC STREET", "city": "TESTVILLE", "state": "NJ", "zip": "07001"}
CLAIM: dict[str, Any] = {
    "source_id": "VISIT1",
    "medical_record_number": "RECORD1",
    "billing_provider_npi": "1234567893",
    "billing_provider_entity_type": "2",
    "billing_provider_last_name": "BILLINGNAME",
    "billing_provider_taxonomy": "207Q00000X",
    "billing_provider_tax_id": "900000001",
    "billing_provider_tax_id_qualifier": "EI",
    "billing_provider_address1": "100 SYNTHETIC PLAZA",
    "billing_provider_city": "TESTVILLE",
    "billing_provider_state": "NJ",
    "billing_provider_zip": "070010001",
    "payer_sequence": "P",
    "claim_filing_indicator": "CI",
    "payer_name": "PAYERNAME",
    "payer_id": "SYNTH01",
    "payer_id_qualifier": "PI",
    "subscriber_member_id": "M00000001",
    "patient_relationship": "18",
    "patient_phone": "5555550100",
    "place_of_service": "11",
    "frequency_code": "1",
    "rendering_provider_npi": "1999999901",
    "rendering_provider_entity_type": "1",
    "rendering_provider_last_name": "DOCTORLAST",
    "rendering_provider_first_name": "DOCTORFIRST",
    **{f"{who}_{name}": value for who in ("patient", "subscriber") for name, value in (PERSON | HOME).items()},
}
"""A visit without a fault; a test changes what it is about."""


def line(cents: int = 20_000, code: str = "G0463", **facts: Any) -> dict[str, Any]:
    """One service line without a fault."""
    return {
        "procedure_qualifier": "HC",
        "procedure_code": code,
        "charge_cents": cents,
        "unit_basis": "UN",
        "units_milli": 1000,
        "pointer1": 1,
        "service_day": DAY,
    } | facts


def visit(
    *lines: dict[str, Any],
    other_payers: tuple[dict[str, Any], ...] = (),
    codes: tuple[str, ...] = ("I10",),
    **facts: Any,
) -> Visit:
    """One visit without a fault but for what `facts` change; the claim's charge is the sum of its lines."""
    rows = list(lines) or [line()]
    total = sum(row["charge_cents"] or 0 for row in rows)
    diagnoses = [
        {"position": n, "qualifier": "ABF" if n > 1 else "ABK", "code": code} for n, code in enumerate(codes, start=1)
    ]
    return Visit(CLAIM | {"charge_cents": total} | facts, rows, diagnoses, list(other_payers))


def person(number: int, **facts: Any) -> dict[str, Any]:
    """The facts that make a visit another person's."""
    named = {f"{who}_last_name": f"LASTNAME{number:05d}" for who in ("patient", "subscriber")}
    return named | {"source_id": f"VISIT{number}", "subscriber_member_id": f"M{number:08d}"} | facts


def of(*visits: Visit) -> ClaimTables:
    """The claim tables of these visits."""
    return tables(visits)


class Box:
    """The clearinghouse and its payers in memory: the simulator's own judgement behind the four calls of a wire."""

    def __init__(self, *misbehaviour: str) -> None:
        self.sent: dict[str, bytes] = {}
        self.out: dict[str, bytes] = {}
        self.puts = 0
        self._memory = Memory()
        self._misbehaviour = Misbehaviour(frozenset(misbehaviour))

    def put_once(self, name: str, data: bytes) -> None:
        """The file is here; the same one again is left, another of its name refused."""
        self.puts += 1
        if name in self.sent:
            if self.sent[name] != data:
                raise WireError("holds another file of this name")
            return
        self.sent[name] = data
        answers, learned = judge(data, len(self.sent), 1, self._memory, self._misbehaviour)
        self._memory.learn(learned)
        self.out |= {answer.name: answer.data for answer in answers}

    def waiting(self) -> list[str]:
        """Names of the answers."""
        return sorted(self.out)

    def fetch(self, name: str) -> bytes:
        """One answer."""
        return self.out[name]

    def done(self, name: str) -> None:
        """The answer no longer waits."""
        del self.out[name]


@dataclass
class Place:
    """A practice, who works there, and the verbs in few words."""

    actor: Actor
    now: datetime = NOW
    box: Box = field(default_factory=Box)

    def receive(self, *visits: Visit) -> Received:
        """The visits come in."""
        return encounters.receive(of(*visits), source_kind="csv", actor=self.actor, now=self.now)

    def build(self) -> build.Built:
        """Claims are made and scrubbed."""
        return build.build(actor=self.actor, now=self.now)

    def submit(self) -> int:
        """Ready claims are written and sent; how many files."""
        submit.prepare(actor=self.actor, now=self.now)
        return submit.send(self.box.put_once, actor=self.actor, now=self.now)

    def claims(self, *visits: Visit) -> list[Claim]:
        """Claims of these visits, sent, in their order."""
        self.receive(*visits)
        self.build()
        self.submit()
        found = list(Claim.objects.filter(practice_id=self.actor.practice_id).order_by("number"))
        assert [c.transport for c in found] == ["sent"] * len(found), [list(c.findings.values()) for c in found]
        return found

    def keep(self, data: bytes, name: str = "ANSWER") -> ReceivedFile:
        """A file that came by the wire."""
        return receive.keep(name=name, data=data, actor=self.actor, now=self.now)[0]

    def take_in(self, data: bytes, name: str = "ANSWER") -> Taken:
        """A file of remittances is worked."""
        return remits.take_in(self.keep(data, name), actor=self.actor, now=self.now)


def place(name: str = "PRACTICENAME", *, wired: bool = True, role: str = "job") -> Place:
    """A practice with keys and a wire."""
    row = organization.found_practice(name=name, by="system:test", now=NOW)
    actor = Actor("system:test", row.pk, role)
    if wired:
        organization.connect_clearinghouse(
            actor=Actor("system:test", row.pk, "job"),
            now=NOW,
            name="CLEARINGNAME",
            host="127.0.0.1",
            port=1,
            username="USERNAME",
            host_key="KEY",
            sender_id="SENDERID",
            receiver_id="RECEIVERID",
            submitter_id="SUBMITTERID",
            submitter_name="SUBMITTERNAME",
            contact_name="CONTACTNAME",
            contact_phone="5555550100",
        )
    return Place(actor)
