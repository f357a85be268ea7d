"""Identifiers that carry their own check, and the shapes of those that do not.

>>> npi_is_valid("1234567893"), npi_is_valid("1234567890"), npi_is_valid("12345")
(True, False, False)
"""

from __future__ import annotations

import re

import polars as pl

_TEN_DIGITS = re.compile(r"[12]\d{9}", re.ASCII)
_WEIGHTS = (2, 1, 2, 1, 2, 1, 2, 1, 2, 1)
"""Luhn weights over the ten digits; the issuer prefix 80840 adds a constant 24 (45 CFR 162.406, ISO/IEC 7812-1)."""


def npi_is_valid(npi: str) -> bool:
    """True when the National Provider Identifier has ten digits and a right check digit (45 CFR 162.406)."""
    if not _TEN_DIGITS.fullmatch(npi):
        return False
    total = 24
    for digit, weight in zip(npi, _WEIGHTS, strict=True):
        product = int(digit) * weight
        total += product - 9 if product > 9 else product
    return total % 10 == 0


def npi_valid_column(npi: pl.Expr) -> pl.Expr:
    """`npi_is_valid` for a column; null stays null."""
    total = pl.lit(24)
    for position, weight in enumerate(_WEIGHTS):
        product = npi.str.slice(position, 1).cast(pl.Int32, strict=False) * weight
        total = total + pl.when(product > 9).then(product - 9).otherwise(product)
    right = npi.str.contains(r"^[12]\d{9}$") & (total % 10 == 0).fill_null(False)
    return pl.when(npi.is_not_null()).then(right)


def check_digit_npi(first_nine: str) -> str:
    """The ten-digit NPI that begins with these nine digits."""
    return next(first_nine + d for d in "0123456789" if npi_is_valid(first_nine + d))
