"""The four claim tables -> 837P bytes."""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl

from claimkeep.engine.terms.claim import ClaimTables
from claimkeep.engine.terms.errors import X12Error
from claimkeep.engine.x12.guides import g005010x222a1 as guide
from claimkeep.engine.x12.write import (
    MARKS,
    Envelope,
    interchange,
    refuse,
    refuse_unwritable,
    render,
    segment,
    transaction_set,
)

MOST_CLAIM_NUMBER = 17
"""Characters of a claim number that come back whole in CLP01: the guide allows 38, payers keep fewer."""

_G = f"{guide.VERSION} "

_PATIENT_PAIRS = tuple(
    (at.column, at.column.replace("patient_", "subscriber_", 1))
    for one in guide.PATIENT
    for at in one.at
    if at.column != "patient_relationship"
)


@dataclass(frozen=True, slots=True)
class Written:
    """One interchange, and where each claim stands in it.

    placed : one row a claim; claim_row as given, transaction_control_number (ST02), segment (ordinal of CLM, ST is 1)
    """

    data: bytes
    placed: pl.DataFrame


def write(tables: ClaimTables, envelope: Envelope) -> Written:
    """The claims as one interchange of professional claim sets, in the order of the table.

    tables   : claims and what hangs on them by `claim_row`; lines are numbered in the order of `line_number`
    envelope : who sends it to whom, under which control numbers, when
    A billing provider, subscriber or patient begins a new level when it differs from the claim before; at most 5,000
    claims stand in a set. A relationship of 18 (self) means the patient is the subscriber.
    Raises X12Error, naming the claim row counted from 1 and the column, when something cannot be written so that it
    reads back the same: a separator in a value, no line control number, a claim number over 17 characters, more than
    12 diagnoses or 50 lines, diagnoses not counted from 1, a patient who differs from the subscriber they are.
    Source: 005010X222A1.
    """
    _refuse_claims(tables.claims)
    _refuse_below(tables)
    claims = _claims(tables)
    sets: list[str] = []
    placed: list[tuple[int, str, int]] = []
    for begin in range(0, claims.height, guide.MOST_CLAIMS):
        number = len(sets) + 1
        body = _Set(_header(envelope, number), 2)
        for row in claims.slice(begin, guide.MOST_CLAIMS).iter_rows(named=True):
            placed.append((row["claim_row"], f"{number:04d}", body.add(row)))
        text = "".join(body.parts)
        sets.append(transaction_set("837", f"{number:04d}", guide.VERSION, text, body.segments - 2))
    shape = {"claim_row": pl.Int64, "transaction_control_number": pl.String, "segment": pl.Int64}
    return Written(interchange(envelope, "HC", guide.VERSION, sets), pl.DataFrame(placed, schema=shape, orient="row"))


def _header(envelope: Envelope, number: int) -> list[str]:
    """BHT, submitter and receiver (005010X222A1 BHT, 1000A, 1000B)."""
    reference = f"{envelope.interchange_control_number:09d}{number:04d}"
    day, time = envelope.when.strftime("%Y%m%d"), envelope.when.strftime("%H%M")
    receiver = envelope.receiver_code or envelope.receiver_id
    return [
        segment("BHT", "0019", "00", reference, day, time, "CH"),
        segment("NM1", "41", "2", envelope.submitter_name, "", "", "", "", "46", envelope.submitter_id),
        segment("PER", "IC", envelope.contact_name, "TE", envelope.contact_phone),
        segment("NM1", "40", "2", envelope.receiver_name, "", "", "", "", "46", receiver),
    ]


@dataclass(slots=True)
class _Set:
    """The levels of one transaction set as they are written. `segments` is the ordinal of the next; ST was 1."""

    parts: list[str]
    segments: int
    levels: int = 0
    billing: int = 0
    subscriber: int = 0
    said: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.segments += len(self.parts)

    def add(self, row: dict[str, object]) -> int:
        """Adds a claim under its levels; gives the ordinal of its CLM."""
        own = bool(row["is_own"])
        if self._is_new("billing", str(row["billing"])):
            self.billing = self._level("", "20", "1", row, "billing")
            self.said = {"billing": str(row["billing"])}
        if self._is_new("subscriber", f"{own}{row['subscriber']}"):
            self.subscriber = self._level(str(self.billing), "22", "0" if own else "1", row, "subscriber")
            self.said.pop("patient", None)
        if not own and self._is_new("patient", str(row["patient"])):
            self._level(str(self.subscriber), "23", "0", row, "patient")
        at = self.segments
        self._put(row, "claim")
        return at

    def _is_new(self, level: str, text: str) -> bool:
        """True when this level says something else than for the claim before; from now on it says this."""
        is_new = self.said.get(level) != text
        self.said[level] = text
        return is_new

    def _level(self, parent: str, code: str, has_child: str, row: dict[str, object], part: str) -> int:
        self.levels += 1
        self.parts.append(segment("HL", str(self.levels), parent, code, has_child))
        self.segments += 1
        self._put(row, part)
        return self.levels

    def _put(self, row: dict[str, object], part: str) -> None:
        self.parts.append(str(row[part]))
        self.segments += int(str(row[f"{part}_segments"]))


def _claims(tables: ClaimTables) -> pl.DataFrame:
    """One row a claim: claim_row, is_own, and the text and segment count of each of its levels and of itself."""
    claims = tables.claims
    is_same = pl.all_horizontal(pl.col(own).eq_missing(pl.col(other)) for own, other in _PATIENT_PAIRS)
    relationship = pl.col("patient_relationship")
    is_own = claims.select(((relationship == "18") | (relationship.is_null() & is_same)).fill_null(False)).to_series()
    insured = claims.with_columns(pl.when(is_own).then(relationship).alias("patient_relationship"))
    parts = {
        "billing": render(claims, guide.BILLING),
        "subscriber": render(insured, guide.SUBSCRIBER, frozenset({"2000B"})),
        "patient": render(claims, guide.PATIENT, frozenset({"2000C"})),
        "head": render(claims, guide.CLAIM),
        "providers": render(claims, guide.PROVIDERS),
    }
    frame = (
        claims.select("claim_row")
        .with_columns(is_own.alias("is_own"))
        .with_columns(
            series
            for name, part in parts.items()
            for series in (part["text"].alias(name), part["segments"].alias(f"{name}_segments"))
        )
    )
    below_claim = {"diagnoses": _diagnoses(tables.diagnoses), "payers": _payers(tables), "lines": _lines(tables)}
    for name, below in below_claim.items():
        joined = below.rename({"text": name, "segments": f"{name}_segments"})
        frame = frame.join(joined, on="claim_row", how="left", maintain_order="left")
    inner = ("head", "diagnoses", "providers", "payers", "lines")
    return frame.with_columns(
        claim=pl.concat_str([pl.col(name).fill_null("") for name in inner]),
        claim_segments=pl.sum_horizontal([pl.col(f"{name}_segments").fill_null(0) for name in inner]),
    )


def _diagnoses(diagnoses: pl.DataFrame) -> pl.DataFrame:
    """The HI of each claim."""
    composite = pl.concat_str([pl.col("qualifier"), pl.lit(MARKS.component), pl.col("code").str.strip_chars()])
    return (
        diagnoses.sort("claim_row", "position")
        .group_by("claim_row", maintain_order=True)
        .agg(
            text=pl.lit(f"HI{MARKS.element}") + composite.str.join(MARKS.element) + MARKS.segment,
            segments=pl.lit(1, dtype=pl.Int64),
        )
    )


def _payers(tables: ClaimTables) -> pl.DataFrame:
    """The 2320 loops of each claim; OI repeats what the claim itself answers (005010X222A1 2320 OI)."""
    told = tables.claims.select("claim_row", "benefits_assignment", "release_of_information")
    frame = tables.other_payers.join(told, on="claim_row", how="left", maintain_order="left")
    own = tuple(one for one in guide.OTHER_PAYER if one.loop == "2320")
    parties = tuple(one for one in guide.OTHER_PAYER if one.loop != "2320")
    parts = [
        render(frame, own, frozenset({"2320"})),
        render(frame, guide.COVERAGE_STATEMENT, frozenset({"2320"})),
        render(frame, parties),
    ]
    return _by_claim(frame, parts)


def _lines(tables: ClaimTables) -> pl.DataFrame:
    """The 2400 loops of each claim, numbered from 1."""
    frame = tables.service_lines.sort("claim_row", "line_number")
    ordinal = pl.int_range(1, pl.len() + 1).over("claim_row").cast(pl.String)
    text = pl.lit(f"LX{MARKS.element}") + ordinal + MARKS.segment
    number = frame.select(text=text, segments=pl.lit(1, dtype=pl.Int64))
    return _by_claim(frame, [number, render(frame, guide.LINE)])


def _by_claim(frame: pl.DataFrame, parts: list[pl.DataFrame]) -> pl.DataFrame:
    """The rows of each claim joined, in order."""
    joined = pl.DataFrame({"claim_row": frame["claim_row"]}).with_columns(
        text=pl.concat_str([part["text"] for part in parts]),
        segments=pl.sum_horizontal([part["segments"] for part in parts]),
    )
    return joined.group_by("claim_row", maintain_order=True).agg(pl.col("text").str.join(""), pl.col("segments").sum())


def _refuse_claims(claims: pl.DataFrame) -> None:
    """Raises X12Error where a claim cannot be written whole."""
    if claims.is_empty():
        raise X12Error("there is no claim to write", cite=f"{_G}2300 CLM")
    bad = pl.col("claim_row").is_null() | pl.col("claim_row").is_duplicated()
    refuse(claims, bad, "claim_row", "the claim row is missing or stands twice", "")
    refuse_unwritable(claims, guide.BILLING + guide.SUBSCRIBER + guide.PATIENT + guide.CLAIM + guide.PROVIDERS)
    long = pl.col("claim_number").str.len_chars() > MOST_CLAIM_NUMBER
    refuse(claims, long, "claim_number", "the claim number has more than 17 characters", f"{_G}2300 CLM01")
    for own, other in _PATIENT_PAIRS:
        differs = pl.col(own).is_not_null() & pl.col(own).ne_missing(pl.col(other))
        reason = "the patient is the subscriber and yet differs"
        refuse(claims, differs & (pl.col("patient_relationship") == "18"), own, reason, f"{_G}2000B SBR02")


def _refuse_below(tables: ClaimTables) -> None:
    """Raises X12Error where lines, diagnoses or payers do not fit their claim."""
    own = tables.claims["claim_row"].implode()
    lines, diagnoses, payers = tables.service_lines, tables.diagnoses, tables.other_payers
    for frame in (lines, diagnoses, payers):
        orphan = pl.col("claim_row").is_null() | ~pl.col("claim_row").is_in(own)
        refuse(frame, orphan, "claim_row", "the row belongs to no claim", "")
    refuse_unwritable(lines, guide.LINE)
    refuse_unwritable(payers, guide.OTHER_PAYER)
    control = pl.col("line_control_number").str.strip_chars()
    refuse(
        lines,
        control.is_null() | (control == ""),
        "line_control_number",
        "the line has no control number, and its payment could not be matched",
        f"{_G}2400 REF02 6R",
    )
    refuse(
        tables.claims,
        ~pl.col("claim_row").is_in(lines["claim_row"].implode()),
        "line_number",
        "the claim has no service line",
        f"{_G}2400 LX",
    )
    many = pl.len().over("claim_row") > guide.MOST_LINES
    refuse(lines, many, "line_number", "the claim has more than 50 service lines", f"{_G}2400 LX")
    many = pl.len().over("claim_row") > guide.MOST_DIAGNOSES
    refuse(diagnoses, many, "position", "the claim has more than 12 diagnoses", f"{_G}2300 HI")
    counted = pl.col("position").rank("ordinal").over("claim_row")
    refuse(
        diagnoses,
        pl.col("position").is_null() | (pl.col("position") != counted),
        "position",
        "the diagnoses are not counted from 1",
        f"{_G}2300 HI",
    )
    refuse(
        diagnoses,
        ~pl.col("qualifier").is_in(guide.DIAGNOSIS_QUALIFIERS).fill_null(False),
        "qualifier",
        "the qualifier names no diagnosis",
        f"{_G}2300 HI01-1",
    )
    refuse(
        diagnoses,
        ~pl.col("code").str.contains(r"^[0-9A-Za-z.]+$").fill_null(False),
        "code",
        "the diagnosis is no code",
        f"{_G}2300 HI01-2",
    )
