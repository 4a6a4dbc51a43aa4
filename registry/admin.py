"""The admin's ground: sources, changesets, accounts."""

from __future__ import annotations

from typing import Any

from allauth.account.decorators import reauthentication_required, secure_admin_login
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django import forms
from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.contrib.auth import get_user_model
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from registry import changes
from registry.models import Changeset, Freeze, Source, SourcePrivate
from registry.record_admin import PrivatePart, RecordAdmin

admin.site.site_header = _("Registry: records and accounts")
admin.site.site_title = _("Registry")
admin.site.index_title = _("Records and accounts")


class SourcePrivateInline(PrivatePart):
    model = SourcePrivate


@admin.register(Source)
class SourceAdmin(RecordAdmin):
    """Documents that say something."""

    list_display = ("title", "publisher", "published_day", "kind", "reliability", "access", "publication", "public_id")
    list_filter = ("publication", "kind", "access", "reliability", "language")
    search_fields = ("title", "publisher", "author", "url", "public_id")
    ordering = ("-pk",)
    fields = (
        "kind", "title", "publisher", "author", "url", "archived_url", "published_on", "language", "retrieved_on",
        "sha256", "reliability", "access", "publication", "public_id", "entered_at", "published_at",
    )  # fmt: skip
    inlines = (SourcePrivateInline,)

    @admin.display(description=_("published on"), ordering="published_on_earliest")
    def published_day(self, source: Source) -> str:
        return source.published_on.display() if source.published_on else ""


@admin.register(Changeset)
class ChangesetAdmin(admin.ModelAdmin):
    """What was changed together: the history of the whole registry, deleted records included."""

    list_display = ("number", "made_at", "by", "nature", "note")
    list_filter = ("nature", "made_at")
    list_select_related = ("by",)
    search_fields = ("note", "by__username")
    show_full_result_count = False
    list_per_page = 50

    class Media:
        css = {"all": ("admin/registry.css",)}

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> Any:
        """What a changeset changed, of the kinds of records that this user may see."""
        if request.method == "POST" or object_id is None or not self.has_view_permission(request):
            raise PermissionDenied
        made = self.get_object(request, unquote(object_id))
        if made is None:
            raise Http404
        seen = [model for model in changes.tracked_models() if may_view(request.user, model)]
        found = changes.steps(changes.changes_in(made.number, seen))
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Changeset %(number)s") % {"number": made.number},
            "opts": self.opts,
            "step": found[0] if found else changes.step(made.number, made, []),
        }
        return TemplateResponse(request, "admin/changeset.html", context)


def may_view(user: Any, model: Any) -> bool:
    return user.has_perm(f"{model._meta.app_label}.view_{model._meta.model_name}")


# There is one way to sign in, and it asks for a second factor.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]
admin.site.password_change = lambda request, **_: redirect("account_change_password")  # type: ignore[method-assign, assignment]

for unused in (Group, get_user_model(), EmailAddress, Authenticator):
    if admin.site.is_registered(unused):
        admin.site.unregister(unused)


@admin.register(get_user_model())
class AccountAdmin(UserAdmin):
    """Accounts and their roles. Nobody deletes one: it is made inactive, and history keeps its author."""

    list_display = ("username", "roles", "is_active", "last_login")
    list_filter = ("is_active", "groups")
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        (_("Role"), {"fields": ("groups", "is_active")}),
        (_("About"), {"fields": ("first_name", "last_name", "email", "last_login", "date_joined")}),
    )
    add_fieldsets = (
        (None, {"classes": ("wide",), "fields": ("username", "usable_password", "password1", "password2")}),
    )
    readonly_fields = ("last_login", "date_joined")
    filter_horizontal = ()
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).prefetch_related("groups")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """A frozen account is opened again at the desk, where its password and second factors are taken away."""
        fields = super().get_readonly_fields(request, obj)
        is_frozen = obj is not None and Freeze.objects.in_force().filter(account=obj).exists()
        return (*fields, "is_active") if is_frozen else fields

    @admin.display(description=_("role"))
    def roles(self, user: Any) -> str:
        return ", ".join(group.name for group in user.groups.all())

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "groups":
            kwargs["widget"] = forms.CheckboxSelectMultiple
            kwargs["help_text"] = _(
                "Viewer: reads drafts. Editor: adds and changes drafts. Reviewer: publishes, withholds, retracts. "
                "Administrator: a reviewer who also keeps the accounts. Without a role nobody can sign in."
            )
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    @method_decorator(reauthentication_required(app="registry"))
    def changeform_view(self, *args: Any, **kwargs: Any) -> Any:
        return super().changeform_view(*args, **kwargs)

    @method_decorator(reauthentication_required(app="registry"))
    def user_change_password(self, *args: Any, **kwargs: Any) -> Any:
        return super().user_change_password(*args, **kwargs)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A superuser's account is changed by superusers alone: a new password would hand it over."""
        is_above = obj is not None and obj.is_superuser and not request.user.is_superuser
        return not is_above and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Whoever has a role may sign in to the admin."""
        super().save_related(request, form, formsets, change)
        form.instance.is_staff = form.instance.is_superuser or form.instance.groups.exists()
        form.instance.save(update_fields=["is_staff"])
