"""Files judged one after another or in several processes, their verdicts in order, and how far it has come told."""

from __future__ import annotations

import multiprocessing
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures import TimeoutError as NotYet
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from claimkeep.edge.cli import speech
from claimkeep.edge.cli.octets import FileOctets, opened
from claimkeep.engine.codes import CodeSets
from claimkeep.engine.terms.errors import SetupError
from claimkeep.engine.x12.judge import Verdict
from claimkeep.engine.x12.judge import check as judge

WORTH_IT = 8 << 20
"""Octets from which on several files are judged by several processes: one needs a second to start."""

_AHEAD = 2
"""Files a process that are handed out before the first of them is told."""

_LOOK = 0.1
"""Seconds between two looks at how far the processes have come."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A file and what became of it; unreadable when it could not be opened."""

    name: str
    verdict: Verdict
    path: Path


class _Watched(FileOctets):
    """Octets that tell how many of them were asked for, each once."""

    def __init__(self, octets: FileOctets, advance: Callable[[int], object]) -> None:
        self.__dict__.update(octets.__dict__)
        self._advance, self._seen = advance, 0

    def __getitem__(self, where: slice, /) -> bytes:
        begin, end, _ = where.indices(len(self))
        if end > max(begin, self._seen):
            self._advance(end - self._seen)
            self._seen = end
        return super().__getitem__(where)


def judged(
    files: Iterable[Path], what: str, *, codes: CodeSets | None, level: int, processes: int | None
) -> Iterator[Judged]:
    """Each file, and each file of a folder, with its verdict, in order.

    processes : how many judge at once; None for as many as there are cores, where the files are worth it
    """
    listed = [one for given in files for one in _inside(given)]
    sizes = [_size(one) for one in listed]
    many = min(processes or (_cores() if sum(sizes) >= WORTH_IT else 1), len(listed))
    with speech.progress_in_octets(what, sum(sizes)) as advance:
        if many > 1:
            yield from _together(listed, codes, level, many, advance)
        else:
            for path in listed:
                yield Judged(path.name, _verdict(path, codes, level, advance), path)


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _inside(given: Path) -> list[Path]:
    return sorted(one for one in given.rglob("*") if one.is_file()) if given.is_dir() else [given]


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _verdict(path: Path, codes: CodeSets | None, level: int, advance: Callable[[int], object]) -> Verdict:
    try:
        with opened(path) as octets:
            return judge(_Watched(octets, advance), codes, level=level)
    except OSError as error:
        return Verdict("unreadable", (), reason=error.strerror or str(error))


def _together(
    listed: list[Path], codes: CodeSets | None, level: int, many: int, advance: Callable[[int], object]
) -> Iterator[Judged]:
    """The same in several processes; when we are stopped, they are too."""
    context = multiprocessing.get_context("spawn")
    done = context.Value("q", 0)
    pool = ProcessPoolExecutor(many, context, _begin, (codes, level, done))
    waiting: deque[tuple[Path, Future[Verdict]]] = deque()
    rest = iter(listed)
    is_over = False
    try:
        for path in rest:
            waiting.append((path, pool.submit(_in_process, path)))
            if len(waiting) >= many * _AHEAD:
                yield _next(waiting, done, advance)
        while waiting:
            yield _next(waiting, done, advance)
        is_over = True
    except BrokenProcessPool:
        raise SetupError("a process that judged was ended from outside; --processes 1 needs the least memory") from None
    finally:
        pool.shutdown(wait=is_over, cancel_futures=True)
        if not is_over:
            for child in multiprocessing.active_children():
                child.terminate()


def _next(waiting: deque[tuple[Path, Future[Verdict]]], done: Any, advance: Callable[[int], object]) -> Judged:
    """The verdict of the file that comes next, once it is there; meanwhile progress is shown."""
    path, future = waiting.popleft()
    while True:
        try:
            verdict = future.result(timeout=_LOOK)
            return Judged(path.name, verdict, path)
        except NotYet:
            continue
        finally:
            with done.get_lock():
                many, done.value = done.value, 0
            advance(many)


_settings: dict[str, Any] = {}
"""What a process judges by, set once when it begins."""


def _begin(codes: CodeSets | None, level: int, done: Any) -> None:
    _settings.update(codes=codes, level=level, done=done)


def _in_process(path: Path) -> Verdict:
    done = _settings["done"]

    def advance(many: int) -> None:
        with done.get_lock():
            done.value += many

    return _verdict(path, _settings["codes"], _settings["level"], advance)
