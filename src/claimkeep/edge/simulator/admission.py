"""Is the claim one we can work on? The judgement that a 277CA tells, at the clearinghouse and then at the payer.

Categories: A1 received, A2 taken for adjudication, A3 returned unworked, A7 invalid, A8 inconsistent (code source 507).
"""

from __future__ import annotations

from datetime import date

from claimkeep.edge.simulator.acknowledging import ClaimVerdict
from claimkeep.edge.simulator.reading import Claim
from claimkeep.engine.terms.identifiers import npi_is_valid

UNKNOWN_MEMBER = "UNKNOWN"
"""A member id that begins so is nobody's."""


def at_the_clearinghouse(claim: Claim, today: date, numbers_before: set[str]) -> ClaimVerdict:
    """What the clearinghouse says: its checks know only the claim itself and the others of its file."""
    refusal = _content_refusal(claim, today)
    if refusal is None and claim.number in numbers_before:
        refusal = ("A3", "78", "")
    if refusal is None:
        return ClaimVerdict(claim, True, "A1", "19")
    return ClaimVerdict(claim, False, *refusal)


def at_the_payer(claim: Claim, control_number: str, known_references: bool) -> ClaimVerdict:
    """What the payer says of a claim the clearinghouse passed on.

    `known_references` is false when the claim replaces or voids one the payer never had.
    """
    if claim.member_id.upper().startswith(UNKNOWN_MEMBER):
        return ClaimVerdict(claim, False, "A7", "164", "IL")
    if not known_references:
        return ClaimVerdict(claim, False, "A7", "464")
    return ClaimVerdict(claim, True, "A2", "20", control_number=control_number)


def _content_refusal(claim: Claim, today: date) -> tuple[str, str, str] | None:
    """Category, status and entity of the first thing wrong with what the claim says, or None."""
    rendering = [npi for npi in (claim.rendering_npi, *(line.rendering_npi for line in claim.lines)) if npi]
    days = [line.service_day for line in claim.lines if line.service_day]
    pointers = {pointer for line in claim.lines for pointer in line.pointers if pointer}
    diagnosed = {str(position) for position in range(1, len(claim.diagnoses) + 1)}
    if claim.frequency not in ("1", "7", "8"):
        return ("A7", "535", "")
    if not npi_is_valid(claim.provider.npi):
        return ("A7", "562", "85")
    if not all(npi_is_valid(npi) for npi in rendering):
        return ("A7", "562", "82")
    if sum(line.charge_cents or 0 for line in claim.lines) != claim.charge_cents:
        return ("A7", "178", "")
    if not pointers <= diagnosed:
        return ("A8", "477", "")
    if any(each > today for each in days):
        return ("A7", "187", "")
    return None
