"""Claims, remittances and the ledger: the page says what the books say, and repairs nothing."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, ClassVar

import pytest
from django.db.models import Sum
from django.template import Context, Template, engines
from django.test import Client
from django.utils.html import escape

from claimkeep.apps.access.models import Membership
from claimkeep.apps.claims.models import Claim, ClaimFinding
from claimkeep.apps.ledger.models import Entry, Posting
from claimkeep.apps.remits.models import Remittance
from claimkeep.edge.web.views import remittances
from claimkeep.engine.books.account import CHART
from claimkeep.engine.terms.money import dollars
from tests.edge.web.conftest import World, take_in, text
from tests.edge.web.payer import answer
from tests.edge.web.test_gate import addresses
from tests.edge.web.test_patients import Addresses

Enter = Callable[..., Client]


def booked(claim: Claim, *accounts: str) -> int:
    """Cents posted on these accounts for a claim, by the rows alone."""
    rows = Posting.objects.filter(claim_number=claim.number, account__in=accounts)
    return int(rows.aggregate(total=Sum("cents"))["total"] or 0)


def figures(page: str) -> dict[str, str]:
    """The figures of a page by their label."""
    pairs = re.findall(r'figure-value">(.*?)</span>\s*<span class="figure-label">(.*?)</span>', page, re.DOTALL)
    return {re.sub(r"<.*?>", "", label).strip(): re.sub(r"<.*?>", "", value).strip() for value, label in pairs}


def test_a_claim_shows_what_the_ledger_says_of_it(world: World, enter: Enter) -> None:
    claim = world.paid
    shown = figures(text(enter("biller").get(f"/claims/{claim.number}/")))
    paid, contractual = booked(claim, "remit_clearing"), booked(claim, "contractual")
    assert paid > 0 and contractual > 0
    assert f"PAYERCONTROL{claim.number}" in text(enter("biller").get(f"/claims/{claim.number}/"))
    assert shown["Charged"] == f"${dollars(-booked(claim, 'revenue_gross'))}"
    assert shown["Paid"] == f"${dollars(paid)}"
    assert shown["Adjusted"] == f"${dollars(contractual)}"
    assert shown["Open, insurers"] == f"${dollars(booked(claim, 'ar_insurance'))}"
    assert shown["Open, patient"] == f"${dollars(booked(claim, 'ar_patient'))}"


def test_a_claim_stands_on_five_axes_and_one_line_of_time(world: World, enter: Enter) -> None:
    page = text(enter("biller").get(f"/claims/{world.paid.number}/"))
    for axis in ("Build", "Transport", "Adjudication", "Responsibility", "Recovery"):
        assert f"<dt>{axis}</dt>" in page
    told = re.findall(r'timeline-what">(?:<a [^>]*>)?(.*?)<', page)
    assert told.index("Charged") < told.index("Adjudication: paid")
    assert {"Built from the visit", "Passed every edit", "Paid", "Contractual adjustments"} <= set(told)


def test_a_role_without_the_ledger_sees_the_charge_and_no_postings(world: World, enter: Enter) -> None:
    page = text(enter("coder").get(f"/claims/{world.paid.number}/"))
    assert "Your role does not open the ledger" in page
    assert dollars(booked(world.paid, "remit_clearing")) not in page


def test_what_an_edit_found_stands_with_what_to_do_and_which_rule_says_so(world: World, enter: Enter) -> None:
    finding = ClaimFinding.objects.get(claim=world.held, resolved_at=None)
    for address in ("/claims/held/", f"/claims/{world.held.number}/"):
        page = text(enter("biller").get(address))
        for words in (finding.message[1:], finding.fix[1:], finding.cite, finding.edit):
            assert escape(words) in page


def test_held_claims_are_checked_again_when_asked(world: World, enter: Enter) -> None:
    client = enter("biller")
    provider = world.held.encounter.rendering_provider
    assert provider is not None
    provider.npi = "1234567893"
    provider.save()
    number = world.held.number
    page = text(client.post("/claims/held/check/", follow=True))
    assert "1 claims are ready, 0 are still held." in page
    assert Claim.objects.get(number=number).build == "ready"
    assert "No claims are held" in page


def test_filters_stand_in_the_address_and_narrow_the_list(world: World, enter: Enter) -> None:
    client = enter("biller")
    everything = set(re.findall(r'data-open href="/claims/(\w+)/"', text(client.get("/claims/"))))
    assert everything == set(Claim.objects.values_list("number", flat=True))
    held = re.findall(r'data-open href="/claims/(\w+)/"', text(client.get("/claims/?build=held")))
    assert held == [world.held.number]
    paid = re.findall(r'data-open href="/claims/(\w+)/"', text(client.get("/claims/?adjudication=paid&build=ready")))
    assert set(paid) == set(Claim.objects.filter(adjudication="paid", build="ready").values_list("number", flat=True))
    part = text(client.get("/claims/?build=held", headers={"HX-Request": "true"}))
    assert "<html" not in part and world.held.number in part


def test_a_remittance_in_balance_shows_its_equations(world: World, enter: Enter) -> None:
    remit = Remittance.objects.get(trace_number="TRACE0001")
    page = text(enter("payment_poster").get(f"/remittances/{remit.pk}/"))
    assert page.count("balances") == 7, "six claim payments and the whole"
    assert "does not balance" not in page


def test_a_remittance_out_of_balance_is_shown_as_it_is_and_posts_nothing(world: World, enter: Enter) -> None:
    before = Posting.objects.count()
    claims = list(Claim.objects.filter(build="ready", adjudication="none").order_by("number")[:3])
    take_in(world.job, answer(claims, trace="TRACE0002", short_cents=1))
    remit = Remittance.objects.get(trace_number="TRACE0002")
    page = text(enter("payment_poster").get(f"/remittances/{remit.pk}/"))
    assert "Set apart: nothing of it is posted." in page
    assert "1 of 3 do not balance" in page
    difference = re.search(r'<div class="difference">.*?amount">(.*?)</div>', page, re.DOTALL)
    assert difference is not None and "$0.01" in difference[1]
    assert Posting.objects.count() == before
    assert page.index(claims[0].number) < page.index(claims[1].number)
    listed = text(enter("payment_poster").get("/remittances/?state=quarantined"))
    assert "TRACE0002" in listed and "TRACE0001" not in listed


def test_a_remittance_that_came_twice_says_so_and_shows_no_equation_of_its_own(world: World, enter: Enter) -> None:
    claims = list(Claim.objects.filter(build="ready", adjudication="none").order_by("number")[:2])
    first = answer(claims, trace="TRACE0003").replace(b"000000901", b"000000903")
    take_in(world.job, first)
    take_in(world.job, first.replace(b"000000903", b"000000904"))
    remit = Remittance.objects.get(trace_number="TRACE0003", state="duplicate")
    page = text(enter("payment_poster").get(f"/remittances/{remit.pk}/"))
    assert "The same remittance came before" in page
    assert "does not balance" not in page


def test_the_trial_balance_is_the_sum_of_the_postings(world: World, enter: Enter) -> None:
    page = text(enter("auditor").get("/ledger/"))
    sums = dict(Posting.objects.values_list("account").annotate(Sum("cents")))
    names = {a.code: a.name for a in CHART}
    for account, cents in sums.items():
        row = re.search(rf"{names[account]}</a>.*?</tr>", page, re.DOTALL)
        assert row is not None
        assert f"${dollars(abs(cents))}" in row[0]
    assert "debits equal credits" in page


def test_an_account_opens_its_postings_and_an_entry_sums_to_zero(world: World, enter: Enter) -> None:
    client = enter("biller")
    page = text(client.get("/ledger/accounts/remit_clearing/"))
    entry = Entry.objects.filter(kind="payment").order_by("pk")[0]
    assert f'href="/ledger/entries/{entry.pk}/"' in page
    assert "sums to zero" in text(client.get(f"/ledger/entries/{entry.pk}/"))
    assert client.get("/ledger/accounts/no_such_account/").status_code == 404


def test_each_count_of_the_day_opens_a_list_of_as_many(world: World, enter: Enter) -> None:
    fresh = list(Claim.objects.filter(build="ready", adjudication="none").order_by("number")[:3])
    take_in(world.job, answer(fresh[:1], trace="TRACE0004", short_cents=1))
    take_in(world.job, answer(fresh[1:], trace="TRACE0005").replace(fresh[1].number.encode(), b"SOMEBODY"))
    client = enter("biller")
    page = text(client.get("/"))
    tiles = re.findall(r'<a class="figure[^"]*" href="([^"]+)">\s*<span class="figure-value">(\d+)</span>', page)
    assert len(tiles) >= 8
    for address, number in tiles:
        rows = text(client.get(address.replace("&amp;", "&"))).count("data-open")
        assert rows == int(number), address


def test_an_empty_practice_says_what_to_do_first(world: World, enter: Enter) -> None:
    Membership.objects.filter(user=world.people["biller"]).update(practice_id=world.elsewhere.pk)
    client = enter("biller")
    for address, words in (
        ("/", "Nothing has come in yet"),
        ("/claims/", "There are no claims yet"),
        ("/claims/held/", "No claims are held"),
        ("/remittances/", "No remittance has come yet"),
        ("/remittances/waiting/", "Nothing waits"),
        ("/ledger/", "The books are empty"),
        ("/ledger/entries/", "No entries"),
    ):
        assert words in text(client.get(address)), address


def test_a_claim_leads_to_the_very_payment_that_speaks_of_it(world: World, enter: Enter, monkeypatch: Any) -> None:
    monkeypatch.setattr(remittances, "ROWS", 2)
    client = enter("biller")
    for claim in Claim.objects.filter(adjudication="paid"):
        page = text(client.get(f"/claims/{claim.number}/"))
        link = re.search(r'href="(/remittances/[^"]+)#(clp-\d+)"', page)
        assert link is not None
        target = text(client.get(link[1].replace("&amp;", "&")))
        article = target[target.index(f'id="{link[2]}"') :]
        assert article.index(f">{claim.number}</a>") < article.index("</article>")


def test_a_number_a_payer_sent_back_that_is_not_ours_stands_in_no_address(world: World, enter: Enter) -> None:
    foreign = Claim.objects.filter(build="ready", adjudication="none").order_by("number")[0]
    data = answer([foreign], trace="TRACE0003").replace(foreign.number.encode(), b"SOMEBODYSACCOUNT")
    take_in(world.job, data)
    remit = Remittance.objects.get(trace_number="TRACE0003")
    client = enter("payment_poster")
    for address in ("/remittances/waiting/", f"/remittances/{remit.pk}/"):
        page = text(client.get(address))
        assert "SOMEBODYSACCOUNT" in page
        assert not [a for a in Addresses(page).found if "SOMEBODYSACCOUNT" in a]


class Missing(str):
    """Stands where a template names something that is not there, and remembers the name."""

    names: ClassVar[list[str]] = []

    def __mod__(self, name: object) -> str:
        self.names.append(str(name))
        return ""


@pytest.fixture
def missing(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names that templates ask for in vain during a test."""
    monkeypatch.setattr(engines["django"].engine, "string_if_invalid", Missing("%s"))
    monkeypatch.setattr(Missing, "names", [])
    return Missing.names


def test_no_page_names_what_is_not_there(world: World, enter: Enter, missing: list[str]) -> None:
    client = enter("biller")
    for address in addresses(world).values():
        client.get(address)
    client.get(f"/claims/{world.held.number}/")
    client.post("/patients/", {"words": world.paid.patient.last_name})
    assert missing == []
    Template("{{ nowhere }}").render(Context())
    assert missing == ["nowhere"], "a name in vain is seen"
