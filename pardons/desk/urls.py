"""The addresses of the desk, below /desk/."""

from django.urls import URLPattern, URLResolver, path

from pardons.desk import correction_pages, events, imported, people, piece_steps, report, review, views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.desk, name="desk"),
    path("new/", report.new, name="desk-new"),
    path("new/<slug:token>/", report.report, name="desk-report"),
    path("new/<slug:token>/text/", report.text, name="desk-report-text"),
    path("new/<slug:token>/discard/", report.discard, name="desk-report-discard"),
    path("undo/", views.undo_last, name="desk-undo"),
    path("review/", review.review, name="desk-review"),
    path("review/<int:number>/", review.entry, name="desk-entry"),
    path("records/<slug:kind>/<slug:public_id>/", review.record, name="desk-record"),
    path("records/<slug:kind>/<slug:public_id>/correct/", correction_pages.correct, name="desk-correct"),
    path("sources/<slug:public_id>/", review.source, name="desk-source"),
    path("announcements/<slug:public_id>/", review.announcement, name="desk-announcement"),
    path("announcements/<slug:public_id>/people/", people.people, name="desk-people"),
    path("pieces/<slug:token>/", piece_steps.piece, name="desk-piece"),
    path("pieces/<slug:token>/publish/", piece_steps.publish, name="desk-piece-publish"),
    path("pieces/<slug:token>/send-back/", piece_steps.send_back, name="desk-piece-send-back"),
    path("import/<slug:token>/people/", imported.people, name="desk-import-people"),
    path("events/", events.events, name="desk-events"),
    path("queues/<slug:queue>/", views.queue, name="desk-queue"),
]
