"""Every look at a patient and every change to one leaves an event that names that patient and nothing of theirs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from claimkeep.apps.audit import actions as audit
from claimkeep.apps.audit.models import Event
from claimkeep.apps.claims import queries as claims
from claimkeep.apps.claims.actions import build, submit
from claimkeep.apps.claims.models import Claim
from claimkeep.apps.patients import queries as patients
from claimkeep.apps.patients.models import Patient
from claimkeep.apps.remits import queries as remits
from claimkeep.apps.remits.models import Remittance
from tests.apps.payer import paid, remittances
from tests.apps.world import NOW, Place, person, visit
from tests.engine.remit.remittances import Remit

VALUES = ("LASTNAME", "FIRSTNAME", "1970", "M0000000", "555555", "RECORD", "SYNTHETIC STREET")
"""Beginnings of what stands in a patient."""


def new_since(seq: int) -> list[Event]:
    """The events after this one."""
    return list(Event.objects.filter(seq__gt=seq).order_by("seq"))


def last() -> int:
    """The number of the last event."""
    return Event.objects.latest("seq").seq


def named(events: list[Event], tag: str) -> set[str]:
    """The subjects of the events with this tag."""
    return {e.subject for e in events if e.tag == tag}


@pytest.fixture
def three(here: Place) -> Place:
    """Three patients with a claim each, of which a remittance pays two."""
    all_three = here.claims(*(visit(**person(n)) for n in (1, 2, 3)))
    assert here.take_in(remittances(Remit([paid(c) for c in all_three[:2]]))).posted == 1
    return here


LOOKS: dict[str, tuple[str, Callable[[Place], list[Any]]]] = {
    "a patient": (
        "patient:read",
        lambda p: [patients.patient(p.actor, Patient.objects.earliest("number").pk, now=NOW).pk],
    ),
    "a list": (
        "patient:list",
        lambda p: list(
            patients.patients_named(p.actor, [x.pk for x in Patient.objects.all()[:2]], now=NOW, why="list")
        ),
    ),
    "a search": (
        "patient:search",
        lambda p: [x.pk for x in patients.search(p.actor, now=NOW, last_name="LASTNAME")],
    ),
    "a claim": (
        "patient:read",
        lambda p: [claims.claim(p.actor, Claim.objects.earliest("number").pk, now=NOW).patient.pk],
    ),
    "a remittance": (
        "patient:read",
        lambda p: [
            x.claim.patient_id
            for x in remits.remittance(p.actor, Remittance.objects.get().pk, now=NOW).claim_payments.all()
        ],
    ),
}


@pytest.mark.parametrize("look", LOOKS)
def test_a_look_names_exactly_the_patients_it_shows(three: Place, look: str) -> None:
    tag, shows = LOOKS[look]
    before = last()
    shown = shows(three)
    assert shown
    events = [e for e in new_since(before) if e.subject.startswith("patient:")]
    assert sorted(e.subject for e in events) == sorted(f"patient:{key}" for key in shown)
    assert {e.tag for e in events} == {tag}
    assert {e.practice_id for e in events} == {three.actor.practice_id}
    assert {e.actor for e in events} == {three.actor.id}


def test_a_look_that_forgets_its_event_is_seen(three: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit, "note", lambda *_, **__: None)
    monkeypatch.setattr(audit, "note_all", lambda *_, **__: 0)
    for look in LOOKS:
        with pytest.raises(AssertionError):
            test_a_look_names_exactly_the_patients_it_shows(three, look)


def test_every_step_of_the_road_names_its_patients(here: Place) -> None:
    before = last()
    here.receive(visit(**person(1)), visit(**person(2)))
    everyone = {f"patient:{p.pk}" for p in Patient.objects.all()}
    assert len(everyone) == 2
    events = new_since(before)
    assert named(events, "patient:register") == named(events, "encounter:receive") == everyone

    before = last()
    build.build(actor=here.actor, now=NOW)
    assert named(new_since(before), "claim:scrub") == everyone

    before = last()
    submit.prepare(actor=here.actor, now=NOW)
    assert named(new_since(before), "claim:freeze") == everyone

    submit.send(here.box.put_once, actor=here.actor, now=NOW)
    before = last()
    here.take_in(remittances(Remit([paid(c) for c in Claim.objects.all()])))
    assert named(new_since(before), "claim:adjudicate") == everyone

    before = last()
    here.receive(visit(**person(1, source_id="VISIT9")))
    one = Patient.objects.get(claims__number="CK00000001")
    assert named(new_since(before), "patient:recognise") == {f"patient:{one.pk}"}


def test_a_claim_scrubbed_again_names_its_patient_again(here: Place) -> None:
    here.receive(visit(codes=()))
    here.build()
    before = last()
    build.scrub_again(actor=here.actor, now=NOW)
    assert named(new_since(before), "claim:scrub") == {f"patient:{Patient.objects.get().pk}"}


def test_no_event_carries_a_value_of_a_patient(three: Place) -> None:
    for _, shows in LOOKS.values():
        shows(three)
    told = [f"{e.tag}|{e.subject}|{e.why}|{e.detail}|{e.actor}" for e in Event.objects.all()]
    assert len(told) > 20
    assert [line for line in told if any(value in line for value in VALUES)] == []
