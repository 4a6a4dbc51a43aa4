"""The addresses of counts."""

from django.urls import URLPattern, URLResolver, path

from counts import account_views, api, changes_views, views
from counts.charts import views as charts
from counts.citable import views as citable
from registry.row_files import MACHINE_FORMS
from registry.sharing import shared

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.home, name="home"),
    path("figures/", views.figure_list, name="figure-list"),
    path("data/", citable.data, name="data"),
    path("data/releases/<int:number>/", citable.release_page, name="release"),
    path("data/releases/<int:number>/<str:name>", citable.release_file, name="release-file"),
    path("counts/", views.count_list, name="count-list"),
    path("counts/account/", account_views.account, name="account"),
    path("counts/account.json", shared(account_views.account_json), name="account-json"),
    *(
        path(f"counts/account.{form}", shared(account_views.account_file(form)), name=f"account-{form}")
        for form in ("csv", *MACHINE_FORMS)
    ),
    path("counts/<slug:metric>/", views.count_detail, name="count-detail"),
    path("counts/<slug:metric>.json", shared(views.count_json), name="count-json"),
    path("counts/<slug:metric>.csv", shared(views.count_csv), name="count-csv"),
    path("counts/<slug:metric>/changes/", changes_views.count_changes, name="count-changes"),
    path("counts/<slug:metric>/changes.json", shared(changes_views.count_changes_json), name="count-changes-json"),
    path("counts/<slug:metric>/changes.csv", shared(changes_views.count_changes_csv), name="count-changes-csv"),
    path("counts/<slug:metric>/rows/", views.count_rows, name="count-rows"),
    path("counts/<slug:metric>/rows.json", shared(views.count_rows_json), name="count-rows-json"),
    path("counts/<slug:metric>/rows.csv", shared(views.count_rows_csv), name="count-rows-csv"),
    path("counts/<slug:metric>.svg", charts.count_svg, name="count-svg"),
    path("counts/<slug:metric>.png", charts.count_png, name="count-png"),
    path("counts/<slug:metric>.vl.json", charts.count_vega_lite, name="count-vega-lite"),
    path("counts/<slug:metric>/explain/", views.count_explain, name="count-explain"),
    path("counts/<slug:metric>/explain.json", shared(views.count_explain_json), name="count-explain-json"),
    *(
        path(f"counts/<slug:metric>{table}.{form}", shared(view(form)), name=f"{name}-{form}")
        for table, view, name in (
            ("", views.count_file, "count"),
            ("/rows", views.count_rows_file, "count-rows"),
            ("/changes", changes_views.count_changes_file, "count-changes"),
        )
        for form in MACHINE_FORMS
    ),
    *api.urlpatterns,
]
