"""Which diagnosis explains which line: DXP-01, DXP-03."""

from __future__ import annotations

from datetime import date

import polars as pl

from claimkeep.engine.scrub.edit import edit
from claimkeep.engine.terms.claim import service_line

_CITE = "005010X222A1 2400 SV107"
MOST_DIAGNOSES = 12

_some = pl.col("diagnosis_count") > 0
"""A claim without any diagnosis has a finding of its own."""


@edit(
    "DXP-01",
    on="line",
    says="points to no diagnosis",
    fix="point to the diagnosis that explains it",
    cite=_CITE,
    carc="11",
)
def points_to_a_diagnosis(today: date) -> pl.Expr:
    """A line points to a diagnosis."""
    return _some & service_line.pointer1.is_null()


@edit(
    "DXP-01",
    on="line",
    says="points to diagnosis {highest_pointer}, the claim has {diagnosis_count}",
    fix="point to a diagnosis of the claim, or add the one that is missing",
    cite=_CITE,
    carc="11",
)
def points_to_what_is_there(today: date) -> pl.Expr:
    """A line points to diagnoses of its claim."""
    return _some & (pl.col("highest_pointer") > pl.col("diagnosis_count"))


@edit(
    "DXP-01",
    on="line",
    says="points to diagnosis {lowest_pointer}; they count from 1",
    fix="point to a diagnosis of the claim",
    cite=_CITE,
    carc="11",
)
def pointers_count_from_one(today: date) -> pl.Expr:
    """Pointers count from 1."""
    return _some & (pl.col("lowest_pointer") < 1)


@edit("DXP-01", on="line", says="points to a diagnosis twice", fix="take one pointer out", cite=_CITE, carc="11")
def pointers_differ(today: date) -> pl.Expr:
    """A line points to a diagnosis once."""
    given = pl.concat_list([pl.col(f"pointer{n}") for n in range(1, 5)]).list.drop_nulls()
    return given.list.n_unique() < given.list.len()


@edit(
    "DXP-03",
    on="claim",
    says="the claim has {diagnosis_count} diagnoses, 12 fit",
    fix="take out the least important",
    cite="005010X222A1 2300 HI",
)
def diagnoses_fit(today: date) -> pl.Expr:
    """A professional claim has at most 12 diagnoses."""
    return pl.col("diagnosis_count") > MOST_DIAGNOSES


EDITS = (points_to_a_diagnosis, points_to_what_is_there, pointers_count_from_one, pointers_differ, diagnoses_fit)
