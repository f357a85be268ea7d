"""Which transactions a file holds, so that each goes to its reader."""

from __future__ import annotations

import numpy as np

from claimkeep.engine.x12 import envelope
from claimkeep.engine.x12.envelope import Interchange, Transaction
from claimkeep.engine.x12.segments import pack

_CLAIM_GUIDES = {
    "X222": "837P",
    "X223": "837I",
    "X224": "837D",
    "X098": "837P",
    "X096": "837I",
    "X097": "837D",
    "X298": "837P",
}
"""The guide that GS08 or ST03 names, after its six digits of version; 004010 guides included."""

_SERVICE_SEGMENTS = {"SV1": "837P", "SV2": "837I", "SV3": "837D"}
"""The service segment of each guide (005010X222A1, 005010X223A2, 005010X224A2 2400)."""


def kinds(data: bytes) -> frozenset[str]:
    """The transactions in a file, sound or not: '837P', '837I', '837D', '835', '999', 'TA1', '277CA', '277', '270' ...

    An 837 whose guide is unknown and that holds no service line is '837'.
    Raises X12Error when no interchange header can be read.
    """
    found: set[str] = set()
    for interchange in envelope.read(data).interchanges:
        if interchange.answers:
            found.add("TA1")
        found.update(kind(interchange, one) for group in interchange.groups for one in group.transactions)
    return frozenset(found)


def kind(interchange: Interchange, transaction: Transaction) -> str:
    """What one transaction set is.

    An 837 is what its service lines say: files whose GS08 names the institutional guide but whose lines are
    professional (SV1) are professional, and the reverse. Without lines, or with both, the named guide decides.
    """
    guide = transaction.version[6:10]
    if transaction.code == "837":
        inside = interchange.spans.code[transaction.first : transaction.last + 1]
        said = {name for one, name in _SERVICE_SEGMENTS.items() if np.any(inside == pack(one))}
        return said.pop() if len(said) == 1 else _CLAIM_GUIDES.get(guide, "837")
    if transaction.code == "277" and guide == "X214":
        return "277CA"
    return transaction.code
