"""Diagnoses against the patient, and in their order: AGE-01, SEX-01, ICD-02, INS-06."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from claimkeep.engine.codes import EditTable
from claimkeep.engine.codes.pair_table import DiagnosisTable
from claimkeep.engine.scrub.asking import by_release
from claimkeep.engine.scrub.facts import Facts, Places, Setting
from claimkeep.engine.scrub.table_edit import ALL, Hit, Unjudged, table_edit
from claimkeep.engine.terms.finding import Severity

_CITE = "CMS Definitions of Medicare Code Edits, chapter 1: "


@dataclass(frozen=True, slots=True, eq=False)
class Listed:
    """Diagnoses that stand in a list: their place, the release, its row; and what could not be judged."""

    parts: tuple[tuple[DiagnosisTable, Places, Places], ...]
    unjudged: tuple[Unjudged, ...]


def _search(facts: Facts, table: EditTable, chosen: npt.NDArray[np.bool_]) -> Listed:
    """The chosen diagnoses that stand in the table, by release."""
    asked, rows = facts.diagnoses, np.flatnonzero(chosen & (facts.diagnoses.code.number >= 0))
    judged, unjudged = by_release(facts, table, DiagnosisTable, rows, asked.day[rows], asked.claim[rows])
    parts = []
    for one, some in judged:
        row = asked.code.each(one.find(*asked.code.words()), -1)[some]
        parts.append((one, some[row >= 0], row[row >= 0]))
    return Listed(tuple(parts), tuple(unjudged))


def of_ages(facts: Facts) -> Listed:
    """The diagnoses of an age, where the patient's is known."""
    born = facts.claims.birth_day[facts.diagnoses.claim] > 0
    return _search(facts, EditTable.AGE, born)


def of_a_sex(facts: Facts) -> Listed:
    """The diagnoses of a sex, where the patient's is told and nothing says that it does not matter."""
    claims = facts.claims
    told = claims.sex.each(np.array([name in ("F", "M") for name in claims.sex.names], dtype=bool), False)
    return _search(facts, EditTable.SEX, (told & ~claims.may_be_of_either_sex)[facts.diagnoses.claim])


def manifestations(facts: Facts) -> Listed:
    """The first diagnoses that another must stand before."""
    return _search(facts, EditTable.MANIFESTATION, facts.diagnoses.position == 1)


def unacceptable(facts: Facts) -> Listed:
    """The principal diagnoses of hospital stays that are no reason for one."""
    inpatient = facts.claims.setting[facts.diagnoses.claim] == Setting.INPATIENT
    return _search(facts, EditTable.UNACCEPTABLE_PRINCIPAL, inpatient & (facts.diagnoses.position == 1))


SEARCHES = (of_ages, of_a_sex, manifestations, unacceptable)


def _hits(listed: Listed) -> Iterator[Hit]:
    for table, places, rows in listed.parts:
        for place, row in zip(places.tolist(), rows.tolist(), strict=True):
            yield Hit(place, table.table, table.release, table.row(row))


@table_edit(
    "AGE-01",
    on="diagnosis",
    says="does not go with the patient's age",
    fix="check the birth date and the code",
    cite=_CITE + "age conflict",
    severity=Severity.REVIEW,
    carc="9",
    payers=ALL,
)
def diagnosis_fits_the_age(facts: Facts) -> Iterator[Hit]:
    """A diagnosis of an age stands in the claim of a patient of that age."""
    listed = facts.once(of_ages)
    for table, places, rows in listed.parts:
        claims = facts.diagnoses.claim[places]
        day = np.where(facts.diagnoses.day[places] > 0, facts.diagnoses.day[places], table.valid_from)
        age = (day - facts.claims.birth_day[claims]) // 10_000
        outside = (age < table.youngest[rows]) | (age > table.oldest[rows])
        yield from _hits(Listed(((table, places[outside], rows[outside]),), ()))


@table_edit(
    "SEX-01",
    on="diagnosis",
    says="does not go with the patient's sex",
    fix="check the record; where it is right, condition code 45 or modifier KX says so",
    cite=_CITE + "sex conflict",
    severity=Severity.REVIEW,
    carc="10",
    payers=ALL,
)
def diagnosis_fits_the_sex(facts: Facts) -> Iterator[Hit]:
    """A diagnosis of a sex stands in the claim of a patient of that sex."""
    sexes = np.array(facts.claims.sex.names, dtype="U1")
    for table, places, rows in facts.once(of_a_sex).parts:
        of_patient = facts.claims.sex.each(sexes, "")[facts.diagnoses.claim[places]]
        differs = of_patient != table.sex[rows]
        yield from _hits(Listed(((table, places[differs], rows[differs]),), ()))


@table_edit(
    "ICD-02",
    on="diagnosis",
    says="is a manifestation and cannot stand first",
    fix="put the disease that causes it first",
    cite="ICD-10-CM guidelines, section I.A.13; " + _CITE + "manifestation code as principal diagnosis",
    severity=Severity.REJECT,
    carc="16",
    payers=ALL,
)
def manifestation_is_not_first(facts: Facts) -> Iterator[Hit]:
    """The first diagnosis is not the manifestation of another."""
    return _hits(facts.once(manifestations))


@table_edit(
    "INS-06",
    on="diagnosis",
    says="is no reason for a hospital stay by itself",
    fix="put the condition that led to the admission first",
    cite=_CITE + "unacceptable principal diagnosis",
    severity=Severity.REJECT,
    carc="16",
    payers=ALL,
)
def principal_is_acceptable(facts: Facts) -> Iterator[Hit]:
    """The principal diagnosis of a hospital stay is a reason for one."""
    return _hits(facts.once(unacceptable))


EDITS = (diagnosis_fits_the_age, diagnosis_fits_the_sex, manifestation_is_not_first, principal_is_acceptable)
