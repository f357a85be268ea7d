"""Every edit there is, by subject."""

from __future__ import annotations

from claimkeep.engine.scrub.edits import (
    add_ons,
    code_sets,
    coding,
    dates,
    diagnoses,
    diagnosis_pointers,
    duplicates,
    exclusions,
    form,
    pairs,
    patient,
    provider,
    timely,
    units,
)

EDITS = (
    *form.EDITS,
    *patient.EDITS,
    *provider.EDITS,
    *coding.EDITS,
    *diagnosis_pointers.EDITS,
    *dates.EDITS,
    *duplicates.EDITS,
    *timely.EDITS,
)
"""In no order of weight; findings are sorted by place."""

TABLE_EDITS = (
    *code_sets.EDITS,
    *diagnoses.EDITS,
    *exclusions.EDITS,
    *pairs.EDITS,
    *units.EDITS,
    *add_ons.EDITS,
)
"""Those that published tables decide."""

CODED = frozenset({"COD-01", "COD-02", "COD-04", "COD-05", "COD-06", "DUP-02", "ICD-03", "PRV-01"})
OF_A_CASE = tuple(each for each in EDITS if each.id in CODED)
"""Those that look at codes alone: what a case is judged by, which says nothing else of its claim."""

OF_ANY_KIND = frozenset({"COD-05", "DEM-01", "DEM-02", "DEM-03", "DEM-05", "ENV-01", "ENV-03", "PRV-01", "PRV-02"})
"""Ids of those that hold for institutional and dental claims too; the others read an 837P."""
