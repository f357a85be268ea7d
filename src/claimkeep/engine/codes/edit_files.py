"""Tables of edits as text with commas, plain or compressed -> releases. All of a file, or none of it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

import numpy as np
import polars as pl

from claimkeep.engine.codes.edit_table import EditTable, Published
from claimkeep.engine.codes.exclusion_table import ExclusionTable, Texts, scope_ends
from claimkeep.engine.codes.frames import Sheet
from claimkeep.engine.codes.keys import KeyTable
from claimkeep.engine.codes.pair_table import (
    ANY_AGE,
    PAYERS_LIST,
    AddOnTable,
    DiagnosisTable,
    ModifierTable,
    PairTable,
    UnitTable,
    key_of,
    word_table,
)
from claimkeep.engine.codes.records import days_named
from claimkeep.engine.codes.release import ALWAYS
from claimkeep.engine.terms.errors import CodesError

PROCEDURE = r"^[0-9A-Z]{5}$"
DIAGNOSIS = r"^[A-Z][0-9A-Z]{2,6}$"
_NO_PROCEDURE, _NO_DIAGNOSIS = "this is not written as a procedure code", "this is not written as a diagnosis code"

Build = Callable[[Sheet, dict[str, Any]], tuple[Published, ...]]
"""A table's columns and what is said of its release -> its releases."""


@dataclass(frozen=True, slots=True)
class EditLayout:
    """One form of table, known by the name of its file.

    file     : the name as a person reads it
    stem     : the same as it is recognised; its end is the release
    tables   : those it may be, or those it holds
    needed   : columns that must be there
    wanted   : columns that are read where there are any
    months   : how long a release named by its month holds; 0: a name without a release speaks for every day
    """

    file: str
    stem: re.Pattern[str]
    tables: tuple[EditTable, ...]
    needed: tuple[str, ...]
    wanted: tuple[str, ...]
    months: int
    build: Build


def read_edits(name: str, data: bytes) -> tuple[Published, ...]:
    """The releases in a file; none when it is no table of edits.

    name : of the file: `ncci_ptp_practitioner_2024q3.csv.gz`
    Raises CodesError, with line and column, when the table is not of its form or its name tells no release.
    """
    stem = PurePath(name).name.lower().removesuffix(".gz").removesuffix(".csv")
    for layout in EDIT_LAYOUTS:
        if named := layout.stem.fullmatch(stem):
            release = named["release"] or ""
            first, last = _days(release, layout.months)
            if layout.months and not last:
                raise CodesError("the name of the table does not say its release", file=name)
            about = {"release": release or stem, "valid_from": first, "valid_to": last}
            about["sha256"] = hashlib.sha256(data).hexdigest()
            about["table"] = _table(layout, named.groupdict())
            return layout.build(Sheet(name, data, layout.needed, layout.wanted), about)
    return ()


def _table(layout: EditLayout, named: dict[str, str | None]) -> EditTable:
    setting, payer = named.get("setting"), "medicaid" if named.get("payer") else "ncci"
    if setting is None:
        return layout.tables[0]
    return next(one for one in layout.tables if one.value.startswith(payer) and one.value.endswith(setting))


_MCE = re.compile(r"v(\d\d)(?:_([01]))?")


def _days(release: str, months: int) -> tuple[int, int]:
    """As `days_named`; a version of the Medicare Code Editor is that of a federal year, the one named .1 its half."""
    if named := _MCE.match(release):
        year = 1983 + int(named[1])
        return ((year * 10_000 + 401) if named[2] == "1" else (year - 1) * 10_000 + 1001), year * 10_000 + 930
    return days_named(release, months)


def _census(frame: pl.DataFrame, column: str) -> dict[str, int]:
    return {"rows": frame.height, "codes": frame[column].n_unique()}


def _not_empty(sheet: Sheet, column: str) -> None:
    if not sheet.frame.height:
        sheet.refuse(-1, column, "the table has no row")


def _pairs(sheet: Sheet, about: dict[str, Any]) -> tuple[Published, ...]:
    for column in ("column1", "column2"):
        sheet.require(column, _NO_PROCEDURE, lambda text: text.str.contains(PROCEDURE))
    sheet.require("modifier_indicator", "neither 0, 1 nor 9 stands here", lambda text: text.is_in(["0", "1", "9"]))
    _not_empty(sheet, "column1")
    frame = sheet.frame.with_columns(begins=sheet.days("effective_date", 0), ends=sheet.days("deletion_date", ALWAYS))
    if "effective_date" in sheet.frame.columns:
        early = (frame["ends"] < frame["begins"]) & (frame["modifier_indicator"] != "9")
        if early.any():
            sheet.refuse(int(early.arg_max() or 0), "deletion_date", "the edit ends before it begins")
    # indicator 9: the edit was taken back from its start
    frame = frame.filter(pl.col("modifier_indicator") != "9")
    names = pl.concat([frame["column1"], frame["column2"]]).unique().sort().to_list()
    words = pl.Enum(names)
    frame = frame.with_columns(
        one=frame["column1"].cast(words).to_physical(), other=frame["column2"].cast(words).to_physical()
    ).sort("one", "other", "begins")
    one, other = frame["one"].to_numpy().astype(np.int64), frame["other"].to_numpy().astype(np.int64)
    about |= {"rows": sheet.frame.height, "codes": len(names), "has_history": "effective_date" in sheet.frame.columns}
    return (
        PairTable(
            **about,
            words=word_table(names),
            names=names,
            keys=KeyTable(key_of(one, other)),
            first=one,
            second=other,
            begins=frame["begins"].to_numpy(),
            ends=frame["ends"].to_numpy(),
            indicator=frame["modifier_indicator"].cast(pl.UInt8).to_numpy(),
        ),
    )


def _units(sheet: Sheet, about: dict[str, Any]) -> tuple[Published, ...]:
    sheet.require("hcpcs", _NO_PROCEDURE, lambda text: text.str.contains(PROCEDURE))
    sheet.require("mue_value", "no whole number stands here", lambda text: text.str.contains(r"^\d{1,7}$"))
    sheet.require("mai", "neither 1, 2 nor 3 stands here", lambda text: text.str.contains("^[123]"))
    _not_empty(sheet, "hcpcs")
    _once(sheet, "hcpcs")
    names = sheet.frame["hcpcs"].to_list()
    indicators = sheet.frame["mai"].str.slice(0, 1).cast(pl.UInt8).to_list()
    most = sheet.frame["mue_value"].cast(pl.Int64).to_list()
    return (unit_table(names, most, indicators, [False] * len(names), **about),)


def unit_table(
    names: Sequence[str], most: Sequence[int], indicators: Sequence[int], capped: Sequence[bool], **about: Any
) -> UnitTable:
    """Limits by code; what is said of the release as in `Published`."""
    return UnitTable(
        **(about | {"rows": len(names), "codes": len(names)}),
        words=word_table(names),
        names=names,
        most=np.array(most, dtype=np.int64),
        indicator=np.array(indicators, dtype=np.uint8),
        pays_up_to_the_most=np.array(capped, dtype=bool),
    )


def _once(sheet: Sheet, column: str) -> None:
    again = ~sheet.frame[column].is_first_distinct()
    if again.any():
        sheet.refuse(int(again.arg_max() or 0), column, "the code stands here twice")


def _add_ons(sheet: Sheet, about: dict[str, Any]) -> tuple[Published, ...]:
    for column in ("add_on_code", "primary_code"):
        sheet.require(column, _NO_PROCEDURE, lambda text: text.str.contains(PROCEDURE))
    sheet.require("aoc_edit_type", "neither 1, 2 nor 3 stands here", lambda text: text.is_in(["1", "2", "3"]))
    _not_empty(sheet, "add_on_code")
    frame = sheet.frame
    names = pl.concat([frame["add_on_code"], frame["primary_code"]]).unique().sort().to_list()
    place = {name: at for at, name in enumerate(names)}
    kinds = np.zeros(len(names), dtype=np.uint8)
    for code, kind in zip(frame["add_on_code"], frame["aoc_edit_type"], strict=True):
        kinds[place[code]] = int(kind)
    listed = frame.filter(pl.col("primary_code") != PAYERS_LIST).unique()
    one = np.array([place[code] for code in listed["add_on_code"]], dtype=np.intp)
    other = np.array([place[code] for code in listed["primary_code"]], dtype=np.intp)
    about |= _census(frame, "add_on_code")
    keys = KeyTable(np.unique(key_of(one, other)))
    return (AddOnTable(**about, words=word_table(names), names=names, type=kinds, pairs=keys),)


def _modifiers(sheet: Sheet, about: dict[str, Any]) -> tuple[Published, ...]:
    sheet.require("modifier", "a modifier has two letters and digits", lambda text: text.str.contains("^[0-9A-Z]{2}$"))
    _not_empty(sheet, "modifier")
    _once(sheet, "modifier")
    groups = dict(zip(sheet.frame["modifier"], sheet.frame["group"], strict=True))
    about |= _census(sheet.frame, "modifier")
    return (ModifierTable(**about, groups=groups),)


_AGES = r"\(Ages? (\d+)(?:-(\d+))?(?: Only)?\)"


def _mce_rules(sheet: Sheet, about: dict[str, Any]) -> tuple[Published, ...]:
    """Lists with their rule in words: 'Maternity (Ages 9-64)', 'Female Only'."""
    sheet.require("icd10cm", _NO_DIAGNOSIS, lambda text: text.str.contains(DIAGNOSIS))
    sheet.require("conflict_group", "this is no group of the editor", lambda text: text.is_in(["Age", "Sex", "Other"]))
    _not_empty(sheet, "icd10cm")
    ages = sheet.frame["rule"].str.extract_groups(_AGES).struct.rename_fields(["youngest", "oldest"]).struct.unnest()
    frame = sheet.frame.select("conflict_group", "rule", code="icd10cm").with_columns(
        youngest=ages["youngest"].cast(pl.Int64), oldest=pl.coalesce(ages["oldest"], ages["youngest"]).cast(pl.Int64)
    )
    _told(sheet, frame, (pl.col("conflict_group") == "Age") & pl.col("youngest").is_null(), "rule")
    _told(sheet, frame, (pl.col("conflict_group") == "Sex") & ~pl.col("rule").is_in(list(_SEXES)), "rule")
    sex = frame.filter(conflict_group="Sex").with_columns(sex=pl.col("rule").replace_strict(_SEXES, default=""))
    manifestation = frame.filter((pl.col("conflict_group") == "Other") & pl.col("rule").str.contains("(?i)^manifest"))
    parts = (EditTable.AGE, frame.filter(conflict_group="Age")), (EditTable.SEX, sex)
    return _lists((*parts, (EditTable.MANIFESTATION, manifestation)), about)


_SEXES = {"Female Only": "F", "Male Only": "M"}
_LISTS = {
    "Newborn_Only": (EditTable.AGE, 0, 0, ""),
    "Pediatric_Only": (EditTable.AGE, 0, 17, ""),
    "Maternity_Only": (EditTable.AGE, 12, 55, ""),
    "Adult_Only": (EditTable.AGE, 15, 124, ""),
    "Female_Only": (EditTable.SEX, 0, ANY_AGE, "F"),
    "Male_Only": (EditTable.SEX, 0, ANY_AGE, "M"),
    "Principal_Manifestation": (EditTable.MANIFESTATION, 0, ANY_AGE, ""),
    "Principal_Unacceptable": (EditTable.UNACCEPTABLE_PRINCIPAL, 0, ANY_AGE, ""),
}
"""The lists of diagnoses that edits read: table, ages and sex (MCE version 37: maternity was 12 to 55 then)."""


def _mce_lists(sheet: Sheet, about: dict[str, Any]) -> tuple[Published, ...]:
    """Lists by their name; those of procedures, and of what no edit asks, are passed over."""
    sheet.require("code_type", "neither D nor P stands here", lambda text: text.is_in(["D", "P"]))
    sheet.require("code", "this is not written as a code", lambda text: text.str.contains("^[0-9A-Z]{3,7}$"))
    _not_empty(sheet, "code")
    parts = []
    listed = sheet.frame.filter(code_type="D")
    for table in dict.fromkeys(one[0] for one in _LISTS.values()):
        frames = [
            listed.filter(edit_type=name).select("code", youngest=pl.lit(low), oldest=pl.lit(high), sex=pl.lit(sex))
            for name, (of, low, high, sex) in _LISTS.items()
            if of is table
        ]
        parts.append((table, pl.concat(frames)))
    return _lists(parts, about)


def _told(sheet: Sheet, frame: pl.DataFrame, bad: pl.Expr, column: str) -> None:
    rows = frame.select(bad.fill_null(False)).to_series()
    if rows.any():
        sheet.refuse(int(rows.arg_max() or 0), column, "the rule is none that is known")


def _lists(parts: Sequence[tuple[EditTable, pl.DataFrame]], about: dict[str, Any]) -> tuple[Published, ...]:
    return tuple(diagnosis_table(frame, **(about | {"table": table})) for table, frame in parts if frame.height)


def diagnosis_table(frame: pl.DataFrame, **about: Any) -> DiagnosisTable:
    """Diagnoses (code, and youngest, oldest, sex where they are demanded); the release as in `Published`."""
    frame = frame.unique("code", maintain_order=True)
    names = frame["code"].to_list()
    nothing = {"youngest": 0, "oldest": ANY_AGE, "sex": ""}
    filled = frame.with_columns(
        pl.col(name).fill_null(value) if name in frame.columns else pl.lit(value).alias(name)
        for name, value in nothing.items()
    )
    return DiagnosisTable(
        **(about | {"rows": len(names), "codes": len(names)}),
        words=word_table(names),
        names=names,
        youngest=filled["youngest"].cast(pl.Int64).to_numpy(),
        oldest=filled["oldest"].cast(pl.Int64).to_numpy(),
        sex=np.array(filled["sex"].to_list(), dtype="U1"),
    )


def _exclusions(sheet: Sheet, about: dict[str, Any]) -> tuple[Published, ...]:
    for column in ("target_from", "target_to"):
        sheet.require(column, _NO_DIAGNOSIS, lambda text: text.str.contains(DIAGNOSIS))
    ends = [scope_ends(scope) for scope in sheet.frame["scope_code"]]
    for row, given in enumerate(ends):
        if given is None or not all(re.fullmatch(DIAGNOSIS, end) for end in given):
            sheet.refuse(row, "scope_code", "a note stands at a code, a block or a chapter")
    frame = sheet.frame.with_columns(
        scope_from=pl.Series([one[0] for one in ends if one], dtype=pl.String),
        scope_to=pl.Series([one[1] for one in ends if one], dtype=pl.String),
    ).filter(kind="excludes1")
    if not frame.height:
        sheet.refuse(-1, "kind", "the table has no Excludes1 note")
    about |= _census(frame, "scope_code")
    return (
        ExclusionTable(
            **about,
            scopes=frame["scope_code"].to_list(),
            scope_from=_texts(frame["scope_from"]),
            scope_to=_texts(frame["scope_to"]),
            target_from=_texts(frame["target_from"]),
            target_to=_texts(frame["target_to"]),
        ),
    )


def _texts(codes: pl.Series) -> Texts:
    return np.array(codes.to_list(), dtype="S8")


_E = EditTable
_PAIRS = (
    *(_E.PTP_PRACTITIONER, _E.PTP_OUTPATIENT_HOSPITAL),
    *(_E.MEDICAID_PTP_PRACTITIONER, _E.MEDICAID_PTP_OUTPATIENT_HOSPITAL),
)
_UNITS = (
    *(_E.MUE_PRACTITIONER, _E.MUE_OUTPATIENT_HOSPITAL, _E.MUE_DME),
    *(_E.MEDICAID_MUE_PRACTITIONER, _E.MEDICAID_MUE_OUTPATIENT_HOSPITAL, _E.MEDICAID_MUE_DME),
)
_MCE_TABLES = _E.AGE, _E.SEX, _E.MANIFESTATION, _E.UNACCEPTABLE_PRINCIPAL


def _stem(words: str) -> re.Pattern[str]:
    return re.compile(rf"{words}(?:_(?P<release>[a-z0-9_]+))?")


_SETTING = "(?P<setting>practitioner|outpatient_hospital{0})"

EDIT_LAYOUTS: tuple[EditLayout, ...] = (
    EditLayout(
        "ncci_ptp_SETTING_RELEASE.csv",
        _stem(rf"(?:ncci|(?P<payer>medicaid))_ptp(?:_hcpcs2)?_{_SETTING.format('')}"),
        _PAIRS,
        ("column1", "column2", "modifier_indicator"),
        ("effective_date", "deletion_date"),
        3,
        _pairs,
    ),
    EditLayout(
        "ncci_mue_SETTING_RELEASE.csv",
        _stem(rf"(?:ncci|(?P<payer>medicaid))_mue(?:_hcpcs2)?_{_SETTING.format('|dme')}"),
        _UNITS,
        ("hcpcs", "mue_value", "mai"),
        (),
        3,
        _units,
    ),
    EditLayout(
        "ncci_aoc_RELEASE.csv",
        _stem("ncci_aoc(?:_hcpcs2)?"),
        (_E.ADD_ON,),
        ("add_on_code", "primary_code", "aoc_edit_type"),
        (),
        3,
        _add_ons,
    ),
    EditLayout(
        "ncci_associated_modifiers.csv",
        _stem("ncci_associated_modifiers"),
        (_E.ASSOCIATED_MODIFIERS,),
        ("modifier", "group"),
        (),
        0,
        _modifiers,
    ),
    EditLayout(
        "mce_vNN_dx_edits_fyYYYY.csv",
        re.compile(r"mce_(?P<release>v\d\d(?:_[01])?)(?:_dx_edits(?:_fy\d{4})?)"),
        _MCE_TABLES[:3],
        ("icd10cm", "conflict_group", "rule"),
        (),
        12,
        _mce_rules,
    ),
    EditLayout(
        "mce_vNN_simple_edits_fyYYYY.csv",
        re.compile(r"mce_(?P<release>v\d\d(?:_[01])?)(?:_simple_edits(?:_fy\d{4})?)"),
        _MCE_TABLES,
        ("edit_type", "code_type", "code"),
        (),
        12,
        _mce_lists,
    ),
    EditLayout(
        "icd10cm_note_targets_RELEASE.csv",
        _stem("icd10cm_note_targets"),
        (_E.EXCLUDES1,),
        ("scope_code", "kind", "target_from", "target_to"),
        (),
        6,
        _exclusions,
    ),
)
"""Every form of table of edits; the first whose name fits is taken."""
