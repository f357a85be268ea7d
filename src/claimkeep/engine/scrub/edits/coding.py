"""Codes, modifiers, charges and units by their form: COD-01 to COD-12, ICD-03.

Whether a code exists on the day is for tables of a release to say; here stands what no release could make right.
"""

from __future__ import annotations

from datetime import date

import polars as pl

from claimkeep.engine.scrub.edit import edit
from claimkeep.engine.terms.claim import diagnosis, service_line

_G = "005010X222A1 "

ICD_10_FROM = date(2015, 10, 1)
"""First day of service coded in ICD-10-CM (45 CFR 162.1002(c))."""

_modifiers = [pl.col(f"modifier{n}") for n in range(1, 5)]
_is_icd_10 = diagnosis.qualifier.is_in(["ABK", "ABF"])


@edit(
    "COD-01",
    on="line",
    says="the procedure code is missing or is not five letters and digits",
    fix="correct the code",
    cite=_G + "2400 SV101-2",
    carc="181",
)
def procedure_code_has_its_form(today: date) -> pl.Expr:
    """A HCPCS or CPT code has five letters and digits."""
    return ~service_line.procedure_code.str.contains(r"^[A-Z0-9]{5}$").fill_null(False)


@edit(
    "COD-02",
    on="diagnosis",
    says="the code does not have the form of ICD-10-CM",
    fix="write it without the dot: a letter, then two to six letters and digits",
    cite=_G + "2300 HI01-2",
    carc="146",
)
def diagnosis_has_its_form(today: date) -> pl.Expr:
    """An ICD-10-CM code is a letter and two to six letters and digits."""
    # second characters that are letters are real: do not ask for a digit
    return _is_icd_10 & ~diagnosis.code.str.contains(r"^[A-Z][0-9A-Z]{2,6}$").fill_null(False)


@edit(
    "COD-04",
    on="diagnosis",
    says="the same diagnosis stands earlier in the claim",
    fix="take it out and point to the first",
    cite=_G + "2300 HI",
    carc="16",
)
def diagnosis_is_told_once(today: date) -> pl.Expr:
    """A claim names a diagnosis once."""
    return diagnosis.code.is_not_null() & (pl.int_range(pl.len()).over("claim_row", "code") > 0)


@edit(
    "COD-05",
    on="claim",
    says="ICD-9-CM and ICD-10-CM diagnoses stand in one claim",
    fix="code all of them in one",
    cite=_G + "2300 HI01-1",
    carc="16",
)
def one_revision_of_icd(today: date) -> pl.Expr:
    """A claim has diagnoses of one revision."""
    return (pl.col("icd_9_count") > 0) & (pl.col("icd_9_count") < pl.col("diagnosis_count"))


@edit(
    "COD-05",
    on="diagnosis",
    says="is coded in ICD-9-CM for a service after September 2015",
    fix="code it in ICD-10-CM",
    cite="45 CFR 162.1002(c)",
    carc="146",
)
def revision_of_the_day(today: date) -> pl.Expr:
    """A service since October 2015 has ICD-10-CM diagnoses."""
    return diagnosis.qualifier.is_in(["BK", "BF"]) & (pl.col("first_service_day") >= ICD_10_FROM)


@edit(
    "COD-06",
    on="line",
    says="a modifier is not two letters and digits",
    fix="correct the modifier",
    cite=_G + "2400 SV101-3",
    carc="182",
)
def modifiers_have_their_form(today: date) -> pl.Expr:
    """A modifier has two letters and digits."""
    return pl.any_horizontal(~m.str.contains(r"^[A-Z0-9]{2}$").fill_null(True) for m in _modifiers)


@edit("COD-06", on="line", says="a modifier stands twice", fix="take one out", cite=_G + "2400 SV101-3", carc="4")
def modifiers_differ(today: date) -> pl.Expr:
    """A line has a modifier once."""
    given = pl.concat_list(_modifiers).list.drop_nulls()
    return given.list.n_unique() < given.list.len()


@edit(
    "COD-10",
    on="line",
    says="the drug code (NDC) is not 11 digits, or its quantity or unit is missing",
    fix="pad the NDC to 5-4-2 digits and add quantity and unit",
    cite=_G + "2410 LIN03, CTP04, CTP05",
    carc="16",
)
def drug_is_told_whole(today: date) -> pl.Expr:
    """A drug has an NDC of 11 digits, a quantity and a unit."""
    bad_code = ~service_line.ndc.str.contains(r"^\d{11}$")
    no_quantity = service_line.ndc_units_milli.is_null() | (service_line.ndc_units_milli <= 0)
    unit = service_line.ndc_unit_basis.is_in(["F2", "GR", "ME", "ML", "UN"]).fill_null(False)
    return service_line.ndc.is_not_null() & (bad_code | no_quantity | ~unit)


@edit(
    "COD-11",
    on="line",
    says="the charge is missing, zero or negative",
    fix="set the charge",
    cite=_G + "2400 SV102",
    carc="16",
)
def charge_is_positive(today: date) -> pl.Expr:
    """A line has a charge."""
    return service_line.charge_cents.is_null() | (service_line.charge_cents <= 0)


@edit(
    "COD-12",
    on="line",
    says="the units are missing, zero or negative",
    fix="set the units",
    cite=_G + "2400 SV104",
    carc="16",
)
def units_are_positive(today: date) -> pl.Expr:
    """A line has units."""
    return service_line.units_milli.is_null() | (service_line.units_milli <= 0)


@edit(
    "COD-12",
    on="line",
    says="minutes are not whole",
    fix="round to whole minutes",
    cite=_G + "2400 SV103, SV104",
    carc="16",
)
def minutes_are_whole(today: date) -> pl.Expr:
    """Minutes are whole."""
    return (service_line.unit_basis == "MJ") & (service_line.units_milli % 1000 != 0)


@edit(
    "COD-12",
    on="line",
    says="the unit is neither units (UN) nor minutes (MJ)",
    fix="choose UN or MJ",
    cite=_G + "2400 SV103",
    carc="16",
)
def unit_is_known(today: date) -> pl.Expr:
    """A line counts units or minutes."""
    return ~service_line.unit_basis.is_in(["UN", "MJ"]).fill_null(False)


@edit(
    "ICD-03",
    on="diagnosis",
    says="an external cause cannot stand first",
    fix="put the condition that it caused first",
    cite="ICD-10-CM guidelines, section I.C.20",
    carc="16",
)
def external_cause_is_not_first(today: date) -> pl.Expr:
    """The first diagnosis is not an external cause (V to Y)."""
    return _is_icd_10 & (diagnosis.position == 1) & diagnosis.code.str.contains("^[V-Y]")


EDITS = (
    procedure_code_has_its_form,
    diagnosis_has_its_form,
    diagnosis_is_told_once,
    one_revision_of_icd,
    revision_of_the_day,
    modifiers_have_their_form,
    modifiers_differ,
    drug_is_told_whole,
    charge_is_positive,
    units_are_positive,
    minutes_are_whole,
    unit_is_known,
    external_cause_is_not_first,
)
