"""Pages of sources: what they say and what rests on them."""

import pytest

from registry.models import Citation
from tests.factories import (
    make_announcement,
    make_detention,
    make_figure,
    make_prisoner,
    make_recognition,
    make_source,
    make_statement,
)

pytestmark = pytest.mark.django_db


def text(response) -> str:
    return response.content.decode()


def test_source_says_what_it_is(client):
    source = make_source(title="A report", publisher="A news agency", published_on="2024-08-16")

    page = text(client.get(source.get_absolute_url()))

    assert "A report" in page
    assert "A news agency" in page
    assert "16 August 2024" in page
    assert "No public record rests on this source yet." in page


def test_what_cites_or_names_a_source_rests_on_it(client):
    source, person = make_source(), make_prisoner("Jan Exemplar")
    Citation.objects.create(source=source, record=person)
    make_detention(person, "2020", last_confirmed_by=source)
    make_recognition(person, "2021", statement=source)
    make_statement(make_announcement(), 30, source=source)
    make_figure(source=source)

    resting = client.get(source.get_absolute_url()).context["resting"]

    titles = {str(group["title"]) for group in resting}
    assert titles == {"prisoners", "detentions", "recognitions", "statements", "reported figures"}


def test_each_record_leads_to_the_page_that_shows_it(client):
    source, person = make_source(), make_prisoner()
    Citation.objects.create(source=source, record=make_detention(person, "2020"))

    resting = client.get(source.get_absolute_url()).context["resting"]

    assert [shown["address"] for shown in resting[0]["records"]] == [person.get_absolute_url()]


def test_what_is_not_public_does_not_show_through_its_source(client):
    source = make_source()
    hidden = make_prisoner("Hidden Person", publication="withheld")
    Citation.objects.create(source=source, record=hidden)
    Citation.objects.create(source=source, record=make_detention(hidden, "2020"))
    make_recognition(hidden, "2021", statement=source)

    response = client.get(source.get_absolute_url())

    assert response.context["resting"] == []
    assert "Hidden" not in text(response)


@pytest.mark.parametrize("fields", [{"access": "restricted"}, {"publication": "draft"}, {"publication": "retracted"}])
def test_source_that_may_not_be_shown_has_no_page(client, fields: dict):
    assert client.get(make_source(**fields).get_absolute_url()).status_code == 404


@pytest.mark.parametrize("address", ["javascript:alert(1)", "data:text/html,x", " https://x.example", "//x.example"])
def test_address_that_is_not_of_the_web_is_no_link(client, address: str):
    source = make_source(url=address, archived_url=address)

    assert f'href="{address}"' not in text(client.get(source.get_absolute_url()))


def test_source_of_many_records_takes_a_bounded_number_of_queries(client, django_assert_max_num_queries):
    source = make_source()
    for number in range(10):
        person = make_prisoner(f"Person {number}")
        Citation.objects.create(source=source, record=make_detention(person, "2020"))
        make_recognition(person, "2021", statement=source)

    with django_assert_max_num_queries(20):
        client.get(source.get_absolute_url())
