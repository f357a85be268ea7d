"""Code sets that others keep: which codes there are, and from when to when each may be used.

A *kind* is a code set (ICD-10-CM, HCPCS, …). A *release* is one publication of it, with the days it speaks for, each
code's own days where the source has them, a name and a digest. *Code sets* are the releases at hand, by kind; of
several the one that speaks for the day is asked. A day that none speaks for is answered by the nearest one, and marked.

A *table of edits* is a list that claims are judged by beside the code sets: pairs not paid together, units a day,
add-on codes, diagnoses of an age. It has releases too; a day that none of them speaks for is not judged by it.
"""

from claimkeep.engine.codes.code_sets import CodeSets
from claimkeep.engine.codes.edit_files import read_edits
from claimkeep.engine.codes.edit_table import EditTable, Published
from claimkeep.engine.codes.edit_tables import EditTables
from claimkeep.engine.codes.files import read
from claimkeep.engine.codes.kind import Kind
from claimkeep.engine.codes.release import Release, Standing
from claimkeep.engine.codes.words import words_of

__all__ = [
    "CodeSets",
    "EditTable",
    "EditTables",
    "Kind",
    "Published",
    "Release",
    "Standing",
    "read",
    "read_edits",
    "words_of",
]
