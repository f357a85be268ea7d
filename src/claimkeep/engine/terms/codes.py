"""Closed code sets small enough to stand here, with our own labels.

Only identifiers and our own words: no licensed descriptor is shipped.
"""

from __future__ import annotations

FREQUENCY = {"1": "original", "7": "replacement", "8": "void"}
"""Claim frequency codes a professional claim may carry (005010X222A1 2300 CLM05-3)."""

PAYER_SEQUENCE = {"P": "primary", "S": "secondary", "T": "tertiary"}
"""Payer responsibility sequence (005010X222A1 2000B SBR01)."""

ADJUSTMENT_GROUP = {
    "CO": "contractual obligation",
    "PR": "patient responsibility",
    "OA": "other adjustment",
    "PI": "payer initiated reduction",
    "CR": "correction or reversal",
}
"""Claim adjustment groups (005010X221A1 2100 CAS01); CR is of older guides and still arrives."""

CLAIM_STATUS = {
    "1": "processed as primary",
    "2": "processed as secondary",
    "3": "processed as tertiary",
    "4": "denied",
    "19": "processed as primary, forwarded",
    "20": "processed as secondary, forwarded",
    "21": "processed as tertiary, forwarded",
    "22": "reversal of previous payment",
    "23": "not our claim, forwarded",
    "25": "predetermination, no payment",
}
"""Claim status codes (005010X221A1 2100 CLP02)."""

CONTRACTUAL_CARC = frozenset({"45", "24", "42", "59", "94", "131", "144", "172", "222", "253"})
"""Reasons in group CO that the contract explains: posted as contractual, not disputed."""

RELATIONSHIP = {
    "18": "self",
    "01": "spouse",
    "19": "child",
    "20": "employee",
    "21": "unknown",
    "39": "organ donor",
    "40": "cadaver donor",
    "53": "life partner",
    "G8": "other relationship",
}
"""Individual relationship codes (005010X222A1 2000B SBR02, 2000C PAT01)."""

STATES = frozenset(
    "AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK OR"
    " PA RI SC SD TN TX UT VT VA WA WV WI WY AS GU MP PR VI FM MH PW AA AE AP".split()
)
"""United States state, territory and armed-forces postal codes."""
