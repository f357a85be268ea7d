"""A batch of claims as columns of numbers: what edits that read tables look at.

Codes are told once each and lines carry their numbers, so that a table is asked for each code and not for each line.
Rows of a claim stand together. Days are CCYYMMDD, 0 where none is given.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, TypeVar, cast

import numpy as np
import numpy.typing as npt
import polars as pl

from claimkeep.engine.codes.words import LONGEST, Words, words_of
from claimkeep.engine.scrub.references import References
from claimkeep.engine.terms.claim import INSTITUTIONAL, ClaimTables, claim

Numbers = npt.NDArray[np.int64]
Places = npt.NDArray[np.intp]
Found = TypeVar("Found")


class Payer(IntEnum):
    """Whose rules hold."""

    OTHER = 0
    MEDICARE = 1
    MEDICAID = 2


class Setting(IntEnum):
    """Who bills, as the NCCI tables are divided."""

    ELSEWHERE = 0
    PRACTITIONER = 1
    OUTPATIENT_HOSPITAL = 2
    DME = 3
    AMBULATORY_SURGERY = 4
    INPATIENT = 5


SUPPLIER = ("332B", "335E")
"""How the taxonomy of a supplier of equipment, prosthetics or orthotics begins."""
SURGERY_CENTER = "261QA1903X"
INPATIENT_BILLS = ("11",)
OUTPATIENT_BILLS = ("12", "13", "14", "22", "23", "34", "74", "75", "85")
"""Types of bill, their first two digits after the zero, that the outpatient code editor judges."""

MEDICARE_INDICATORS, MEDICAID_INDICATORS = ("16", "MA", "MB"), ("MC",)
"""Claim filing indicators (005010X222A1 2000B SBR09)."""


@dataclass(frozen=True, slots=True, eq=False)
class Codes:
    """A column of codes: `number` is a row's place among `names`, -1 where it has none that can be looked up."""

    number: Places
    names: list[str]

    @staticmethod
    def of(column: pl.Series) -> Codes:
        """The codes of a column; what is no code at all (too long, or not of ASCII) counts as none."""
        sound = column.str.contains(rf"^[!-~]{{1,{LONGEST}}}$").fill_null(False)
        kept = pl.select(pl.when(sound).then(column)).to_series()
        names = kept.drop_nulls().unique().sort().to_list()
        number = kept.cast(pl.Enum(names)).to_physical().cast(pl.Int64).fill_null(-1)
        return Codes(number.to_numpy().astype(np.intp), names)

    def words(self) -> tuple[Words, Words]:
        """Each name as words."""
        return words_of(self.names)

    def each(self, of_names: npt.NDArray[Any], otherwise: object) -> npt.NDArray[Any]:
        """What was found for each name, by row; `otherwise` where a row has no code."""
        found: npt.NDArray[Any] = np.append(of_names, np.array([otherwise], dtype=of_names.dtype))[self.number]
        return found


@dataclass(frozen=True, slots=True, eq=False)
class Lines:
    """Service lines, those of a claim together; `claim` is the place of the claim in the batch."""

    claim: Places
    line_number: Numbers
    code: Codes
    has_procedure: npt.NDArray[np.bool_]
    modifiers: tuple[Codes, ...]
    day: Numbers
    days_long: Numbers
    units_milli: Numbers
    provider: Places
    payer: Numbers
    setting: Numbers


@dataclass(frozen=True, slots=True, eq=False)
class Diagnoses:
    """ICD-10-CM diagnoses, those of a claim together."""

    claim: Places
    position: Numbers
    code: Codes
    day: Numbers


@dataclass(frozen=True, slots=True, eq=False)
class Claims:
    """The claims themselves; `day` is of admission, else the first of the statement or of service."""

    row: Numbers
    day: Numbers
    birth_day: Numbers
    sex: Codes
    payer: Numbers
    setting: Numbers
    may_be_of_either_sex: npt.NDArray[np.bool_]


class Facts:
    """The columns of a batch and the references they are judged by; what several edits ask is found once."""

    def __init__(self, tables: ClaimTables, references: References) -> None:
        self.references = references
        claims = tables.claims.with_columns(payer=_payer(), setting=_setting(), place=pl.int_range(pl.len()))
        self.claims = _claims(claims, tables)
        self.lines = _lines(claims, tables.service_lines)
        self.diagnoses = _diagnoses(claims, tables.diagnoses, self.claims.day)
        self._found: dict[object, object] = {}

    def once(self, search: Callable[[Facts], Found]) -> Found:
        """What a search finds here; it is made the first time it is asked for."""
        if search not in self._found:
            self._found[search] = search(self)
        return cast("Found", self._found[search])


def beside(group: Places) -> Iterator[tuple[Places, Places]]:
    """Every pair of rows of one group, the earlier first; rows of a group stand together."""
    earlier, step = np.arange(max(len(group) - 1, 0)), 1
    while len(earlier):
        earlier = earlier[: np.searchsorted(earlier, len(group) - step)]
        earlier = earlier[group[earlier] == group[earlier + step]]
        if len(earlier):
            yield earlier, earlier + step
        step += 1


def _payer() -> pl.Expr:
    return (
        pl.when(claim.claim_filing_indicator.is_in(MEDICARE_INDICATORS))
        .then(int(Payer.MEDICARE))
        .when(claim.claim_filing_indicator.is_in(MEDICAID_INDICATORS))
        .then(int(Payer.MEDICAID))
        .otherwise(int(Payer.OTHER))
    )


def _setting() -> pl.Expr:
    bill, who = claim.facility_type_code, claim.billing_provider_taxonomy
    institutional = (
        pl.when(bill.is_in(INPATIENT_BILLS))
        .then(int(Setting.INPATIENT))
        .when(bill.is_in(OUTPATIENT_BILLS))
        .then(int(Setting.OUTPATIENT_HOSPITAL))
        .otherwise(int(Setting.ELSEWHERE))
    )
    return (
        pl.when(claim.claim_kind == INSTITUTIONAL)
        .then(institutional)
        .when(claim.claim_kind == "dental")
        .then(int(Setting.ELSEWHERE))
        .when(who.str.slice(0, 4).is_in(SUPPLIER))
        .then(int(Setting.DME))
        .when(who == SURGERY_CENTER)
        .then(int(Setting.AMBULATORY_SURGERY))
        .otherwise(int(Setting.PRACTITIONER))
    )


def _day(day: pl.Expr) -> pl.Expr:
    number = day.dt.year().cast(pl.Int64) * 10_000 + day.dt.month().cast(pl.Int64) * 100 + day.dt.day().cast(pl.Int64)
    return number.fill_null(0)


def _numbers(column: pl.Series) -> Numbers:
    return column.cast(pl.Int64).fill_null(0).to_numpy()


def _claims(claims: pl.DataFrame, tables: ClaimTables) -> Claims:
    first = tables.service_lines.group_by("claim_row").agg(first_day=pl.col("service_day").min())
    seen = claims.select("claim_row", "admission_day", "statement_day_from", "service_day").join(
        first, on="claim_row", how="left", maintain_order="left"
    )
    day = seen.select(_day(pl.coalesce("admission_day", "statement_day_from", "first_day", "service_day"))).to_series()
    either = tables.claim_codes.filter((pl.col("kind") == "condition") & (pl.col("code") == "45"))["claim_row"]
    said = tables.service_lines.filter(pl.any_horizontal(pl.col(f"modifier{n}") == "KX" for n in range(1, 5)))
    rows = claims["claim_row"]
    return Claims(
        row=_numbers(rows),
        day=_numbers(day),
        birth_day=_numbers(claims.select(_day(claim.patient_birth_day)).to_series()),
        sex=Codes.of(claims["patient_sex"]),
        payer=_numbers(claims["payer"]),
        setting=_numbers(claims["setting"]),
        may_be_of_either_sex=rows.is_in(pl.concat([either, said["claim_row"]]).unique().implode()).to_numpy(),
    )


def _lines(claims: pl.DataFrame, lines: pl.DataFrame) -> Lines:
    of_claim = claims.select(
        "claim_row",
        "place",
        "payer",
        "setting",
        claim_day=pl.coalesce("service_day", "statement_day_from"),
        claim_provider=pl.col("rendering_provider_npi"),
    )
    rows = lines.join(of_claim, on="claim_row", how="inner", maintain_order="left")
    if not rows["place"].is_sorted():
        rows = rows.sort("place", maintain_order=True)
    long = (pl.col("service_day_to") - pl.col("service_day")).dt.total_days().fill_null(0) + 1
    asked = rows.select(
        day=_day(pl.coalesce("service_day", "claim_day")),
        days_long=pl.max_horizontal(long, 1),
        units=pl.when(pl.col("unit_basis").eq_missing("MJ")).then(0).otherwise(pl.col("units_milli")),
        provider=pl.coalesce("rendering_provider_npi", "claim_provider"),
        is_procedure=(pl.col("procedure_qualifier").fill_null("HC") == "HC"),
    )
    return Lines(
        claim=_numbers(rows["place"]).astype(np.intp),
        line_number=_numbers(rows["line_number"]),
        code=Codes.of(rows["procedure_code"]),
        has_procedure=asked["is_procedure"].to_numpy(),
        modifiers=tuple(Codes.of(rows[f"modifier{n}"]) for n in range(1, 5)),
        day=_numbers(asked["day"]),
        days_long=_numbers(asked["days_long"]),
        units_milli=_numbers(asked["units"]),
        provider=Codes.of(asked["provider"]).number,
        payer=_numbers(rows["payer"]),
        setting=_numbers(rows["setting"]),
    )


def _diagnoses(claims: pl.DataFrame, diagnoses: pl.DataFrame, days: Numbers) -> Diagnoses:
    rows = diagnoses.filter(~pl.col("qualifier").fill_null("ABK").is_in(["BK", "BF", "BJ", "PR", "BN"])).join(
        claims.select("claim_row", "place"), on="claim_row", how="inner", maintain_order="left"
    )
    if not rows["place"].is_sorted():
        rows = rows.sort("place", maintain_order=True)
    place = _numbers(rows["place"]).astype(np.intp)
    return Diagnoses(place, _numbers(rows["position"]), Codes.of(rows["code"]), days[place])
