"""Which tables of edits there are, and what each release of one says about itself."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from claimkeep.engine.codes.words import Days

TableRow = tuple[tuple[str, str | int], ...]
"""A row of a table as somebody may read it: (column, value)."""


class EditTable(StrEnum):
    """A table that claims are judged by, by the name it has in findings and files."""

    PTP_PRACTITIONER = "ncci_ptp_practitioner"
    """Procedures not paid together, practitioners and ambulatory surgery (CMS, NCCI procedure-to-procedure edits)."""
    PTP_OUTPATIENT_HOSPITAL = "ncci_ptp_outpatient_hospital"
    """The same for outpatient hospitals."""
    MUE_PRACTITIONER = "ncci_mue_practitioner"
    """Most units a day (CMS, NCCI medically unlikely edits), practitioners."""
    MUE_OUTPATIENT_HOSPITAL = "ncci_mue_outpatient_hospital"
    """The same for outpatient hospitals."""
    MUE_DME = "ncci_mue_dme"
    """The same for suppliers of durable equipment."""
    MUE_ASC = "ncci_mue_asc"
    """The same for ambulatory surgery where its payer has limits of its own, some of them paid up to the limit."""
    MEDICAID_PTP_PRACTITIONER = "medicaid_ptp_practitioner"
    """Medicaid's own pairs: they differ from Medicare's."""
    MEDICAID_PTP_OUTPATIENT_HOSPITAL = "medicaid_ptp_outpatient_hospital"
    MEDICAID_MUE_PRACTITIONER = "medicaid_mue_practitioner"
    MEDICAID_MUE_OUTPATIENT_HOSPITAL = "medicaid_mue_outpatient_hospital"
    MEDICAID_MUE_DME = "medicaid_mue_dme"
    ADD_ON = "ncci_aoc"
    """Codes that are paid only beside another (CMS, NCCI add-on code edits)."""
    ASSOCIATED_MODIFIERS = "ncci_associated_modifiers"
    """Modifiers that may let a pair with indicator 1 pass (CMS, NCCI policy manual, chapter I)."""
    AGE = "mce_age"
    """Diagnoses of an age (CMS, Definitions of Medicare Code Edits)."""
    SEX = "mce_sex"
    """Diagnoses of a sex (the same)."""
    MANIFESTATION = "mce_manifestation"
    """Diagnoses that another must stand before (the same)."""
    UNACCEPTABLE_PRINCIPAL = "mce_unacceptable_principal"
    """Diagnoses that are no reason for an admission (the same)."""
    EXCLUDES1 = "icd10cm_excludes1"
    """Diagnoses not coded together (NCHS, ICD-10-CM tabular list, Excludes1 notes)."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Published:
    """One release of a table of edits.

    release              : as the source calls it, '2024q3'
    sha256               : of the file as it was read
    valid_from, valid_to : the days it speaks for, CCYYMMDD; both 0 where nobody said, and then for every day
    rows, codes          : its census: rows, and distinct codes among them
    has_history          : its rows carry their own days, so that it speaks for days before it as well
    """

    table: EditTable
    release: str
    sha256: str
    valid_from: int
    valid_to: int
    rows: int
    codes: int
    has_history: bool = False

    def speaks_for(self, days: Days) -> npt.NDArray[np.bool_]:
        """Whether this release can judge each day; day 0, which nobody knows, is judged as its first."""
        if not self.valid_to:
            return np.ones(len(days), dtype=bool)
        begins = 0 if self.has_history else self.valid_from
        spoken_for: npt.NDArray[np.bool_] = (days == 0) | ((begins <= days) & (days <= self.valid_to))
        return spoken_for
