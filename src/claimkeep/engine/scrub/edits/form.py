"""Whether the claim is a well-formed 837P at all: ENV-01 to ENV-05."""

from __future__ import annotations

from datetime import date

import polars as pl

from claimkeep.engine.scrub.edit import Edit, edit
from claimkeep.engine.terms.claim import claim, diagnosis, service_line
from claimkeep.engine.terms.codes import FREQUENCY
from claimkeep.engine.terms.finding import Severity
from claimkeep.engine.terms.table import TableShape

_G = "005010X222A1 "

PLACES_OF_SERVICE = frozenset(
    "01 02 03 04 05 06 07 08 09 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 31 32 33 34 41 42 49 50 51 52 53"
    " 54 55 56 57 58 60 61 62 65 66 71 72 81 99".split()
)
"""Place of service codes (CMS place of service code set, June 2024)."""

SEPARATORS = r"[*:~^\x00-\x1f\x7f]"
"""What may not stand in a value: our separators and control characters (X12.6 3.3.1; 005010X222A1 B.1.1.2)."""

MOST_LINES = 50
LONGEST_CLAIM_NUMBER = 20
OUR_CLAIM_NUMBER = 17


def _no_separators(on: str, shape: TableShape) -> tuple[Edit, ...]:
    """ENV-01 for every text column of a table that an 837P carries."""
    return tuple(_no_separator(on, c.name, c.cite) for c in shape.columns if c.dtype == pl.String and c.cite)


def _no_separator(on: str, column: str, cite: str) -> Edit:
    @edit(
        "ENV-01",
        on=on,
        cite=cite,
        says=f"the {column.replace('_', ' ')} holds a separator (* : ~ ^) or a control character",
        fix="take the character out",
    )
    def breach(today: date) -> pl.Expr:
        """No value holds a character that separates values."""
        return pl.col(column).str.contains(SEPARATORS)

    return breach


@edit("ENV-02", on="claim", says="the claim has no service line", fix="add what was done", cite=_G + "2400 LX")
def has_lines(today: date) -> pl.Expr:
    """A claim has a service line."""
    return pl.col("line_count") == 0


@edit("ENV-02", on="claim", says="the claim has {line_count} lines, 50 fit", fix="split the claim", cite=_G + "2400 LX")
def has_room_for_its_lines(today: date) -> pl.Expr:
    """A claim has at most 50 lines."""
    return pl.col("line_count") > MOST_LINES


@edit("ENV-02", on="claim", says="the claim has no diagnosis", fix="add the diagnosis", cite=_G + "2300 HI", carc="16")
def has_a_diagnosis(today: date) -> pl.Expr:
    """A claim has a diagnosis."""
    return pl.col("diagnosis_count") == 0


@edit(
    "ENV-02",
    on="claim",
    says="the claim number is longer than 20 characters",
    cite=_G + "2300 CLM01",
    fix="give a shorter number: payers return 20 characters, so the remittance would not match",
)
def claim_number_comes_back_whole(today: date) -> pl.Expr:
    """A claim number is no longer than what payers return."""
    return claim.claim_number.str.len_chars() > LONGEST_CLAIM_NUMBER


@edit(
    "ENV-02",
    on="claim",
    says="the claim number is longer than 17 characters",
    cite=_G + "2300 CLM01",
    fix="keep to 17, so that a suffix fits",
    severity=Severity.INFORM,
)
def claim_number_has_room_for_a_suffix(today: date) -> pl.Expr:
    """A claim number leaves room for a suffix."""
    return claim.claim_number.str.len_chars().is_between(OUR_CLAIM_NUMBER + 1, LONGEST_CLAIM_NUMBER)


@edit("ENV-02", on="claim", says="the payer has no name", fix="choose the payer", cite=_G + "2010BB NM103")
def payer_has_a_name(today: date) -> pl.Expr:
    """A claim to a payer names it."""
    return claim.payer_sequence.is_not_null() & claim.payer_name.is_null()


@edit("ENV-02", on="claim", says="the payer has no id", fix="add the payer's electronic id", cite=_G + "2010BB NM109")
def payer_has_an_id(today: date) -> pl.Expr:
    """A claim to a payer carries its electronic id."""
    return claim.payer_sequence.is_not_null() & claim.payer_id.is_null()


@edit(
    "ENV-02",
    on="claim",
    says="the place of service is missing",
    fix="say where it was",
    cite=_G + "2300 CLM05-1",
    carc="5",
)
def place_of_service_is_given(today: date) -> pl.Expr:
    """A claim says where the service was."""
    return claim.place_of_service.is_null()


@edit(
    "ENV-03",
    on="claim",
    says="the claim charge is not the sum of its lines",
    fix="correct the charge of a line or of the claim",
    cite=_G + "2300 CLM02, 2400 SV102",
)
def claim_charge_is_the_sum_of_its_lines(today: date) -> pl.Expr:
    """The claim charge is the sum of its line charges."""
    stated = claim.charge_cents.fill_null(0)
    return (pl.col("line_count") > 0) & (stated != pl.col("line_charge_cents"))


@edit(
    "ENV-04",
    on="claim",
    says="the claim tells of an accident and not its day",
    fix="add the accident date (DTP 439)",
    cite=_G + "2300 CLM11, DTP03 439",
)
def accident_has_a_day(today: date) -> pl.Expr:
    """An accident has its day."""
    return claim.related_cause.is_not_null() & claim.accident_day.is_null()


@edit(
    "ENV-04",
    on="claim",
    says="the claim tells of an automobile accident and not its state",
    fix="add the state where it happened",
    cite=_G + "2300 CLM11-4",
)
def automobile_accident_has_a_state(today: date) -> pl.Expr:
    """An automobile accident has its state."""
    return (claim.related_cause == "AA") & claim.accident_state.is_null()


@edit(
    "ENV-05",
    on="claim",
    says="the place of service is not a code of the list",
    fix="choose a place of service",
    cite=_G + "2300 CLM05-1",
    carc="5",
)
def place_of_service_exists(today: date) -> pl.Expr:
    """The claim's place of service is in the code set."""
    return ~claim.place_of_service.is_in(sorted(PLACES_OF_SERVICE))


@edit(
    "ENV-05",
    on="line",
    says="the place of service is not a code of the list",
    fix="choose a place of service",
    cite=_G + "2400 SV105",
    carc="5",
)
def place_of_service_of_a_line_exists(today: date) -> pl.Expr:
    """A line's own place of service is in the code set."""
    return ~service_line.place_of_service.is_in(sorted(PLACES_OF_SERVICE))


@edit(
    "ENV-05",
    on="claim",
    says="the frequency code is missing or is none of 1, 7 and 8",
    fix="1 for a new claim, 7 to replace, 8 to void",
    cite=_G + "2300 CLM05-3",
)
def frequency_code_is_of_a_professional_claim(today: date) -> pl.Expr:
    """A professional claim is new, a replacement or a void."""
    return ~claim.frequency_code.is_in(sorted(FREQUENCY)) | claim.frequency_code.is_null()


EDITS = (
    *_no_separators("claim", claim),
    *_no_separators("line", service_line),
    *_no_separators("diagnosis", diagnosis),
    has_lines,
    has_room_for_its_lines,
    has_a_diagnosis,
    claim_number_comes_back_whole,
    claim_number_has_room_for_a_suffix,
    payer_has_a_name,
    payer_has_an_id,
    place_of_service_is_given,
    claim_charge_is_the_sum_of_its_lines,
    accident_has_a_day,
    automobile_accident_has_a_state,
    place_of_service_exists,
    place_of_service_of_a_line_exists,
    frequency_code_is_of_a_professional_claim,
)
