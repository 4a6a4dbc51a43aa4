"""Pages of people: the list, one life, the event lists."""

import pytest
from django.contrib.contenttypes.models import ContentType

from pardons.models import Announcement
from prisoners.models import Name
from registry.models import Citation
from tests.factories import (
    make_conviction,
    make_detention,
    make_prisoner,
    make_recognition,
    make_source,
)

pytestmark = pytest.mark.django_db

EVENT_PATHS = ["/detentions/", "/convictions/", "/recognitions/", "/releases/", "/deaths/", "/pardons/"]


def text(response) -> str:
    return response.content.decode()


def test_empty_registry_says_that_nobody_matches(client):
    page = text(client.get("/prisoners/"))

    assert "Nobody matches." in page
    assert "<strong>0</strong> people" in page


def test_one_person_is_one_person(client):
    make_prisoner("Jan Exemplar", names=["Ян Эксемпляр"], held=[("2020-08-09",)])

    page = text(client.get("/prisoners/"))

    assert "<strong>1</strong> person" in page
    assert "Ян Эксемпляр" in page
    assert "Held; taken 9 August 2020" in page


def test_many_people_take_several_pages(client):
    for number in range(52):
        make_prisoner(f"Person {number:02}")

    first = client.get("/prisoners/")
    second = client.get(first.context["next"])

    assert [row.name for row in second.context["rows"]] == ["Person 50", "Person 51"]
    assert client.get(second.context["previous"]).context["rows"][0].name == "Person 00"


def test_list_takes_no_more_queries_for_more_people(client, django_assert_max_num_queries):
    for number in range(12):
        person = make_prisoner(f"Person {number}", names=[f"Other {number}"], held=[("2020", "2021"), ("2022",)])
        make_recognition(person, "2021")

    with django_assert_max_num_queries(16):
        client.get("/prisoners/")


@pytest.mark.parametrize("path", EVENT_PATHS)
def test_event_list_takes_no_more_queries_for_more_rows(client, django_assert_max_num_queries, path: str):
    for number in range(8):
        person = make_prisoner(f"Person {number}", held=[("2020", "2021")], death_circumstance="unknown")
        make_recognition(person, "2021")
        make_conviction(person, "2021")

    with django_assert_max_num_queries(12):
        client.get(path)


def test_facets_count_what_a_click_would_show(client):
    make_prisoner("Anna", sex="female")
    make_prisoner("Hanna", sex="female")
    make_prisoner("Jan", sex="male")

    facets = {facet.name: facet for facet in client.get("/prisoners/?sex=male").context["facets"]}
    women = next(choice for choice in facets["sex"].choices if choice.label == "female")

    assert women.count == 2
    assert women.address == "/prisoners/?sex=male,female"


def test_each_person_counts_once_under_each_who_recognises_them_and_once_in_all(client):
    make_recognition(make_prisoner("Jan Example"), by=("Example Rights Watch", "Committee of Examples"))
    make_recognition(make_prisoner("Anna Muster"), by=("Example Rights Watch",))
    withdrawn = make_recognition(make_prisoner("Vera Sample"), by=("Example Rights Watch",))
    make_recognition(withdrawn.prisoner, act="withdrawn", withdraws=withdrawn)
    make_prisoner("Paul Specimen")

    facets = {facet.name: facet for facet in client.get("/prisoners/").context["facets"]}

    told = [(choice.label, choice.count) for choice in facets["definition"].choices]
    assert told == [("by anyone", 2), ("Example Rights Watch", 2), ("Committee of Examples", 1)]


def test_country_facet_leads_to_one_country_at_a_time(client):
    make_prisoner(country="BY")
    make_prisoner(country="ZZ")

    facets = client.get("/prisoners/?country=ZZ").context["facets"]

    addresses = {choice.label: choice.address for choice in facets[0].choices}
    assert addresses["Belarus"] == "/prisoners/?country=BY"
    assert addresses["all countries"] == "/prisoners/?country=all"


def test_filter_in_force_can_be_dropped(client):
    chosen = client.get("/prisoners/?sex=male,female&taken_from=2020").context["chosen"]

    assert [(each.value, each.address) for each in chosen] == [
        ("male, female", "/prisoners/?taken_from=2020"),
        ("2020", "/prisoners/?sex=male,female"),
    ]


def test_download_keeps_the_filters_and_not_the_page(client):
    person = make_prisoner("Anna", sex="female")
    make_prisoner("Hanna", sex="female")

    page = text(client.get(f"/prisoners/?sex=female&after={person.public_id}"))

    assert 'href="/prisoners.csv?sex=female"' in page


def test_life_without_anything_looks_right(client):
    page = text(client.get(make_prisoner().get_absolute_url()))

    assert "No detention recorded" in page
    assert "Nothing more is recorded of this life yet." in page


def test_person_without_dates_looks_right(client):
    page = text(client.get(make_prisoner(held=[(None,)]).get_absolute_url()))

    assert "Day not known" in page
    assert "Held; day taken not known" in page


def test_long_life_takes_a_bounded_number_of_queries(client, django_assert_max_num_queries):
    person = make_prisoner(held=[(f"{year}-01-05", f"{year}-02") for year in range(1990, 2020)])
    for year in range(1990, 2020):
        make_recognition(person, f"{year}")
        make_conviction(person, f"{year}")

    with django_assert_max_num_queries(30):
        response = client.get(person.get_absolute_url())

    assert len(response.context["life"]) == 120


def test_sources_are_numbered_in_the_order_of_the_life(client):
    person = make_prisoner()
    later, earlier = make_detention(person, "2023"), make_detention(person, "2020", "2021")
    Citation.objects.create(source=make_source(title="Of the later"), record=later, quote="so it was")
    Citation.objects.create(source=make_source(title="Of the earlier"), record=earlier)

    footnotes = client.get(person.get_absolute_url()).context["footnotes"]

    assert [(note.number, note.source.title) for note in footnotes] == [(1, "Of the earlier"), (2, "Of the later")]


def test_row_of_a_list_that_many_records_cite_is_named_once(client):
    person, source = make_prisoner(held=[("2020",), ("2023",)]), make_source()
    first, second = person.detentions.order_by("pk")
    Citation.objects.create(source=source, record=first, locator="29")
    Citation.objects.create(source=source, record=first, field="taken_on", locator="29", quote="in spring 2020")
    Citation.objects.create(source=source, record=second, locator="29")
    Citation.objects.create(source=source, record=second, field="taken_on", locator="30", quote="in 2023")

    page = client.get(person.get_absolute_url())
    sources = " ".join(text(page).split())

    assert (sources.count("(29)"), sources.count("(30)")) == (1, 1)
    assert page.context["footnotes"][0].quotes == {"29": ["in spring 2020"], "30": ["in 2023"]}


def test_restricted_source_is_cited_and_never_shown(client):
    person = make_prisoner()
    source = make_source(
        title="Secret letter", publisher="Secret office", url="https://secret.example/", access="restricted"
    )
    Citation.objects.create(source=source, record=person, quote="secret words", locator="secret page")

    page = text(client.get(person.get_absolute_url()))

    assert "restricted source" in page
    assert "ecret " not in page
    assert source.public_id not in page


def test_quote_for_a_private_field_is_not_shown(client):
    person = make_prisoner()
    Citation.objects.create(
        source=make_source(title="A list"), record=person, field="id", quote="number 17 of the file"
    )
    Citation.objects.create(source=make_source(), record=person, field="sex", quote="she was taken")

    page = text(client.get(person.get_absolute_url()))

    assert "A list" in page
    assert "number 17" not in page
    assert "she was taken" in page


def test_source_that_is_not_published_is_not_cited(client):
    person = make_prisoner()
    source = make_source(title="Draft of a report", publication="draft")
    Citation.objects.create(source=source, record=person)

    assert "Draft of a report" not in text(client.get(person.get_absolute_url()))


@pytest.mark.parametrize("publication", ["withheld", "draft", "in_review", "retracted"])
def test_person_who_is_not_public_has_no_page(client, publication: str):
    person = make_prisoner("Hidden Person", publication=publication, held=[("2020", "2021")])

    assert client.get(person.get_absolute_url()).status_code == 404
    assert all("Hidden" not in text(client.get(path)) for path in ["/prisoners/", "/detentions/", "/releases/"])


def test_private_name_is_on_no_page(client):
    person = make_prisoner(held=[("2020", "2021")])
    Name.objects.create(prisoner=person, text="Private Alias", is_private=True, publication="published")

    pages = [text(client.get(path)) for path in [person.get_absolute_url(), "/prisoners/", *EVENT_PATHS]]

    assert not any("Private Alias" in page for page in pages)


@pytest.mark.parametrize(("born", "words"), [("1984~", "about 1984"), ("1984-05", "May 1984"), (None, "not known")])
def test_birth_is_told_as_exactly_as_it_is_entered(client, born: str | None, words: str):
    person = make_prisoner(born_on=born)

    assert f"<dd>{words}</dd>" in text(client.get(person.get_absolute_url()))


def test_event_list_has_one_row_per_event(client):
    make_prisoner(held=[("2020-08-09", "2020-08-24"), ("2023", "2024")])

    response = client.get("/releases/")

    assert [str(row.when) for row in response.context["rows"]] == ["2024", "2020-08-24"]


def test_transfer_is_not_among_the_releases(client):
    person = make_prisoner()
    make_detention(person, "2020", "2021-05-01", release={"kind": "measure_changed"})
    make_detention(person, "2021-05-01")

    assert client.get("/releases/").context["page"].total == 0


@pytest.mark.parametrize("path", EVENT_PATHS)
def test_empty_event_list_looks_right(client, path: str):
    page = text(client.get(path))

    assert "Nothing recorded is not the same as nothing happened." in page


def test_source_of_another_record_with_the_same_number_is_not_cited(client):
    """Citations are kept by kind of record and number: the same number of another kind is another record."""
    person, source = make_prisoner(), make_source()
    Citation.objects.create(
        source=source, content_type=ContentType.objects.get_for_model(Announcement), object_id=person.pk
    )

    assert client.get(person.get_absolute_url()).context["footnotes"] == []
