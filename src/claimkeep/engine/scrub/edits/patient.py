"""Who was treated and who is insured: DEM-01 to DEM-05."""

from __future__ import annotations

from datetime import date

import polars as pl

from claimkeep.engine.scrub.edit import Edit, edit
from claimkeep.engine.terms.claim import claim
from claimkeep.engine.terms.codes import RELATIONSHIP, STATES

_G = "005010X222A1 "

OLDEST_YEARS = 125

MBI = r"^[1-9][AC-HJKMNP-RT-Y][0-9AC-HJKMNP-RT-Y]\d[AC-HJKMNP-RT-Y][0-9AC-HJKMNP-RT-Y]\d[AC-HJKMNP-RT-Y]{2}\d{2}$"
"""A Medicare beneficiary identifier: eleven characters without S, L, O, I, B, Z (CMS, MBI format)."""

_insured = claim.payer_sequence.is_not_null()
_dependant = _insured & (claim.patient_relationship != "18")

REQUIRED = (
    ("patient_last_name", "the patient has no last name", "2010CA NM103", None),
    ("patient_first_name", "the patient has no first name", "2010CA NM104", None),
    ("patient_birth_day", "the patient has no birth date", "2010CA DMG02", None),
    ("patient_sex", "the patient's sex is missing", "2010CA DMG03", None),
    ("patient_address1", "the patient has no street address", "2010CA N301", None),
    ("patient_city", "the patient's city is missing", "2010CA N401", None),
    ("patient_state", "the patient's state is missing", "2010CA N402", None),
    ("patient_zip", "the patient's ZIP code is missing", "2010CA N403", None),
    ("subscriber_last_name", "the subscriber has no last name", "2010BA NM103", _dependant),
    ("subscriber_first_name", "the subscriber has no first name", "2010BA NM104", _dependant),
)
"""Column, what is wrong without it, where it belongs, and when it is asked for (None: always)."""


def _required(column: str, says: str, place: str, when: pl.Expr | None) -> Edit:
    @edit("DEM-01", on="claim", says=says, fix="ask and add it to the record", cite=_G + place, carc="16")
    def breach(today: date) -> pl.Expr:
        """Names, birth date, sex and address are present."""
        missing = pl.col(column).is_null()
        return missing if when is None else missing & when

    return breach


@edit(
    "DEM-02",
    on="claim",
    says="the patient was born after the first day of service",
    fix="correct the birth date or the day",
    cite=_G + "2010CA DMG02, 2400 DTP03 472",
    carc="16",
)
def born_before_service(today: date) -> pl.Expr:
    """A patient is born by the day of service."""
    return claim.patient_birth_day > pl.col("first_service_day")


@edit(
    "DEM-02",
    on="claim",
    says="the patient would be over 125 years old",
    fix="correct the birth date",
    cite=_G + "2010CA DMG02",
    carc="16",
)
def not_older_than_people_get(today: date) -> pl.Expr:
    """A patient is not over 125 years old."""
    return claim.patient_birth_day < date(today.year - OLDEST_YEARS, today.month, min(today.day, 28))


@edit(
    "DEM-03",
    on="claim",
    says="the member id is missing",
    fix="copy it from the card",
    cite=_G + "2010BA NM109",
    carc="31",
)
def member_id_is_given(today: date) -> pl.Expr:
    """An insured claim has the subscriber's member id."""
    return _insured & claim.subscriber_member_id.is_null()


@edit(
    "DEM-03",
    on="claim",
    says="the Medicare number does not have the form of one",
    fix="copy it from the card: eleven characters, no letter S, L, O, I, B or Z",
    cite=_G + "2010BA NM109",
    carc="31",
)
def medicare_number_has_its_form(today: date) -> pl.Expr:
    """A claim to Medicare has a Medicare beneficiary identifier."""
    return (claim.claim_filing_indicator == "MB") & ~claim.subscriber_member_id.str.contains(MBI)


@edit(
    "DEM-04",
    on="claim",
    says="how the patient is related to the subscriber is missing",
    fix="say self, spouse, child or other",
    cite=_G + "2000B SBR02, 2000C PAT01",
    carc="16",
)
def relationship_is_given(today: date) -> pl.Expr:
    """The patient is the subscriber, or the relationship is told by its code."""
    known = claim.patient_relationship.is_in(sorted(RELATIONSHIP))
    return _insured & ~known.fill_null(False)


def _state(whose: str, place: str) -> Edit:
    @edit(
        "DEM-05",
        on="claim",
        says=f"the state of the {whose.replace('_', ' ')} is not a postal code of one",
        fix="write two letters",
        cite=_G + place,
    )
    def breach(today: date) -> pl.Expr:
        """A state is its postal code."""
        return ~pl.col(f"{whose}_state").is_in(sorted(STATES))

    return breach


def _zip(whose: str, place: str) -> Edit:
    @edit(
        "DEM-05",
        on="claim",
        says=f"the ZIP code of the {whose.replace('_', ' ')} is not five or nine digits",
        fix="correct the ZIP code",
        cite=_G + place,
    )
    def breach(today: date) -> pl.Expr:
        """A ZIP code is five or nine digits."""
        return ~pl.col(f"{whose}_zip").str.contains(r"^\d{5}(\d{4})?$")

    return breach


@edit(
    "DEM-05",
    on="claim",
    says="the ZIP code of the billing provider does not have nine digits",
    fix="add the last four digits",
    cite=_G + "2010AA N403",
)
def billing_zip_has_nine_digits(today: date) -> pl.Expr:
    """The billing provider's ZIP code has nine digits."""
    return ~claim.billing_provider_zip.str.contains(r"^\d{9}$")


_PLACES = (("patient", "2010CA"), ("subscriber", "2010BA"), ("payer", "2010BB"), ("service_facility", "2310C"))

EDITS = (
    *(_required(*each) for each in REQUIRED),
    born_before_service,
    not_older_than_people_get,
    member_id_is_given,
    medicare_number_has_its_form,
    relationship_is_given,
    *(_state(whose, f"{loop} N402") for whose, loop in (*_PLACES, ("billing_provider", "2010AA"))),
    *(_zip(whose, f"{loop} N403") for whose, loop in _PLACES),
    billing_zip_has_nine_digits,
)
