"""The pages on which records are edited: every save is a changeset with its reason, checked against other editors."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from copy import copy
from operator import itemgetter
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.admin.widgets import AdminTextInputWidget
from django.contrib.contenttypes.admin import GenericTabularInline
from django.contrib.contenttypes.forms import BaseGenericInlineFormSet
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db import IntegrityError, models, transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from registry import changes
from registry.accounts import may_publish
from registry.countries import country_name
from registry.dates import PartialDateField
from registry.desk import asked_why
from registry.editing import PUBLIC_ONCE, move_all, publish_with_everything, refusal, settle, take_over
from registry.forms import WHY_FIELDS, ChangeForm, PicksByTyping, RowForm, RowFormSet, WhyForm, whole_number
from registry.history import Nature, Reason, changeset
from registry.models import Changeset, Citation, ProposedChange
from registry.proposals import as_typed, give_up, make, propose, publish_added, typed_again
from registry.publishing import Publication, Record
from registry.second_person import in_two, needs_second_person
from registry.trying import Written, mark, written_since

FIELDS_AS_TYPED: dict[type[models.Field[Any, Any]], dict[str, Any]] = {
    PartialDateField: {"widget": AdminTextInputWidget(attrs={"class": "vPartialDate", "size": 24})},
    models.URLField: {"assume_scheme": "https"},
}
STEPS_OF_A_PAGE = 50
# On the page that asks why, before a step that many records take together.
MOST_NAMED = 20


def asked(request: HttpRequest) -> dict[str, Any]:
    """Author, reason and nature of the change that a form asks for, as far as they can be kept."""
    nature, reason = request.POST.get("nature"), request.POST.get("reason", "")
    longest = Changeset._meta.get_field("told").max_length
    return {
        "by": request.user,
        "note": asked_why(request),
        "nature": nature if nature in Nature.values else Nature.NEW_FACT,
        "reason": reason if reason in Reason.values else "",
        "told": request.POST.get("told", "").replace("\x00", "").strip()[:longest],
    }


def version_seen(request: HttpRequest) -> int | None:
    """The changeset number that a form carries; None if it carries none."""
    return whole_number(request.POST.get("shows_changeset", ""))


def with_request(form: Any, request: HttpRequest) -> Any:
    """The form class for one request: what it offers depends on who asks."""
    return type(form.__name__, (form,), {"request": request})


class RowInline(PicksByTyping):
    """What rows beside a record have in common: they take the role's limits and follow their record's state."""

    extra = 0
    formset: Any = RowFormSet
    form: Any = RowForm
    model: Any

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        formset = super().get_formset(request, obj, **kwargs)  # type: ignore[misc]
        formset.form = with_request(formset.form, request)
        return formset

    def history_condition(self, parent: type[models.Model], key: Any) -> dict[str, Any]:
        """What finds the rows of a record in their history."""
        related = [field for field in self.model._meta.fields if field.related_model is parent]
        name = getattr(self, "fk_name", None) or related[0].name
        return {self.model._meta.get_field(name).attname: key}


class TabularRows(RowInline, admin.TabularInline):
    """Rows as a table."""

    formfield_overrides = FIELDS_AS_TYPED


class StackedRows(RowInline, admin.StackedInline):
    """Rows one below the other."""

    formfield_overrides = FIELDS_AS_TYPED


class PrivatePart(StackedRows):
    """What the public never sees of a record."""

    can_delete = False
    classes = ("collapse",)


class CitationForm(RowForm):
    """Names the field that a source supports by choosing it."""

    field = forms.ChoiceField(label=_("Field"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["field"].choices = citable_fields(self.cited_model)  # type: ignore[attr-defined]

    cited_model: ClassVar[Any] = None


def citable_fields(model: Any) -> list[tuple[str, Any]]:
    """The fields of a record that a citation may name: those an editor enters and the public sees."""
    fields = [model._meta.get_field(name) for name in model.public_fields]
    entered = [field for field in fields if field.concrete and not field.generated and not field.many_to_many]
    return [("", _("the whole record")), *((field.name, field.verbose_name) for field in entered)]


class CitationFormSet(BaseGenericInlineFormSet):
    """Citations of one record; the same one twice is told in words."""

    def clean(self) -> None:
        super().clean()
        seen = set()
        for form in self.forms:
            row = getattr(form, "cleaned_data", None)
            if not row or form in self.deleted_forms or "source" not in row:
                continue
            key = (row["source"].pk, row.get("field"), row.get("locator"))
            if key in seen:
                raise ValidationError(gettext("This source is cited for this already."), code="twice")
            seen.add(key)


class CitationInline(RowInline, GenericTabularInline):
    model = Citation
    form = CitationForm
    formset: Any = CitationFormSet
    ct_fk_field = "object_id"
    fields = ("source", "field", "locator", "quote")
    autocomplete_fields = ("source",)
    classes = ("collapse",)

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        formset = super().get_formset(request, obj, **kwargs)
        formset.form.cited_model = self.parent_model
        return formset

    def history_condition(self, parent: type[models.Model], key: Any) -> dict[str, Any]:
        return {"content_type_id": ContentType.objects.get_for_model(parent).pk, "object_id": key}


class NeedsSecondPersonError(Exception):
    """A save has changed what the public sees: it is taken back, and proposed."""

    def __init__(self, record: Any, written: list[Written]) -> None:
        self.record, self.written = record, written


class EditingAdmin(PicksByTyping, admin.ModelAdmin):
    """A page on which every save is one changeset, with its reason, checked against other editors' saves.

    What changes a public record is tried, taken back and proposed: see `registry/proposals.py`.
    """

    form = ChangeForm
    formfield_overrides = FIELDS_AS_TYPED
    show_full_result_count = False
    list_per_page = 50
    object_history_template = "admin/record_history.html"
    delete_confirmation_template = "admin/delete_with_reason.html"
    # Models, with the column that names this record, whose rows are told in its history though no inline shows them.
    also_told: tuple[tuple[type[models.Model], str], ...] = ()

    class Media:
        css = {"all": ("admin/registry.css",)}

    # --- The form ---

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """The record's own fields, then why; nobody is asked why who may only look."""
        shown = super().get_fieldsets(request, obj)
        # A record that is not saved yet has no identifier and no moments to be read.
        left_out = {*WHY_FIELDS, *(() if obj else self.readonly_fields)}
        own = [(name, {**each, "fields": without(left_out, each["fields"])}) for name, each in shown]
        may_save = self.has_change_permission(request, obj) if obj else self.has_add_permission(request)
        return [*own, (_("This change"), {"fields": WHY_FIELDS})] if may_save else own

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        # New rows beside the record begin in its state.
        request.parent_state = getattr(obj, "publication", Publication.DRAFT)  # type: ignore[attr-defined]
        form = with_request(super().get_form(request, obj, change=change, **kwargs), request)
        if obj is not None and request.method != "POST" and "shows_changeset" in form.base_fields:
            form.base_fields["shows_changeset"].initial = str(self.version(request, obj))
        return form

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> Any:
        """A save, all or nothing. What the database refuses comes back beside what was typed."""
        if request.method != "POST":
            if typed := self.typed_before(request):
                return self.changeform_again(request, typed, object_id, extra_context)
            return super().changeform_view(request, object_id, form_url, self.with_proposals(object_id, extra_context))
        try:
            with changeset(**asked(request)):
                self.look_for_other_editors(request, object_id)
                return self.save_or_propose(request, object_id, form_url, extra_context)
        except IntegrityError as error:
            request.refusals = [refusal(error)]  # type: ignore[attr-defined]
        return super().changeform_view(request, object_id, form_url, extra_context)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        self.after_save(request, form.instance, formsets)
        self.look_for_second_person(request, form.instance)

    def after_save(self, request: HttpRequest, record: Any, formsets: Any) -> None:
        """What follows from a save within its changeset, and what the editor should know."""

    # --- What a second person has to accept ---

    def save_or_propose(self, request: HttpRequest, object_id: str | None, form_url: str, extra_context: Any) -> Any:
        request.before_saving = mark()  # type: ignore[attr-defined]
        try:
            with transaction.atomic():
                return super().changeform_view(request, object_id, form_url, extra_context)
        except NeedsSecondPersonError as found:
            if asked(request)["note"]:
                return self.propose(request, found)
        request.refusals = [gettext("Say why: a second person looks at what the public will see.")]  # type: ignore[attr-defined]
        return super().changeform_view(request, object_id, form_url, extra_context)

    def look_for_second_person(self, request: HttpRequest, record: Any) -> None:
        before: Any = request.before_saving  # type: ignore[attr-defined]
        if needs_second_person(written := written_since(before), request.user):
            publish_added(written)
            settle()
            raise NeedsSecondPersonError(record, written_since(before))
        settle()

    def propose(self, request: HttpRequest, found: NeedsSecondPersonError) -> HttpResponse:
        """Do at once what hides something, and lead to the page of the proposal with the rest."""
        given = asked(request)
        at_once, rest = in_two(found.written, request.user)
        make(at_once)
        settle()
        made = propose(
            found.record, rest, by=request.user, why=given["note"], nature=given["nature"], reason=given["reason"],
            told=given["told"], address=request.path, typed=as_typed(request.POST),
        )  # fmt: skip
        give_up(request.GET.get("again", ""), made, by=request.user)
        if at_once:
            self.message_user(request, gettext("What was to be hidden is hidden already."), messages.SUCCESS)
        self.message_user(request, gettext("Proposed: it is so once a second person has accepted it."), messages.INFO)
        return HttpResponseRedirect(made.get_absolute_url())

    def with_proposals(self, object_id: str | None, extra_context: Any) -> dict[str, Any]:
        """What the page of a record tells of changes that wait."""
        key = whole_number(unquote(object_id)) if object_id else None
        waiting: Any = [] if key is None else ProposedChange.objects.open().of(self.model(pk=key))
        return {"proposals": waiting, **(extra_context or {})}

    def typed_before(self, request: HttpRequest) -> QueryDict | None:
        return typed_again(request.GET.get("again", ""), request.path, request.user)

    def changeform_again(self, request: HttpRequest, typed: QueryDict, object_id: Any, extra_context: Any) -> Any:
        """Show a proposal's form again, brought up to date: a refused save, so that nothing can be written."""
        # Read while this is a GET: later it would read the empty body again, in the place of what was typed.
        request.FILES.copy()
        request.method, request.POST = "POST", typed  # type: ignore[assignment]
        self.look_for_other_editors(request, object_id)
        told = gettext("This is what you proposed, not saved again yet. Change what has to be changed, and save.")
        request.refusals = [told, *getattr(request, "refusals", [])]  # type: ignore[attr-defined]
        return self._changeform_view(request, object_id, "", extra_context)  # type: ignore[attr-defined]

    # --- Two editors at once ---

    def look_for_other_editors(self, request: HttpRequest, object_id: str | None) -> None:
        """Refuse a form that shows an older record; what its editor left alone takes the newer values."""
        record = self.get_object(request, unquote(object_id)) if object_id else None
        if record is None or not self.has_change_permission(request, record):
            return
        seen, current = version_seen(request), self.version(request, record)
        if seen == current:
            return
        request.refusals = [self.what_changed_since(request, record, seen)]  # type: ignore[attr-defined]
        self.bring_up_to_date(request, record, seen, current)

    def bring_up_to_date(self, request: HttpRequest, record: Any, seen: int | None, current: int) -> None:
        typed = request.POST.copy()
        request.POST = typed  # type: ignore[assignment]
        if seen is not None:
            form = self.get_form(request, record, change=True)(typed, instance=record)
            formsets, _inlines = self._create_formsets(request, record, change=True)  # type: ignore[attr-defined]
            for each in [form, *(row for formset in formsets for row in formset.initial_forms)]:
                if each.instance.pk and (then := as_of(each.instance, seen)):
                    take_over(typed, each, then, each.instance)
        typed["shows_changeset"] = str(current)

    def what_changed_since(self, request: HttpRequest, record: Any, seen: int | None) -> str:
        if seen is None:
            return gettext("This form does not say which version of the record it shows: look again and save again.")
        since = [step for step in self.steps(request, record.pk) if step.number > seen]
        return gettext(
            "This record was changed while you had it open: %(changes)s. Nothing of yours is lost: it is below, not "
            "yet saved, with the new values in the fields that you left alone. Look again and save."
        ) % {"changes": "; ".join(in_a_line(step) for step in since) or gettext("reload to see how")}

    def version(self, request: HttpRequest, record: Any) -> int:
        return changes.version_of(record, self.parts(request, record.pk))

    # --- History ---

    def rows_beside(self, request: HttpRequest) -> list[Any]:
        """The inlines of this page that this user may see."""
        return list(self.get_inline_instances(request))

    def parts(self, request: HttpRequest, key: Any) -> list[tuple[Any, dict[str, Any]]]:
        """The models whose rows belong to a record here, each with what finds those rows in its history."""
        beside = [
            (inline.model, inline.history_condition(self.model, key))
            for inline in self.rows_beside(request)
            if changes.is_tracked(inline.model)
        ]
        return beside + [(model, {column: key}) for model, column in self.also_told]

    def steps(self, request: HttpRequest, key: Any) -> list[changes.Step]:
        """The changesets that touched a record or the rows beside it, newest first."""
        words = changes.Words()
        told = list(changes.row_changes(self.model, changes.history_of(self.model, pgh_obj_id=key), words))
        for model, condition in self.parts(request, key):
            told += changes.row_changes(model, changes.history_of(model, **condition), words, parent_columns(condition))
        return changes.steps(told)

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> Any:
        """Who changed what, when, why; of a deleted record too."""
        key = unquote(object_id)
        record = self.get_object(request, key)
        if not self.has_view_or_change_permission(request, record):
            raise PermissionDenied
        steps = [] if whole_number(key) is None else self.steps(request, key)
        if record is None and not steps:
            raise Http404
        context = self.history_context(request, record, steps) | (extra_context or {})
        return TemplateResponse(request, self.object_history_template, context)

    def history_context(self, request: HttpRequest, record: Any, steps: list[changes.Step]) -> dict[str, Any]:
        pages = Paginator(steps, STEPS_OF_A_PAGE)
        return {
            **self.admin_site.each_context(request),
            "title": gettext("History: %(record)s") % {"record": record or gettext("a deleted record")},
            "subtitle": None,
            "object": record,
            "opts": self.opts,
            "page": pages.get_page(request.GET.get("p")),
            "sees_changesets": request.user.has_perm("registry.view_changeset"),
        }

    # --- Deleting ---

    def get_actions(self, request: HttpRequest) -> Any:
        """One record is deleted at a time, with its reason: there is no deleting by the handful."""
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What was public is retracted, never deleted: its identifier may have been cited."""
        was_public = isinstance(obj, Record) and obj.published_at is not None
        return not was_public and super().has_delete_permission(request, obj)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        kept = copy(obj)
        with changeset(**asked(request)):
            request.before_saving = mark()  # type: ignore[attr-defined]
            super().delete_model(request, obj)
            self.look_for_second_person(request, kept)

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> Any:
        why = WhyForm(initial={"nature": Nature.CORRECTION})
        try:
            return super().delete_view(request, object_id, {"why_form": why, **(extra_context or {})})
        except NeedsSecondPersonError as found:
            if asked(request)["note"]:
                with changeset(**asked(request)):
                    return self.propose(request, found)
            self.message_user(request, gettext("Say why: a second person looks at this."), messages.ERROR)
        except IntegrityError as error:
            self.message_user(request, refusal(error), messages.ERROR)
        page = f"admin:{self.opts.app_label}_{self.opts.model_name}_change"
        return HttpResponseRedirect(reverse(page, args=[object_id]))

    def response_action(self, request: HttpRequest, queryset: Any, *location: Any) -> Any:
        try:
            return super().response_action(request, queryset, *location)
        except IntegrityError as error:
            self.message_user(request, refusal(error), messages.ERROR)
        return HttpResponseRedirect(request.get_full_path())


class RecordAdmin(EditingAdmin):
    """A page of a record that has a publication state, with the steps of its workflow as actions."""

    actions: Any = ("submit_selected", "publish_selected", "withhold_selected", "retract_selected")
    readonly_fields: ClassVar[Any] = ("public_id", "entered_at", "published_at")

    def has_publish_permission(self, request: HttpRequest) -> bool:
        return may_publish(request.user)

    @admin.action(description=_("Submit for review"), permissions=["change"])
    def submit_selected(self, request: HttpRequest, queryset: Any) -> Any:
        return self.take_step(request, queryset, "submit_selected", Publication.IN_REVIEW)

    @admin.action(description=_("Publish"), permissions=["publish"])
    def publish_selected(self, request: HttpRequest, queryset: Any) -> Any:
        return self.take_step(request, queryset, "publish_selected", Publication.PUBLISHED)

    @admin.action(description=_("Withhold identity"), permissions=["publish"])
    def withhold_selected(self, request: HttpRequest, queryset: Any) -> Any:
        return self.take_step(request, queryset, "withhold_selected", Publication.WITHHELD)

    @admin.action(description=_("Retract"), permissions=["publish"])
    def retract_selected(self, request: HttpRequest, queryset: Any) -> Any:
        return self.take_step(request, queryset, "retract_selected", Publication.RETRACTED)

    @admin.action(description=_("Publish with everything entered for it"), permissions=["publish"])
    def publish_whole_selected(self, request: HttpRequest, queryset: Any) -> Any:
        why = self.why_for_step(request, queryset, Publication.PUBLISHED)
        if not why.is_valid():
            return self.ask_why(request, queryset, "publish_whole_selected", why)
        try:
            with changeset(**asked(request)):
                count = sum(publish_with_everything(record, by=request.user) for record in queryset)
        except ValidationError as error:
            self.message_user(request, " ".join(error.messages), messages.ERROR)
            return None
        sentence = ngettext("%(count)d record is public now.", "%(count)d records are public now.", count)
        self.message_user(request, sentence % {"count": count}, messages.SUCCESS)
        return None

    def take_step(self, request: HttpRequest, queryset: Any, action: str, to: str) -> Any:
        """Ask why, then move what can be moved and say how much that was."""
        why = self.why_for_step(request, queryset, to)
        if not why.is_valid():
            return self.ask_why(request, queryset, action, why)
        given = asked(request)
        with changeset(**given):
            moved, left = move_all(queryset, to, by=request.user, note=given["note"])
        sentence = ngettext("%(count)d record is now: %(state)s.", "%(count)d records are now: %(state)s.", moved)
        self.message_user(request, sentence % {"count": moved, "state": Publication(to).label}, messages.SUCCESS)
        if left:
            sentence = ngettext(
                "%(count)d could not go there: from its state, or because a second person has to publish it.",
                "%(count)d could not go there: from their state, or because a second person has to publish them.",
                left,
            )
            self.message_user(request, sentence % {"count": left}, messages.WARNING)
        return None

    def why_for_step(self, request: HttpRequest, queryset: Any, to: str) -> WhyForm:
        """The question; bound once it has been answered. What is or was public needs a reason."""
        answered = "apply" in request.POST
        form = WhyForm(request.POST if answered else None, initial={"nature": Nature.NEW_FACT})
        touched = to in (Publication.WITHHELD, Publication.RETRACTED)
        form.fields["why"].required = touched or queryset.filter(publication__in=PUBLIC_ONCE).exists()
        return form

    def ask_why(self, request: HttpRequest, queryset: Any, action: str, why: WhyForm) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": self.get_actions(request)[action][2],
            "opts": self.opts,
            "action": action,
            "why_form": why,
            "count": queryset.count(),
            "records": queryset[:MOST_NAMED],
            "selected": request.POST.getlist("_selected_action"),
            "select_across": request.POST.get("select_across", "0"),
        }
        return TemplateResponse(request, "admin/take_step.html", context)


def without(left_out: Collection[str], fields: Iterable[Any]) -> list[Any]:
    return [name for name in fields if name not in left_out]


def parent_columns(condition: dict[str, Any]) -> set[str]:
    """The fields of a row that only say whose row it is."""
    return {column.removesuffix("_id") for column in condition} | set(condition)


def as_of(record: models.Model, number: int) -> Any:
    """A record as it was after a changeset, as a row of its history; None before its first."""
    return changes.history_of(type(record), pgh_obj_id=record.pk, pgh_changeset__lte=number).last()


def in_a_line(step: changes.Step) -> str:
    """A changeset as part of a sentence: who, which, and each field before and after."""
    told = [
        f"{change.verbose_name}: {change.before or '–'} → {change.after or '–'}"
        for row in step.rows
        for change in row.fields
    ]
    return gettext("%(who)s, changeset %(number)d (%(fields)s)") % {
        "who": step.by, "number": step.number, "fields": ", ".join(told),
    }  # fmt: skip


class ProblemFilter(admin.SimpleListFilter):
    """A list of problems that no constraint can hold: each a sentence and what finds its records."""

    title = _("problem")
    parameter_name = "problem"
    problems: ClassVar[dict[str, tuple[Any, Callable[[models.QuerySet[Any]], models.QuerySet[Any]]]]] = {}

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(value, words) for value, (words, _find) in self.problems.items()]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        chosen = self.problems.get(self.value() or "")
        return chosen[1](queryset) if chosen else queryset


def problem_filter(**problems: Any) -> type[ProblemFilter]:
    return type("Problems", (ProblemFilter,), {"problems": problems})


class CountryFilter(admin.SimpleListFilter):
    """Only the countries that some record has: the whole list is 250 long."""

    title = _("country")

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        codes = model_admin.model._base_manager.order_by().values_list(self.parameter_name, flat=True).distinct()
        return sorted(((code, country_name(code)) for code in codes if code), key=itemgetter(1))

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.filter(**{str(self.parameter_name): self.value()}) if self.value() else queryset


def country_filter(path: str = "country") -> type[CountryFilter]:
    """A filter by the country at the end of `path`."""
    return type("CountryFilter", (CountryFilter,), {"parameter_name": path})


def day_column(field: str, words: Any, earliest: str | None = None) -> Any:
    """A column that prints a partial date in words and sorts by its first day."""

    @admin.display(description=words, ordering=earliest)
    def column(record: Any) -> str:
        day = getattr(record, field)
        return day.display() if day else ""

    return column
