"""Code sets that others keep: which codes there are, and from when to when each may be used.

A *kind* is a code set (ICD-10-CM, HCPCS, …). A *release* is one publication of it, with the days it speaks for, each
code's own days where the source has them, a name and a digest. *Code sets* are the releases at hand, by kind; of
several the one that speaks for the day is asked. A day that none speaks for is answered by the nearest one, and marked.
"""

from claimkeep.engine.codes.code_sets import CodeSets
from claimkeep.engine.codes.files import read
from claimkeep.engine.codes.kind import Kind
from claimkeep.engine.codes.release import Release, Standing
from claimkeep.engine.codes.words import words_of

__all__ = ["CodeSets", "Kind", "Release", "Standing", "read", "words_of"]
