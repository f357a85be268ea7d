"""Who is named in a claim, and how: addresses, identifiers and relations that the claim guides ask for.

Local to a level (HL) and the claims below it.
"""

from __future__ import annotations

import re

import numpy as np

from claimkeep.engine.x12.judge.context import Context
from claimkeep.engine.x12.judge.within import Values

_FACILITIES = {
    "005010X222": ("2010AA", "2310C", "2420C"),
    "005010X223": ("2010AA", "2310E"),
    "005010X224": ("2010AA", "2310C", "2420D"),
}
"""Where the address of the billing provider and of the service facility stands in each guide."""

_GUIDE, _PROFESSIONAL = 10, "005010X222"
"""Characters of a version that name its guide."""

_FULL_ZIP = 9
_TAX_ID = 9
_BOX = re.compile(r"\W*(P\W*O\W*BOX|POST OFFICE BOX|LOCK ?BOX)\b", re.IGNORECASE)
_MEDICARE_B = "MB"


def zip_codes(context: Context) -> None:
    """The American ZIP code of a billing provider and a service facility has nine digits (N403)."""
    addresses = context.where("N4", *_FACILITIES[context.guide.guide.version[:_GUIDE]])
    values = Values.of(context, addresses, 3)
    octets = values.look.octets[values.begin[:, None] + np.arange(_FULL_ZIP)]
    is_full = (values.length == _FULL_ZIP) & np.all(octets - np.uint8(ord("0")) <= 9, axis=1)
    short = addresses[~is_full & (values.length > 0)]
    for segment in context.with_code(short, 4, "", "US").tolist():
        context.tell(segment, "X12-4-N403", 4, "the ZIP code needs all nine digits here", 3)


def streets(context: Context) -> None:
    """A billing provider has a street, no box; a box is where it wants to be paid (2010AA N301)."""
    streets = context.where("N3", "2010AA")
    for segment, text in zip(streets.tolist(), context.texts(streets, 1), strict=True):
        if _BOX.match(text):
            message = "a box stands where the street of the billing provider must stand"
            context.tell(segment, "X12-4-N301", 4, message, 1)


def tax_ids(context: Context) -> None:
    """A tax or social security number is nine digits and nothing else (REF02 where REF01 is EI or SY)."""
    loops = ("2010AA", "2010AC", "2010BA", "2010CA", "2330A")
    numbers = context.with_code(context.where("REF", *loops), 1, "EI", "SY")
    values = Values.of(context, numbers, 2)
    octets = values.look.octets[values.begin[:, None] + np.arange(_TAX_ID)]
    right = (values.length == _TAX_ID) & np.all(octets - np.uint8(ord("0")) <= 9, axis=1)
    for segment in numbers[~right & (values.length > 0)].tolist():
        context.tell(segment, "X12-4-REF-TAX", 4, "the number is not nine digits", 2)


def described(context: Context) -> None:
    """A subscriber who is the patient has an address, a birth and a sex (2010BA N3, N4, DMG; 2000B SBR02, HL04)."""
    levels, subscribers = context.where("HL", "2000B"), context.where("SBR", "2000B")
    if not len(levels):
        return
    rows = context.owner(levels, subscribers)
    has_none = context.has_code(levels, 4, "0")[rows] & (rows >= 0)
    is_self = context.has_code(subscribers, 2, "18") & has_none
    if not is_self.any():
        return
    for segment_id in ("N3", "N4", "DMG"):
        has = np.zeros(len(subscribers), dtype=bool)
        rows = context.owner(subscribers, context.where(segment_id, "2010BA"))
        has[rows[rows >= 0]] = True
        for segment in subscribers[is_self & ~has].tolist():
            message = "a subscriber who is the patient is not described"
            context.absent(segment, segment_id, f"X12-4-2010BA-{segment_id}", message, 2)


def secondary_medicare(context: Context) -> None:
    """Medicare that does not pay first says why (005010X222A1 2000B SBR05, SBR01, SBR09)."""
    if context.guide.guide.version[:_GUIDE] != _PROFESSIONAL:
        return
    medicare = context.with_code(context.where("SBR", "2000B"), 9, _MEDICARE_B)
    later = medicare[~context.has_code(medicare, 1, "P")]
    for segment in context.with_code(later, 5, "").tolist():
        message = "Medicare does not pay first, and no type of insurance says why"
        context.tell(segment, "X12-4-SBR05", 4, message, 5, answer="I9")


RULES = (
    (4, zip_codes),
    (4, streets),
    (4, tax_ids),
    (4, described),
    (4, secondary_medicare),
)
"""Every rule of parties, and the level each belongs to."""
