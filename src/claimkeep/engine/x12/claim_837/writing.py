"""The claim tables -> 837P, 837I or 837D bytes."""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl

from claimkeep.engine.terms.claim import PROFESSIONAL, ClaimTables
from claimkeep.engine.terms.errors import X12Error
from claimkeep.engine.terms.finding import Place
from claimkeep.engine.x12.claim_837.codes import lists
from claimkeep.engine.x12.claim_837.prior_writing import beside, decisions, payers, rest, together
from claimkeep.engine.x12.claim_837.refusals import refuse_tables
from claimkeep.engine.x12.guides import g005010x222a1, g005010x223a2, g005010x224a2
from claimkeep.engine.x12.guides.claim_layout import MOST_CLAIMS, Layout
from claimkeep.engine.x12.write import (
    MARKS,
    Envelope,
    interchange,
    render,
    segment,
    transaction_set,
)

LAYOUTS = {one.kind: one for one in (g005010x222a1.LAYOUT, g005010x223a2.LAYOUT, g005010x224a2.LAYOUT)}
"""The guide of each kind of claim (`claim_kind`)."""


@dataclass(frozen=True, slots=True)
class Written:
    """One interchange, and where each claim stands in it.

    placed : one row a claim; claim_row as given, transaction_control_number (ST02), segment (ordinal of CLM, ST is 1)
    """

    data: bytes
    placed: pl.DataFrame


def write(tables: ClaimTables, envelope: Envelope) -> Written:
    """The claims as one interchange of claim sets of their kind, in the order of the table.

    tables   : claims of one `claim_kind` and what hangs on them by `claim_row`; lines are numbered in the order of
               `line_number`
    envelope : who sends it to whom, under which control numbers, when
    A billing provider, subscriber or patient begins a new level when it differs from the claim before; at most 5,000
    claims stand in a set. A relationship of 18 (self) means the patient is the subscriber.
    Raises X12Error, naming the claim row counted from 1 and the column, when something cannot be written so that it
    reads back the same: a separator in a value, a value that a claim of this kind does not carry, no line control
    number on a professional line, a claim number over 17 characters, more lines or codes than the guide allows, codes
    not counted from 1, a patient who differs from the subscriber they are.
    Source: 005010X222A1, 005010X223A2, 005010X224A2.
    """
    guide = _guide(tables.claims)
    refuse_tables(tables, guide)
    claims = _claims(tables, guide)
    sets: list[str] = []
    placed: list[tuple[int, str, int]] = []
    for begin in range(0, claims.height, MOST_CLAIMS):
        number = len(sets) + 1
        body = _Set(_header(envelope, number), 2)
        for row in claims.slice(begin, MOST_CLAIMS).iter_rows(named=True):
            placed.append((row["claim_row"], f"{number:04d}", body.add(row)))
        text = "".join(body.parts)
        sets.append(transaction_set("837", f"{number:04d}", guide.version, text, body.segments - 2))
    shape = {"claim_row": pl.Int64, "transaction_control_number": pl.String, "segment": pl.Int64}
    return Written(interchange(envelope, "HC", guide.version, sets), pl.DataFrame(placed, schema=shape, orient="row"))


def _guide(claims: pl.DataFrame) -> Layout:
    """The guide of these claims. Raises X12Error when there is none, or they are of several."""
    if claims.is_empty():
        raise X12Error("there is no claim to write", cite=f"{g005010x222a1.VERSION} 2300 CLM")
    kinds = claims["claim_kind"].fill_null(PROFESSIONAL).unique().to_list()
    if len(kinds) != 1 or kinds[0] not in LAYOUTS:
        reason = "the claims are not all of one kind that we write"
        raise X12Error(reason, place=Place(field="claim_kind"), cite=f"{g005010x222a1.VERSION} ST03")
    return LAYOUTS[kinds[0]]


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


def _claims(tables: ClaimTables, guide: Layout) -> pl.DataFrame:
    """One row a claim: claim_row, is_own, and the text and segment count of each of its levels and of itself."""
    claims = tables.claims
    is_same = pl.all_horizontal(pl.col(own).eq_missing(pl.col(other)) for own, other in guide.patient_pairs)
    relationship = pl.col("patient_relationship")
    is_own = claims.select(((relationship == "18") | (relationship.is_null() & is_same)).fill_null(False)).to_series()
    insured = claims.with_columns(pl.when(is_own).then(relationship).alias("patient_relationship"))
    parts = {
        "billing": render(claims, guide.billing),
        "subscriber": render(insured, guide.subscriber, frozenset({"2000B"})),
        "patient": render(claims, guide.patient, frozenset({"2000C"})),
        "head": render(claims, guide.claim),
        "rest": rest(claims, guide.claim_rest, "2300"),
        "providers": render(claims, guide.providers),
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
    below_claim = {
        "codes": lists(tables, guide.lists),
        "payers": payers(tables, guide),
        "lines": _lines(tables, guide),
    }
    if guide.tooth_status:
        teeth = tables.teeth.filter(pl.col("line_number").is_null())
        below_claim["teeth"] = together(["claim_row"], teeth, [render(teeth, guide.tooth_status)])
    for name, below in below_claim.items():
        joined = below.rename({"text": name, "segments": f"{name}_segments"})
        frame = frame.join(joined, on="claim_row", how="left", maintain_order="left")
    order = ("head", "teeth", "rest", "codes", "providers", "payers", "lines")
    inner = [name for name in order if name in parts or name in below_claim]
    return frame.with_columns(
        claim=pl.concat_str([pl.col(name).fill_null("") for name in inner]),
        claim_segments=pl.sum_horizontal([pl.col(f"{name}_segments").fill_null(0) for name in inner]),
    )


def _lines(tables: ClaimTables, guide: Layout) -> pl.DataFrame:
    """The 2400 loops of each claim, numbered from 1."""
    frame, keys = tables.service_lines.sort("claim_row", "line_number"), ["claim_row", "line_number"]
    ordinal = pl.int_range(1, pl.len() + 1).over("claim_row").cast(pl.String)
    text = pl.lit(f"LX{MARKS.element}") + ordinal + MARKS.segment
    parts = [frame.select(text=text, segments=pl.lit(1, dtype=pl.Int64)), render(frame, (guide.service,))]
    if guide.line_tooth:
        teeth = tables.teeth.filter(pl.col("line_number").is_not_null())
        parts.append(beside(frame, keys, together(keys, teeth, [render(teeth, guide.line_tooth)])))
    parts.append(rest(frame, guide.line_rest, "2400"))
    parts.append(beside(frame, keys, decisions(tables, guide)))
    return together(["claim_row"], frame, parts)
