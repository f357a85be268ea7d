"""Every kernel, ready to be called. To import this module is to import numba, which `fast` does when it pays."""

from __future__ import annotations

from contextlib import nullcontext

import numpy as np

from claimkeep.engine.x12 import kernel_read, kernel_scan, segments
from claimkeep.engine.x12.compiling import nothing_compiled
from claimkeep.engine.x12.fast import Kernels
from claimkeep.engine.x12.guides import known
from claimkeep.engine.x12.judge.kernel_sweep import KernelSweep
from claimkeep.engine.x12.judge.look import Look
from claimkeep.engine.x12.judge.sweep import Part
from claimkeep.engine.x12.segments import Spans
from claimkeep.engine.x12.separators import Separators

_VALUES = (kernel_scan.count, kernel_scan.scan, kernel_scan.cents, kernel_scan.span, kernel_scan.word)
_READ = (
    *(
        kernel_read.stand,
        kernel_read.padded,
        kernel_read.component,
        kernel_read.words,
        kernel_read.keys,
        kernel_read.views,
    ),
    *(kernel_read.decimals, kernel_read.days, kernel_read.rows, kernel_read.given, kernel_read.label),
    kernel_read.beginnings,
)

_SAMPLE = b"ST*999*0001*005010X231A1~AK1*HC*1~AK9*A*1*1*1~SE*4*0001~"


def ready(*, may_compile: bool) -> Kernels:
    """The kernels, each called once so that nothing is left to be made.

    Raises NotCompiledError where something would have to be compiled and that may not be.
    """
    found = Kernels(*_VALUES, *_READ, KernelSweep)
    guide = known.find("005010X231A1", "999")
    assert guide is not None
    with nullcontext() if may_compile else nothing_compiled():
        spans = segments.scanned_by(found, _SAMPLE, Separators())
        look = Look(spans)
        KernelSweep(guide).run(look, [Part(0, len(spans) - 1)])
        columns, some = (spans.count, spans.first, spans.marks, np.zeros(1, dtype=np.int64)), np.empty((2, 1), np.int64)
        kernel_scan.cents(look.octets, *columns, 1, some[0])
        kernel_scan.span(*columns, 1, some[0], some[1])
        kernel_scan.word(look.signed, *columns, 1, some[0])
        _read(spans)
    return found


def _read(spans: Spans) -> None:
    """Calls what reads to tables once, with arrays of the kinds that it is called with."""
    octets, said, is_space = spans.octets, spans.signed, segments.space_if(True)
    columns = (spans.count, spans.first, spans.marks)
    (one, begins, ends), known = np.zeros((3, 2), dtype=np.intp), np.zeros(2, dtype=np.bool_)
    calendar = np.zeros((3, 20_000), dtype=np.int64)
    kernel_read.stand(octets, is_space, True, *columns, one, one, *np.zeros((2, 2, 2), dtype=np.intp))
    kernel_read.padded(octets, is_space, spans.marks, 0, 0)
    kernel_read.component(octets, is_space, 0, one, one, 1, begins, ends)
    for kernel in (kernel_read.words, kernel_read.keys):
        kernel(said, one, one, begins)
    kernel_read.views(said, one, one, np.zeros(4, dtype=np.int64))
    kernel_read.decimals(octets, one, one, 2, begins, known)
    years, months, days = calendar
    kernel_read.days(octets, one, one, years, months, days, begins, known)
    kernel_read.rows(one, one, begins)
    kernel_read.given(years, np.zeros(20_000, dtype=np.uint8))
    ids, loop = np.zeros((1, 5), dtype=np.intp), np.zeros((1, 1), dtype=np.int16)
    steps, labels = np.zeros((1, 1), dtype=np.intp), np.zeros(2, dtype=np.int16)
    given = (octets, said, is_space, spans.code, *columns, one, ids, years)
    kernel_read.label(*given, loop, steps, labels, known)
    which = (np.zeros(1 << 16, dtype=np.bool_), *np.zeros((3, len(octets)), dtype=np.intp))
    kernel_read.beginnings(octets, 0, is_space, *which)
