"""The addresses of the desk, below /desk/."""

from django.urls import URLPattern, URLResolver, path

from pardons.desk import report, review, views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.desk, name="desk"),
    path("new/", report.new, name="desk-new"),
    path("new/<slug:token>/", report.report, name="desk-report"),
    path("new/<slug:token>/text/", report.text, name="desk-report-text"),
    path("new/<slug:token>/discard/", report.discard, name="desk-report-discard"),
    path("sources/<slug:public_id>/", review.source, name="desk-source"),
    path("announcements/<slug:public_id>/", review.announcement, name="desk-announcement"),
]
