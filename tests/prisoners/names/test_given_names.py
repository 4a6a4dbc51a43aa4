"""Groups of given names, and the table they come from."""

import unicodedata

import pytest

from prisoners.names.given_names import FORMAL, SHORT, groups
from prisoners.names.scripts import plain
from prisoners.names.tables import rows


def test_short_form_belongs_to_each_name_it_is_short_for() -> None:
    assert {"aliaksandr", "aliaksandra"} <= groups("саша").keys()


@pytest.mark.parametrize("spelling", ["женя", "жэня", "zhenia", "żenia", "ženia", "schenja"])
def test_short_form_is_known_in_other_spellings(spelling: str) -> None:
    assert groups(spelling).get("yauhen") == SHORT


def test_official_form_of_another_language_is_formal() -> None:
    assert groups("włodzimierz")["uladzimir"] == groups("wladimir")["uladzimir"] == FORMAL


def test_surname_belongs_to_no_group() -> None:
    assert groups("узорчанка") == groups("khan") == {}


def test_name_that_begins_with_e_for_ye_is_the_same_name() -> None:
    assert groups("evgeni") == groups("yevgeni") != {}


def test_no_entry_mixes_scripts() -> None:
    mixed = [word for row in rows("given_names.csv") for word in every_form(row) if len(scripts_in(word)) != 1]

    assert mixed == []


def test_group_is_named_once_and_in_plain_letters() -> None:
    named = [row["group"] for row in rows("given_names.csv")]

    assert len(named) == len(set(named)) and all(name.replace("_", "").isascii() for name in named)


def every_form(row: dict[str, str]) -> list[str]:
    return f"{row['formal']} {row['short']}".split()


def scripts_in(word: str) -> set[str]:
    return {unicodedata.name(letter).split()[0] for letter in plain(word) if letter.isalpha()}
