"""The page of a report: its text with the words marked, and each part with its form, sums and questions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from pardons.desk.entering import Entry, made_of
from pardons.desk.forms import FORMS, ActForm, PartForm
from pardons.desk.guard import NewAct, Pair, pairs_of
from pardons.desk.models import DeskDraft
from pardons.desk.proposal import SURE
from pardons.desk.words import Piece, Span, Words, number_words, numbers_by_value, pieces, spans_of
from registry.dates import PartialDate, PartialDateError
from registry.forms import whole_number


@dataclass(frozen=True)
class Check:
    """A sum that was checked, in words."""

    sentence: str
    is_right: bool


@dataclass
class Part:
    """One announcement or figure of a report as the page shows it; `record` once it has been entered."""

    key: str
    kind: str
    form: PartForm
    title: str
    is_recalled: bool
    is_sure: bool
    record: Any = None
    numbers: dict[str, list[int]] = field(default_factory=dict)
    pairs: list[Pair] = field(default_factory=list)
    checks: list[Check] = field(default_factory=list)

    @property
    def seen_first(self) -> list[tuple[Any, list[int]]]:
        return [(each, self.numbers.get(each.id_for_label, [])) for each in self.form.seen_first]

    @property
    def folded(self) -> list[tuple[Any, list[int]]]:
        return [(each, self.numbers.get(each.id_for_label, [])) for each in self.form.folded]

    @property
    def has_folded_errors(self) -> bool:
        return any(each.errors for each in self.form.folded)


@dataclass
class Page:
    """Everything that the template prints."""

    draft: DeskDraft
    parts: list[Part]
    pieces: list[Piece]
    # What the effects of the questions have in common, found by the first that needs it.
    shared: dict[Any, Any] = field(default_factory=dict)

    @property
    def acts(self) -> list[Part]:
        return [part for part in self.parts if part.kind == "act"]

    @property
    def figures(self) -> list[Part]:
        return [part for part in self.parts if part.kind == "figure"]

    @property
    def has_errors(self) -> bool:
        missing = any(pair.is_missing for part in self.parts for pair in part.pairs)
        return missing or any(part.form.errors for part in self.parts)

    def entries(self, only: str = "") -> list[Entry]:
        """The parts to be entered: those that the editor keeps, or `only` one of them."""
        country = self.draft.typed["report"]["country"]
        wanted = [part for part in self.parts if (part.key == only if only else part.form.is_kept)]
        return [Entry(part.key, part.form, country, part.pairs) for part in wanted if part.record is None]


def page_of(draft: DeskDraft, *, checked: bool = False, only: str = "") -> Page:
    """The page of a draft. `checked` judges what was typed; with `only` that of one part, whether kept or not."""
    sent = dict(draft.typed["form"])
    if only:
        sent = {name: value for name, value in sent.items() if not name.endswith("-keep")} | {f"{only}-keep": "on"}
    made = made_of(draft)
    parts = [part_of(key, told, sent, checked, made.get(key)) for key, told in draft.typed["parts"].items()]
    number(parts, draft)
    ask(parts, draft, sent, checked)
    text = draft.typed["report"]["text"]
    return Page(draft, parts, pieces(text, numbered(parts, draft)))


def part_of(key: str, told: Mapping[str, Any], sent: Mapping[str, str], checked: bool, record: Any) -> Part:
    form = form_of(key, told, sent, checked and record is None)
    return Part(
        key=key,
        kind=told["is"],
        form=form,
        title=str(record) if record is not None else title_of(form, told["is"]),
        is_recalled=told["role"] != "main",
        is_sure=told["confidence"] >= SURE,
        record=record,
        checks=checks_of(form),
    )


def form_of(key: str, told: Mapping[str, Any], sent: Mapping[str, str], checked: bool) -> PartForm:
    """The form of a part: judged, or with what was typed before, or with what the reader proposes."""
    kind = FORMS[told["is"]]
    if checked:
        return kind(sent, prefix=key)
    values = {"keep": True, **told["values"]}
    # A part that was added after the form was sent has its first values still.
    if f"{key}-{kind.first[0]}" in sent:
        values = {name: sent.get(f"{key}-{name}", "") for name in kind.base_fields}
    return kind(initial=values, prefix=key)


def value_of(form: PartForm, name: str) -> str:
    """What stands in a field, as text."""
    value = form[name].value()
    return "" if value is None else str(value).strip()


def number_in(form: PartForm, name: str) -> int | None:
    return whole_number(value_of(form, name), digits=8)


def day_in(form: PartForm, name: str) -> PartialDate | None:
    try:
        return PartialDate.parse(value_of(form, name))
    except PartialDateError:
        return None


def choice_in(form: PartForm, name: str, otherwise: str) -> str:
    """The chosen option; `otherwise` for what is none, such as a forged one."""
    value = value_of(form, name)
    options = dict(form.fields[name].choices)  # type: ignore[attr-defined]
    return value if value and value in options else otherwise


# --- Titles and sums ---


def title_of(form: PartForm, kind: str) -> str:
    if kind == "act":
        return new_act(form, "", "", False).headline
    words = [label_in(form, "qualifier"), value_of(form, "value"), label_in(form, "metric")]
    return " ".join(word for word in words if word) or _("New figure")


def label_in(form: PartForm, name: str) -> str:
    """The chosen option in words; “exactly” is not said."""
    value = value_of(form, name)
    if value == "exactly":
        return ""
    return str(dict(form.fields[name].choices).get(value, ""))  # type: ignore[attr-defined]


def checks_of(form: PartForm) -> list[Check]:
    """Whether women and men are the total, where the report gives all three."""
    whole = "total" if isinstance(form, ActForm) else "value"
    total, women, men = (number_in(form, name) for name in (whole, "women", "men"))
    if total is None or women is None or men is None:
        return []
    total_said = {"women": women, "men": men, "sum": women + men, "total": total}
    if women + men == total:
        return [Check(_("%(women)d + %(men)d = %(sum)d: women and men are the total.") % total_said, True)]
    sentence = _("%(women)d + %(men)d = %(sum)d, and the total is %(total)d: look at the words again.")
    return [Check(sentence % total_said, False)]


# --- Words ---


def numbered(parts: Iterable[Part], draft: DeskDraft) -> list[tuple[Words, Span]]:
    """Every value with words behind it, numbered in the order of the text; of what was entered none."""
    length = len(draft.typed["report"]["text"])
    return number_words(
        (part.form[name].id_for_label, f"{part.title}: {part.form[name].label}", span)
        for part in parts
        for name, found in draft.typed["parts"][part.key]["words"].items()
        if part.record is None and name in part.form.fields
        for span in spans_of(found, length)
    )


def number(parts: list[Part], draft: DeskDraft) -> None:
    numbers = numbers_by_value(numbered(parts, draft))
    for part in parts:
        part.numbers = numbers


# --- The overlap guard ---


def ask(parts: list[Part], draft: DeskDraft, sent: Mapping[str, str], checked: bool) -> None:
    """Put to each new announcement that is kept the question of how it stands to the others."""
    country = draft.typed["report"]["country"]
    kept = [part for part in parts if part.kind == "act" and part.form.is_kept and part.record is None]
    acts = [new_act(part.form, part.key, country, part.is_recalled) for part in kept]
    pairs = pairs_of(acts, sent)
    for part in kept:
        part.pairs = pairs[part.key]
        settled = any(pair.answer == "same" for pair in part.pairs)
        for pair in part.pairs:
            pair.is_missing = checked and not pair.answer and not settled


def new_act(form: PartForm, key: str, country: str, is_recalled: bool) -> NewAct:
    return NewAct(
        key=key,
        kind=choice_in(form, "kind", "release"),
        country=country,
        day=day_in(form, "act_on") or day_in(form, "announced_on"),
        total=number_in(form, "total"),
        qualifier=choice_in(form, "qualifier", "exactly"),
        is_recalled=is_recalled,
        women=number_in(form, "women"),
        men=number_in(form, "men"),
        frees=choice_in(form, "frees", "all"),
        frees_number=number_in(form, "frees_number"),
    )
