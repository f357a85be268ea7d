"""How the tables of code sets look: which file is which kind, and in which columns its codes and days stand."""

from __future__ import annotations

import re
from dataclasses import dataclass

from claimkeep.engine.codes.kind import Kind


@dataclass(frozen=True, slots=True)
class Layout:
    """One form of table, known by the name of its file, or else by its header.

    stem          : how the name of such a file begins; what follows is its release
    code          : the column of the code; `form` is how one is written
    starts, ends  : the columns of its first and last day, where there are any
    complete      : the column that says 1 for a code and 0 for a heading
    where         : a column and the value it must have: other rows are of another kind
    header        : columns that no other table has, by which one of another name is known
    months        : how long a release named by its month holds
    """

    kind: Kind
    stem: str
    code: str
    form: re.Pattern[str]
    header: frozenset[str]
    starts: str = "valid_from"
    ends: str = "valid_to"
    complete: str = ""
    where: tuple[str, str] | None = None
    months: int = 12

    @property
    def needed(self) -> frozenset[str]:
        """The columns that must be there."""
        return self.header | {self.code} | ({self.complete} if self.complete else set())


def _form(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.ASCII)


_REASONS = frozenset({"type", "code", "start_date", "end_date"})

LAYOUTS: tuple[Layout, ...] = (
    Layout(
        Kind.ICD10CM,
        "icd10cm",
        "code",
        _form(r"[A-Z][0-9A-Z]{2,6}"),
        frozenset({"code", "billable"}),
        complete="billable",
        months=6,
    ),
    Layout(Kind.ICD10PCS, "icd10pcs", "code", _form(r"[0-9A-HJ-NP-Z]{7}"), frozenset({"code"})),
    Layout(
        Kind.HCPCS,
        "hcpcs2",
        "hcpcs_code",
        _form(r"[A-Z]\d{4}"),
        frozenset({"hcpcs_code", "date_added", "date_term"}),
        starts="date_added",
        ends="date_term",
        months=3,
    ),
    Layout(Kind.CPT, "cpt", "cpt_code", _form(r"\d{4}[0-9A-Z]"), frozenset({"cpt_code"})),
    Layout(Kind.MODIFIER, "modifiers", "modifier", _form(r"[0-9A-Z]{2}"), frozenset({"modifier", "system"}), months=3),
    Layout(Kind.PLACE_OF_SERVICE, "place_of_service", "pos_code", _form(r"\d{2}"), frozenset({"pos_code"})),
    Layout(
        Kind.TAXONOMY,
        "nucc_taxonomy_codes",
        "taxonomy_code",
        _form(r"[0-9A-Z]{10}"),
        frozenset({"taxonomy_code"}),
        months=6,
    ),
    *(
        Layout(
            kind,
            "carc_rarc_codes",
            "code",
            _form(r"[A-Z]{0,2}\d{1,3}"),
            _REASONS,
            starts="start_date",
            ends="end_date",
            where=("type", kind.name),
            months=4,
        )
        for kind in (Kind.CARC, Kind.RARC)
    ),
    Layout(Kind.REVENUE, "revenue_center_codes", "revenue_code", _form(r"\d{4}"), frozenset({"revenue_code"})),
    Layout(
        Kind.STATUS_CATEGORY,
        "claim_status_category_codes",
        "status_category_code",
        _form(r"[A-Z]\d{1,2}"),
        frozenset({"status_category_code"}),
        months=4,
    ),
    Layout(Kind.STATUS, "claim_status_codes", "status_code", _form(r"\d{1,4}"), frozenset({"status_code"}), months=4),
    Layout(Kind.ZIP, "zip5_carrier_locality", "zip5", _form(r"\d{5}"), frozenset({"zip5", "mac_carrier"}), months=3),
)
