"""Public texts in which a person's name stands, wherever they are: the fields that `prose` names, of public rows."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from math import inf
from typing import Any
from urllib.parse import unquote

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q

from prisoners.models import Name, Prisoner
from prisoners.withholding.spelled import Spellings
from registry.changes import is_tracked
from registry.desk import admin_page
from registry.editing import path_target
from registry.models import Citation, Source
from registry.publishing import NAME_WITHHELD, Record, prose


@dataclass(frozen=True)
class Text:
    """One field of one row that is public and holds the name."""

    model: Any
    key: int
    field: models.Field[Any, Any]
    words: str
    pieces: tuple[tuple[str, bool], ...]
    becomes: str
    is_whole: bool

    @property
    def token(self) -> str:
        """Names the field and the very words that were looked at."""
        digest = sha256(self.words.encode()).hexdigest()[:16]
        return f"{self.model._meta.label_lower}.{self.field.name}.{self.key}.{digest}"

    @property
    def may_blank(self) -> bool:
        """Sentences of the history are written once: the site can't change them."""
        return is_tracked(self.model)

    @property
    def noun(self) -> Any:
        return self.model._meta.verbose_name

    @property
    def row(self) -> Any:
        return self.model._base_manager.filter(pk=self.key).first()

    @property
    def page(self) -> str:
        """Where editors see the row, or what it belongs to; empty where it has no page."""
        row = self.row
        place = row.record if isinstance(row, Citation) else getattr(row, "first", row)
        return "" if place is None else admin_page(place)


class StillLookingError(Exception):
    """The time was over before all texts were looked through. So many words are met now, and take no time again."""

    def __init__(self, words: int) -> None:
        self.words = words


# One for each of the few who withhold at the same time.
@lru_cache(maxsize=3)
def met_before(*names: str) -> Spellings:
    """The spellings with all words that they have met: the page shows the texts, and what it sends looks again."""
    return Spellings(list(names))


def texts_naming(person: Prisoner, seconds: float = inf) -> list[Text]:
    """Every public text that still holds a spelling of the name once the person is withheld.

    Names of other people are theirs, and no texts. What belongs to the person is hidden with them.
    Raises StillLookingError after so many seconds of work on words that were not met before.
    """
    spellings = met_before(*Name.objects.filter(prisoner=person).order_by("pk").values_list("text", flat=True))
    texts: list[Text] = []
    met, began = len(spellings.known), None
    for model, fields in fields_with_prose():
        for found in texts_in(model, fields, spellings, person):
            texts += found
            if began is None and len(spellings.known) > met:
                began = time.monotonic()
            if began is not None and time.monotonic() - began >= seconds:
                raise StillLookingError(len(spellings.known))
    return texts


def fields_with_prose() -> Iterator[tuple[Any, list[Any]]]:
    for model in apps.get_models():
        if model is not Name and (names := prose(model)):
            yield model, [model._meta.get_field(name) for name in names]


def texts_in(model: Any, fields: list[Any], spellings: Spellings, person: Prisoner) -> Iterator[list[Text]]:
    """All fields of a row at once: to know which rows are public costs more than to read them."""
    names = [field.name for field in fields]
    rows = public_rows(model, person).exclude(**dict.fromkeys(names, "")).order_by("pk").values_list("pk", *names)
    for key, *texts in rows.iterator(chunk_size=2000):
        found = (text_with(spellings, model, field, key, words) for field, words in zip(fields, texts, strict=True))
        yield [text for text in found if text is not None]


def text_with(spellings: Spellings, model: Any, field: Any, key: int, words: str) -> Text | None:
    if not words:
        return None
    is_address = isinstance(field, models.URLField)
    shown = unquote(words) if is_address else words
    spots = spellings.spots(shown)
    if not spots:
        return None
    pieces: list[tuple[str, bool]] = []
    end = 0
    for spot in spots:
        pieces += [(shown[end : spot.start], False), (shown[spot.start : spot.end], True)]
        end = spot.end
    pieces.append((shown[end:], False))
    becomes = "" if is_address else blanked(pieces, field.max_length)
    # What would still hold a name goes as a whole.
    becomes = NAME_WITHHELD if spellings.spots(becomes) else becomes
    is_whole = any(spot.is_whole for spot in spots)
    return Text(model, key, field, words, tuple(pieces), becomes, is_whole)


def blanked(pieces: list[tuple[str, bool]], longest: int | None) -> str:
    return "".join(NAME_WITHHELD if is_name else words for words, is_name in pieces)[:longest]


# --- Which rows are public ---


def public_rows(model: Any, besides: Prisoner) -> models.QuerySet[Any]:
    """The rows that are public when this person is withheld."""
    if not issubclass(model, Record):
        return rows_of_public_records(model, besides)
    rows: models.QuerySet[Any] = model.public.open() if model is Source else model.public.all()
    if model is Prisoner:
        return rows.exclude(pk=besides.pk)
    own = [path for path in model.parents if path_target(model, path) is Prisoner]
    return rows.exclude(Q(*((path, besides.pk) for path in own), _connector=Q.OR)) if own else rows


def rows_of_public_records(model: Any, besides: Prisoner) -> models.QuerySet[Any]:
    """A row without a state of its own is public once every record that it names is."""
    rows: models.QuerySet[Any] = model._base_manager.all()
    for field in model._meta.concrete_fields:
        named = field.related_model
        if isinstance(named, type) and issubclass(named, Record):
            public = named.public.all() if named is Source else public_rows(named, besides)
            rows = rows.filter(Q(**{f"{field.name}__in": public.values("pk")}) | Q(**{field.name: None}))
    return rows.filter(cites_for_public(besides)) if model is Citation else rows


def cites_for_public(besides: Prisoner) -> Q:
    found = Q(pk__in=[])
    for model in apps.get_models():
        if issubclass(model, Record):
            kind = ContentType.objects.get_for_model(model)
            found |= Q(content_type=kind, object_id__in=public_rows(model, besides).values("pk"))
    return found
