"""Everything has its page, no page is stale, and the repository speaks of itself alone."""

from __future__ import annotations

import ast
import os
import re
from pathlib import Path
from textwrap import dedent

import pytest

from claimkeep.engine.intake import delimited
from tests import pages

PROJECT = Path(__file__).resolve().parent.parent
SOURCES = PROJECT / "src" / "claimkeep"
NOT_OURS = {".git", ".venv", "__pycache__", "node_modules", "dist", "claimkeep-data"}
TEXT = {".cfg", ".css", ".html", ".ini", ".js", ".json", ".md", ".py", ".svg", ".toml", ".txt", ".yaml", ".yml", ""}


def texts() -> list[Path]:
    """Every file of the repository that a person may read."""
    found = []
    for folder, inside, names in os.walk(PROJECT):
        inside[:] = [name for name in inside if name not in NOT_OURS and not name.endswith(("_cache", ".egg-info"))]
        found += [Path(folder) / name for name in names if Path(name).suffix in TEXT]
    return [path for path in found if path.name not in (".lock", ".DS_Store") and ".hypothesis" not in path.parts]


def documents() -> list[Path]:
    return [path for path in texts() if path.suffix == ".md"]


@pytest.mark.parametrize("page", pages.PAGES, ids=str)
def test_a_page_that_is_made_is_not_stale(page: Path) -> None:
    assert (PROJECT / page).read_text() == pages.PAGES[page](), "run: .venv/bin/python -m tests.pages"


def test_every_option_of_every_command_says_what_it_does() -> None:
    assert re.findall(r"^\| `.*` \|  \|$", pages.commands_page(), re.MULTILINE) == []


def test_the_csv_example_of_the_documents_can_be_imported() -> None:
    tables, skipped = delimited.read(dedent(pages.csv_example()).encode())
    assert skipped == ()
    assert (tables.size, tables.service_lines.height) == (1, 2)


def settings_read() -> set[str]:
    """The settings the program reads: `value("NAME")`, and CLAIMKEEP_NAME spelled out beside os.environ."""
    found = set()
    for path in (SOURCES / "edge").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.Call) or not node.args or not isinstance(node.args[0], ast.Constant):
                continue
            called, first = ast.unparse(node.func), node.args[0].value
            if called in ("value", "environment.value", "environment.whole_number"):
                found.add(f"CLAIMKEEP_{first}")
            elif "environ" in called and str(first).startswith("CLAIMKEEP_"):
                found.add(str(first))
    return found


def test_every_setting_has_its_section_and_no_section_is_of_nothing() -> None:
    told = re.findall(r"^## (CLAIMKEEP_\w+)$", (PROJECT / "docs/guide/settings.md").read_text(), re.MULTILINE)
    assert set(told) == settings_read()
    assert len(told) == len(set(told))


def test_the_environment_is_read_in_one_place() -> None:
    reading = re.compile(
        r"os\.environ\.(?:get|items|copy)|os\.getenv|os\.environ\[[^\]]+\](?! = )|dict\(os\.environ|\*os\.environ"
    )
    readers = [path for path in SOURCES.rglob("*.py") if reading.search(path.read_text())]
    assert [path.relative_to(SOURCES).as_posix() for path in readers] == ["edge/config/environment.py"]


def test_every_link_between_documents_leads_somewhere() -> None:
    broken = []
    for page in documents():
        for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text()):
            if "://" not in target and not (page.parent / target).exists():
                broken.append(f"{page.relative_to(PROJECT)}: {target}")
    assert broken == []


def test_decisions_are_numbered_without_a_gap_and_say_their_price() -> None:
    records = sorted((PROJECT / "docs" / "adr").glob("*.md"))
    assert [int(path.name[:4]) for path in records] == list(range(1, len(records) + 1))
    assert [
        p.name for p in records if not {"## Context", "## Choice", "## Price"} <= set(p.read_text().splitlines())
    ] == []


def test_a_change_for_users_says_its_kind_first() -> None:
    changes = list((PROJECT / "changelog" / "unreleased").glob("*.md"))
    assert changes
    first = {path.name: path.read_text().splitlines()[0] for path in changes}
    assert {
        name: line
        for name, line in first.items()
        if not re.fullmatch(r"kind: (added|changed|fixed|removed|security)", line)
    } == {}


def foreign(text: str) -> list[str]:
    """What speaks of one machine: folders of this checkout or of somebody's home, addresses of a package index."""
    here = {str(PROJECT), str(Path.home())} - {"/"}
    homes = re.findall(r"(?<![\w.:/-])/(?:root|home|Users|work|workspace|opt|mnt|builds)/[\w.-]+", text)
    index = re.findall(
        r"https?://\S*(?:pypi|pythonhosted|/simple)\S*|^\s*--(?:extra-)?(?:index-url|find-links)\s+\S+", text, re.M
    )
    return [each for each in here if re.search(re.escape(each) + r"(?![\w-])", text)] + homes + index


def test_the_repository_speaks_of_itself_alone() -> None:
    found = {}
    for path in texts():
        if path != Path(__file__) and (spoken := foreign(path.read_text(errors="replace"))):
            found[path.relative_to(PROJECT).as_posix()] = spoken
    assert found == {}


@pytest.mark.parametrize(
    "line",
    [
        "see /home/somebody/claimkeep/notes.md",
        "open('/opt/thing/file')",
        "--extra-index-url https://index.example/simple",
        "https://files.pythonhosted.org/packages/a.whl",
        f"cd {PROJECT}",
    ],
)
def test_what_speaks_of_one_machine_is_found(line: str) -> None:
    assert foreign(line)


def test_the_two_commands_are_there_and_can_be_run() -> None:
    for name in ("run", "test", ".ci/run", "requirements/install", "requirements/lock"):
        assert os.access(PROJECT / name, os.X_OK), name
