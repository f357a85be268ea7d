"""What is left of an identifier when nobody needs the whole of it.

>>> end_of("123456789"), end_of("12"), end_of(None)
('•••6789', '•••', '')
>>> year_of(date(1980, 3, 1))
'•• ••• 1980'
"""

from __future__ import annotations

from datetime import date

SHOWN = 4


def end_of(value: str | None) -> str:
    """The last four characters; a value so short that they would be all of it shows none."""
    if not value:
        return ""
    return f"•••{value[-SHOWN:]}" if len(value) > SHOWN else "•••"


def year_of(value: date | None) -> str:
    """The year of a birth date."""
    return "" if value is None else f"•• ••• {value.year}"
