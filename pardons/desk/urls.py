"""The addresses of the desk, below /desk/."""

from django.urls import URLPattern, URLResolver, path

from pardons.desk import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.desk, name="desk"),
]
