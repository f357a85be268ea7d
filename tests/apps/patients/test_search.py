"""Finding patients without reading them: by tokens, at most fifty, every one of them logged."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from claimkeep.apps.audit.models import Event
from claimkeep.apps.patients import queries
from claimkeep.apps.patients.models import Patient
from claimkeep.engine.terms.errors import AccessDenied
from tests.apps.world import NOW, Place, visit

PEOPLE = (
    ("Núñez-O'Brien", "FIRSTNAME", date(1970, 1, 31), "M00000001", "5555550101", "900000001", "RECORD1"),
    ("NUNEZ", "SECONDNAME", date(1980, 2, 28), "M00000002", "5555550102", "900000002", "RECORD2"),
    ("LASTNAME", "FIRSTNAME", date(1970, 1, 31), "M00000003", "5555550103", None, "RECORD3"),
)


def named(number: int, last: str, first: str, born: date, member: str, phone: str, ssn: Any, record: str) -> Any:
    """A visit of this person."""
    return visit(
        source_id=f"VISIT{number}", medical_record_number=record, subscriber_member_id=member, patient_phone=phone,
        patient_ssn=ssn, patient_last_name=last, patient_first_name=first, patient_birth_day=born,
    )  # fmt: skip


@pytest.fixture
def people(here: Place) -> Place:
    """Three people."""
    assert here.receive(*(named(n, *facts) for n, facts in enumerate(PEOPLE))).patients == 3
    return here


def found(here: Place, **asked: Any) -> list[str]:
    """Member's last names, as found."""
    return [p.last_name for p in queries.search(here.actor, now=NOW, **asked)]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"last_name": "NUNEZ"}, ["NUNEZ", "Núñez-O'Brien"]),
        ({"last_name": "nuñez o'b"}, ["Núñez-O'Brien"]),
        ({"last_name": "NU"}, ["NUNEZ", "Núñez-O'Brien"]),
        ({"last_name": "LAST"}, ["LASTNAME"]),
        ({"last_name": "ASTNAME"}, []),
        ({"last_name": "LASTNAMES"}, []),
        ({"first_name": "first"}, ["LASTNAME", "Núñez-O'Brien"]),
        ({"last_name": "FIRST"}, []),
        ({"last_name": "NU", "first_name": "SE"}, ["NUNEZ"]),
        ({"last_name": "NU", "first_name": "S"}, ["NUNEZ"]),
        ({"last_name": "LA", "first_name": "SE"}, []),
        ({"birth_day": date(1970, 1, 31)}, ["LASTNAME", "Núñez-O'Brien"]),
        ({"birth_day": date(1970, 1, 31), "last_name": "LA"}, ["LASTNAME"]),
        ({"birth_day": date(1970, 1, 30)}, []),
        ({"member_id": "m00000002"}, ["NUNEZ"]),
        ({"member_id": "M0000000"}, []),
        ({"phone": "(555) 555-0103"}, ["LASTNAME"]),
        ({"ssn": "900-00-0001"}, ["Núñez-O'Brien"]),
        ({"medical_record_number": "record2"}, ["NUNEZ"]),
        ({"medical_record_number": "RECORD2", "member_id": "M00000003"}, []),
    ],
    ids=str,
)
def test_a_search_finds_who_matches_all_that_is_given(people: Place, asked: Any, expected: list[str]) -> None:
    assert found(people, **asked) == expected


@pytest.mark.parametrize("asked", [{}, {"last_name": "L"}, {"last_name": "-'"}, {"phone": "--"}, {"member_id": " "}])
def test_nothing_given_finds_nobody_and_logs_nothing(people: Place, asked: Any) -> None:
    before = Event.objects.count()
    assert found(people, **asked) == []
    assert Event.objects.count() == before


def test_everyone_found_is_logged_and_nobody_else(people: Place) -> None:
    last = Event.objects.latest("seq").seq
    shown = queries.search(people.actor, now=NOW, last_name="NUNEZ")
    events = Event.objects.filter(seq__gt=last)
    assert [e.subject for e in events if e.tag == "patient:search"] == [f"patient:{p.pk}" for p in shown]
    assert not any("NUNEZ" in f"{e.why}{e.detail}{e.subject}".upper() for e in events)


def test_a_search_shows_no_more_than_fifty(here: Place) -> None:
    here.receive(*(named(n, f"LASTNAME{n:03d}", *PEOPLE[0][1:]) for n in range(60)))
    assert len(found(here, last_name="LASTNAME")) == queries.MOST_FOUND == 50
    assert found(here, last_name="LASTNAME042") == ["LASTNAME042"]


def test_one_of_very_many_is_found_by_what_stands_behind_the_longest_prefix(here: Place) -> None:
    here.receive(*(named(n, f"LASTNAMELASTNAME{n:03d}", *PEOPLE[0][1:]) for n in range(60)))
    assert [found(here, last_name=f"LASTNAMELASTNAME{n:03d}") for n in (0, 31, 59)] == [
        [f"LASTNAMELASTNAME{n:03d}"] for n in (0, 31, 59)
    ]


def test_people_of_another_practice_are_not_found(people: Place, elsewhere: Place) -> None:
    assert found(elsewhere, last_name="NUNEZ") == found(elsewhere, member_id="M00000002") == []


def test_two_people_whose_names_run_together_are_two(here: Place) -> None:
    rest = PEOPLE[0][2:]
    assert here.receive(named(1, "ANN", "ANA", *rest), named(2, "ANNA", "NA", *rest)).patients == 2


def test_one_person_spelled_with_and_without_accents_is_one(here: Place) -> None:
    rest = PEOPLE[0][2:]
    assert here.receive(named(1, "NÚÑEZ", "ANA", *rest), named(2, "Nunez", "Ana", *rest)).patients == 1


def test_people_of_one_name_without_a_birth_date_are_told_apart_by_member(here: Place) -> None:
    first = visit(source_id="1", patient_birth_day=None, subscriber_birth_day=None, subscriber_member_id="M1")
    second = visit(source_id="2", patient_birth_day=None, subscriber_birth_day=None, subscriber_member_id="M2")
    assert here.receive(first, second).patients == 2


def test_a_masked_field_is_shown_only_to_who_may_and_with_its_reason(people: Place) -> None:
    key = Patient.objects.all()[0].pk
    biller = type(people.actor)("user:1", people.actor.practice_id, "biller")
    queries.reveal(biller, key, field="ssn", reason="verify", now=NOW)
    event = Event.objects.latest("seq")
    assert (event.tag, event.subject, event.why, event.detail) == (
        "patient:reveal", f"patient:{key}", "verify", {"field": "ssn"},
    )  # fmt: skip
    for actor, field in ((people.actor, "ssn"), (biller, "last_name"), (biller, "password")):
        with pytest.raises(AccessDenied):
            queries.reveal(actor, key, field=field, reason="verify", now=NOW)
    assert Event.objects.latest("seq").seq == event.seq


def test_a_search_that_finds_nobody_still_tells_who_asked_and_by_what(people: Place) -> None:
    assert found(people, last_name="NOBODY", phone="5555550199") == []
    event = Event.objects.get(tag="search:run")
    assert (event.actor, event.detail) == (people.actor.id, {"by": ["last_name", "phone"], "found": 0})
    assert "NOBODY" not in str(event.detail) + event.subject + event.why
