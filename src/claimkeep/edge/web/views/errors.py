"""Pages for when it did not work: what happened, what is safe, what to do next. Like every page they are not kept."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from claimkeep.edge.web.gate import private


@private
def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: the person is known, the role does not open this."""
    return render(request, "web/pages/forbidden.html", status=403)


@private
def too_old(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: a form without this session's token. Why it lacks one is for nobody to read."""
    return render(request, "web/pages/too_old.html", status=403)


@private
def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: not there, or not yours; nobody can tell which."""
    return render(request, "web/pages/not_found.html", status=404)


@private
def failed(request: HttpRequest) -> HttpResponse:
    """500: a fault of ours. The template needs nothing that could fail again."""
    return render(request, "web/pages/failed.html", status=500)
