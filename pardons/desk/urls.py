"""The addresses of the desk, below /desk/."""

from django.urls import URLPattern, URLResolver, path

from pardons.desk import correcting, events, identify, report, review, undoing, views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.desk, name="desk"),
    path("new/", report.new, name="desk-new"),
    path("new/<slug:token>/", report.report, name="desk-report"),
    path("new/<slug:token>/text/", report.text, name="desk-report-text"),
    path("new/<slug:token>/discard/", report.discard, name="desk-report-discard"),
    path("undo/", undoing.undo_last, name="desk-undo"),
    path("review/", review.review, name="desk-review"),
    path("review/<int:number>/", review.entry, name="desk-entry"),
    path("records/<slug:kind>/<slug:public_id>/", review.record, name="desk-record"),
    path("records/<slug:kind>/<slug:public_id>/correct/", correcting.correct, name="desk-correct"),
    path("changes/<slug:token>/", correcting.proposed_change, name="desk-change"),
    path("sources/<slug:public_id>/", review.source, name="desk-source"),
    path("announcements/<slug:public_id>/", review.announcement, name="desk-announcement"),
    path("announcements/<slug:public_id>/people/", identify.people, name="desk-people"),
    path("pieces/<slug:token>/", identify.piece, name="desk-piece"),
    path("pieces/<slug:token>/publish/", identify.publish, name="desk-piece-publish"),
    path("pieces/<slug:token>/send-back/", identify.send_back, name="desk-piece-send-back"),
    path("events/", events.events, name="desk-events"),
    path("queues/<slug:queue>/", views.queue, name="desk-queue"),
]
