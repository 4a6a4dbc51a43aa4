"""The filters of the people list on counts: the same rows as on the lists, and no withheld or unnamed people."""

from __future__ import annotations

from itertools import product

import pytest

from counts.answers import as_json
from counts.filters import LISTS
from counts.questions import FORMS
from prisoners.models import Place, Region, Stay
from registry.parameters import BadParameter
from tests.counts.asking import ask, best, lows, named, question
from tests.factories import (
    make_announcement,
    make_conviction,
    make_detention,
    make_pardon,
    make_prisoner,
    make_recognition,
)

pytestmark = pytest.mark.django_db

ANYWHERE = {"country": "all"}
EVERY_FORM = {"forms": ",".join(FORMS)}


@pytest.fixture
def colony() -> Place:
    """Three lives that differ in everything a filter asks for; one of them in the colony."""
    colony = Place.objects.create(name="Colony 1", country="BY", publication="published")
    for number, sex in enumerate(("female", "male", "unknown")):
        north = Region.objects.get_or_create(country="BY", slug="north", name="North")[0]
        person = make_prisoner(f"Exemplar {number}", sex=sex, home_region=north if number else None, born_on="1980")
        kind = ("pardon", "full_term", "unknown")[number]
        detention = make_detention(person, f"202{number}-01-05", f"202{number + 2}-08-16", release={"kind": kind})
        make_detention(person, "2025-01-05", proceeding=("criminal", "administrative", "unknown")[number])
        make_conviction(person, f"202{number}-03-01", sentence="imprisonment" if number else "fine")
        make_recognition(person, f"202{number}-03-02")
        make_pardon(person, f"202{number + 2}-08-16", belongs_to_no_announcement=True)
    Stay.objects.create(detention=detention, form="prison", place=colony, publication="published")
    make_prisoner(publication="withheld", sex="female", held=[("2020-01-05", "2022-08-16")], died_on="2024",
                  death_circumstance="unknown")  # fmt: skip
    return colony


FILTERS = [
    {"sex": "female"}, {"sex": "male,unknown"}, {"region": "north"}, {"region": "BY/north"}, {"born_from": "1981"},
    {"taken_from": "2021", "taken_to": "2022"}, {"proceeding": "administrative"}, {"release_kind": "pardon"},
    {"sentence": "fine"}, {"convicted_to": "2021"}, {"recognised_from": "2022"}, {"q": "exemplar"},
    {"place": "colony"}, {"sex": "male", "proceeding": "criminal"}, {"ended": "not_ended"}, {"held_on": "2021-06-01"},
]  # fmt: skip


@pytest.mark.parametrize("filters", FILTERS, ids=str)
def test_count_has_the_rows_of_the_list_with_the_same_filters(colony, filters):
    asked = filters | ({"place": colony.public_id} if "place" in filters else {})

    for metric, (filter_set, model) in LISTS.items():
        if metric in ("held", "deaths"):
            continue
        rows = model.public.into_freedom() if metric == "releases" else model.public.all()
        listed = filter_set(asked | ANYWHERE, queryset=rows).qs.count()
        forms = EVERY_FORM if metric in ("arrests", "releases") else {}
        unit = {"releases": "detentions", "pardons": "pardons"}.get(metric, "")
        assert named(metric, **ANYWHERE, **forms, **asked, unit=unit) == listed, metric


def test_held_with_a_filter_are_those_whose_detention_it_holds_of(colony):
    assert named("held", "2025-06-01", proceeding="criminal") == 1
    assert named("held", "2025-06-01", sex="male", forms="administrative") == 1


def test_withheld_people_are_in_no_filtered_answer(colony):
    answer = ask("deaths", "2024", born_to="2000")

    assert as_json(answer)["withheld"] == "left out"
    assert (named("deaths", "2024"), named("deaths", "2024", held_on="2021-01-01")) == (1, 0)


def test_filter_by_sex_is_the_group_of_that_sex():
    make_announcement("pardon", "2024-08-16", 30, women=14)
    make_prisoner(sex="female", held=[("2023", "2024-08-20")])

    groups = lows("releases", "2024", group="sex")

    assert {sex: best("releases", "2024", sex=sex)[0] for sex in ("female", "unknown")} == groups


def test_unnamed_people_are_in_no_answer_with_another_filter_and_it_says_so():
    make_announcement("pardon", "2024-08-16", 30)

    assert best("releases", "2024", born_from="1980") == (0, 0)
    assert any("Unnamed people" in note for note in as_json(ask("releases", "2024", born_from="1980"))["notes"])


def test_open_places_of_acts_that_freed_lower_the_held_under_any_filter():
    make_prisoner(born_on="1980", held=[("2024-01-10",)])
    make_announcement("pardon", "2024-08-16", 1)

    assert best("held", "2024", born_from="1980") == (0, 1)


def test_places_of_men_free_none_of_the_women_held():
    make_prisoner(sex="female", held=[("2024-01-10",)])
    make_announcement("pardon", "2024-08-16", 3, women=0, men=3)

    assert (best("held", "2024", sex="female"), best("held", "2024")) == ((1, 1), (1, 1))


@pytest.mark.parametrize(("metric", "name"), list(product(["releases", "held"], ["effect", "pardoned_from"])))
def test_filter_of_another_list_is_refused(metric, name):
    with pytest.raises(BadParameter, match="Pardons"):
        question(metric, "2024", **{name: "2024"})  # type: ignore[arg-type]


def test_filters_stand_in_title_address_page_and_files(client):
    page = client.get("/counts/releases/?sex=female&by=total").content.decode()
    answer = client.get("/counts/releases.json?sex=female&by=total").json()

    assert "Sex: female" in page and 'name="sex" value="female"' in page
    assert answer["filters"] == {"sex": "female"} and "sex=female" in answer["series"][0]["explain"]
    assert "sex=female" in client.get("/counts/releases.csv?sex=female&by=total").content.decode()


def test_search_that_was_cut_is_not_counted(client, monkeypatch):
    monkeypatch.setattr("prisoners.finding.Sought.most", 2)
    for _ in range(3):
        make_prisoner("Вера Узорная", held=[("2020", "2021")])

    answer = client.get("/counts/releases.json", {"q": "Вера"})

    assert (answer.status_code, answer.json()["parameter"]) == (400, "q")
