"""How commands speak: results on standard output, everything else on standard error, never a patient's value."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from claimkeep.engine.terms.finding import Skipped

DONE, FOUND, FAILED = 0, 1, 2
"""Exit codes: done and nothing wrong; done and something was found; could not be done."""

MOST_SKIPPED = 20
"""Skipped places shown to a person; --json gives them all."""

console = Console(stderr=True, highlight=False)


def say(text: str = "") -> None:
    """A line for a person, on standard error; what would steer a terminal is made visible."""
    shown = "".join(c if c.isprintable() or c in "\n\t" else "\N{REPLACEMENT CHARACTER}" for c in text)
    console.print(shown, markup=False, soft_wrap=True)


def result(values: Mapping[str, Any], *, as_json: bool, labels: Mapping[str, str] | None = None) -> None:
    """The result: one JSON object, or a line a value; amounts in cents are shown as dollars to a person."""
    if as_json:
        print(json.dumps(values))
        return
    words = labels or {}
    width = max((len(words.get(k, k)) for k in values), default=0)
    for key, value in values.items():
        print(f"{words.get(key, key.replace('_', ' ')):<{width}}  {_shown(key, value)}")


def _shown(key: str, value: Any) -> str:
    if key.endswith("_cents") and isinstance(value, int):
        return f"{value / 100:>14,.2f}"
    if isinstance(value, int | float):
        return f"{value:>14,}"
    return str(value)


def skipped_rows(skipped: Iterable[Skipped], file: str = "") -> list[dict[str, str]]:
    """Skipped places as JSON."""
    return [{"file": file, "place": str(s.place), "reason": s.reason} for s in skipped]


def tell_skipped(rows: list[dict[str, str]], count: int | None = None) -> None:
    """What was left out, for a person. count : how many there are in all, where not all are given"""
    for row in rows[:MOST_SKIPPED]:
        say(f"skipped  {row['file']}{': ' if row['file'] else ''}{row['place']}: {row['reason']}")
    more = (len(rows) if count is None else count) - MOST_SKIPPED
    if more > 0:
        say(f"skipped  {more} more" + ("; --json lists them all" if count is None else ""))


@contextmanager
def progress(what: str, total: int | None) -> Iterator[Any]:
    """A bar with count and time left while the work runs; the value advances it. Silent where nobody watches."""
    bar = Progress(
        TextColumn("{task.description:<28}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=console,
        disable=not sys.stderr.isatty(),
    )
    with bar:
        task = bar.add_task(what, total=total)
        yield lambda count=1: bar.advance(task, count)


@contextmanager
def progress_in_octets(what: str, total: int) -> Iterator[Any]:
    """The same where the work is counted in octets: one large file moves the bar too."""
    bar = Progress(
        TextColumn("{task.description:<28}"),
        BarColumn(),
        DownloadColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=console,
        disable=not sys.stderr.isatty(),
    )
    with bar:
        task = bar.add_task(what, total=total)
        yield lambda count: bar.advance(task, count)
