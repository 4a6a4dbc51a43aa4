"""The addresses of prisoners."""

from django.urls import URLPattern, URLResolver, path

from prisoners import api, exports, views
from prisoners.importing import views as importing
from prisoners.merging import views as merging
from prisoners.requests import views as requests
from prisoners.withholding import views as withholding
from registry.downloads import FORMATS, download_paths
from registry.packages import package_path

urlpatterns: list[URLPattern | URLResolver] = [
    path("desk/duplicates/", merging.duplicates, name="desk-duplicates"),
    path("desk/merge/", merging.merge_page, name="desk-merge"),
    path("desk/merges/<int:number>/", merging.merge_record, name="desk-merge-record"),
    path("desk/withhold/<slug:public_id>/", withholding.withhold_page, name="desk-withhold"),
    path("desk/requests/", requests.open_requests, name="desk-requests"),
    path("desk/requests/<int:number>/", requests.request_page, name="desk-request"),
    path("desk/import/", importing.imports, name="desk-imports"),
    path("desk/import/template.<slug:form>", importing.template, name="desk-import-template"),
    path("desk/import/<slug:token>/", importing.list_import, name="desk-import"),
    path("desk/import/<slug:token>/columns/", importing.columns, name="desk-import-columns"),
    path("desk/import/<slug:token>/report.csv", importing.report, name="desk-import-report"),
    path("prisoners/", views.prisoner_list, name="prisoner-list"),
    path("prisoners/suggest.json", views.suggestions, name="prisoner-suggestions"),
    path("prisoners/<slug:public_id>/", views.prisoner_detail, name="prisoner-detail"),
    path("prisoners/<slug:public_id>/history/", views.prisoner_history, name="prisoner-history"),
    path("prisoners/<slug:public_id>/history.json", views.prisoner_history_file, name="prisoner-history-json"),
    path("prisoners/<slug:public_id>.json", exports.prisoner_file, name="prisoner-json"),
    *(path(f"{name.removesuffix('-list')}s/", view, name=name) for name, view in views.EVENT_VIEWS.items()),
    *(each for download in exports.DOWNLOADS for each in download_paths(download, FORMATS)),
    *(package_path(download) for download in exports.DOWNLOADS),
    *api.urlpatterns,
]
