"""What is kept at hand of words, given up: a long list brings more of them than a process should hold."""

from prisoners.names import forms, given_names, likeness, scripts, words

KEPT = (
    given_names.groups, likeness.likeness, likeness.consonants, scripts.bare, scripts.script_of, words.words,
    words.classified, words.looks_like_patronymic,
)  # fmt: skip


def forget_words() -> None:
    """Nothing is lost: a word that comes again is read again."""
    for each in KEPT:
        each.cache_clear()
    forms.remembered.clear()
