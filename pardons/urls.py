"""The addresses of pardons."""

from django.urls import URLPattern, URLResolver, path

from pardons import api, changed, exports, views
from registry.downloads import FORMATS, download_paths
from registry.packages import package_path

urlpatterns: list[URLPattern | URLResolver] = [
    path("announcements/", views.announcement_list, name="announcement-list"),
    path("announcements/<slug:public_id>/", views.announcement_detail, name="announcement-detail"),
    path("announcements/<slug:public_id>/history/", views.announcement_history, name="announcement-history"),
    path(
        "announcements/<slug:public_id>/history.json", views.announcement_history_file, name="announcement-history-json"
    ),
    path("announcements/<slug:public_id>.json", exports.announcement_file, name="announcement-json"),
    *(path(f"data/changes.{form}", changed.changes_file(form), name=f"changes-{form}") for form in FORMATS),
    path("feeds/announcements.atom", changed.announcement_feed, name="announcement-feed"),
    path("feeds/changes.atom", changed.change_feed, name="change-feed"),
    path("data/dictionary/", exports.data_dictionary, name="dictionary"),
    path("data/dictionary.csv", exports.data_dictionary_file, name="dictionary-csv"),
    path("data/package.zip", exports.whole_package, name="package"),
    path("pardons/", views.pardon_list, name="pardon-list"),
    *(each for download in exports.DOWNLOADS for each in download_paths(download, FORMATS)),
    *(package_path(download) for download in exports.DOWNLOADS),
    *api.urlpatterns,
]
