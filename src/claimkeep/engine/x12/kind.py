"""Which transactions a file holds, so that each goes to its reader."""

from __future__ import annotations

from claimkeep.engine.x12 import envelope
from claimkeep.engine.x12.envelope import Transaction
from claimkeep.engine.x12.octets import Octets
from claimkeep.engine.x12.outline import SERVICES

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

_SERVICES = dict(zip(SERVICES, ("837P", "837I", "837D"), strict=True))


def kinds(data: Octets) -> frozenset[str]:
    """The transactions in a file, sound or not: '837P', '837I', '837D', '835', '999', 'TA1', '277CA', '277', '270' ...

    An 837 whose guide is unknown and that holds no service line is '837'.
    Raises X12Error when no interchange header can be read.
    """
    found: set[str] = set()
    for interchange in envelope.read(data).interchanges:
        if interchange.answers:
            found.add("TA1")
        found.update(kind(one) for group in interchange.groups for one in group.transactions)
    return frozenset(found)


def kind(transaction: Transaction) -> str:
    """What one transaction set is.

    An 837 is what its service lines say: files whose GS08 names the institutional guide but whose lines are
    professional (SV1) are professional, and the reverse. Without lines, or with both, the named guide decides.
    """
    guide = transaction.version[6:10]
    if transaction.code == "837":
        said = [_SERVICES[one] for one in transaction.services]
        return said[0] if len(said) == 1 else _CLAIM_GUIDES.get(guide, "837")
    if transaction.code == "277" and guide == "X214":
        return "277CA"
    return transaction.code
