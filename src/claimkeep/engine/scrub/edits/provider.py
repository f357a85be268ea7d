"""Who bills and who did it: PRV-01, PRV-02, PRV-06."""

from __future__ import annotations

from datetime import date

import polars as pl

from claimkeep.engine.scrub.edit import Edit, edit
from claimkeep.engine.terms.claim import claim
from claimkeep.engine.terms.identifiers import npi_valid_column

_G, _I = "005010X222A1 ", "005010X223A2 "

NPIS = (
    ("claim", "billing_provider_npi", "the billing provider's NPI", _G + "2010AA NM109"),
    ("claim", "rendering_provider_npi", "the rendering provider's NPI", _G + "2310B NM109"),
    ("claim", "referring_provider_npi", "the referring provider's NPI", _G + "2310A NM109"),
    ("claim", "service_facility_npi", "the service facility's NPI", _G + "2310C NM109"),
    ("line", "rendering_provider_npi", "the rendering provider's NPI", _G + "2420A NM109"),
    ("claim", "attending_provider_npi", "the attending provider's NPI", _I + "2310A NM109"),
    ("claim", "operating_provider_npi", "the operating provider's NPI", _I + "2310B NM109"),
    ("claim", "other_operating_provider_npi", "the other operating provider's NPI", _I + "2310C NM109"),
)
"""View, column, its name for people, and where it goes."""

BILLING = (
    ("billing_provider_npi", "the billing provider has no NPI", "2010AA NM109"),
    ("billing_provider_last_name", "the billing provider has no name", "2010AA NM103"),
    ("billing_provider_tax_id", "the billing provider has no tax id", "2010AA REF02"),
    ("billing_provider_address1", "the billing provider has no street address", "2010AA N301"),
    ("billing_provider_city", "the billing provider's city is missing", "2010AA N401"),
    ("billing_provider_state", "the billing provider's state is missing", "2010AA N402"),
    ("billing_provider_zip", "the billing provider's ZIP code is missing", "2010AA N403"),
)
"""Column, what is wrong without it, and where it goes."""

NPI_FORM = r"^[12][0-9]{9}$"
PO_BOX = r"(?i)^\W*(p\W*o\W*b(ox)?|post\s*office\s*box|box)\W*\d|\bp\W{0,2}o\W{0,2}box\b"


def _npi(on: str, column: str, whose: str, place: str) -> tuple[Edit, Edit]:
    cite = f"45 CFR 162.406; {place}"
    has_form = pl.col(column).str.contains(NPI_FORM)

    @edit(
        "PRV-01",
        on=on,
        says=f"{whose} is not ten digits that begin with 1 or 2",
        fix="look the number up and correct it",
        cite=cite,
        carc="207",
    )
    def form(today: date) -> pl.Expr:
        """An NPI has ten digits, the first a 1 or a 2."""
        return pl.col(column).is_not_null() & ~has_form

    @edit(
        "PRV-01",
        on=on,
        says=f"{whose} has a wrong check digit",
        fix="look the number up and correct it",
        cite=cite,
        carc="207",
    )
    def check_digit(today: date) -> pl.Expr:
        """An NPI has a right check digit."""
        return has_form & ~npi_valid_column(pl.col(column))

    return form, check_digit


def _billing(column: str, says: str, place: str) -> Edit:
    @edit("PRV-02", on="claim", says=says, fix="complete the practice's record", cite=_G + place, carc="16")
    def breach(today: date) -> pl.Expr:
        """The billing provider's NPI, tax id, name and street address are given."""
        return pl.col(column).is_null()

    return breach


@edit(
    "PRV-02",
    on="claim",
    says="the tax id of the billing provider is not nine digits",
    fix="correct the tax id",
    cite=_G + "2010AA REF02",
    carc="16",
)
def tax_id_has_nine_digits(today: date) -> pl.Expr:
    """A tax id has nine digits."""
    return ~claim.billing_provider_tax_id.str.replace_all("-", "").str.contains(r"^\d{9}$")


@edit(
    "PRV-02",
    on="claim",
    says="the address of the billing provider is a post office box",
    fix="give the street, move the box to the pay-to address",
    cite=_G + "2010AA N301",
)
def billing_address_is_a_street(today: date) -> pl.Expr:
    """The billing provider's address is a street."""
    return pl.any_horizontal(
        pl.col(f"billing_provider_address{n}").str.contains(PO_BOX).fill_null(False) for n in (1, 2)
    )


def _taxonomy(column: str, whose: str, place: str) -> Edit:
    @edit(
        "PRV-06",
        on="claim",
        says=f"the taxonomy code of the {whose} provider does not have the form of one",
        fix="ten characters, the last an X",
        cite=_G + place,
        carc="8",
    )
    def breach(today: date) -> pl.Expr:
        """A taxonomy code has ten characters and ends in X."""
        return ~pl.col(column).str.contains(r"^[0-9A-Z]{9}X$")

    return breach


EDITS = (
    *(made for each in NPIS for made in _npi(*each)),
    *(_billing(*each) for each in BILLING),
    tax_id_has_nine_digits,
    billing_address_is_a_street,
    _taxonomy("billing_provider_taxonomy", "billing", "2000A PRV03"),
    _taxonomy("rendering_provider_taxonomy", "rendering", "2310B PRV03"),
)
