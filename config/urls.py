"""The address space: API, web, and what operators ask."""

import importlib.util

from django.urls import URLPattern, URLResolver, include, path

from config import health

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", health.healthz, name="healthz"),
    path("metrics", health.metrics_page, name="metrics"),
]
# The API is written so that its module lists its own prefix (api/...); the web has the rest.
urlpatterns += [
    path("", include(door)) for door in ("api.urls", "web.urls") if importlib.util.find_spec(door)
]
if importlib.util.find_spec("web.urls"):
    handler404 = "web.views.frame.not_found"
