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

_SAMPLE = b"ST*999*0001*005010X231A1~AK1*HC*1~AK9*A*1*1*1~SE*4*0001~"


def ready(*, may_compile: bool) -> Kernels:
    """The kernels, each called once so that nothing is left to be made.

    Raises NotCompiledError where something would have to be compiled and that may not be.
    """
    found = Kernels(kernel_scan.count, kernel_scan.scan, kernel_scan.cents, KernelSweep)
    guide = known.find("005010X231A1", "999")
    assert guide is not None
    with nullcontext() if may_compile else nothing_compiled():
        spans = segments.scanned_by(found, _SAMPLE, Separators())
        KernelSweep(guide).run(Look(spans), [Part(0, len(spans) - 1)])
        amounts = np.empty(1, dtype=np.int64)
        some = np.zeros(1, dtype=np.int64)
        kernel_scan.cents(Look(spans).octets, spans.count, spans.first, spans.marks, some, 1, amounts)
    return found
