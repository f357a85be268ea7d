"""The web application as Django knows it."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Templates, styles and tags. Stands before allauth in INSTALLED_APPS, so that its templates are ours."""

    name = "claimkeep.edge.web"
    label = "web"
    verbose_name = "Pages"
