"""Every edit there is, by subject."""

from __future__ import annotations

from claimkeep.engine.scrub.edits import coding, dates, diagnosis_pointers, duplicates, form, patient, provider, timely

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
