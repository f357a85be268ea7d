"""The interchange acknowledgment, TA1 of 00501: it stands in no transaction set and answers an ISA and its IEA."""

from __future__ import annotations

from claimkeep.engine.x12.guides.schema import guide

NOTES = "{" + " ".join(f"{one:03}" for one in range(32)) + "}"
"""TA105: what was wrong with the interchange; 000 is nothing."""

TEXT = f"""
TA1  R 1  R R R R{{A E R}} R{NOTES}
"""

GUIDE = guide("00501", sets="TA1", functional="", text=TEXT)
