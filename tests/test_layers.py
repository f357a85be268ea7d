"""What the import graph cannot see: foreign keys are strings, and signals need no import of the one they call."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from pathlib import Path

import pytest
from django.apps import apps
from django.db import models
from django.test.utils import isolate_apps

from claimkeep.apps.claims.models import Claim

PROJECT = Path(__file__).resolve().parent.parent
OURS = "claimkeep.apps."


def app_order() -> list[str]:
    """The apps from the bottom up, as the import contract lists them: one list rules both."""
    contracts = tomllib.loads((PROJECT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    layers = next(c["layers"] for c in contracts if c["name"] == "App order")
    return [app.strip() for layer in reversed(layers) for app in layer.split("|")]


def upward_keys(checked: Iterable[type[models.Model]]) -> list[str]:
    """The keys among these models that point at an app above their own, as 'audit.Event.claim -> claims.Claim'."""
    rank = {name: height for height, name in enumerate(app_order())}
    found = []
    for model in checked:
        for field in model._meta.get_fields():
            if not field.is_relation or field.auto_created or field.related_model is None:
                continue
            here, there = model._meta.app_label, field.related_model._meta.app_label
            if here in rank and there in rank and rank[there] > rank[here]:
                found.append(f"{model._meta.label}.{field.name} -> {field.related_model._meta.label}")
    return found


def test_no_key_points_at_an_app_above_its_own() -> None:
    assert upward_keys(apps.get_models()) == []


@isolate_apps()
def test_an_upward_key_is_found() -> None:
    class Event(models.Model):
        claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="+")

        class Meta:
            app_label = "audit"

    assert upward_keys([Event]) == ["audit.Event.claim -> claims.Claim"]


@isolate_apps()
def test_a_downward_key_is_not() -> None:
    class Batch(models.Model):
        claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="+")

        class Meta:
            app_label = "remits"

    assert upward_keys([Batch]) == []


def test_every_app_of_ours_has_its_place_in_the_order() -> None:
    assert {c.label for c in apps.get_app_configs() if c.name.startswith(OURS)} == set(app_order())


@pytest.mark.parametrize("where", ["engine", "apps"])
def test_no_signal_is_received_or_sent_below_the_edge(where: str) -> None:
    spoken = ("django.dispatch", "django.db.models.signals", "django.core.signals", "django.contrib.auth.signals")
    sources = (PROJECT / "src" / "claimkeep" / where).rglob("*.py")
    assert [path.name for path in sources if any(name in path.read_text() for name in spoken)] == []
