"""Which code sets there are."""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    """A code set, by the name it has on the command line and in files."""

    ICD10CM = "icd10cm"
    """Diagnoses (NCHS and CMS; 45 CFR 162.1002)."""
    ICD10PCS = "icd10pcs"
    """Inpatient procedures (CMS; 45 CFR 162.1002)."""
    HCPCS = "hcpcs"
    """HCPCS level II: a letter and four digits (CMS; 45 CFR 162.1002). D codes are CDT, which is another's."""
    CPT = "cpt"
    """HCPCS level I. It is licensed: only a user can load it."""
    MODIFIER = "modifier"
    """Modifiers of both levels."""
    PLACE_OF_SERVICE = "place_of_service"
    """Places of service of professional and dental claims (CMS; external code source 237)."""
    TAXONOMY = "taxonomy"
    """Provider taxonomy (NUCC; external code source 682)."""
    CARC = "carc"
    """Claim adjustment reason codes (external code source 139)."""
    RARC = "rarc"
    """Remittance advice remark codes (external code source 411)."""
    REVENUE = "revenue"
    """Revenue codes (NUBC; external code source 132)."""
    STATUS_CATEGORY = "status_category"
    """Claim status category codes (external code source 507)."""
    STATUS = "status"
    """Claim status codes (external code source 508)."""
    ZIP = "zip"
    """Five-digit ZIP codes (USPS; external code source 51)."""
