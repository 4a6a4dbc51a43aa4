"""The addresses of the whole registry; each app brings its own."""

from django.contrib import admin
from django.urls import include, path

from registry import exports, freezing_views, health, proposal_views, reverting_views, views
from registry.api import urls as api
from registry.downloads import FORMATS, download_paths
from registry.packages import package_path

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("account/", include("registry.account_urls")),
    path("admin/", admin.site.urls),
    path("desk/accounts/", freezing_views.accounts, name="desk-accounts"),
    path("desk/accounts/<int:number>/", freezing_views.account, name="desk-account"),
    path("desk/accounts/<int:number>/open/", freezing_views.open_again, name="desk-account-open"),
    path("desk/reverts/<int:number>/", reverting_views.revert_page, name="desk-revert"),
    path("desk/changes/<slug:token>/", proposal_views.proposed_change, name="desk-change"),
    path("desk/", include("pardons.desk.urls")),
    path("sources/<slug:public_id>/", views.source_detail, name="source-detail"),
    path("sources/<slug:public_id>.json", exports.source_file, name="source-json"),
    path("method/", views.method, name="method"),
    path("api/", views.api, name="api"),
    path("", include("counts.urls")),
    path("", include("pardons.urls")),
    path("", include("prisoners.urls")),
    *download_paths(exports.SOURCES, FORMATS),
    package_path(exports.SOURCES),
    *api.urlpatterns,
    *api.nothing_else,
]

handler400 = views.bad_request
handler403 = views.forbidden
handler404 = views.not_found
handler500 = views.server_error
