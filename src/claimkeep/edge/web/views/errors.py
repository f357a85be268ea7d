"""Pages for when it did not work: what happened, what is safe, what to do next."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: the person is known, the role does not open this."""
    return render(request, "web/pages/forbidden.html", status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: not there, or not yours; nobody can tell which."""
    return render(request, "web/pages/not_found.html", status=404)


def failed(request: HttpRequest) -> HttpResponse:
    """500: a fault of ours. The template needs nothing that could fail again."""
    return render(request, "web/pages/failed.html", status=500)
