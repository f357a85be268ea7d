"""The wall around a practice: no query shows and no verb changes what is another practice's.

The cases are found in the modules themselves: a new function without a case fails here.
"""

from __future__ import annotations

import dataclasses
import importlib
import inspect
import pkgutil
import uuid
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any

import polars as pl
import pytest
from django.apps import apps as installed
from django.db import models, transaction
from django.db.models import QuerySet

from claimkeep import apps
from claimkeep.apps.access.models import User
from claimkeep.apps.access.roles import Actor
from claimkeep.apps.claims.actions.steps import Step
from claimkeep.apps.claims.models import Claim, ReceivedFile
from claimkeep.apps.encounters.models import Encounter
from claimkeep.apps.ledger.models import Entry, Posting
from claimkeep.apps.organization.models import Payer
from claimkeep.apps.patients.models import Patient
from claimkeep.apps.remits.models import Remittance
from claimkeep.apps.vault import keyring
from claimkeep.engine.books.entry import Journal
from claimkeep.engine.terms.claim import ClaimTables
from claimkeep.engine.terms.errors import AccessDenied, SetupError
from tests.apps.payer import paid, remittances, ta1
from tests.apps.world import CLAIM, NOW, Place, person, place, visit
from tests.engine.remit.remittances import Clp, Line, Remit


@dataclasses.dataclass(frozen=True)
class Ours:
    """Rows of the practice behind the wall, for cases to ask for."""

    here: Place
    claim: Claim
    remittance: Remittance
    file: ReceivedFile
    unread: ReceivedFile

    @property
    def patient_id(self) -> uuid.UUID:
        """A patient with a claim that was paid."""
        return self.claim.patient_id


Case = Callable[[Ours, Actor], Any]

READS: dict[str, Case] = {
    "organization.queries.practice": lambda o, a: _m("organization.queries").practice(a),
    "organization.queries.payers": lambda o, a: _m("organization.queries").payers(a),
    "organization.queries.clearinghouse": lambda o, a: _m("organization.queries").clearinghouse(a),
    "patients.queries.patient": lambda o, a: _m("patients.queries").patient(a, o.patient_id, now=NOW),
    "patients.queries.patients_named": lambda o, a: _m("patients.queries").patients_named(
        a, [o.patient_id], now=NOW, why="list"
    ),
    "patients.queries.search": lambda o, a: _m("patients.queries").search(a, now=NOW, last_name="LASTNAME"),
    "ledger.queries.trial_balance": lambda o, a: _m("ledger.queries").trial_balance(a),
    "ledger.queries.entries": lambda o, a: _m("ledger.queries").entries(a),
    "ledger.queries.postings": lambda o, a: _m("ledger.queries").postings(a),
    "ledger.queries.journal_of_claims": lambda o, a: _m("ledger.queries").journal_of_claims(a, [o.claim.number]),
    "ledger.queries.receivables": lambda o, a: _m("ledger.queries").receivables(a, NOW.date()),
    "ledger.queries.unbalanced_entries": lambda o, a: _m("ledger.queries").unbalanced_entries(a),
    "ledger.queries.received_cents": lambda o, a: _m("ledger.queries").received_cents(a),
    "encounters.queries.without_claim": lambda o, a: _m("encounters.queries").without_claim(a, 10),
    "encounters.queries.lines": lambda o, a: _m("encounters.queries").lines(a, o.claim.encounter_id),
    "encounters.queries.diagnoses": lambda o, a: _m("encounters.queries").diagnoses(a, o.claim.encounter_id),
    "encounters.queries.of_patient": lambda o, a: _m("encounters.queries").of_patient(a, o.patient_id),
    "encounters.queries.count": lambda o, a: _m("encounters.queries").count(a),
    "claims.queries.claims": lambda o, a: _m("claims.queries").claims(a),
    "claims.queries.whole": lambda o, a: _m("claims.queries").whole(a),
    "claims.queries.claim": lambda o, a: _m("claims.queries").claim(a, o.claim.pk, now=NOW),
    "claims.queries.of_patient": lambda o, a: _m("claims.queries").of_patient(a, o.patient_id),
    "claims.queries.events": lambda o, a: _m("claims.queries").events(a, o.claim.pk),
    "claims.queries.open_findings": lambda o, a: _m("claims.queries").open_findings(a),
    "claims.queries.counts": lambda o, a: _m("claims.queries").counts(a),
    "claims.queries.files": lambda o, a: _m("claims.queries").files(a),
    "claims.queries.unsent_files": lambda o, a: _m("claims.queries").unsent_files(a),
    "claims.queries.received_files": lambda o, a: _m("claims.queries").received_files(a),
    "claims.queries.unread_files": lambda o, a: _m("claims.queries").unread_files(a),
    "claims.queries.matched_by_number": lambda o, a: _m("claims.queries").matched_by_number(a, [o.claim.number]),
    "remits.queries.remittances": lambda o, a: _m("remits.queries").remittances(a),
    "remits.queries.remittance": lambda o, a: _m("remits.queries").remittance(a, o.remittance.pk, now=NOW),
    "remits.queries.of_claim": lambda o, a: _m("remits.queries").of_claim(a, o.claim.pk),
    "remits.queries.not_posted": lambda o, a: _m("remits.queries").not_posted(a),
    "remits.queries.counts": lambda o, a: _m("remits.queries").counts(a),
}
"""What is read: the practice's own actor is shown something, another's nothing."""

WRITES: dict[str, Case] = {
    "patients.queries.reveal": lambda o, a: _m("patients.queries").reveal(
        dataclasses.replace(a, role="biller"), o.patient_id, field="ssn", reason="verify", now=NOW
    ),
    "organization.actions.connect_clearinghouse": lambda o, a: _m("organization.actions").connect_clearinghouse(
        actor=a,
        now=NOW,
        name="OTHERNAME",
        host="other",
        port=2,
        username="U",
        host_key="K",
        sender_id="S",
        receiver_id="R",
        submitter_id="S",
        submitter_name="S",
        contact_name="C",
        contact_phone="P",
    ),
    "organization.actions.next_numbers": lambda o, a: len(_m("organization.actions").next_numbers(a, "claim", 0)),
    "organization.actions.take_turn": lambda o, a: _m("organization.actions").take_turn(a, "turn:claims"),
    **{
        f"organization.actions.know_{what}": lambda o, a, what=what: getattr(
            _m("organization.actions"), f"know_{what}"
        )(a, _facts(what))
        for what in ("billing_providers", "providers", "facilities", "payers")
    },
    "patients.actions.register": lambda o, a: _m("patients.actions").register(
        [(o.claim.patient.identity_of, {"last_name": "LASTNAME"})], actor=a, now=NOW, why="test"
    ),
    "coverage.actions.enroll": lambda o, a: _m("coverage.actions").enroll(
        [((o.claim.coverage.identity_of, ""), o.patient_id, o.claim.payer_id, {"member_id": "M00000001"})],
        actor=a,
        now=NOW,
    ),
    "encounters.actions.receive": lambda o, a: _m("encounters.actions").receive(
        ClaimTables.empty(), source_kind="csv", actor=a, now=NOW
    ),
    "ledger.actions.record": lambda o, a: _m("ledger.actions").record(Journal.empty(), actor=a, now=NOW),
    "claims.actions.build.build": lambda o, a: _m("claims.actions.build").build(actor=a, now=NOW),
    "claims.actions.build.scrub_again": lambda o, a: _m("claims.actions.build").scrub_again(actor=a, now=NOW),
    "claims.actions.receive.keep": lambda o, a: _m("claims.actions.receive").keep(
        name="SAME", data=keyless(o), actor=a, now=NOW
    )[0],
    "claims.actions.receive.begin": lambda o, a: _m("claims.actions.receive").begin(o.unread, actor=a),
    "claims.actions.steps.take": lambda o, a: _m("claims.actions.steps").take(
        [Step(o.claim.pk, "adjudication", "denied")], actor=a, now=NOW
    ),
    "claims.actions.submit.prepare": lambda o, a: _m("claims.actions.submit").prepare(actor=a, now=NOW),
    "claims.actions.submit.send": lambda o, a: _m("claims.actions.submit").send(_refuse, actor=a, now=NOW),
    "claims.actions.acknowledge.acknowledge": lambda o, a: _m("claims.actions.acknowledge").acknowledge(
        o.unread, actor=a, now=NOW
    ),
    "remits.actions.take_in": lambda o, a: _m("remits.actions").take_in(o.file, actor=a, now=NOW),
}
"""What is written: another practice's actor is refused or does it at home, and no row here is touched."""

NO_ACTOR = {
    "access.actions.add_person": "its caller is asked",
    "access.queries.practices_of": "a person's own",
    "access.queries.actor_for": "makes the actor; tests/apps/access",
    "audit.actions.note": "takes the practice",
    "audit.actions.note_all": "takes the practice",
    "audit.actions.sign_head": "the whole installation",
    "audit.queries.origin": "of one row",
    "audit.queries.frontier": "of one row",
    "audit.queries.lines": "the whole installation",
    "audit.queries.size": "the whole installation",
    "audit.queries.signed_heads": "the whole installation",
    "audit.queries.inclusion_proof": "the whole installation",
    "audit.queries.consistency_proof": "the whole installation",
    "audit.queries.about": "ids only; its caller is asked",
    "audit.queries.verify": "the whole installation",
    "vault.actions.make_keys": "takes the practice",
    "vault.actions.add_tokens": "a token is of one practice's key",
    "vault.actions.replace_tokens": "a token is of one practice's key",
    "vault.actions.keep_document": "takes the practice",
    "vault.queries.rows_with": "a token is of one practice's key",
    "vault.queries.document_bytes": "takes the practice; tests/apps/vault",
    "vault.queries.document_place": "of one row",
    "organization.actions.found_practice": "makes the practice",
    "claims.actions.receive.told": "of values",
    "claims.actions.receive.finish": "of one row",
    "claims.queries.replayed": "of values",
    "claims.queries.batches": "of a query",
    "claims.queries.numbered": "of rows",
}
"""What takes no actor, and why that is right."""


def _m(name: str) -> Any:
    return importlib.import_module(f"claimkeep.apps.{name}")


def _refuse(name: str, data: bytes) -> None:
    raise AssertionError("a file of another practice was sent")


def _facts(what: str) -> list[dict[str, str]]:
    from claimkeep.apps.organization import tables

    return {
        "billing_providers": [tables.facts(CLAIM, "billing_provider", tables.BILLING)],
        "providers": [tables.facts(CLAIM, "rendering_provider", tables.PERSON)],
        "facilities": [tables.facts(CLAIM, "service_facility", tables.PLACE)],
        "payers": [tables.payer_facts(CLAIM)],
    }[what]


def keyless(ours: Ours) -> bytes:
    """The very bytes that came in behind the wall."""
    return _m("vault.queries").document_bytes(ours.here.actor.practice_id, ours.unread.document_id)


def functions() -> Iterator[tuple[str, Callable[..., Any]]]:
    """Every public function of every app's queries and actions."""
    for module in pkgutil.walk_packages(apps.__path__, "claimkeep.apps."):
        short = module.name.removeprefix("claimkeep.apps.")
        if ".queries" in module.name or ".actions" in module.name:
            found = importlib.import_module(module.name)
            for name, function in vars(found).items():
                if inspect.isfunction(function) and not name.startswith("_") and function.__module__ == module.name:
                    yield f"{short}.{name}", function


@pytest.fixture(scope="module")
def ours(django_db_setup: None, django_db_blocker: Any) -> Iterator[Ours]:
    """A practice with something of everything; all of it undone at the end of the module."""
    with django_db_blocker.unblock(), transaction.atomic():
        here = place("PRACTICENAME HERE")
        here.receive(visit(**person(1)), visit(**person(2), codes=()))
        here.build()
        here.submit()
        claim, held = Claim.objects.order_by("number")
        assert (claim.transport, held.build) == ("sent", "held")
        file = here.keep(remittances(Remit([paid(claim), Clp("NOBODYS", [Line(100, 100)])])))
        assert _m("remits.actions").take_in(file, actor=here.actor, now=NOW).unmatched == 1
        here.receive(visit(**person(3)))
        here.build()
        assert _m("claims.actions.submit").prepare(actor=here.actor, now=NOW) == 1
        here.receive(visit(**person(4)))
        unread = here.keep(ta1(_m("claims.models").SubmissionFile.objects.earliest("name")), "UNREAD")
        entry = Entry.objects.create(
            practice_id=here.actor.practice_id, source="planted", kind="charge", entry_day=date(2026, 3, 2),
            actor="system:test", created_at=NOW,
        )  # fmt: skip
        Posting.objects.create(practice_id=here.actor.practice_id, entry=entry, account="bank", cents=1)
        claim.refresh_from_db()
        yield Ours(here, claim, Remittance.objects.get(), file, unread)
        transaction.set_rollback(True)
    keyring.forget()


@pytest.fixture
def other(ours: Ours, db: None) -> Actor:
    """Somebody of another practice, with every permission there."""
    return place("PRACTICENAME ELSEWHERE", wired=False).actor


def shows(value: Any, practice_id: uuid.UUID) -> bool:
    """True when something of this practice stands in the value."""
    if isinstance(value, models.Model):
        if hasattr(value, "encounter_id") and not hasattr(value, "practice_id"):
            value = value.encounter
        return practice_id in (getattr(value, "practice_id", None), value.pk)
    if isinstance(value, QuerySet | list | tuple | set | frozenset):
        return any(shows(each, practice_id) for each in value)
    if isinstance(value, Mapping):
        return any(shows(each, practice_id) for each in value.values())
    if isinstance(value, pl.DataFrame):
        return value.height > 0
    if dataclasses.is_dataclass(value):
        return any(shows(getattr(value, f.name), practice_id) for f in dataclasses.fields(value))
    return bool(value) and not isinstance(value, str)


def rows_in(value: Any) -> Iterator[models.Model]:
    """The rows that a verb gave back."""
    if isinstance(value, models.Model):
        yield value
    elif isinstance(value, Mapping):
        yield from (row for each in value.values() for row in rows_in(each))
    elif dataclasses.is_dataclass(value):
        yield from (row for f in dataclasses.fields(value) for row in rows_in(getattr(value, f.name)))


def shown(case: Case, ours: Ours, actor: Actor) -> bool:
    """True when this actor is shown something of ours."""
    try:
        with transaction.atomic():
            return shows(case(ours, actor), ours.here.actor.practice_id)
    except AccessDenied:
        return False


def rows(practice_id: uuid.UUID) -> dict[str, list[Any]]:
    """Every row of a practice as it stands."""
    found = {}
    for model in installed.get_app_configs():
        for each in model.get_models():
            if model.name.startswith("claimkeep.apps") and hasattr(each, "practice_id"):
                found[each.__name__] = list(each.objects.filter(practice_id=practice_id).order_by("pk").values())
    return found


def test_every_query_and_every_verb_has_its_case() -> None:
    named = dict(functions())
    with_actor = {name for name, function in named.items() if "actor" in inspect.signature(function).parameters}
    about_events = {"audit.actions.note", "audit.actions.note_all"}  # there it is a text
    assert with_actor - about_events == set(READS) | set(WRITES)
    assert set(named) - with_actor | about_events == set(NO_ACTOR)


@pytest.mark.parametrize("name", sorted(READS))
def test_a_query_shows_its_own_practice_something_and_another_nothing(ours: Ours, other: Actor, name: str) -> None:
    assert shown(READS[name], ours, ours.here.actor)
    assert not shown(READS[name], ours, other)


@pytest.mark.parametrize("name", sorted(READS))
def test_a_query_whose_practice_filter_is_gone_is_seen(
    ours: Ours, other: Actor, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = QuerySet._filter_or_exclude

    def without_practice(self: Any, negate: bool, args: Any, kwargs: dict[str, Any]) -> Any:
        kept = {k: v for k, v in kwargs.items() if not k.endswith("practice_id")}
        if name == "organization.queries.practice":
            kept["pk"] = ours.here.actor.practice_id
        return original(self, negate, args, kept)

    monkeypatch.setattr(QuerySet, "_filter_or_exclude", without_practice)
    actor = other
    if name == "patients.queries.search":  # here the key of the index is a second wall: take it away as well
        monkeypatch.setattr("claimkeep.apps.vault.keyring.index", lambda _: keyring_index(ours))
    assert shown(READS[name], ours, actor)


def keyring_index(ours: Ours) -> Any:
    """The index of the practice behind the wall."""
    from claimkeep.engine.crypto.blind_index import BlindIndex

    return BlindIndex(keyring._keyset(ours.here.actor.practice_id, keyring.Purpose.INDEX))


@pytest.mark.parametrize("name", sorted(WRITES))
def test_a_verb_of_another_practice_changes_no_row_here_and_gives_none(ours: Ours, other: Actor, name: str) -> None:
    before = rows(ours.here.actor.practice_id)
    assert sum(map(len, before.values())) > 50
    try:
        with transaction.atomic():
            assert not any(shows(row, ours.here.actor.practice_id) for row in rows_in(WRITES[name](ours, other)))
    except (AccessDenied, SetupError):
        pass
    assert rows(ours.here.actor.practice_id) == before


PART_OF_A_VERB = {
    *("next_numbers", "take_turn", "know_billing_providers", "know_providers", "know_facilities", "know_payers"),
    *("record", "take", "begin"),
}
"""Only ever called by a verb that has asked; and `reveal`, which the tests of patients ask with their own roles."""

ASKING = sorted(name for name in READS | WRITES if name.rpartition(".")[2] not in PART_OF_A_VERB | {"reveal"})


@pytest.mark.parametrize("name", ASKING)
def test_a_role_that_is_none_is_refused_at_home_too(ours: Ours, db: None, name: str) -> None:
    actor = dataclasses.replace(ours.here.actor, role="")
    with pytest.raises(AccessDenied), transaction.atomic():
        (READS | WRITES)[name](ours, actor)


def test_the_snapshot_sees_a_change(ours: Ours, db: None) -> None:
    before = rows(ours.here.actor.practice_id)
    Claim.objects.filter(pk=ours.claim.pk).update(adjudication="denied")
    assert rows(ours.here.actor.practice_id) != before
    assert {"Encounter", "Patient", "Payer", "Claim", "Remittance"} <= set(before)
    assert all(model.objects.exists() for model in (Encounter, Patient, Payer)) and not User.objects.exists()
