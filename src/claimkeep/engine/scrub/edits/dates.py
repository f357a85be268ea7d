"""Days of service: DAT-01."""

from __future__ import annotations

from datetime import date

import polars as pl

from claimkeep.engine.scrub.edit import edit
from claimkeep.engine.terms.claim import service_line

_CITE = "005010X222A1 2400 DTP03 472"
INPATIENT = "21"


@edit("DAT-01", on="line", says="the day of service is missing", fix="add the day", cite=_CITE, carc="16")
def service_has_a_day(today: date) -> pl.Expr:
    """A line has its day of service."""
    return service_line.service_day.is_null()


@edit(
    "DAT-01",
    on="line",
    says="the day of service is still to come",
    fix="correct the day, or wait for it",
    cite=_CITE,
    carc="110",
)
def service_is_over(today: date) -> pl.Expr:
    """Nothing is billed before it is done."""
    return pl.max_horizontal("service_day", "service_day_to") > today


@edit(
    "DAT-01",
    on="line",
    says="the last day of service is before the first",
    fix="turn the days around",
    cite=_CITE,
    carc="16",
)
def service_ends_after_it_begins(today: date) -> pl.Expr:
    """A service ends on or after the day it begins."""
    return service_line.service_day_to < service_line.service_day


@edit(
    "DAT-01",
    on="line",
    says="the day of service is outside the hospital stay",
    fix="correct the day or the stay",
    cite="005010X222A1 2400 DTP03 472, 2300 DTP03 435, 096",
    carc="16",
)
def inpatient_service_is_inside_the_stay(today: date) -> pl.Expr:
    """An inpatient service falls between admission and discharge."""
    place = pl.coalesce("place_of_service", "claim_place_of_service")
    outside = (service_line.service_day < pl.col("claim_admission_day")).fill_null(False) | (
        service_line.service_day > pl.col("claim_discharge_day")
    ).fill_null(False)
    return (place == INPATIENT) & outside


EDITS = (service_has_a_day, service_is_over, service_ends_after_it_begins, inpatient_service_is_inside_the_stay)
