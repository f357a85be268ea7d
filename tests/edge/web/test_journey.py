"""A biller's hour in a real browser, on a day that was really run."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, ViewportSize, sync_playwright

from claimkeep.engine.terms.money import dollars
from tests.edge.web.browser import Served, Watched, launched, served_demo, sign_in, watched

PHONE: ViewportSize = {"width": 390, "height": 844}
TABLET: ViewportSize = {"width": 1024, "height": 768}
HOME: ViewportSize = {"width": 1440, "height": 900}
SIZES = (PHONE, TABLET, HOME)
THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, chromium: str) -> Iterator[Served]:
    """A demo day, served."""
    with served_demo(tmp_path_factory.mktemp("demo") / "data") as found:
        yield found


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    """One browser for all."""
    with sync_playwright() as playwright:
        found = launched(playwright, chromium)
        yield found
        found.close()


@pytest.fixture(scope="module")
def session(served: Served, browser: Browser) -> Any:
    """What a browser keeps of the biller's session: a code opens one session only, so it is opened once."""
    window = watched(browser, served.address, viewport=HOME)
    assert window.page.goto(f"{served.address}/claims/") is not None
    assert "/sign-in/" in window.page.url, "nothing opens before sign-in"
    sign_in(window, served, "biller")
    assert window.page.url == f"{served.address}/"
    assert_clean(window, served)
    kept = window.context.storage_state()
    window.context.close()
    return kept


@pytest.fixture
def window(served: Served, browser: Browser, session: Any) -> Iterator[Watched]:
    """A signed-in window; when it closes it has asked one host and broken no policy."""
    found = watched(browser, served.address, viewport=HOME, storage_state=session)
    yield found
    assert_clean(found, served)
    found.context.close()


def assert_clean(window: Watched, served: Served) -> None:
    """One host, no refusal, no fault."""
    assert window.hosts == {served.address.removeprefix("https://")}
    assert window.refusals == []
    assert window.faults == []


def paid_claim(window: Watched) -> str:
    """The number of a claim that was paid, from the list."""
    window.open("/claims/?adjudication=paid")
    return window.page.locator("tbody [data-open]").first.inner_text()


@pytest.fixture(scope="module")
def addresses(served: Served, browser: Browser, session: Any) -> list[str]:
    """One of every page a biller may open."""
    window = watched(browser, served.address, viewport=HOME, storage_state=session)
    lists = ["/claims/?adjudication=paid", "/claims/?build=held", "/remittances/", "/ledger/", "/ledger/entries/"]
    things = []
    for listing in lists:
        window.open(listing)
        things.append(str(window.page.locator("tbody [data-open]").first.get_attribute("href")))
    window.open(things[0])
    things.append(str(window.page.locator('dd a[href^="/patients/"]').first.get_attribute("href")))
    window.context.close()
    others = [
        "/",
        "/patients/",
        "/claims/?patients=1",
        "/claims/held/",
        "/remittances/waiting/",
        "/-/components",
        "/password/",
    ]
    return [*lists, *things, *others, "/sign-in/factors/", "/no/such/page/"]


def test_a_biller_finds_a_patient_opens_a_claim_and_reads_what_the_ledger_says(window: Watched, served: Served) -> None:
    page = window.page
    number = paid_claim(window)
    window.open(f"/claims/{number}/")
    name = page.locator('dd a[href^="/patients/"]').inner_text()
    window.open("/")
    page.keyboard.press("/")
    page.keyboard.type(name)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.url == f"{served.address}/patients/", "the name stands in no address"
    with page.expect_navigation():
        page.get_by_role("link", name=name).click()
    assert name in page.locator("h1").inner_text() and name not in page.title()
    with page.expect_navigation():
        page.get_by_role("link", name=number, exact=True).click()
    labels, values = (page.locator(f".figure-{part}").all_inner_texts() for part in ("label", "value"))
    figures = dict(zip(labels, values, strict=True))
    booked = served.booked()
    for label, account, sign in (
        ("Charged", "revenue_gross", -1),
        ("Paid", "remit_clearing", 1),
        ("Adjusted", "contractual", 1),
        ("Open, insurers", "ar_insurance", 1),
        ("Open, patient", "ar_patient", 1),
    ):
        assert figures[label] == f"${dollars(sign * booked.get((number, account), 0))}", label
    assert booked[number, "remit_clearing"] > 0
    assert page.locator("#paid").inner_text() == figures["Paid"]


def test_the_keys_alone_lead_from_place_to_row_to_thing_and_back(window: Watched, served: Served) -> None:
    page = window.page
    window.open("/")
    with page.expect_navigation():
        page.keyboard.press("g")
        page.keyboard.press("c")
    assert page.url.endswith("/claims/")
    for key in "jjk":
        page.keyboard.press(key)
    first = page.locator("tbody [data-open]").first
    assert first.evaluate("link => link === document.activeElement")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert "/claims/CK" in page.url
    page.keyboard.press("?")
    assert page.locator("#help").is_visible()
    page.keyboard.press("Escape")
    assert not page.locator("#help").is_visible()
    with page.expect_navigation():
        page.keyboard.press("Escape")
    assert page.url.endswith("/claims/")


def test_single_letter_keys_can_be_switched_off(window: Watched) -> None:
    page = window.page
    window.open("/claims/")
    page.keyboard.press("?")
    page.locator("[data-keys-on]").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    assert page.locator("tbody [data-open]").first.evaluate("link => link !== document.activeElement")
    page.evaluate("localStorage.clear()")


def test_showing_a_value_changes_one_cell_and_tells_it(window: Watched) -> None:
    page = window.page
    window.open(f"/claims/{paid_claim(window)}/")
    with page.expect_navigation():
        page.locator('dd a[href^="/patients/"]').click()
    before = page.locator("#cell-birth_day .masked-value").inner_text()
    assert re.fullmatch(r"•• ••• \d{4}", before)
    page.locator("#cell-birth_day summary").click()
    page.locator("#cell-birth_day button").click()
    page.locator("#cell-birth_day .masked-note").wait_for()
    assert re.fullmatch(r"[A-Z][a-z]{2} \d{1,2}, \d{4}", page.locator("#cell-birth_day .masked-value").inner_text())
    page.wait_for_function("document.querySelector('#said').innerText.includes('recorded')")
    assert page.locator("#cell-member_id .masked-value").inner_text().startswith("•••")
    page.reload()
    assert page.locator("#cell-birth_day .masked-value").inner_text() == before


def test_a_filter_changes_the_rows_and_the_address_and_back_undoes_it(window: Watched) -> None:
    page = window.page
    window.open("/claims/")
    all_rows = page.locator("tbody tr").count()
    with page.expect_response(lambda response: "build=held" in response.url):
        page.select_option("#f-build", "held")
    page.wait_for_function("n => document.querySelectorAll('tbody tr').length !== n", arg=all_rows)
    assert "build=held" in page.url
    page.go_back()
    page.wait_for_function("n => document.querySelectorAll('tbody tr').length === n", arg=all_rows)


def test_axe_finds_nothing_serious_on_any_page(window: Watched, addresses: list[str]) -> None:
    found: dict[str, list[str]] = {}
    for path in addresses:
        for theme in THEMES:
            window.page.emulate_media(color_scheme=theme)
            window.open(path)
            found[f"{path} {theme}"] = window.grave_faults()
    window.open("/")
    window.page.keyboard.press("?")
    found["help"] = window.grave_faults()
    assert len(found) > 36
    assert {path: faults for path, faults in found.items() if faults} == {}


def test_axe_finds_nothing_serious_at_the_door(served: Served, browser: Browser) -> None:
    for theme in THEMES:
        door = watched(browser, served.address, viewport=PHONE, color_scheme=theme)
        door.open("/sign-in/")
        assert door.grave_faults() == []
        assert not door.is_wider_than_its_window()
        assert_clean(door, served)
        door.context.close()


def test_axe_sees_a_planted_fault(window: Watched) -> None:
    window.open("/claims/")
    window.page.evaluate("document.querySelector('#f-number').parentElement.querySelector('label').remove()")
    assert any("label" in fault for fault in window.grave_faults())


def test_a_refused_style_and_a_foreign_host_are_seen(served: Served, browser: Browser) -> None:
    door = watched(browser, served.address)
    door.open("/sign-in/")
    door.page.evaluate(
        "document.body.setAttribute('style', 'color: red'); new Image().src = 'https://example.invalid/a.png'"
    )
    door.page.wait_for_timeout(300)
    assert door.refusals
    door.context.close()


def test_no_page_scrolls_sideways(window: Watched, addresses: list[str]) -> None:
    wide = []
    for path in addresses:
        window.open(path)
        for size in SIZES:
            window.page.set_viewport_size(size)
            if window.is_wider_than_its_window():
                wide.append((path, size["width"]))
    assert wide == []


def test_every_step_works_without_script(served: Served, browser: Browser, session: Any) -> None:
    window = watched(browser, served.address, viewport=PHONE, java_script_enabled=False, storage_state=session)
    page = window.page
    window.open("/claims/?adjudication=paid")
    number = page.locator("tbody [data-open]").first.inner_text()
    page.locator("tbody [data-open]").first.click()
    name = page.locator('dd a[href^="/patients/"]').inner_text()
    page.locator(".bar-menu").click()
    page.locator('.rail a[href="/patients/"]').click()
    page.fill("#id_last_name", name.split(",")[0])
    page.click("form.filters button")
    page.get_by_role("link", name=name).click()
    page.locator("#cell-birth_day summary").click()
    page.locator("#cell-birth_day button").click()
    assert "recorded" in page.locator("#cell-birth_day").inner_text()
    page.get_by_role("link", name=number, exact=True).click()
    assert number in page.locator("h1").inner_text()
    window.context.close()


def test_a_page_left_alone_warns_then_closes(window: Watched) -> None:
    page = window.page
    page.clock.install()
    window.open(f"/claims/{paid_claim(window)}/")
    limit_ms = int(page.locator("body").get_attribute("data-idle-s") or 0) * 1000
    assert 60_000 < limit_ms <= 900_000
    page.clock.fast_forward(limit_ms - 59_000)
    assert page.locator("#idle").is_visible()
    with page.expect_response(lambda response: response.url.endswith("/stay/")) as stayed:
        page.get_by_role("button", name="Stay signed in").click()
    assert stayed.value.status == 204
    page.locator("#idle").wait_for(state="hidden")
    page.context.clear_cookies()
    page.clock.fast_forward(limit_ms + 3_000)
    page.wait_for_url("**/sign-in/**")
    assert "LASTNAME" not in page.content()


def test_signing_out_closes_every_page(served: Served, browser: Browser) -> None:
    window = watched(browser, served.address, viewport=HOME)
    sign_in(window, served, "manager")
    page = window.page
    page.locator(".bar-person").click()
    with page.expect_navigation():
        page.get_by_role("button", name="Sign out", exact=True).click()
    window.open("/claims/")
    assert "/sign-in/" in page.url
    assert_clean(window, served)
    window.context.close()


def test_the_log_of_the_server_names_no_patient(served: Served) -> None:
    log = (served.folder / "serve.log").read_text()
    assert "LASTNAME" not in log and "MEMBER" not in log
