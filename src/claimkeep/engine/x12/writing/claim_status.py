"""The status table -> a question about claims (276), the answer (277), or the acknowledgment of claims (277CA)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import polars as pl

from claimkeep.engine.terms.claim_status import claim_status
from claimkeep.engine.x12.columns import At, SegmentAt
from claimkeep.engine.x12.guides import g005010x212 as guide
from claimkeep.engine.x12.write import Around, ControlNumbers, Party
from claimkeep.engine.x12.writing.outline import Outline, Step
from claimkeep.engine.x12.writing.rows import (
    ROW,
    all_sets,
    begun,
    numbered,
    refuse_beyond,
    refuse_where,
    refused,
    texts,
)
from claimkeep.engine.x12.writing.sending import send


@dataclass(frozen=True, slots=True)
class _Form:
    """What tells one kind from the others: ST01, GS01, GS08, BHT01, BHT02, BHT06, and what is called how in it."""

    code: str
    functional_id: str
    version: str
    structure: str
    purpose: str
    type: str
    patient_level: str
    patient: str
    provider: str
    trace: str


_FORMS = {
    "276": _Form("276", "HR", "005010X212", "0010", "13", "", "22", "IL", "1P", "1"),
    "277": _Form("277", "HN", "005010X212", "0010", "08", "DG", "22", "IL", "1P", "2"),
    "277CA": _Form("277", "HN", "005010X214", "0085", "08", "TH", "PT", "QC", "85", "2"),
}

_CHILDLESS = ("23", "PT")
"""Levels without an HL04."""

_BEYOND: dict[str, tuple[Sequence[SegmentAt], ...]] = {
    "receiver": (guide.PROVIDER, guide.SUBSCRIBER, guide.DEPENDENT, guide.SERVICE),
    "provider": (guide.SUBSCRIBER, guide.DEPENDENT, guide.SERVICE),
    "claim": (guide.SERVICE,),
}
"""What a row does not reach."""

_LEVELS = ("receiver", "provider", "claim", "service")
_SAID = ("category_code", "status_code", "entity_code", "code_list")


def _led(one: SegmentAt, column: str) -> SegmentAt:
    """A segment whose first element is not the same in every kind."""
    return replace(one, at=(At(column, 1, f"{guide.VERSION} {one.loop} {one.segment}01"), *one.at))


_PROVIDER = (_led(guide.PROVIDER[0], "provider_role"),)
_SUBSCRIBER = (guide.SUBSCRIBER[0], _led(guide.SUBSCRIBER[1], "patient_role"))
_TRACE = (_led(guide.TRACE, "trace_type"),)
_TOTALS = tuple(
    replace(one, at=(At(f"{one.at[0].column}_code", 1, one.at[0].cite, beside=one.at[0].column), *one.at))
    if one.segment == "QTY"
    else one
    for one in guide.TOTALS
)


def write(
    statuses: pl.DataFrame,
    *,
    sender: Party,
    receiver: Party,
    when: datetime,
    control_numbers: ControlNumbers,
    usage: str = "T",
) -> bytes:
    """The statuses as one interchange, all of one kind; rows with another reference begin another transaction set.

    statuses : of `status_row` an answer has one row a status in STC01 (`position` 1), perhaps one in STC10 and one in
               STC11; a question has a row a claim and, after it, one a service. A payer, receiver, provider, subscriber
               or dependent begins a level when it differs from the row before; so does a claim or service in an answer.
    Raises X12Error, naming the row counted from 1 and the column, when something cannot be written so that it reads
    back the same, or when what it comes to would not be valid.
    Source: 005010X212 (276, 277), 005010X214 (277CA).
    """
    frame = numbered(statuses, claim_status)
    _refuse(frame)
    refuse_beyond(frame, _BEYOND)
    form = _FORMS[frame["kind"][0]]
    around = Around(sender, receiver, when, control_numbers, usage)
    frame = _prepared(frame, form)
    refused(frame, [layout for _, layout in guide.LEVELS])
    refused(frame, [(guide.TRACE, *guide.NUMBERS, *guide.TOTALS), guide.SERVICE, (guide.WRITTEN_STATUS,)])

    def body(reference: str, position: int, part: pl.DataFrame) -> str:
        head = begun(around, form.structure, form.purpose, reference, position, form.type)
        return head + _outline(part, form).text()

    return send(around, form.functional_id, form.version, list(all_sets(frame, form.code, form.version, body)))


def _refuse(frame: pl.DataFrame) -> None:
    """Raises X12Error where rows are not of one kind, have no level, or do not make whole statuses."""
    kind, cite = pl.col("kind"), f"{guide.VERSION} ST01"
    refuse_where(
        frame, ~kind.is_in(list(_FORMS)).fill_null(False), "kind", "the row is of no kind that is written", cite
    )
    refuse_where(frame, kind != kind.first(), "kind", "rows of several kinds cannot stand in one interchange", cite)
    level = pl.col("level").is_in(_LEVELS).fill_null(False)
    refuse_where(frame, ~level, "level", "the row stands at no level", f"{guide.VERSION} HL03")
    if frame["kind"][0] == "276":
        asked = pl.col("level").is_in(("claim", "service"))
        refuse_where(frame, ~asked, "level", "only claims and services are asked about", f"{guide.VERSION} 2200 TRN")
        given = pl.any_horizontal(pl.col("status_row", "position", *_SAID).is_not_null())
        refuse_where(frame, given, "status_row", "a question holds a status", f"{guide.VERSION} 2200 TRN")
        return
    cite = f"{guide.VERSION} STC"
    position = pl.col("position")
    known = position.is_in(guide.POSITIONS).fill_null(False) & pl.col("status_row").is_not_null()
    refuse_where(frame, ~known, "position", "the status stands in no element of an STC", cite)
    twice = pl.struct("status_row", "position").is_duplicated()
    refuse_where(frame, twice, "position", "two statuses stand in one element", cite)
    first = (position == guide.POSITIONS[0]).any().over("status_row")
    refuse_where(frame, ~first, "position", "a status stands beside none in STC01", cite)
    apart = ("position", *_SAID, ROW, "segment")
    others = pl.struct(pl.all().exclude(apart))
    refuse_where(frame, others.n_unique().over("status_row") > 1, "status_row", "the rows of one STC differ", cite)


def _prepared(frame: pl.DataFrame, form: _Form) -> pl.DataFrame:
    """One row an STC, or a claim or service of a question, with what its segments need beside the columns."""
    if form.code == "277":
        for position in guide.POSITIONS:
            said = frame.filter(pl.col("position") == position)
            told = said.select("status_row", *(pl.col(name).alias(f"{name}{position}") for name in _SAID))
            frame = frame.join(told, on="status_row", how="left", maintain_order="left")
        frame = frame.filter(pl.col("position") == guide.POSITIONS[0])
    else:
        nothing = pl.lit(None, pl.String)
        frame = frame.with_columns(nothing.alias(f"{name}{position}") for name in _SAID for position in guide.POSITIONS)
    level = pl.col("level")
    if form.type == "TH":
        frame = _acknowledged(frame)
    is_provider = level == "provider"
    trace = pl.when(is_provider).then(pl.lit("1")).otherwise(pl.lit(form.trace))
    return frame.with_columns(
        provider_role=pl.lit(form.provider),
        patient_role=pl.lit(form.patient),
        trace_type=trace,
        accepted_claims_code=pl.when(is_provider).then(pl.lit("QA")).otherwise(pl.lit("90")),
        rejected_claims_code=pl.when(is_provider).then(pl.lit("QC")).otherwise(pl.lit("AA")),
    )


def _acknowledged(frame: pl.DataFrame) -> pl.DataFrame:
    """The trace of a claim is its number (005010X214 2200D TRN02), which stands nowhere else."""
    trace, number = pl.col("trace_number"), pl.col("claim_number")
    is_claim = pl.col("level").is_in(("claim", "service"))
    cite = "005010X214 2200D TRN02"
    refuse_where(frame, is_claim & (trace != number), "claim_number", "the trace is not the number of the claim", cite)
    refuse_where(frame, ~is_claim & number.is_not_null(), "claim_number", "a number of a claim stands above it", cite)
    told = pl.when(is_claim).then(pl.coalesce(trace, number)).otherwise(trace)
    return frame.with_columns(trace_number=told, claim_number=pl.lit(None, pl.String))


def _outline(frame: pl.DataFrame, form: _Form) -> Outline:
    """The levels and loops of one transaction set."""
    claim_tail = (*guide.NUMBERS, *_TOTALS)
    heads = {
        "2000A": texts(frame, guide.PAYER, always=("2100A",)),
        "2000B": texts(frame, guide.RECEIVER, always=("2100B",)),
        "2000C": texts(frame, _PROVIDER),
        "2000D": texts(frame, _SUBSCRIBER),
        "2000E": texts(frame, guide.DEPENDENT),
        "2200": texts(frame, _TRACE),
        "2220": texts(frame, guide.SERVICE_HEAD, always=("2220",)),
    }
    tails = {
        "2200": texts(frame, claim_tail, inside=("2200",)),
        "2220": texts(frame, guide.SERVICE_TAIL, inside=("2220",)),
    }
    said = texts(frame, (guide.WRITTEN_STATUS,)) if form.code == "277" else [""] * frame.height
    codes = {"2000A": "20", "2000B": "21", "2000C": "19", "2000D": form.patient_level, "2000E": "23"}
    outline = Outline()
    for row, (level, number) in enumerate(frame.select("level", ROW).iter_rows()):
        path = [
            Step(
                loop,
                heads[loop][row],
                tails[loop][row] if loop in tails else "",
                codes.get(loop, ""),
                says_children=codes.get(loop) not in _CHILDLESS,
            )
            for loop in _loops(level, bool(heads["2000E"][row]))
        ]
        kept = outline.add(path, said[row], anew=form.code == "276")
        if form.code == "276" and level == "service" and kept < len(path) - 1:
            at = pl.col(ROW) == number
            refuse_where(frame, at, "level", "the service follows no row of its claim", f"{guide.VERSION} 2210 SVC")
    return outline


def _loops(level: str, has_dependent: bool) -> Sequence[str]:
    """The levels and loops down to a row."""
    above = ["2000A", "2000B"]
    if level != "receiver":
        above.append("2000C")
    if level in ("claim", "service"):
        above += ["2000D", "2000E"] if has_dependent else ["2000D"]
    return [*above, "2200", "2220"] if level == "service" else [*above, "2200"]
