"""The professional claim: 837P bytes <-> the four claim tables."""

from claimkeep.engine.x12.claim_837.reading import pieces, read
from claimkeep.engine.x12.claim_837.writing import Written, write
from claimkeep.engine.x12.write import Envelope

__all__ = ["Envelope", "Written", "pieces", "read", "write"]
