"""Claims: the list, one claim with its five axes, lines, money and time, and what is held."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import polars as pl
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse

from claimkeep.apps.access.roles import Actor
from claimkeep.apps.claims import queries as claims
from claimkeep.apps.claims.actions import build
from claimkeep.apps.claims.models import AXES, Claim, ClaimFinding
from claimkeep.apps.ledger import queries as ledger
from claimkeep.apps.organization import queries as organization
from claimkeep.apps.patients import queries as patients
from claimkeep.apps.remits import queries as remits
from claimkeep.edge.web import claim_money, claim_timeline, masks, states
from claimkeep.edge.web.page import Crumb, page, part
from claimkeep.edge.web.templatetags.parts import Badge
from claimkeep.edge.web.views.remittances import payment_terms
from claimkeep.engine.terms.finding import Severity

ROWS = 50
WORK, LIST = Crumb("Work", "/"), Crumb("Claims", "/claims/")
SEVERITY = {
    Severity.REJECT: Badge("reject", "bad"),
    Severity.DENY: Badge("deny", "bad"),
    Severity.REVIEW: Badge("review", "warn"),
    Severity.INFORM: Badge("note", "info"),
}
GROUPS = {"rejected": states.REJECTED, "waiting": states.WAITING}
"""Names in an address that stand for several states of transport."""


def listing(request: HttpRequest, actor: Actor, now: datetime) -> HttpResponseBase:
    """The claims by the states asked for. Patients are named only when asked, and each is then logged."""
    chosen = {axis: request.GET.get(axis, "") for axis in AXES}
    rows = claims.claims(actor)
    for axis, state in chosen.items():
        if state:
            rows = rows.filter(**{f"{axis}__in": GROUPS.get(state, (state,)) if axis == "transport" else (state,)})
    number, payer = request.GET.get("number", "").strip(), request.GET.get("payer", "")
    if number:
        rows = rows.filter(number__istartswith=number)
    if payer:
        rows = rows.filter(payer__payer_id=payer)
    found = Paginator(rows, ROWS).get_page(request.GET.get("page"))
    with_patients = request.GET.get("patients") == "1"
    context = {
        "page": found,
        "rows": _rows(actor, list(found), now, with_patients),
        "with_patients": with_patients,
        "filters": [{"axis": a, "name": states.NAMES[a], "chosen": chosen[a], "states": AXES[a]} for a in AXES],
        "number": number,
        "payer": payer,
        "payers": organization.payers(actor).order_by("name"),
        "filtered": any(chosen.values()) or bool(number or payer),
    }
    if request.headers.get("HX-Request"):
        return part(request, "web/pages/claims_rows.html", context)
    return page(request, actor, "web/pages/claims.html", context, crumbs=[WORK])


def _rows(actor: Actor, found: list[Claim], now: datetime, with_patients: bool) -> list[dict[str, Any]]:
    asked_for = [c.patient_id for c in found] if with_patients else []
    named = patients.patients_named(actor, asked_for, now=now, why="claim list") if asked_for else {}
    return [
        {
            "claim": c,
            "patient": named.get(c.patient_id),
            "build": states.badge_of(c.build),
            "transport": states.badge_of(c.transport),
            "adjudication": states.badge_of(c.adjudication),
            "responsibility": states.badge_of(c.responsibility),
            "recovery": states.badge_of(c.recovery),
        }
        for c in found
    ]


def one(request: HttpRequest, actor: Actor, now: datetime, number: str) -> HttpResponseBase:
    """One claim. The look at its patient is logged with the claim as the reason."""
    key = claims.claims(actor).filter(number=number).values_list("pk", flat=True).first()
    if key is None:
        raise Http404("not found")
    claim = claims.claim(actor, key, now=now)
    findings = list(claims.open_findings(actor).filter(claim=claim))
    sees_money = actor.may("ledger:read")
    postings = ledger.postings(actor).filter(claim_number=claim.number).order_by("pk") if sees_money else []
    frame = _postings(actor, claim) if sees_money else None
    answers = _answers(actor, claim)
    context = {
        "claim": claim,
        "payer_number": next((n for a in reversed(answers) if (n := a["payment"].payer_claim_control_number)), ""),
        "axes": states.axes(claim),
        "findings": [_finding(f) for f in findings if f.line is None],
        "lines": _lines(claim, findings, frame),
        "diagnoses": sorted(claim.encounter.diagnoses.all(), key=lambda d: d.position),
        "money": None if frame is None else claim_money.of_claim(frame),
        "member_id": masks.end_of(claim.coverage.member_id),
        "born": masks.year_of(claim.patient.birth_day),
        "answers": answers,
        "timeline": claim_timeline.happenings(claims.events(actor, claim.pk), postings, with_money=sees_money),
    }
    return page(request, actor, "web/pages/claim.html", context, crumbs=[WORK, LIST])


def _postings(actor: Actor, claim: Claim) -> pl.DataFrame:
    whole = ledger.journal_of_claims(actor, [claim.number]).postings
    return whole.filter(pl.col("claim_number") == claim.number)


def _finding(finding: ClaimFinding) -> dict[str, Any]:
    return {"finding": finding, "badge": SEVERITY[Severity(finding.severity)]}


def _lines(claim: Claim, findings: list[ClaimFinding], frame: pl.DataFrame | None) -> list[dict[str, Any]]:
    money = {} if frame is None else claim_money.of_lines(frame)
    return [
        {
            "line": line,
            "modifiers": line.modifiers.replace(",", " "),
            "pointers": line.pointers.replace(",", ", "),
            "money": money.get(line.line_control_number),
            "findings": [_finding(f) for f in findings if f.line == line.line_number],
        }
        for line in sorted(claim.encounter.lines.all(), key=lambda line: line.line_number)
    ]


def _answers(actor: Actor, claim: Claim) -> list[dict[str, Any]]:
    if not actor.may("remit:read"):
        return []
    return [
        {"payment": p, "badge": states.badge_of(p.state), "terms": payment_terms(p)}
        for p in remits.of_claim(actor, claim.pk)
    ]


def held(request: HttpRequest, actor: Actor, now: datetime) -> HttpResponseBase:
    """The claims that edits hold back, each with what is wrong and what to do."""
    rows = claims.open_findings(actor).filter(claim__build="held")
    edits = sorted(set(rows.order_by().values_list("edit", flat=True)))
    edit = request.GET.get("edit", "")
    if edit:
        rows = rows.filter(edit=edit)
    found = Paginator(rows, ROWS).get_page(request.GET.get("page"))
    context = {
        "page": found,
        "rows": [_finding(f) for f in found],
        "edits": edits,
        "edit": edit,
        "actor_may_edit": actor.may("claim:edit"),
    }
    return page(request, actor, "web/pages/held.html", context, crumbs=[WORK, LIST])


def check_held(request: HttpRequest, actor: Actor, now: datetime) -> HttpResponseBase:
    """Every held claim is checked anew; what is right by now is ready to send."""
    result = build.scrub_again(actor=actor, now=now)
    messages.success(request, f"{result.ready} claims are ready, {result.held} are still held.")
    return HttpResponseRedirect(reverse("web:held"))
