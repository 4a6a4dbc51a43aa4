"""What readers call metrics, units, groups and their values."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from counts.filters import filters_in_words
from counts.group_values import KINDS
from counts.periods import Period
from counts.questions import (
    ANY_ORGANISATION,
    BY_CUTOFF,
    DEFAULT_FORMS,
    EVERYONE,
    METRICS,
    METRICS_WITH_FORMS,
    THEN,
    UNRECOGNISED,
    Question,
)
from counts.rows import Group
from prisoners.models import Occupation, Organisation, Prisoner, Region
from registry.countries import country_name

UNIT_LABELS = {
    "people": gettext_lazy("people"),
    "detentions": gettext_lazy("detentions"),
    "verdicts": gettext_lazy("verdicts"),
    "recognitions": gettext_lazy("recognitions"),
    "pardons": gettext_lazy("pardons"),
}
BY_LABELS = {
    "day": gettext_lazy("by day"),
    "month": gettext_lazy("by month"),
    "quarter": gettext_lazy("by quarter"),
    "year": gettext_lazy("by year"),
    "total": gettext_lazy("as one number"),
}
DIMENSION_LABELS = {
    "sex": gettext_lazy("sex"),
    "country": gettext_lazy("country"),
    "region": gettext_lazy("home region"),
    "kind": gettext_lazy("kind"),
    "form": gettext_lazy("form of detention"),
    "charge": gettext_lazy("charge"),
    "occupation": gettext_lazy("occupation"),
    "age": gettext_lazy("age"),
}
STATE_LABELS = {
    "counted": gettext_lazy("counted"),
    "none_recorded": gettext_lazy("none recorded"),
    "unknown": gettext_lazy("not known"),
}


def value_label(question: Question, dimension: str, value: str) -> str:
    if value == "unknown":
        return _("not known")
    if dimension == "country":
        return country_name(value)
    if dimension in ("charge", "age"):
        return value
    if dimension == "region":
        return region_label(question.country, value)
    if dimension == "occupation":
        return Occupation.objects.filter(slug=value).values_list("name", flat=True).first() or value
    if dimension == "form":
        return str(FORM_LABELS.get(value, value))
    choices = Prisoner.Sex if dimension == "sex" else KINDS[question.metric]
    return str(dict(choices.choices).get(value, value))


def region_label(country: str | None, value: str) -> str:
    """The name of a region, with its country where the answer is of several or the region is of another."""
    of, slash, slug = value.rpartition("/")
    name = Region.objects.filter(country=of or country, slug=slug).values_list("name", flat=True).first() or slug
    return f"{name} ({country_name(of)})" if slash else name


def group_label(question: Question, group: Group | None) -> str:
    """The group in words: “female, pardon”; nothing where nothing is grouped."""
    return ", ".join(value_label(question, dimension, value) for dimension, value in (group or {}).items())


DEFINITION_LABELS = {
    EVERYONE: gettext_lazy("everyone recorded, recognised as a political prisoner or not"),
    ANY_ORGANISATION: gettext_lazy("recognised by any organisation"),
    UNRECOGNISED: gettext_lazy("recognised by no organisation"),
}
RECOGNISED_LABELS = {THEN: gettext_lazy("recognised at the time"), BY_CUTOFF: gettext_lazy("recognised by the cut-off")}
FORM_LABELS = {
    "custody": gettext_lazy("criminal custody"),
    "prison": gettext_lazy("prison or colony"),
    "open-type": gettext_lazy("open-type facility"),
    "unknown": gettext_lazy("not known"),
    "administrative": gettext_lazy("administrative arrest"),
    "home-confinement": gettext_lazy("home confinement"),
    "house-arrest": gettext_lazy("house arrest"),
    "psychiatric": gettext_lazy("compulsory psychiatric treatment"),
}


def definition_label(definition: str) -> str:
    if definition in DEFINITION_LABELS:
        return str(DEFINITION_LABELS[definition])
    name = Organisation.public.filter(slug=definition).values_list("name", flat=True).first()
    return _("recognised by %(organisation)s") % {"organisation": name or definition}


def scope_label(question: Question) -> str:
    """Who counts and which forms of detention, in words: part of every answer (rule 25)."""
    parts = [definition_label(question.definition)]
    if question.definition != EVERYONE:
        parts.append(str(RECOGNISED_LABELS[question.recognised]))
    if question.metric in METRICS_WITH_FORMS and question.forms != DEFAULT_FORMS:
        parts.append(_("held in: %(forms)s") % {"forms": ", ".join(str(FORM_LABELS[form]) for form in question.forms)})
    return "; ".join([*parts, *filters_in_words(question.metric, question.filters)])


def heading(question: Question) -> str:
    """The title of an answer, with its scope where that is not the default: “Releases, Belarus, 2020 to 2024”."""
    title = scoped_heading(question)
    if not question.known_on:
        return title
    return _("%(title)s, as known on %(day)s") % {"title": title, "day": on_day(question)}


def scoped_heading(question: Question) -> str:
    title = bare_heading(question)
    if question.cell:
        title = f"{title}: {group_label(question, question.group_of_cell)}"
    return title if has_default_scope(question) else f"{title} ({scope_label(question)})"


def has_default_scope(question: Question) -> bool:
    """Whether who counts, and in which forms, goes without saying in a title."""
    takes_forms = question.metric in METRICS_WITH_FORMS
    everyone = question.definition == EVERYONE and not question.filters
    return everyone and (question.forms == DEFAULT_FORMS or not takes_forms)


def bare_heading(question: Question) -> str:
    title = METRICS[question.metric]
    if question.first is None and question.last is None:
        return _("%(metric)s, %(country)s") % {"metric": title, "country": question.country_label}
    return _("%(metric)s, %(country)s, %(period)s") % {
        "metric": title, "country": question.country_label, "period": question.span.label
    }  # fmt: skip


def when(period: Period) -> str:
    """A period inside a sentence: “in 2024”, “from July to August 2024”, “on 16 August 2024”; nothing for all time."""
    if period.first is None and period.last is None:
        return ""
    label = period.label
    if period.first is None or period.last is None:
        return " " + label
    if period.first == period.last:
        return " " + _("on %(day)s") % {"day": label}
    whole = "/" not in period.text
    return " " + (_("in %(period)s") if whole else _("from %(period)s")) % {"period": label}


def documented(question: Question, number: int) -> str:
    """“at least 30 people documented as released”: what is counted, with its number."""
    words = {
        ("arrests", "detentions"): ngettext(
            "at least %(n)s detention documented", "at least %(n)s detentions documented", number
        ),
        ("arrests", "people"): people_documented(_("arrested"), number),
        ("convictions", "verdicts"): ngettext(
            "at least %(n)s verdict documented", "at least %(n)s verdicts documented", number
        ),
        ("convictions", "people"): people_documented(_("convicted"), number),
        ("recognitions", "recognitions"): ngettext(
            "at least %(n)s recognition documented", "at least %(n)s recognitions documented", number
        ),
        ("recognitions", "people"): people_documented(_("recognised"), number),
        ("pardons", "people"): people_documented(_("pardoned"), number),
        ("pardons", "pardons"): ngettext(
            "at least %(n)s pardon documented", "at least %(n)s pardons documented", number
        ),
        ("releases", "people"): people_documented(_("released"), number),
        ("releases", "detentions"): ngettext(
            "at least %(n)s detention documented as ended by release",
            "at least %(n)s detentions documented as ended by release",
            number,
        ),
        ("deaths", "people"): people_documented(_("having died"), number),
        ("held", "people"): people_documented(_("held"), number),
    }[question.metric, question.unit]
    return words % {"n": grouped(number)}


def people_documented(what: str, number: int) -> str:
    words = ngettext(
        "at least %(n)s person documented as %(what)s", "at least %(n)s people documented as %(what)s", number
    )
    return words % {"n": "%(n)s", "what": what}


def grouped(number: int) -> str:
    return f"{number:,}"


def on_day(question: Question) -> str:
    """The day on which an answer is given, or up to which it is known, with the changeset that ended that state."""
    return question.state.label
