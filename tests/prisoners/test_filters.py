"""Filters of people and events: which rows a question means, and that nothing hidden can be found by them."""

import pytest
from django.http import QueryDict

from prisoners.filters import DetentionFilter, PrisonerFilter, ReleaseFilter
from prisoners.models import Detention, Name, Occupation, Prisoner, Recognition, Region, Release
from registry.parameters import BadParameter
from tests.factories import make_conviction, make_detention, make_organisation, make_prisoner, make_recognition

pytestmark = pytest.mark.django_db


def people(query: str) -> list[str]:
    found = PrisonerFilter(QueryDict(query), queryset=Prisoner.public.all()).qs
    return sorted(str(person) for person in found)


def detentions(query: str) -> list[str]:
    found = DetentionFilter(QueryDict(query), queryset=Detention.public.all()).qs
    return sorted(str(detention.taken_on) for detention in found)


def releases(query: str) -> int:
    return ReleaseFilter(QueryDict(query), queryset=Release.public.into_freedom()).qs.count()


def test_without_a_country_the_default_one_is_meant():
    make_prisoner("Jan from here")
    make_prisoner("Ivan Examplovich", country="ZZ")

    assert people("") == ["Jan from here"]
    assert people("country=ZZ") == ["Ivan Examplovich"]
    assert people("country=all") == ["Ivan Examplovich", "Jan from here"]


@pytest.mark.parametrize("words", ["ryhor", "Прыдуманы", "прыдуманы рыгор", "RYHOR", "prydumany"])
def test_search_finds_a_person_by_any_public_spelling(words: str):
    make_prisoner("Ryhor Prydumaný", names=["Рыгор Прыдуманы"])
    make_prisoner("Someone Else")

    assert people(f"q={words}") == ["Ryhor Prydumaný"]


@pytest.mark.parametrize("words", ["%", "_", "ryhor else", "\\"])
def test_search_takes_letters_as_they_are(words: str):
    make_prisoner("Ryhor Prydumany", names=["Someone Else"])

    assert people(f"q={words}".replace("%", "%25")) == []


@pytest.mark.parametrize("hidden", [{"is_private": True}, {"publication": "draft"}])
def test_search_does_not_find_a_hidden_name(hidden: dict):
    person = make_prisoner("Jan Exemplar")
    Name.objects.create(prisoner=person, text="Hidden Alias", publication="published")
    Name.objects.filter(text="Hidden Alias").update(**hidden)

    assert people("q=hidden") == []


@pytest.mark.parametrize("publication", ["withheld", "draft", "in_review", "retracted"])
def test_people_who_are_not_public_are_found_by_nothing(publication: str):
    make_prisoner("Hidden Person", publication=publication, held=[("2021",)])

    assert people("q=hidden") == people("taken_from=2021") == people("") == []


@pytest.mark.parametrize("name", ["region", "occupation"])
def test_words_that_only_a_withheld_person_has_are_not_told(client, name: str):
    """Neither as a choice, nor by an answer other than that to any word."""
    for publication, word in (("published", "known"), ("withheld", "hidden")):
        region = Region.objects.create(country="BY", slug=word, name=word)
        person = make_prisoner(publication=publication, home_region=region)
        person.occupations.add(Occupation.objects.create(slug=word, name=word))

    hidden, unknown = (client.get("/prisoners.json", {name: word}) for word in ("hidden", "nothing"))

    assert hidden.status_code == unknown.status_code == 400
    assert hidden.json()["error"].replace("hidden", "nothing") == unknown.json()["error"]
    assert client.get("/prisoners.json", {name: "known"}).status_code == 200


def test_filters_about_one_event_hold_on_the_same_event():
    person = make_prisoner()
    make_detention(person, "2020-08-09", "2020-08-24", proceeding="administrative")
    make_detention(person, "2023-05-01", proceeding="criminal")

    assert people("taken_from=2023&proceeding=criminal") == ["Jan Exemplar"]
    assert people("taken_from=2023&proceeding=administrative") == []


def test_filters_about_two_events_may_hold_on_two():
    person = make_prisoner(held=[("2020-08-09", "2020-08-24")])
    make_conviction(person, "2023-05-01", sentence="fine")

    assert people("taken_to=2020&convicted_from=2023&sentence=fine") == ["Jan Exemplar"]


def test_event_list_asks_its_own_filters_of_the_row_and_others_of_the_person():
    person = make_prisoner(held=[("2020-08-09", "2020-08-24"), ("2023-05-01",)], sex="female")
    make_conviction(person, "2023-05-01", sentence="fine")

    assert detentions("taken_from=2023") == ["2023-05-01"]
    assert detentions("sentence=fine&sex=female") == ["2020-08-09", "2023-05-01"]
    assert detentions("sentence=life") == []


def test_detention_filters_on_releases_hold_on_the_detention_that_ended():
    make_prisoner(held=[("2020-08-09", "2020-08-24"), ("2023-05-01", "2024-07-03")])

    assert releases("taken_from=2023") == 1
    assert releases("taken_from=2023&released_to=2020") == 0


def test_date_known_in_part_is_found_where_it_may_fall_or_only_where_it_must():
    make_prisoner(held=[("2024",)])

    assert people("taken_from=2024-08&taken_to=2024-08") == ["Jan Exemplar"]
    assert people("taken_from=2024-08&taken_to=2024-08&dates=certain") == []
    assert people("taken_from=2024&taken_to=2024&dates=certain") == ["Jan Exemplar"]


def test_event_without_a_date_is_in_no_range():
    make_prisoner(held=[(None,)])

    assert people("taken_from=1900") == []
    assert people("proceeding=criminal") == ["Jan Exemplar"]


def test_unpublished_event_is_found_by_nothing():
    make_detention(make_prisoner(), "2021", publication="draft")

    assert people("taken_from=2021") == []


def test_birth_is_asked_for_by_year_only():
    make_prisoner("Born in eighty-four", born_on="1984-05-06")
    make_prisoner("Born about the turn of a year", born_on="1983-12-01/1984-01-31")

    assert people("born_from=1984&born_to=1984") == ["Born in eighty-four"]
    assert people("born_from=1983&born_to=1983") == []
    with pytest.raises(BadParameter, match="year"):
        people("born_from=1984-05-06")


def test_recognition_counts_until_it_is_withdrawn():
    person = make_prisoner()
    recognition = make_recognition(person, "2021-05-01", by=["Example Rights Watch"])

    assert people("definition=recognised") == people("definition=example-rights-watch") == ["Jan Exemplar"]

    make_recognition(person, "2022-05-01", act=Recognition.Act.WITHDRAWN, withdraws=recognition)
    assert people("definition=recognised") == []
    assert people("definition=unrecognised") == ["Jan Exemplar"]


def test_declined_recognition_is_none():
    make_recognition(make_prisoner(), "2021-05-01", act=Recognition.Act.DECLINED)

    assert people("definition=recognised") == []


def test_article_is_found_with_its_parts_and_not_by_its_first_digits():
    from prisoners.models import Article

    for number in ("342", "342 part 1", "3421"):
        article = Article.objects.create(country="BY", code="Criminal Code", number=number)
        make_conviction(make_prisoner(f"Under {number}")).articles.add(article)

    assert people("article=342") == ["Under 342", "Under 342 part 1"]


def test_held_on_a_day_means_taken_by_then_and_not_out():
    make_prisoner(held=[("2020-08-09", "2020-08-24")])

    assert people("held_on=2020-08-09") == ["Jan Exemplar"]
    assert people("held_on=2020-08-24") == []


@pytest.mark.parametrize(
    ("query", "name", "hint"),
    [
        ("sex=woman", "sex", "female"),
        ("country=XX", "country", "BY"),
        ("country=by", "country", "BY"),
        ("country=all,BY", "country", "alone"),
        ("taken_from=yesterday", "taken_from", "2024-07"),
        ("taken_from=../2024", "taken_from", "2024"),
        ("taken_from=2025&taken_to=2024", "taken_to", "later"),
        ("held_on=2024", "held_on", "2024-07-16"),
        ("held_on=99999-01-01", "held_on", "2024-07-16"),
        ("definition=nobody", "definition", "everyone"),
        ("born_from=0", "born_from", "1000"),
        ("dates=maybe", "dates", "certain"),
        ("recognised_by=nobody", "recognised_by", "example-rights-watch"),
        ("place=nowhere", "place", "nothing to choose"),
        ("q=" + "+".join("abcdefghijklm"), "q", "12 words"),
    ],
)
def test_wrong_value_is_named_with_what_would_be_right(query: str, name: str, hint: str):
    make_organisation()

    with pytest.raises(BadParameter) as refused:
        people(query)

    assert refused.value.name == name
    assert hint in refused.value.message
