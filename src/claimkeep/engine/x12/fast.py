"""When compiled code takes over from numpy. The answers are the same; only who gives them differs.

The extra `fast` installs numba. To import it costs as much as numpy needs for some ten megabytes, to compile what is
not yet in numba's folder as much as for some hundred. So each is done when this process has had that much to do
already: a small file never waits, and no file takes much more than twice its time.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any

IMPORT_AFTER = 32 << 20
"""Octets after which the kernels are imported, if they are compiled already."""

COMPILE_AFTER = 512 << 20
"""Octets after which they are compiled, if they are not."""

_NEVER = 1 << 62


class Use(Enum):
    """Whether compiled code may be used: not at all, when it pays, or from now on, whatever it costs."""

    NEVER = "never"
    PAYS = "pays"
    NOW = "now"


@dataclass(frozen=True, slots=True)
class Kernels:
    """What is compiled. sweep : a compiled guide -> its `judge.sweep.Sweep`; the others are as in `kernel_scan`."""

    count: Callable[..., Any]
    scan: Callable[..., Any]
    cents: Callable[..., Any]
    span: Callable[..., Any]
    word: Callable[..., Any]
    sweep: Callable[..., Any]


@dataclass(slots=True)
class _Engine:
    use: Use = Use.PAYS
    octets: int = 0
    next_try: int = IMPORT_AFTER
    kernels: Kernels | None = None


_engine = _Engine()


def use(how: Use) -> bool:
    """From now on compiled code is used like this. -> whether it is in use already."""
    _engine.use = how
    if how is Use.NOW and _engine.kernels is None:
        _load(may_compile=True)
    return kernels() is not None


def kernels(octets: int = 0) -> Kernels | None:
    """The kernels, or None where numpy is to do it.

    octets : how many there are to look at, if they are to be counted
    """
    engine = _engine
    engine.octets += octets
    if engine.kernels is None and engine.use is Use.PAYS and engine.octets >= engine.next_try:
        _load(may_compile=engine.octets >= COMPILE_AFTER)
    return None if engine.use is Use.NEVER else engine.kernels


def _load(*, may_compile: bool) -> None:
    _engine.next_try = _NEVER if may_compile else COMPILE_AFTER
    try:
        _engine.kernels = importlib.import_module("claimkeep.engine.x12.kernels").ready(may_compile=may_compile)
    except Exception:
        # numba is not installed or not for this Python; its folder cannot be written, or holds what cannot be read, or
        # not yet our code. numpy gives the same answers, so nothing of it may stop a file from being judged.
        _engine.kernels = None
