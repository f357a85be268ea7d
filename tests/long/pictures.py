"""The pictures of the documents, taken again from a day that was really run: docs/images/*.png."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from playwright.sync_api import sync_playwright

from tests import machine
from tests.edge.web.browser import launched, served_demo, sign_in, watched

IMAGES = Path(__file__).resolve().parents[2] / "docs" / "images"
PAID = "/claims/?adjudication=partial"
"""A list of claims whose first one has been through everything."""


def main() -> int:
    """1 when there is no Chromium to take pictures with."""
    chromium = machine.chromium()
    if chromium is None:
        print("no Chromium on PATH: install the system package chromium")
        return 1
    IMAGES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, served_demo(Path(folder) / "data") as served, sync_playwright() as p:
        browser = launched(p, chromium)
        window = watched(browser, served.address, viewport={"width": 1440, "height": 900})
        window.open("/claims/")
        sign_in(window, served, "biller")
        window.open("/")
        window.page.screenshot(path=IMAGES / "work.png")
        window.open(PAID)
        window.page.locator("tbody a").first.click()
        window.page.wait_for_load_state()
        window.page.screenshot(path=IMAGES / "claim.png")
        browser.close()
    print(f"{len(list(IMAGES.glob('*.png')))} passed, 0 failed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
