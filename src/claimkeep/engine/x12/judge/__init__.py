"""Interchanges judged as a clearinghouse would, levels 1 to 5, and never with an exception.

A file is taken block by block (`blocks`, `pieces`), and so is a set (`running`). `envelope` walks ISA to IEA, `sweep`
clears what is beyond doubt, `walk` tells what is wrong with the rest, `rules_*` are what a guide asks beyond the place
of each segment.
"""

from claimkeep.engine.x12.judge.envelope import GroupVerdict, InterchangeVerdict, SetVerdict
from claimkeep.engine.x12.judge.findings import Finding
from claimkeep.engine.x12.judge.verdict import MOST_LEVEL, Verdict, check

__all__ = ["MOST_LEVEL", "Finding", "GroupVerdict", "InterchangeVerdict", "SetVerdict", "Verdict", "check"]
