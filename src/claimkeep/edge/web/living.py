"""The living page: every component in every state, with made-up values that name their own place."""

from __future__ import annotations

from datetime import UTC, date, datetime

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse

from claimkeep.apps.access.roles import Actor
from claimkeep.edge.web.page import Crumb, page
from claimkeep.edge.web.templatetags.parts import Badge, Happening, Term

THEMES = ("system", "light", "dark")

AXES = (
    ("Build", Badge("frozen", "good"), "version 1"),
    ("Transport", Badge("payer accepted", "good"), "277CA"),
    ("Adjudication", Badge("partly paid", "warn"), "primary"),
    ("Responsibility", Badge("patient", "info"), ""),
    ("Recovery", Badge("none", "quiet"), ""),
)
SENT = datetime(2026, 3, 2, 18, 0, tzinfo=UTC)
PAID = datetime(2026, 3, 19, 9, 30, tzinfo=UTC)
TIMELINE = (
    Happening("people", "Claim built from the visit", SENT, "PERSONNAME"),
    Happening("bytes", "837 sent", SENT, "job: submit", "Interchange 000000101, segment 14 to 37"),
    Happening("bytes", "999 refused it", SENT, "PAYERNAME", "Segment 14 (NM1), element 9: code 7", bad=True),
    Happening("bytes", "277CA accepted", SENT, "PAYERNAME"),
    Happening("money", "Paid", PAID, "remittance TRACENUMBER", cents=12000, href="#timeline"),
    Happening("money", "Contractual adjustment", PAID, "CO 45", cents=-6000),
)
COLOURS = (
    "surface",
    "raised",
    "sunken",
    "line",
    "line-strong",
    "text",
    "muted",
    "accent",
    "good",
    "warn",
    "bad",
    "info",
)
WRONG = {"name": "", "npi": "1234567890", "payer": "a", "day": "2026-03-01"}
CLAIM_ROWS = (
    ("CLAIMNUMBER1", date(2026, 3, 1), "PAYERNAME A", Badge("payer accepted", "good"), 20000, 2000),
    ("CLAIMNUMBER2", date(2026, 3, 1), "PAYERNAME B", Badge("held", "bad"), 45050, 45050),
    ("CLAIMNUMBER3", date(2026, 3, 2), "PAYERNAME A", Badge("sent", "info"), 9900, 9900),
    ("CLAIMNUMBER4", date(2026, 3, 3), "PAYERNAME C", Badge("paid", "good"), 12500, 0),
    ("CLAIMNUMBER5", date(2026, 3, 4), "PAYERNAME C", Badge("reversed", "warn"), 12500, -4500),
)
X12 = (
    "ST*837*0001*005010X222A1~BHT*0019*00*BATCH*20260301*1200*CH~NM1*41*2*SUBMITTERNAME*****46*SUBMITTERID~"
    "HL*1**20*1~NM1*85*2*BILLINGNAME*****XX*1234567890~CLM*CLAIMNUMBER*200***11:B:1*Y*A*Y*Y~SE*7*0001~"
)


class ExampleForm(forms.Form):
    """A form with each kind of control."""

    name = forms.CharField(label="Last name", initial="LASTNAME")
    npi = forms.CharField(label="Rendering provider NPI", help_text="Ten digits; the last one checks the others.")
    payer = forms.ChoiceField(label="Payer", choices=[("a", "PAYERNAME A"), ("b", "PAYERNAME B")])
    day = forms.DateField(label="Service date", widget=forms.DateInput(attrs={"type": "date"}))
    note = forms.CharField(label="Note", required=False, widget=forms.Textarea(attrs={"rows": 3}))
    told = forms.BooleanField(label="The patient has been told", required=False)

    def clean_npi(self) -> str:
        """Refuses the example, so that the error state is seen."""
        raise forms.ValidationError("The NPI fails its check digit. Correct the last digit or look it up.")


def components(request: HttpRequest, actor: Actor, now: datetime) -> HttpResponse:
    """Each component in each state, in the system's theme or the one named in the address."""
    theme = request.GET.get("theme", "system")
    context = {
        "theme": theme if theme in THEMES else "system",
        "themes": THEMES,
        "axes": AXES,
        "timeline": TIMELINE,
        "rows": CLAIM_ROWS,
        "x12": X12,
        "form": ExampleForm(),
        "bad_form": ExampleForm(WRONG, auto_id="bad_%s"),
        "page": Paginator(range(1, 1283), 50).page(3),
        "cents": [120050, 0, -4500, None],
        "balanced": [Term("", "charged", 20000), Term("−", "CO 45", 6000), Term("−", "PR 2", 2000)],
        "unbalanced": [Term("", "charged", 20000), Term("−", "CO 45", 5999), Term("−", "PR 2", 2000)],
        "measured": PAID,
        "tones": ["good", "warn", "bad", "info", "quiet"],
        "colours": COLOURS,
    }
    return page(request, actor, "web/pages/components.html", context, crumbs=[Crumb("Work", "/")])
