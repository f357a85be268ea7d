"""A whole demo day served over TLS, and a browser that keeps an eye on what it is asked to load and refuses."""

from __future__ import annotations

import json
import os
import signal
import socket
import ssl
import subprocess
import sys
import time
import urllib.request
from base64 import b32decode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from playwright.sync_api import Browser, BrowserContext, Page, Playwright

VISITS = 60
ANSWERS_WITHIN_S = 180
CHROMIUM_ARGUMENTS = (
    "--headless --no-sandbox --disable-gpu --no-first-run --disable-background-networking --disable-component-update"
    " --disable-sync"
).split()
GRAVE = ("serious", "critical")
BOOKED = """
import json
from claimkeep.edge.cli import installation
installation.open_existing()
from claimkeep.apps.ledger.models import Posting
from django.db.models import Sum
rows = Posting.objects.values_list("claim_number", "account").annotate(Sum("cents"))
print(json.dumps([list(row) for row in rows]))
"""


@dataclass(frozen=True)
class Served:
    """A demo folder and the address its application answers at."""

    folder: Path
    address: str

    def sign_in(self, person: str) -> dict[str, str]:
        """The password and second-factor seed of one of the demo's people."""
        known = json.loads((self.folder / "keys" / "demo-sign-ins.json").read_text())
        return dict(known[f"{person}@demo.invalid"])

    def booked(self) -> dict[tuple[str, str], int]:
        """Cents by claim number and account, from the rows of the database and nothing of the pages."""
        rows = json.loads(_python(self.folder, "-c", BOOKED))
        return {(number, account): cents for number, account, cents in rows}


def _environment(folder: Path) -> dict[str, str]:
    return {k: v for k, v in os.environ.items() if not k.startswith("CLAIMKEEP_")} | {"CLAIMKEEP_DATA": str(folder)}


def _python(folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, *arguments], env=_environment(folder), capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


@contextmanager
def served_demo(folder: Path) -> Iterator[Served]:
    """A demo day was run in the folder and its application answers, until the block ends: as `./run` does it."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"https://127.0.0.1:{port}"
    day = ["demo", "--visits", str(VISITS), "--serve", "--port", str(port)]
    command = [sys.executable, "-m", "claimkeep.edge.cli", *day]
    log = (folder / "serve.log").open("w")
    process = subprocess.Popen(command, env=_environment(folder), stdout=log, stderr=log)
    try:
        _wait_for(address, process, folder)
        yield Served(folder, address)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        log.close()


def _wait_for(address: str, process: subprocess.Popen[bytes], folder: Path) -> None:
    trusting = ssl._create_unverified_context()
    end = time.monotonic() + ANSWERS_WITHIN_S
    while time.monotonic() < end and process.poll() is None:
        try:
            urllib.request.urlopen(f"{address}/sign-in/", context=trusting, timeout=5).close()
            return
        except OSError:
            time.sleep(0.2)
    raise AssertionError(f"the application does not answer: {(folder / 'serve.log').read_text()[-2000:]}")


@dataclass
class Watched:
    """A browser window: every host it asked, every refusal of its policy, every fault of its scripts."""

    context: BrowserContext
    page: Page
    address: str
    hosts: set[str] = field(default_factory=set)
    refusals: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def open(self, path: str) -> None:
        """The page at this path is loaded and has come to rest."""
        self.page.goto(self.address + path, wait_until="load")

    def grave_faults(self) -> list[str]:
        """What axe-core finds serious or critical on the page as it stands."""
        with self.unwatched():
            found = Axe().run(self.page, options={"preload": False}).response["violations"]
        return [f"{v['id']}: {v['nodes'][0]['html'][:160]}" for v in found if v["impact"] in GRAVE]

    @contextmanager
    def unwatched(self) -> Iterator[None]:
        """axe puts styles of its own into the page; what the policy says of those is not the page's doing."""
        before = len(self.refusals)
        yield
        del self.refusals[before:]

    def is_wider_than_its_window(self) -> bool:
        """True when the page scrolls sideways."""
        return bool(self.page.evaluate("document.documentElement.scrollWidth > innerWidth"))


def watched(browser: Browser, address: str, **wishes: Any) -> Watched:
    """A fresh window with these wishes (size, theme, script)."""
    context = browser.new_context(ignore_https_errors=True, **wishes)
    window = Watched(context, context.new_page(), address)
    window.page.on("request", lambda request: _note_host(window, request.url))
    window.page.on("console", lambda message: _note_console(window, message.text))
    window.page.on("pageerror", lambda error: window.faults.append(str(error)))
    return window


def _note_host(window: Watched, url: str) -> None:
    if urlsplit(url).scheme != "data":
        window.hosts.add(urlsplit(url).netloc)


def _note_console(window: Watched, said: str) -> None:
    if "Content Security Policy" in said:
        window.refusals.append(said)


def launched(playwright: Playwright, path: str) -> Browser:
    """The Chromium at this path."""
    return playwright.chromium.launch(executable_path=path, args=CHROMIUM_ARGUMENTS)


def sign_in(window: Watched, served: Served, person: str) -> None:
    """The window is signed in with both factors."""
    known = served.sign_in(person)
    page = window.page
    window.open("/")
    page.fill("#id_login", f"{person}@demo.invalid")
    page.fill("#id_password", known["password"])
    with page.expect_navigation():
        page.click("button.primary")
    totp = TOTP(b32decode(known["seed"]), 6, SHA1(), 30, enforce_key_length=False)
    page.fill("#id_code", totp.generate(int(time.time())).decode())
    with page.expect_navigation():
        page.click("button.primary")
