"""Interchanges judged as a clearinghouse would, levels 1 to 5, and never with an exception.

`envelope` walks ISA to IEA, `sweep` clears the sets that are beyond doubt, `walk` tells what is wrong with the others,
`rules_*` are what a guide asks beyond the place of each segment.
"""

from claimkeep.engine.x12.judge.envelope import GroupVerdict, InterchangeVerdict, SetVerdict
from claimkeep.engine.x12.judge.findings import Finding
from claimkeep.engine.x12.judge.verdict import Verdict, check

__all__ = ["Finding", "GroupVerdict", "InterchangeVerdict", "SetVerdict", "Verdict", "check"]
