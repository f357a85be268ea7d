"""Addresses: the pages, and nothing else yet."""

from django.urls import include, path

urlpatterns = [path("", include("claimkeep.edge.web.urls"))]

handler403 = "claimkeep.edge.web.views.errors.forbidden"
handler404 = "claimkeep.edge.web.views.errors.not_found"
handler500 = "claimkeep.edge.web.views.errors.failed"
