"""The addresses of prisoners."""

from django.urls import URLPattern, URLResolver, path

from prisoners import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("prisoners/", views.prisoner_list, name="prisoner-list"),
    path("prisoners/<slug:public_id>/", views.prisoner_detail, name="prisoner-detail"),
    *(path(f"{name.removesuffix('-list')}s/", view, name=name) for name, view in views.EVENT_VIEWS.items()),
]
