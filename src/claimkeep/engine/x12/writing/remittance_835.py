"""The five remittance tables -> 835 bytes, in balance to the cent or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import polars as pl

from claimkeep.engine.terms.errors import X12Error
from claimkeep.engine.terms.finding import Place
from claimkeep.engine.terms.remittance import RemittanceTables
from claimkeep.engine.x12.columns import SegmentAt
from claimkeep.engine.x12.guides import g005010x221a1 as guide
from claimkeep.engine.x12.write import (
    MARKS,
    Around,
    ControlNumbers,
    Party,
    decimal,
    refuse,
    refuse_unwritable,
    render,
    segment,
)
from claimkeep.engine.x12.writing.sending import send, whole

_G = f"{guide.VERSION} "
_E, _S, _C = MARKS.element, MARKS.segment, MARKS.component

_SVC03 = Place(segment_id="SVC", element=3, loop="2110")
_CLP04 = Place(segment_id="CLP", element=4, loop="2100")
_BPR02 = Place(segment_id="BPR", element=2)


def write(
    tables: RemittanceTables,
    *,
    sender: Party,
    receiver: Party,
    when: datetime,
    control_numbers: ControlNumbers,
    usage: str = "T",
) -> bytes:
    """The remittances as one interchange, one transaction set a payment, in the order of the table.

    tables : what hangs on a payment by `payment_row`, on a claim by `claim_row`, on a service by `service_row`
    Claims, services and adjustments keep their order; adjustments of one group that follow one another share a CAS, the
    pairs of one provider and fiscal year share a PLB; a fiscal year that is not given ends on December 31st.
    Raises X12Error, naming the row counted from 1 and the column, when something cannot be written so that it reads
    back the same, or when one of the three sums does not hold: charge less adjustments is the payment of a service and
    of a claim, and the claims less the provider adjustments are the payment.
    Source: 005010X221A1.
    """
    _refuse_orphans(tables)
    _refuse_values(tables)
    _refuse_imbalance(tables)
    payments = tables.payments
    body = pl.concat_str(
        [
            _text(payments, guide.PAYMENT_HEAD),
            _text(payments, guide.PAYER_CONTACT, always=("1000A",)),
            _text(payments, guide.PAYEE, always=("1000B",)),
            _below(payments, "payment_row", _claims(tables), segment("LX", "1")),
            _below(payments, "payment_row", _provider_adjustments(tables)),
        ]
    )
    sets = [whole("835", at, "", one) for at, one in enumerate(payments.select(body).to_series().to_list(), 1)]
    return send(Around(sender, receiver, when, control_numbers, usage), "HP", guide.VERSION, sets)


def _text(
    frame: pl.DataFrame, layout: Sequence[SegmentAt], always: Sequence[str] = (), inside: Sequence[str] = ()
) -> pl.Series:
    return render(frame, layout, frozenset(always), frozenset(inside))["text"]


def _below(frame: pl.DataFrame, key: str, parts: pl.DataFrame, before: str = "") -> pl.Series:
    """The text of what hangs on each row of `frame`, after `before` where anything does."""
    joined = parts.group_by(key, maintain_order=True).agg(text=pl.lit(before) + pl.col("text").str.join(""))
    return frame.select(key).join(joined, on=key, how="left", maintain_order="left")["text"].fill_null("")


def _claims(tables: RemittanceTables) -> pl.DataFrame:
    """payment_row and the text of each claim with its services."""
    claims = tables.claim_payments
    parts = [
        _text(claims, guide.CLAIM_HEAD),
        _below(claims, "claim_row", _adjustments(tables.adjustments.filter(pl.col("service_row").is_null()))),
        _text(claims, guide.CLAIM_REST, inside=("2100",)),
        _below(claims, "claim_row", _services(tables)),
    ]
    return claims.select("payment_row", text=pl.concat_str(parts))


def _services(tables: RemittanceTables) -> pl.DataFrame:
    """claim_row and the text of each service."""
    services = tables.service_payments
    remark = f"LQ{_E}HE{_E}"
    remarks = services["remark_codes"].list.join(f"{_S}{remark}")
    noted = pl.select(pl.when(remarks.str.len_chars() > 0).then(remark + remarks + _S).otherwise(pl.lit("")))
    parts = [
        _text(services, guide.SERVICE_HEAD),
        _below(services, "service_row", _adjustments(tables.adjustments.filter(pl.col("service_row").is_not_null()))),
        _text(services, guide.SERVICE_REST, inside=("2110",)),
        noted.to_series(),
    ]
    return services.select("claim_row", text=pl.concat_str(parts))


def _runs(frame: pl.DataFrame, most: int, *keys: str) -> pl.DataFrame:
    """`run`: rows that follow one another with the same keys, at most so many together."""
    numbered = frame.with_columns(run=pl.struct(keys).rle_id())
    place = pl.int_range(pl.len()).over("run") // most
    return numbered.with_columns(run=pl.struct("run", place.alias("chunk")).rle_id())


def _adjustments(adjustments: pl.DataFrame) -> pl.DataFrame:
    """claim_row, service_row and the text of each CAS."""
    empty = pl.lit("")
    parts = [pl.col("reason_code"), decimal(pl.col("amount_cents"), 2), decimal(pl.col("quantity_milli"), 3)]
    triplet = pl.concat_str([one.fill_null(empty) for one in parts], separator=_E)
    keys = ("claim_row", "service_row", "group_code")
    return (
        _runs(adjustments, guide.MOST_TRIPLETS, *keys)
        .group_by("run", maintain_order=True)
        .agg(pl.col(keys).first(), text=triplet.str.join(_E).str.strip_chars_end(_E))
        .with_columns(text=pl.concat_str([pl.lit("CAS"), "group_code", "text"], separator=_E) + _S)
    )


def _provider_adjustments(tables: RemittanceTables) -> pl.DataFrame:
    """payment_row and the text of each PLB (PLB02 is December 31st where no fiscal year is told)."""
    paid = tables.payments.select("payment_row", "payment_day")
    told = tables.provider_adjustments.join(paid, on="payment_row", how="left", maintain_order="left")
    year = pl.coalesce("fiscal_day", pl.date(pl.col("payment_day").dt.year(), 12, 31)).dt.strftime("%Y%m%d")
    reason = pl.concat_str([pl.col("reason_code"), pl.col("reference").fill_null("")], separator=_C)
    pair = reason.str.strip_chars_end(_C) + _E + decimal(pl.col("amount_cents"), 2)
    keys = ("payment_row", "provider_id", "year")
    return (
        _runs(told.with_columns(year=year), guide.MOST_PAIRS, *keys)
        .group_by("run", maintain_order=True)
        .agg(pl.col(keys).first(), text=pair.str.join(_E))
        .with_columns(text=pl.concat_str([pl.lit("PLB"), "provider_id", "year", "text"], separator=_E) + _S)
    )


def _refuse_orphans(tables: RemittanceTables) -> None:
    """Raises X12Error where a row stands twice, or belongs to nothing."""
    payments, claims, services = tables.payments, tables.claim_payments, tables.service_payments
    if payments.is_empty():
        raise X12Error("there is no payment to write", cite=f"{_G}BPR")
    for frame, own in ((payments, "payment_row"), (claims, "claim_row"), (services, "service_row")):
        bad = pl.col(own).is_null() | pl.col(own).is_duplicated()
        refuse(frame, bad, own, "the row is not numbered, or stands twice", "", row=own)
    hanging = (
        (claims, "payment_row", payments),
        (services, "claim_row", claims),
        (tables.adjustments, "claim_row", claims),
        (tables.provider_adjustments, "payment_row", payments),
    )
    for frame, key, owner in hanging:
        orphan = pl.col(key).is_null() | ~pl.col(key).is_in(owner[key].implode())
        refuse(frame, orphan, key, "the row belongs to nothing that is written", "", row=key)
    owner = services.select("service_row", of="claim_row")
    told = tables.adjustments.join(owner, on="service_row", how="left", maintain_order="left")
    elsewhere = pl.col("service_row").is_not_null() & pl.col("of").ne_missing(pl.col("claim_row"))
    refuse(told, elsewhere, "service_row", "the adjustment belongs to no service of its claim", f"{_G}2110 CAS")


def _refuse_values(tables: RemittanceTables) -> None:
    """Raises X12Error where a value cannot be written so that it reads back the same."""
    refuse_unwritable(tables.payments, guide.PAYMENT, "payment_row")
    refuse_unwritable(tables.claim_payments, guide.CLAIM_PAYMENT)
    refuse_unwritable(tables.service_payments, guide.SERVICE_PAYMENT, "service_row")
    refuse_unwritable(tables.service_payments.explode("remark_codes"), (guide.REMARK,), "service_row")
    refuse_unwritable(tables.adjustments, (guide.ADJUSTMENT,))
    refuse_unwritable(tables.provider_adjustments, (guide.PROVIDER_ADJUSTMENT,), "payment_row")
    undated = pl.col("payment_day").is_null()
    refuse(tables.payments, undated, "payment_day", "the payment has no day", f"{_G}BPR16", row="payment_row")


def _refuse_imbalance(tables: RemittanceTables) -> None:
    """Raises X12Error where one of the three sums does not hold."""
    taken = pl.col("amount_cents").sum().alias("taken")
    is_off = pl.col("charge_cents") - pl.col("taken").fill_null(0) != pl.col("paid_cents")
    of_services = tables.adjustments.filter(pl.col("service_row").is_not_null())
    services = _beside(tables.service_payments, "service_row", of_services.group_by("service_row").agg(taken))
    reason = "SVC02 less the CAS of the service is not SVC03"
    refuse(services, is_off, "paid_cents", reason, f"{_G}2110 SVC02, SVC03, CAS", _SVC03, "service_row")
    claims = _beside(tables.claim_payments, "claim_row", tables.adjustments.group_by("claim_row").agg(taken))
    reason = "CLP03 less every CAS of the claim and its services is not CLP04"
    refuse(claims, is_off, "paid_cents", reason, f"{_G}2100 CLP03, CLP04, CAS", _CLP04)
    paid = tables.claim_payments.group_by("payment_row").agg(pl.col("paid_cents").sum().alias("paid"))
    held = tables.provider_adjustments.group_by("payment_row").agg(taken)
    payments = _beside(_beside(tables.payments, "payment_row", paid), "payment_row", held)
    sums = pl.col("paid").fill_null(0) - pl.col("taken").fill_null(0)
    reason = "the sum of CLP04 less the sum of PLB04, 06, 08, 10, 12 and 14 is not BPR02"
    is_off = pl.col("payment_cents") != sums
    refuse(payments, is_off, "payment_cents", reason, f"{_G}BPR02, CLP04, PLB", _BPR02, "payment_row")


def _beside(frame: pl.DataFrame, key: str, sums: pl.DataFrame) -> pl.DataFrame:
    return frame.join(sums, on=key, how="left", maintain_order="left")
