"""Visits in: once, whole, with patient, plan and charge; what cannot be kept is told with its place."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from claimkeep.apps.audit.models import Event
from claimkeep.apps.coverage.models import Coverage
from claimkeep.apps.encounters import actions
from claimkeep.apps.encounters.models import ChargeLine, Diagnosis, Encounter
from claimkeep.apps.ledger import queries as ledger
from claimkeep.apps.organization.models import BillingProvider, Payer, Provider
from claimkeep.apps.patients.models import Patient
from claimkeep.engine.intake.batch import Visit
from claimkeep.engine.terms.errors import AccessDenied
from tests.apps.world import DAY, NOW, Place, line, of, person, visit

MODELS = (Patient, Coverage, Encounter, ChargeLine, Diagnosis, Payer, Provider, BillingProvider)


def counts() -> list[int]:
    """How many rows there are of everything a visit makes, and of what is told of it."""
    return [model.objects.count() for model in MODELS]


def balances(here: Place) -> dict[str, int]:
    """The balance of every account."""
    return {row.account: row.balance_cents for row in ledger.trial_balance(here.actor)}


def test_a_visit_becomes_patient_plan_encounter_lines_and_what_is_owed(here: Place) -> None:
    got = here.receive(visit(line(20_000), line(5_000, "G0101"), codes=("I10", "E119")))
    assert (got.patients, got.coverages, got.encounters, got.charges, got.unchanged, got.skipped) == (1, 1, 1, 2, 0, ())
    row = Encounter.objects.get()
    assert (row.number, row.service_day, row.service_year, row.charge_cents) == ("CK00000001", DAY, 2026, 25_000)
    assert [x.line_control_number for x in row.lines.order_by("line_number")] == ["CK00000001L01", "CK00000001L02"]
    assert [d.code for d in row.diagnoses.order_by("position")] == ["I10", "E119"]
    plan = Coverage.objects.get()
    assert (plan.member_id, plan.relationship, row.patient.birth_day) == ("M00000001", "18", date(1970, 1, 31))
    assert balances(here) == {"ar_insurance": 25_000, "revenue_gross": -25_000}


def test_the_same_visits_again_change_nothing(here: Place) -> None:
    visits = [visit(**person(n)) for n in range(5)]
    here.receive(*visits)
    before, events, money = counts(), Event.objects.count(), balances(here)
    again = here.receive(*visits)
    assert (again.unchanged, again.encounters, again.patients, again.skipped) == (5, 0, 0, ())
    assert (counts(), Event.objects.count(), balances(here)) == (before, events, money)


def test_a_visit_twice_in_one_file_is_one(here: Place) -> None:
    got = here.receive(visit(), visit())
    assert (got.encounters, got.unchanged) == (1, 1)


CHANGES: dict[str, Any] = {
    "another charge": lambda: visit(line(20_001)),
    "another code": lambda: visit(line(code="G0101")),
    "a modifier more": lambda: visit(line(modifier1="25")),
    "a sign": lambda: visit(charge_cents=-20_000),
    "a comma in the note": lambda: visit(claim_note="ONE, TWO"),
    "another diagnosis": lambda: visit(codes=("E119",)),
    "another address": lambda: visit(patient_address1="1-SYNTHETIC STREET"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_visit_that_came_before_with_other_content_is_left_for_a_person(here: Place, change: str) -> None:
    first = visit(claim_note="ONE TWO") if "comma" in change else visit()
    here.receive(first)
    before = counts()
    got = here.receive(visit(**person(2)), CHANGES[change]())
    assert (got.encounters, got.unchanged) == (1, 0)
    (skipped,) = got.skipped
    assert str(skipped.place) == "visit 2" and "other content" in skipped.reason
    assert counts()[2] == before[2] + 1
    assert Encounter.objects.earliest("number").charge_cents == 20_000


def test_one_number_used_for_two_people_or_two_days_is_two_visits(here: Place) -> None:
    other_day = visit(line(service_day=date(2026, 2, 21)))
    got = here.receive(visit(), visit(**(person(2) | {"source_id": "VISIT1"})), other_day)
    assert (got.encounters, got.skipped) == (3, ())


def test_visits_without_a_number_are_known_by_their_content(here: Place) -> None:
    first, second = visit(source_id=None), visit(line(1_000), source_id=None)
    assert here.receive(first, second).encounters == 2
    assert here.receive(first, second).unchanged == 2


UNKEEPABLE: dict[str, tuple[Visit, str]] = {
    "no patient": (visit(patient_last_name=None, subscriber_member_id=None), "no patient"),
    "no line": (Visit(visit().claim, [], [], []), "no service line"),
    "too many lines": (visit(*[line(100)] * 51), "more than 50 service lines"),
    "no billing provider": (
        visit(billing_provider_npi=None, billing_provider_last_name=None), "no billing provider",
    ),
    "a later payer": (visit(payer_sequence="S"), "payer after the first"),
    "a name too long": (visit(billing_provider_last_name="N" * 81), "last name is longer"),
    "a sex too long": (visit(patient_sex="FF"), "sex is longer"),
    "a place too long": (visit(place_of_service="111"), "place of service is longer"),
    "a modifier too long": (visit(line(modifier1="M" * 17)), "modifiers is longer"),
    "a NUL in a name": (visit(rendering_provider_last_name="DOCTOR\0LAST"), "control character"),
    "a NUL in a code": (visit(codes=("I1\0",)), "control character"),
}  # fmt: skip


@pytest.mark.parametrize("fault", UNKEEPABLE)
def test_a_visit_that_cannot_be_kept_is_told_with_its_place_and_the_others_go_in(here: Place, fault: str) -> None:
    bad, words = UNKEEPABLE[fault]
    got = here.receive(visit(**person(1)), bad, visit(**person(2)))
    assert got.encounters == 2
    (skipped,) = got.skipped
    assert str(skipped.place) == "visit 2" and words in skipped.reason
    assert "LASTNAME" not in skipped.reason


def test_fifty_lines_are_kept(here: Place) -> None:
    assert here.receive(visit(*[line(100)] * 50)).charges == 50


def test_a_sealed_text_may_hold_anything(here: Place) -> None:
    here.receive(visit(patient_last_name="LAST\0NÄME 李", claim_note="x" * 5000))
    assert Patient.objects.get().last_name == "LAST\0NÄME 李"


def test_many_visits_go_in_by_batches_and_a_break_leaves_whole_ones(
    here: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "MOST_A_TRANSACTION", 2)
    visits = [visit(**person(n)) for n in range(5)]
    original, calls = actions._receive, []

    def breaks(*arguments: Any) -> Any:
        calls.append(len(arguments[0]))
        if len(calls) == 3:
            raise KeyboardInterrupt
        return original(*arguments)

    monkeypatch.setattr(actions, "_receive", breaks)
    with pytest.raises(KeyboardInterrupt):
        here.receive(*visits)
    assert calls == [2, 2, 1]
    assert Encounter.objects.count() == 4
    monkeypatch.setattr(actions, "_receive", original)
    got = here.receive(*visits)
    assert (got.encounters, got.unchanged) == (1, 4)


def test_a_break_inside_a_batch_leaves_nothing_of_it(here: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(*_: Any) -> None:
        raise KeyboardInterrupt

    before = counts()
    monkeypatch.setattr(actions, "_charge", breaks)
    with pytest.raises(KeyboardInterrupt):
        here.receive(visit())
    assert counts() == before
    monkeypatch.undo()
    assert here.receive(visit()).encounters == 1
    assert Encounter.objects.get().number == "CK00000001"


def test_a_visit_without_a_payer_is_owed_by_the_patient_and_makes_no_claim(here: Place) -> None:
    got = here.receive(visit(payer_id=None, payer_name=None))
    assert (got.encounters, got.coverages) == (1, 0)
    assert balances(here) == {"ar_patient": 20_000, "revenue_gross": -20_000}
    assert here.build().claims == 0


def test_a_payer_without_an_id_is_known_by_its_name(here: Place) -> None:
    here.receive(visit(payer_id=None), visit(**person(2, payer_id=None)), visit(**person(3)))
    assert sorted(Payer.objects.values_list("payer_id", flat=True)) == ["?PAYERNAME", "SYNTH01"]


def test_two_payers_of_a_visit_keep_their_rank(here: Place) -> None:
    second = {
        "payer_sequence": "S", "payer_id": "SYNTH02", "payer_name": "OTHERPAYER", "relationship": "18",
        "subscriber_member_id": "M2",
    }  # fmt: skip
    assert here.receive(visit(other_payers=(second,))).coverages == 2
    ranks = {c.payer_sequence: c.coverage.payer.payer_id for c in Encounter.objects.get().coverages.all()}
    assert ranks == {"P": "SYNTH01", "S": "SYNTH02"}


def test_lines_without_a_charge_owe_nothing_yet(here: Place) -> None:
    here.receive(visit(line(5_000), line(None), line(0), line(-100)))  # type: ignore[arg-type]
    assert balances(here) == {"ar_insurance": 5_000, "revenue_gross": -5_000}


def test_facts_of_the_visit_come_back_on_its_claim(here: Place) -> None:
    from claimkeep.apps.claims import queries, tables

    said = {
        "claim_note": "NOTE, WITH 'SIGNS'",
        "accident_day": DAY,
        "prior_authorization": "AUTH1",
        "related_cause": "AA",
    }
    here.receive(visit(**said, accident_state="NJ"))
    here.build()
    content = tables.content(queries.whole(here.actor).get())
    assert said.items() <= content.claim.items()


def test_numbers_are_never_given_twice_and_practices_count_for_themselves(here: Place, elsewhere: Place) -> None:
    here.receive(visit(**person(1)))
    here.receive(visit(**person(2)))
    elsewhere.receive(visit(**person(1)))
    assert sorted(Encounter.objects.values_list("number", flat=True)) == ["CK00000001", "CK00000001", "CK00000002"]


def test_who_may_not_import_imports_nothing(here: Place) -> None:
    actor = type(here.actor)("user:1", here.actor.practice_id, "payment_poster")
    with pytest.raises(AccessDenied):
        actions.receive(of(visit()), source_kind="csv", actor=actor, now=NOW)
    assert not Encounter.objects.exists()
