"""Finding and reading about a patient without leaving a trace of them where it does not belong."""

from __future__ import annotations

import re
from collections.abc import Callable
from html.parser import HTMLParser

from django.test import Client

from claimkeep.apps.audit.models import Event
from claimkeep.apps.patients.models import Patient
from tests.edge.web.conftest import World, text

Enter = Callable[..., Client]


class Addresses(HTMLParser):
    """Every address in a page: links, forms, parts, pictures."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [v for k, v in attrs if v and k in ("href", "src", "action", "hx-get", "hx-post", "hx-push-url")]


def someone(world: World) -> Patient:
    """A patient of the practice with every identifier."""
    return next(p for p in Patient.objects.filter(practice=world.here) if p.ssn and p.phone and p.birth_day)


def looks(person: Patient) -> list[tuple[str, str]]:
    """What the log says of looks at a patient by people."""
    rows = Event.objects.filter(subject=f"patient:{person.pk}", actor__startswith="user:").order_by("seq")
    return [(row.tag, row.why) for row in rows]


def test_a_patient_is_found_by_name_birth_date_or_member_id(world: World, enter: Enter) -> None:
    client, person = enter("biller"), someone(world)
    link = f'href="/patients/{person.pk}/"'
    born = person.birth_day
    plan = person.coverages.all()[0]
    lines = (
        person.last_name,
        person.last_name[:4].lower(),
        f"{person.last_name}, {person.first_name[:3]}",
        f"{born:%m/%d/%Y}",
        f"{born:%Y-%m-%d}",
        plan.member_id,
    )
    for words in lines:
        assert link in text(client.post("/patients/", {"words": words})), words
    for known in (
        {"last_name": person.last_name[:5]},
        {"birth_day": f"{born:%Y-%m-%d}"},
        {"member_id": plan.member_id},
    ):
        assert link in text(client.post("/patients/", known)), known
    other = {"last_name": person.last_name, "birth_day": "1900-01-01"}
    assert link not in text(client.post("/patients/", other)), "everything given must fit"


def test_a_search_in_an_address_finds_nobody(world: World, enter: Enter) -> None:
    person = someone(world)
    for query in (f"words={person.last_name}", f"last_name={person.last_name}", f"q={person.last_name}"):
        page = text(enter("biller").get(f"/patients/?{query}"))
        assert str(person.pk) not in page
        assert person.first_name not in page


def test_one_letter_finds_nobody_and_says_why(world: World, enter: Enter) -> None:
    page = text(enter("biller").post("/patients/", {"words": someone(world).last_name[0]}))
    assert "Say a little more" in page
    assert "/patients/" + str(someone(world).pk) not in page


def test_no_address_and_no_title_carries_a_value_of_a_patient(world: World, enter: Enter) -> None:
    client, person = enter("biller"), someone(world)
    plan, claim = person.coverages.all()[0], person.claims.all()[0]
    secrets = [
        person.last_name,
        person.first_name,
        person.ssn,
        person.phone,
        person.email,
        person.zip,
        plan.member_id,
        f"{person.birth_day:%Y-%m-%d}",
        f"{person.birth_day:%m/%d/%Y}",
    ]
    pages = [
        text(client.post("/patients/", {"words": person.last_name})),
        text(client.get(f"/patients/{person.pk}/")),
        text(client.get(f"/claims/{claim.number}/")),
        text(client.get("/claims/?patients=1")),
    ]
    for page in pages:
        assert person.last_name in page, "the page does show the patient"
        title = re.search(r"<title>(.*?)</title>", page)
        assert title is not None
        for secret in filter(None, secrets):
            assert secret not in title[1]
            assert not [a for a in Addresses(page).found if secret in a]


def test_identifiers_show_their_ends_only(world: World, enter: Enter) -> None:
    person = someone(world)
    page = text(enter("biller").get(f"/patients/{person.pk}/"))
    born = person.birth_day
    for whole in (
        person.ssn,
        person.phone,
        person.email,
        person.coverages.all()[0].member_id,
        f"{born:%b} {born.day}, {born:%Y}",
    ):
        assert whole not in page
    assert f"•••{person.ssn[-4:]}" in page
    assert f"•• ••• {born.year}" in page


def test_showing_one_value_is_logged_with_its_reason_and_shows_no_other(world: World, enter: Enter) -> None:
    client, person = enter("biller"), someone(world)
    page = text(client.post(f"/patients/{person.pk}/show/", {"field": "ssn", "reason": "payer"}))
    assert person.ssn in page
    assert person.phone not in page
    assert ("patient:reveal", "payer") in looks(person)
    part = text(
        client.post(
            f"/patients/{person.pk}/show/", {"field": "phone", "reason": "identity"}, headers={"HX-Request": "true"}
        )
    )
    assert person.phone in part and "<html" not in part
    assert person.ssn not in text(client.get(f"/patients/{person.pk}/")), "for one page only"


def test_without_a_reason_or_the_right_nothing_is_shown(world: World, enter: Enter) -> None:
    person = someone(world)
    for client, field, reason in (
        (enter("biller"), "ssn", ""),
        (enter("biller"), "ssn", "curiosity"),
        (enter("biller"), "identity", "payer"),
        (enter("payment_poster"), "ssn", "payer"),
    ):
        response = client.post(f"/patients/{person.pk}/show/", {"field": field, "reason": reason})
        assert person.ssn not in text(response)
    assert not [look for look in looks(person) if look[0] == "patient:reveal"]


def test_every_look_is_in_the_log(world: World, enter: Enter) -> None:
    client, person = enter("biller"), someone(world)
    claim = person.claims.all()[0]
    client.get("/claims/")
    assert looks(person) == [], "the list of claims names nobody"
    client.get(f"/claims/{claim.number}/")
    client.get(f"/patients/{person.pk}/")
    client.post("/patients/", {"words": person.last_name})
    client.get("/claims/?patients=1")
    assert looks(person) == [
        ("patient:read", f"claim:{claim.number}"),
        ("patient:read", "page"),
        ("patient:search", "search"),
        ("patient:list", "claim list"),
    ]


def test_a_role_without_the_ledger_sees_no_money_on_a_patient(world: World, enter: Enter) -> None:
    address = f"/patients/{world.paid.patient_id}/"
    assert "By insurers" in text(enter("biller").get(address))
    page = text(enter("coder").get(address))
    assert "By insurers" not in page and ">Paid<" not in page
