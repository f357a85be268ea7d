"""Which segments of a guide begin a unit: what rules look at whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from claimkeep.engine.x12.guides.compile import Compiled
from claimkeep.engine.x12.judge.look import Flags
from claimkeep.engine.x12.segments import Offsets

_UNITS: Mapping[str, tuple[str, ...]] = {"837": ("HL", "CLM"), "835": ("LX", "CLP", "PLB"), "277": ("HL",)}
"""What begins the units of each set; those of another begin with every loop."""


@dataclass(frozen=True, slots=True)
class Units:
    """The units of one guide, by node: whether it begins one (false past the end), and how deep that one stands."""

    begins: Flags
    depths: Offsets

    @classmethod
    def of(cls, guide: Compiled) -> Units:
        wanted = _UNITS.get(guide.guide.sets)
        opens = {place.trigger for place in guide.places[1:]}
        begins = [
            number in opens or node.segment.id == "PLB" if wanted is None or node.segment.id in wanted else False
            for number, node in enumerate(guide.nodes)
        ]
        return cls(np.array([*begins, False]), np.array([guide.kept_by(number) for number in range(len(guide.nodes))]))
