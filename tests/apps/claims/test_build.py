"""Claims from visits: made once, held with a reason or ready, and ready again when the reason is gone."""

from __future__ import annotations

from claimkeep.apps.claims import queries
from claimkeep.apps.claims.actions import build
from claimkeep.apps.claims.actions.steps import Step, take
from claimkeep.apps.claims.models import Claim, ClaimEvent, ClaimFinding
from claimkeep.apps.encounters.models import Diagnosis, Encounter
from tests.apps.world import NOW, Place, line, person, visit


def states(here: Place) -> list[tuple[str, str]]:
    """Build and transport of every claim, in order."""
    return list(Claim.objects.order_by("number").values_list("build", "transport"))


def test_every_insured_visit_has_one_claim_and_a_second_run_makes_none(here: Place) -> None:
    here.receive(*(visit(**person(n)) for n in range(3)))
    assert here.build() == build.Built(claims=3, held=0, ready=3)
    assert here.build() == build.Built()
    assert [c.number for c in Claim.objects.order_by("number")] == ["CK00000001", "CK00000002", "CK00000003"]
    assert {c.charge_cents for c in Claim.objects.all()} == {20_000}


def test_a_claim_with_a_fault_is_held_with_what_why_and_what_to_do(here: Place) -> None:
    here.receive(visit(codes=()), visit(**person(2)))
    assert here.build() == build.Built(claims=2, held=1, ready=1)
    found = list(queries.open_findings(here.actor).filter(claim__build="held"))
    assert found and all(f.message and f.fix and f.cite and f.edit for f in found)
    assert not any("LASTNAME" in f.message for f in found)
    first = ClaimEvent.objects.filter(state="held").get()
    assert first.code in {f.edit for f in found}


def test_a_held_claim_is_ready_once_it_was_put_right_and_its_findings_are_resolved(here: Place) -> None:
    here.receive(visit(codes=()))
    here.build()
    assert build.scrub_again(actor=here.actor, now=NOW) == build.Built(held=1)
    Diagnosis.objects.create(encounter=Encounter.objects.get(), position=1, qualifier="ABK", code="I10")
    assert build.scrub_again(actor=here.actor, now=NOW) == build.Built(ready=1)
    assert states(here) == [("ready", "none")]
    assert not queries.open_findings(here.actor).exists()
    assert ClaimFinding.objects.exclude(resolved_at=None).count() == ClaimFinding.objects.count() > 0
    assert build.scrub_again(actor=here.actor, now=NOW) == build.Built()


def test_the_stated_total_stands_and_what_does_not_add_up_is_held(here: Place) -> None:
    here.receive(visit(line(20_000), charge_cents=19_999))
    assert here.build().held == 1
    assert Claim.objects.get().charge_cents == 19_999


def test_a_claim_stands_where_its_events_say(here: Place) -> None:
    here.claims(visit(**person(1)), visit(**person(2)))
    for claim in Claim.objects.all():
        replayed = queries.replayed(queries.events(here.actor, claim.pk))
        assert replayed == {"build": "frozen", "transport": "sent", "responsibility": "primary"}
        assert all(getattr(claim, axis) == state for axis, state in replayed.items())


def test_a_step_to_a_state_the_axis_does_not_have_is_refused_whole(here: Place) -> None:
    (claim,) = here.claims(visit())
    before = ClaimEvent.objects.count()
    try:
        take([Step(claim.pk, "transport", "queued"), Step(claim.pk, "build", "paid")], actor=here.actor, now=NOW)
    except ValueError as error:
        assert "build" in str(error)
    else:
        raise AssertionError("a state of another axis was taken")
    assert ClaimEvent.objects.count() == before
