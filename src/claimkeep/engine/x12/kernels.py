"""Every kernel, ready to be called. To import this module is to import numba, which `fast` does when it pays."""

from __future__ import annotations

from contextlib import nullcontext

import numpy as np

from claimkeep.engine.x12 import kernel_scan, segments
from claimkeep.engine.x12.compiling import nothing_compiled
from claimkeep.engine.x12.fast import Kernels
from claimkeep.engine.x12.guides import known
from claimkeep.engine.x12.judge.kernel_sweep import KernelSweep
from claimkeep.engine.x12.judge.look import Look
from claimkeep.engine.x12.judge.sweep import Part
from claimkeep.engine.x12.separators import Separators

_VALUES = (kernel_scan.count, kernel_scan.scan, kernel_scan.cents, kernel_scan.span, kernel_scan.word)

_SAMPLE = b"ST*999*0001*005010X231A1~AK1*HC*1~AK9*A*1*1*1~SE*4*0001~"


def ready(*, may_compile: bool) -> Kernels:
    """The kernels, each called once so that nothing is left to be made.

    Raises NotCompiledError where something would have to be compiled and that may not be.
    """
    found = Kernels(*_VALUES, KernelSweep)
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
    return found
