"""A fault in a log says its kind and its place, never its words."""

from __future__ import annotations

import logging
import sys

from claimkeep.edge.config import quiet

NAME = f"LASTNAME{42:05}"
"""Put together here, so that no line of this source shows it in a traceback."""


def failing(value: str) -> None:
    """Raises with the value in its words, as many libraries do."""
    raise ValueError(f"cannot read {value}")


def test_a_traceback_in_the_log_carries_no_words_of_the_fault() -> None:
    try:
        failing(NAME)
    except ValueError:
        record = logging.LogRecord("x", logging.ERROR, "f", 1, "a page failed", (), sys.exc_info())
    line = quiet.Formatter("{levelname} {message}", style="{").format(record)
    assert "ValueError" in line and "in failing" in line and "a page failed" in line
    assert NAME not in line


def test_the_planted_formatter_of_the_library_would_have_told_it() -> None:
    try:
        failing(NAME)
    except ValueError:
        record = logging.LogRecord("x", logging.ERROR, "f", 1, "a page failed", (), sys.exc_info())
    assert NAME in logging.Formatter("{message}", style="{").format(record)


def test_every_handler_of_the_settings_writes_that_way() -> None:
    from django.conf import settings

    made = {name: f["()"] for name, f in settings.LOGGING["formatters"].items()}
    writing = [h for h in settings.LOGGING["handlers"].values() if not h["class"].endswith("NullHandler")]
    assert writing
    assert {made[h["formatter"]] for h in writing} == {"claimkeep.edge.config.quiet.Formatter"}
