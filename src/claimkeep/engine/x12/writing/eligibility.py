"""The inquiry table -> a question about coverage (270); the benefit table -> the answer (271)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import polars as pl

from claimkeep.engine.terms.eligibility import benefit, inquiry
from claimkeep.engine.x12.columns import SegmentAt
from claimkeep.engine.x12.guides import g005010x279a1 as guide
from claimkeep.engine.x12.write import MARKS, Around, ControlNumbers, Party, decimal, segment
from claimkeep.engine.x12.writing.outline import Outline, Step
from claimkeep.engine.x12.writing.rows import (
    ROW,
    all_sets,
    begun,
    listed,
    numbered,
    refuse_beyond,
    refuse_in_lists,
    refuse_where,
    refused,
    texts,
)
from claimkeep.engine.x12.writing.sending import send

_CODES = {"2000A": "20", "2000B": "21", "2000C": "22", "2000D": "23"}
_DEPTHS = {"payer": 1, "provider": 2, "subscriber": 3, "dependent": 4}
"""How many levels stand above a row."""

_Words = dict[str, tuple[list[str], list[str]]]
"""Loop -> the text of each row before and after what stands inside."""


def write_270(
    inquiries: pl.DataFrame,
    *,
    sender: Party,
    receiver: Party,
    when: datetime,
    control_numbers: ControlNumbers,
    usage: str = "T",
) -> bytes:
    """The questions as one interchange; rows with another reference begin another transaction set.

    inquiries : one row something that is asked of a person; what is asked of one person stands in rows that follow one
                another. A payer, provider, subscriber or dependent begins a level when it differs from the row before.
    Raises X12Error, naming the row counted from 1 and the column, when something cannot be written so that it reads
    back the same, or when what it comes to would not be valid.
    Source: 005010X279A1 (270).
    """
    around = Around(sender, receiver, when, control_numbers, usage)
    frame = numbered(inquiries, inquiry)
    known = pl.col("level").is_in(("subscriber", "dependent")).fill_null(False)
    refuse_where(frame, ~known, "level", "nobody is asked about", f"{guide.VERSION} HL03")
    refuse_beyond(frame, {"subscriber": (guide.DEPENDENT_HEAD, guide.DEPENDENT_TAIL)})
    refuse_in_lists(frame, guide.ASKED)
    frame = frame.with_columns(pl.col("service_types").list.join(MARKS.repetition))
    shown = frame.with_columns(service_types=pl.lit(None, pl.String))
    refused(shown, [*(layout for _, layout in guide.QUESTION_LEVELS), guide.INQUIRY])

    def body(reference: str, position: int, part: pl.DataFrame) -> str:
        return begun(around, "0022", "13", reference, position) + _questions(part).text()

    return send(around, "HS", guide.VERSION, list(all_sets(frame, "270", guide.VERSION, body)))


def write_271(
    benefits: pl.DataFrame,
    *,
    sender: Party,
    receiver: Party,
    when: datetime,
    control_numbers: ControlNumbers,
    usage: str = "T",
) -> bytes:
    """The answers as one interchange; rows with another reference begin another transaction set.

    benefits : one row a benefit, and one a refusal: where it stands under a benefit it repeats the row of that benefit,
               which it follows, else it stands before the benefits of its level
    Raises X12Error, naming the row counted from 1 and the column, when something cannot be written so that it reads
    back the same, or when what it comes to would not be valid.
    Source: 005010X279A1 (271).
    """
    around = Around(sender, receiver, when, control_numbers, usage)
    frame = numbered(benefits, benefit)
    _refuse_benefits(frame)
    frame = frame.with_columns(
        pl.col("service_types").list.join(MARKS.repetition), share_millionths=decimal(pl.col("share_millionths"), 6)
    )
    shown = frame.with_columns(service_types=pl.lit(None, pl.String))
    refused(shown, [*(layout for _, layout in guide.LEVELS), (guide.REFUSAL[0],)])
    refused(shown.filter(pl.col("benefit_row").is_not_null()), [guide.BENEFIT])

    def body(reference: str, position: int, part: pl.DataFrame) -> str:
        return begun(around, "0022", "11", reference, position) + _answers(part).text()

    return send(around, "HB", guide.VERSION, list(all_sets(frame, "271", guide.VERSION, body)))


def _refuse_benefits(frame: pl.DataFrame) -> None:
    """Raises X12Error where a row is neither benefit nor refusal, stands nowhere, or says what would be lost."""
    kind, own = pl.col("kind"), pl.col("benefit_row")
    cite = f"{guide.VERSION} 2110 EB, AAA"
    known = kind.is_in(("benefit", "refusal")).fill_null(False)
    refuse_where(frame, ~known, "kind", "the row is neither a benefit nor a refusal", cite)
    level = pl.col("level").is_in(list(_DEPTHS)).fill_null(False)
    refuse_where(frame, ~level, "level", "the row stands at no level", f"{guide.VERSION} HL03")
    is_benefit = kind == "benefit"
    above = is_benefit & pl.col("level").is_in(("payer", "provider"))
    refuse_where(frame, above, "level", "a benefit is of a person", cite)
    twice = is_benefit & (own.is_null() | (is_benefit.sum().over("benefit_row") > 1))
    refuse_where(frame, twice, "benefit_row", "the benefit is not numbered, or stands twice", cite)
    said = [pl.col(at.column) for at in guide.REFUSAL[0].at]
    odd = is_benefit & pl.any_horizontal(one.is_not_null() for one in said)
    refuse_where(frame, odd, "request_valid", "a benefit holds what a refusal says", cite)
    empty = ~is_benefit & pl.all_horizontal(one.is_null() for one in said)
    refuse_where(frame, empty, "reject_reason", "a refusal says nothing", cite)
    stray = (
        ~is_benefit
        & own.is_null()
        & pl.any_horizontal(pl.col(at.column).is_not_null() for one in (*guide.BENEFIT, guide.MESSAGE) for at in one.at)
    )
    refuse_where(frame, stray, "benefit_row", "a refusal that stands under no benefit says one", cite)
    below = (guide.DEPENDENT_HEAD, guide.DEPENDENT_TAIL)
    person = (guide.SUBSCRIBER, *below)
    refuse_beyond(frame, {"payer": (guide.PROVIDER, *person), "provider": person, "subscriber": below})
    refuse_in_lists(frame, guide.BENEFIT_TYPES)
    refuse_in_lists(frame, guide.MESSAGE)


def _persons(
    frame: pl.DataFrame,
    kind: str,
    subscriber: tuple[Sequence[SegmentAt], Sequence[SegmentAt]],
    dated: Mapping[str, Sequence[SegmentAt]],
) -> _Words:
    """What each level says in each row. What a person alone is told of (trace, days) is left out above a dependent.

    kind : TRN01; dated : the days of each loop
    """
    own = [at.column for loop in dated for one in (guide.trace("", kind), *dated[loop]) for at in one.at]
    own += [at.until for loop in dated for one in dated[loop] for at in one.at if at.until]
    is_own = pl.col("level") == "subscriber"
    above = frame.with_columns(pl.when(is_own).then(pl.col(name)).alias(name) for name in dict.fromkeys(own))
    nothing = [""] * frame.height
    head, tail = subscriber
    return {
        "2000A": (texts(frame, guide.PAYER, always=("2100A",)), nothing),
        "2000B": (texts(frame, guide.PROVIDER, always=("2100B",)), nothing),
        "2000C": (
            texts(above, (guide.trace("2000C", kind), *head), always=("2100C",)),
            texts(above, (*tail, *dated["2100C"]), inside=("2100C",)),
        ),
        "2000D": (
            texts(frame, (guide.trace("2000D", kind), *guide.DEPENDENT_HEAD), always=("2100D",)),
            texts(frame, (*guide.DEPENDENT_TAIL, *dated["2100D"]), inside=("2100D",)),
        ),
    }


def _path(words: _Words, level: str, row: int) -> list[Step]:
    """The levels down to a row."""
    loops = list(_CODES)[: _DEPTHS[level]]
    return [Step(loop, words[loop][0][row], words[loop][1][row], _CODES[loop]) for loop in loops]


def _questions(frame: pl.DataFrame) -> Outline:
    """The levels of one transaction set of questions."""
    days = {loop: (guide.asked_on(loop),) for loop in ("2100C", "2100D")}
    words = _persons(frame, "1", (guide.ASKED_SUBSCRIBER, ()), days)
    asked = texts(frame, guide.INQUIRY)
    outline = Outline()
    for row, level in enumerate(frame["level"].to_list()):
        path = _path(words, level, row)
        if asked[row]:
            outline.add([*path, Step("2110", asked[row])], anew=True)
        else:
            outline.add(path, anew=True)
    return outline


def _answers(frame: pl.DataFrame) -> Outline:
    """The levels of one transaction set of answers."""
    head, tail = guide.SUBSCRIBER_HEAD, guide.SUBSCRIBER_TAIL
    words = _persons(frame, "2", (head, tail), {loop: guide.periods(loop) for loop in ("2100C", "2100D")})
    benefits = texts(frame, guide.BENEFIT_HEAD)
    places, related = texts(frame, guide.PLACE), texts(frame, guide.RELATED)
    refusals = texts(frame, (guide.REFUSAL[0],))
    outline = Outline()
    told = frame.select("kind", "level", "benefit_row", "messages", ROW)
    for row, (kind, level, own, messages, number) in enumerate(told.iter_rows()):
        path = _path(words, level, row)
        if own is None:
            outline.add(path, refusals[row])
            continue
        said = listed(messages, f"MSG{MARKS.element}", f"{MARKS.segment}MSG{MARKS.element}", MARKS.segment)
        around = (segment("LS", "2120"), segment("LE", "2120")) if related[row] else ("", "")
        step = Step("2110", benefits[row], f"{said}{places[row]}{around[0]}{related[row]}{around[1]}")
        is_benefit = kind == "benefit"
        kept = outline.add([*path, step], refusals[row], anew=is_benefit)
        if not is_benefit and kept <= len(path):
            at, cite = pl.col(ROW) == number, f"{guide.VERSION} 2110 AAA"
            refuse_where(frame, at, "benefit_row", "the refusal does not follow the benefit it stands under", cite)
    return outline
