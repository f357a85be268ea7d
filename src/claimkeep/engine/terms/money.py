"""Money is integer cents. X12 type R text in, X12 type R text out.

>>> cents("100"), cents("-20.5"), cents(".05"), cents("1.999"), cents("")
(10000, -2050, 5, None, None)
>>> amount(10000), amount(-2050), amount(5), amount(0)
('100', '-20.5', '.05', '0')
>>> dollars(-123456789)
'-1,234,567.89'
"""

from __future__ import annotations

import re

MOST_CENTS = 10**15
"""Above what any claim holds and far inside int64: sums over millions of rows cannot overflow."""

_AMOUNT = re.compile(r"(-?)(\d{0,13})(?:\.(\d{0,2})0*)?", re.ASCII)


def cents(text: str) -> int | None:
    """Cents of an X12 type R amount, or None where it is not an amount of whole cents (X12.6 3.3.1.3)."""
    found = _AMOUNT.fullmatch(text)
    if found is None or not (found[2] or found[3]):
        return None
    value = int(found[2] or 0) * 100 + int((found[3] or "").ljust(2, "0"))
    return -value if found[1] else value


def amount(value_cents: int) -> str:
    """X12 type R text of cents: no leading zero before the point, no trailing zero after it (X12.6 3.3.1.3)."""
    whole, part = divmod(abs(value_cents), 100)
    fraction = f".{part:02d}".rstrip("0") if part else ""
    digits = f"{whole or ''}{fraction}" or "0"
    return f"-{digits}" if value_cents < 0 else digits


def dollars(value_cents: int) -> str:
    """Dollars for people, without a currency sign."""
    whole, part = divmod(abs(value_cents), 100)
    return f"{'-' if value_cents < 0 else ''}{whole:,}.{part:02d}"
