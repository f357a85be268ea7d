"""What a fault may say: its kind and where it happened. Its own words may hold a patient's value, so they stay out."""

from __future__ import annotations

import logging
import traceback
from types import TracebackType
from typing import Any


def told(error: BaseException) -> str:
    """The frames and the kind of a fault, without its words."""
    frames = "".join(traceback.format_tb(error.__traceback__))
    return f"{frames}{type(error).__name__}"


class Formatter(logging.Formatter):
    """Log lines whose tracebacks carry no words of the fault and no line of its data."""

    def formatException(  # noqa: N802 - the name logging calls
        self,
        ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None] | Any,
    ) -> str:
        """The frames and the kind."""
        return "" if ei[1] is None else told(ei[1])
