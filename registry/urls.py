"""The addresses of the whole registry; each app brings its own."""

from django.contrib import admin
from django.urls import include, path

from registry import health

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("admin/", admin.site.urls),
    path("", include("counts.urls")),
    path("", include("pardons.urls")),
    path("", include("prisoners.urls")),
]
