"""The addresses of prisoners."""

from django.urls import URLPattern, URLResolver, path

from prisoners import exports, views
from registry.downloads import FORMATS, download_paths

urlpatterns: list[URLPattern | URLResolver] = [
    path("prisoners/", views.prisoner_list, name="prisoner-list"),
    path("prisoners/<slug:public_id>/", views.prisoner_detail, name="prisoner-detail"),
    path("prisoners/<slug:public_id>.json", exports.prisoner_file, name="prisoner-json"),
    *(path(f"{name.removesuffix('-list')}s/", view, name=name) for name, view in views.EVENT_VIEWS.items()),
    *(each for download in exports.DOWNLOADS for each in download_paths(download, FORMATS)),
]
