"""The addresses of pardons."""

from django.urls import URLPattern, URLResolver, path

from pardons import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("announcements/", views.announcement_list, name="announcement-list"),
    path("announcements/<slug:public_id>/", views.announcement_detail, name="announcement-detail"),
    path("figures/", views.figure_list, name="figure-list"),
    path("pardons/", views.pardon_list, name="pardon-list"),
]
