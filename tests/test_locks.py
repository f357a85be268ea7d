"""The locks agree with each other, name no index, and hold a hash for everything."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path

import pytest

LOCKS = sorted((Path(__file__).resolve().parent.parent / "requirements").glob("*.txt"))
PIN = re.compile(r"(?P<name>[a-z0-9][a-z0-9.-]*)(\[[a-z0-9,-]+\])?==(?P<version>[^ ;]+)( ; (?P<marker>[^\\]+?))? \\")


def pins(text: str) -> list[re.Match[str]]:
    return [found for line in text.splitlines() if (found := PIN.match(line))]


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.stem)
def test_a_lock_holds_pins_with_hashes_and_nothing_else(lock: Path) -> None:
    lines = lock.read_text().splitlines()
    others = [
        line for line in lines if not PIN.match(line) and not re.fullmatch(r"    --hash=sha256:\w{64}( \\)?", line)
    ]
    assert others == []
    assert pins(lock.read_text())


def test_two_locks_never_name_two_versions_of_one_package() -> None:
    versions = defaultdict(set)
    for lock in LOCKS:
        for pin in pins(lock.read_text()):
            versions[pin["name"], pin["marker"]].add(pin["version"])
    assert {name: found for name, found in versions.items() if len(found) > 1} == {}


def test_what_the_project_asks_for_is_locked() -> None:
    project = (LOCKS[0].parent.parent / "pyproject.toml").read_text()
    asked = set(re.findall(r'^    "([a-z0-9.-]+)(?:\[[a-z,]+\])?[><=]', project, re.MULTILINE))
    locked = {pin["name"] for lock in LOCKS for pin in pins(lock.read_text())}
    assert {name.replace(".", "-") for name in asked} <= locked
