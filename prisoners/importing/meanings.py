"""Words of a list that are not known here: which they are, and what an editor can say that they mean."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from hashlib import sha256
from itertools import islice
from typing import Any

from django.utils.translation import gettext_lazy as _

from prisoners.importing.cells import Cells
from prisoners.importing.mapping import Bound, plain
from prisoners.importing.rows import ReadRow, dated_status, first_cell
from prisoners.importing.values import cells_said, clean, date_of, main_penalty, word_of
from prisoners.models import Conviction, Detention, Prisoner, Release, Stay

# What is longer is no word but a remark; of a column with more of them only those that stand most often are asked.
LONGEST_WORD, MOST_WORDS = 80, 40
# By our columns of words: what each can mean, in words that say what becomes of it.
MEANINGS: dict[str, list[tuple[str, Any]]] = {
    "status": [
        ("held", _("held: deprived of liberty on the date of the list")),
        ("former", _("former: no longer held by that date; how it ended is not said, and no release is recorded")),
        ("released", _("released: a release by that date, of a kind not known")),
        ("died", _("died: nothing is recorded before a person has looked at it")),
        ("not_recognised", _("not recognised: a draft, never made public by an import")),
    ],
    "recognised_on": [
        ("yes", _("yes: the organisation recognises the person")),
        ("no", _("no: a draft, never made public by an import")),
    ],
    "sex": [*Prisoner.Sex.choices],
    "ended_how": [*Detention.End.choices],
    "release_kind": [*Release.Kind.choices],
    "form": [*Stay.Form.choices],
    "sentence": [*Conviction.Sentence.choices],
}  # fmt: skip


def asked_words(bound: Bound, rows: Iterable[Cells]) -> dict[str, dict[str, str]]:
    """By our columns the words that nobody knows, and those that the mapping itself explains, each with its meaning.

    A word that is not known means nothing yet.
    """
    counted = {ours: Counter[str]() for ours in MEANINGS if bound.has(ours)}
    for cells in rows:
        for ours, texts in counted.items():
            texts[written_in(bound, ours, cells)] += 1
    return {ours: words for ours, texts in counted.items() if (words := asked_of(bound, ours, texts))}


def asked_of(bound: Bound, ours: str, texts: Counter[str]) -> dict[str, str]:
    own = bound.mapping.values.get(ours, {})
    asked: dict[str, str] = {}
    for text, _times in texts.most_common():
        word = plain(clean(text))
        if word and len(word) <= LONGEST_WORD and (own.get(word) or not is_known(bound, ours, text)):
            asked[word] = own.get(word, "")
    return dict(islice(asked.items(), MOST_WORDS))


def written_in(bound: Bound, ours: str, cells: Cells) -> str:
    """What a row writes in a column of words, as its reader looks it up."""
    if ours == "status":
        return "\n".join(cells_said(bound, ours, cells))
    written = first_cell(bound, ours, cells)
    return main_penalty(written) if ours == "sentence" else written


def is_known(bound: Bound, ours: str, text: str) -> bool:
    if word_of(ours, text, bound.mapping) is not None:
        return True
    if ours == "recognised_on":
        return bool(date_of(text, bound.mapping.dates).value)
    return ours == "status" and bool(dated_status(bound, ReadRow(0, []), text))


def field_of(ours: str, word: str) -> str:
    """The name of a form's field for a word: the same whichever other words there are."""
    return f"word-{ours}-{sha256(word.encode()).hexdigest()[:12]}"
