"""Remittances are taken in: judged, matched and posted in one transaction a file; nothing is repaired.

A file that came before is known by its bytes (in `claims`), a remittance by its envelope numbers and by its trace, a
claim payment by its content. What repeats exactly is set down as a duplicate and moves no money; what repeats with
other content is quarantined, for a person to decide which of the two is right.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import polars as pl
from django.db import transaction

from claimkeep.apps.access.roles import Actor, require
from claimkeep.apps.audit import actions as audit
from claimkeep.apps.claims import queries as claims
from claimkeep.apps.claims import tables as claim_tables
from claimkeep.apps.claims.actions.receive import finish, told
from claimkeep.apps.claims.actions.steps import Step, take
from claimkeep.apps.claims.models import Claim, ReceivedFile
from claimkeep.apps.ledger import actions as ledger
from claimkeep.apps.ledger import queries as books
from claimkeep.apps.organization.models import Payer
from claimkeep.apps.remits import tables
from claimkeep.apps.remits.models import ClaimPayment, Remittance
from claimkeep.apps.remits.tables import ClaimPart, Fresh, Part
from claimkeep.apps.vault import queries as documents
from claimkeep.engine.books.entry import Journal
from claimkeep.engine.remit import balance
from claimkeep.engine.remit.match import REVERSAL, Matches, match
from claimkeep.engine.remit.outcome import outcomes
from claimkeep.engine.remit.post import Posted, post
from claimkeep.engine.terms.finding import Skipped
from claimkeep.engine.terms.remittance import RemittanceTables
from claimkeep.engine.x12 import remittance_835

MOST_EQUATIONS = 2
"""Equations written into a remittance's note; the page works out the rest."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What a file of remittances came to, in counts; what could not be read, with its place."""

    remits: int = 0
    posted: int = 0
    quarantined: int = 0
    duplicate: int = 0
    unmatched: int = 0
    entries: int = 0
    cash_cents: int = 0
    skipped: tuple[Skipped, ...] = ()


@transaction.atomic
def take_in(file: ReceivedFile, *, actor: Actor, now: datetime) -> Taken:
    """Every remittance of the file is posted, set down as a duplicate, or quarantined with its equation."""
    require(actor, "remit:post")
    read, skipped = remittance_835.read(documents.document_bytes(actor.practice_id, file.document_id))
    found = tables.parts(read)
    notes = dict(_set_apart(found, read, actor))
    kept_back = pl.Series("payment_row", list(notes), dtype=pl.Int64)
    good = balance.without(read, kept_back)
    ours = claims.matched_by_number(actor, tables.numbers(found))
    our_claims, our_lines = claim_tables.matchable(ours)
    matches = match(read, our_claims, our_lines)
    earlier = books.journal_of_claims(actor, [c.number for c in ours])
    posted = post(good, _only(matches, good), our_claims, our_lines, earlier, day=now.date())
    payers = {p.payer_id: p.pk for p in Payer.objects.filter(practice_id=actor.practice_id)}
    entries = ledger.record(_with_our_payers(posted.journal, payers), actor=actor, now=now)
    writing = _Writing(file, actor, now, matches, posted, outcomes(read), {str(c.pk): c for c in ours}, payers)
    for part in found:
        writing.remittance(part, notes.get(part.values["payment_row"]))
    writing.finish()
    finish(file, note=told(skipped), state="done" if found or not skipped else "unreadable")
    return Taken(
        remits=len(found),
        posted=len(found) - len(notes),
        quarantined=sum(n.state == "quarantined" for n in notes.values()),
        duplicate=sum(n.state == "duplicate" for n in notes.values()),
        unmatched=writing.unmatched,
        entries=entries,
        cash_cents=int(good.payments["payment_cents"].sum() or 0),
        skipped=skipped,
    )


def _with_our_payers(journal: Journal, payers: Mapping[str, UUID]) -> Journal:
    """The journal with our key of each payer where the remittance's own id stands; an unknown payer has none."""
    ours = {name: str(key) for name, key in payers.items()} | {str(key): str(key) for key in payers.values()}
    known = pl.col("payer_id").replace_strict(ours, default=None, return_dtype=pl.String)
    return Journal(journal.entries, journal.postings.with_columns(payer_id=known))


@dataclass(frozen=True, slots=True)
class _Apart:
    """Why a remittance is not posted."""

    state: str
    note: str


def _set_apart(found: Sequence[Part], read: RemittanceTables, actor: Actor) -> Iterator[tuple[int, _Apart]]:
    """Payment rows that are not posted: repeated ones, then those out of balance."""
    faults = balance.faults(read)
    known = _Known(actor)
    for part in found:
        row = part.values["payment_row"]
        repeated = known.before(part)
        if repeated is not None:
            yield row, repeated
            continue
        known.remember(part)
        mine = faults.filter(pl.col("payment_row") == row)
        if mine.height:
            equations = mine["equation"].to_list()
            more = f" (and {len(equations) - MOST_EQUATIONS} more)" if len(equations) > MOST_EQUATIONS else ""
            yield row, _Apart("quarantined", ("Out of balance: " + "; ".join(equations[:MOST_EQUATIONS]) + more)[:240])
        else:
            known.remember_posted(part)


class _Known:
    """The remittances that came before, in the database or earlier in this file."""

    def __init__(self, actor: Actor) -> None:
        self._mine = Remittance.objects.filter(practice_id=actor.practice_id).exclude(state="duplicate")
        self._payments = ClaimPayment.objects.filter(practice_id=actor.practice_id, state="posted")
        self._here: dict[tuple[str, ...], bytes] = {}
        self._posted_here: dict[bytes, str | None] = {}
        self._reversed_here: set[str] = set()

    def before(self, part: Part) -> _Apart | None:
        """Why this remittance is one that came before, or None."""
        content = part.sha256()
        for number, (key, columns) in enumerate(_keys(part), start=2):
            seen = self._here.get(key)
            if seen is None:
                row = self._mine.filter(**columns).first()
                seen = bytes(row.content_sha256) if row else None
            if seen == content:
                return _Apart("duplicate", "The same remittance came before; what became of it then stands.")
            if seen is not None:
                return _Apart("quarantined", _REISSUED[number])
        again = self._repeated(part)
        if again:
            return _Apart("quarantined", f"{_REISSUED[4]} Claim payments in question: {again}.")
        return None

    def _repeated(self, part: Part) -> int:
        """How many claim payments were posted before just so and not reversed since."""
        prints = [c.fingerprint() for c in part.claims if c.values["status_code"] != REVERSAL]
        rows = self._payments.filter(fingerprint__in=prints).exclude(claim__adjudication="reversed")
        rows = rows.exclude(claim__number__in=self._reversed_here | _reversed(part))
        before = {bytes(each) for each in rows.values_list("fingerprint", flat=True)}
        return len(before | (self._posted_here.keys() & set(prints)))

    def remember(self, part: Part) -> None:
        """This remittance was seen now."""
        for key, _ in _keys(part):
            self._here[key] = part.sha256()

    def remember_posted(self, part: Part) -> None:
        """The claim payments of this remittance are posted; a reversal among them makes room to pay anew."""
        self._reversed_here |= _reversed(part)
        self._posted_here = {k: n for k, n in self._posted_here.items() if n not in self._reversed_here}
        for claim in part.claims:
            if claim.values["status_code"] != REVERSAL:
                self._posted_here[claim.fingerprint()] = claim.values["claim_number"]
                self._reversed_here.discard(claim.values["claim_number"])


def _reversed(part: Part) -> set[str]:
    """The claim numbers whose payment this remittance takes back."""
    return {c.values["claim_number"] or "" for c in part.claims if c.values["status_code"] == REVERSAL}


_REISSUED = {
    2: "Another remittance came with the same envelope numbers but other content: ask the payer which one holds.",
    3: "Another remittance came with the same trace number, amount and day but other content: ask which one holds.",
    4: "It repeats claim payments that another remittance posted: ask the payer whether it was paid twice.",
}


def _keys(part: Part) -> Iterator[tuple[tuple[str, ...], Mapping[str, Any]]]:
    """By envelope (sender, ISA13, GS06, ST02), and by trace (TRN02, TRN03, BPR02, BPR16)."""
    v = part.values
    envelope = (
        "interchange_sender",
        "interchange_control_number",
        "group_control_number",
        "transaction_control_number",
    )
    for names in (envelope, ("trace_number", "payer_trace_id", "payment_cents", "payment_day")):
        columns = {name: v[name] if name in ("payment_cents", "payment_day") else v[name] or "" for name in names}
        yield (names[0], *(str(x) for x in columns.values())), columns


def _only(matches: Matches, kept: RemittanceTables) -> Matches:
    rows = kept.claim_payments["claim_row"].to_list()
    return Matches(
        matches.claims.filter(pl.col("claim_row").is_in(rows)), matches.lines.filter(pl.col("claim_row").is_in(rows))
    )


class _Writing:
    """The rows and steps that a file leaves behind."""

    def __init__(
        self,
        file: ReceivedFile,
        actor: Actor,
        now: datetime,
        matches: Matches,
        posted: Posted,
        results: pl.DataFrame,
        ours: Mapping[str, Claim],
        payers: Mapping[str, UUID],
    ) -> None:
        self._file, self._actor, self._now = file, actor, now
        self._match = {row["claim_row"]: row for row in matches.claims.iter_rows(named=True)}
        self._line = {row["service_row"]: row["line_control_number"] for row in matches.lines.iter_rows(named=True)}
        self._suspended = {row["claim_row"]: row["reason"] for row in posted.suspended.iter_rows(named=True)}
        self._outcome = {row["claim_row"]: row for row in results.iter_rows(named=True)}
        self._ours = ours
        self._payers = payers
        self._fresh = Fresh()
        self._steps: list[Step] = []
        self.unmatched = 0

    def remittance(self, part: Part, apart: _Apart | None) -> None:
        """One remittance with all that belongs to it; a duplicate leaves only itself."""
        v = part.values
        state = apart.state if apart else "posted"
        row = Remittance.objects.create(
            practice_id=self._actor.practice_id,
            received_file=self._file,
            payer_id=self._payers.get(v["payer_id"] or ""),
            payer_name=(v["payer_name"] or "")[:80],
            interchange_sender=(v["interchange_sender"] or "")[:15],
            interchange_control_number=(v["interchange_control_number"] or "")[:9],
            group_control_number=(v["group_control_number"] or "")[:9],
            transaction_control_number=(v["transaction_control_number"] or "")[:9],
            trace_number=(v["trace_number"] or "")[:50],
            payer_trace_id=(v["payer_trace_id"] or "")[:30],
            payment_cents=v["payment_cents"] or 0,
            method=(v["method"] or "")[:3],
            payment_day=v["payment_day"],
            content_sha256=part.sha256(),
            state=state,
            note=apart.note[:240] if apart else "",
            received_at=self._now,
            posted_at=None if apart else self._now,
        )
        if state == "duplicate":
            return
        states = [self._claim(row, n, c, apart) for n, c in enumerate(part.claims, start=1)]
        if not apart and any(s in ("suspense", "unmatched") for s in states):
            Remittance.objects.filter(pk=row.pk).update(state="partly_posted")
        self._fresh.add_provider_adjustments(self._actor.practice_id, row.pk, part.provider_adjustments)

    def _claim(self, row: Remittance, position: int, part: ClaimPart, apart: _Apart | None) -> str:
        key = part.values["claim_row"]
        found, result = self._match[key], self._outcome[key]
        state, note = self._state(key, apart)
        claim = self._ours.get(found["claim_id"] or "")
        facts = {
            "claim_id": claim.pk if claim else None,
            "match": found["how"],
            "state": state,
            "note": note[:240],
            "outcome": result["outcome"],
        }
        self._fresh.add_claim(self._actor.practice_id, row.pk, position, part, self._line, facts)
        self.unmatched += found["how"] != "exact" and apart is None
        if claim and (state != "suspense" or found["how"] == "exact"):
            self._steps += self._moves(claim, part, result, state)
        return state

    def _state(self, key: int, apart: _Apart | None) -> tuple[str, str]:
        if apart:
            return "quarantined", apart.note
        how = self._match[key]["how"]
        reason = self._suspended.get(key) or self._match[key]["reason"] or ""
        if how == "none":
            return "unmatched", reason
        if key in self._suspended or how != "exact":
            return "suspense", reason
        return ("forwarded" if self._outcome[key]["outcome"] in ("forwarded", "predetermined") else "posted"), ""

    def _moves(self, claim: Claim, part: ClaimPart, result: Mapping[str, Any], state: str) -> Iterator[Step]:
        """Where the claim stands after this payment."""
        document, paid = self._file.document_id, part.values["paid_cents"]
        if state != "posted":
            if state in ("quarantined", "suspense") and claim.adjudication == "none":  # what was paid stays paid
                yield Step(claim.pk, "adjudication", "quarantined", state, document, paid)
            elif result["outcome"] == "forwarded":
                yield Step(claim.pk, "adjudication", "forwarded", "", document, paid)
            return
        code = ", ".join(sorted({f"{a['group_code']}-{a['reason_code']}" for a in part.adjustments}))
        yield Step(claim.pk, "adjudication", result["outcome"], code, document, paid)
        if result["disputed_cents"] and result["outcome"] != "reversed":
            yield Step(claim.pk, "recovery", "rework", code, document, result["disputed_cents"])
        yield Step(claim.pk, "responsibility", self._next(claim, result), code, document)

    def _next(self, claim: Claim, result: Mapping[str, Any]) -> str:
        if result["outcome"] == "reversed" or result["disputed_cents"]:
            return "primary"
        following = self._match[result["claim_row"]]
        if not result["patient_cents"]:
            return "none"
        ranks = {c.payer_sequence for c in claim.encounter.coverages.all()}
        later = [s for s in ("S", "T") if s in ranks and s > (following["payer_sequence"] or "P")]
        return {"S": "secondary", "T": "tertiary"}[later[0]] if later else "patient"

    def finish(self) -> None:
        """Everything is written."""
        self._fresh.insert()
        take(self._steps, actor=self._actor, now=self._now)
        moved = {s.claim_id for s in self._steps if s.axis == "adjudication"}
        notes = [
            audit.Note("claim:adjudicate", f"patient:{self._ours[str(k)].patient_id}", f"claim:{k}")
            for k in sorted(moved)
        ]
        audit.note_all(notes, actor=self._actor.id, now=self._now, practice_id=self._actor.practice_id)
