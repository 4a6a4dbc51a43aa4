"""What a reader finds by typing into the field of the people list: whom, in which order, by which spelling."""

from __future__ import annotations

import csv
import io
import json
import os
from typing import Any

import pytest
from django.db import connection

from prisoners import finding
from prisoners.models import Article, Case, Charge, Court, Name, Occupation, Place, Prisoner, Region, Stay
from prisoners.names import index
from tests.factories import make_conviction, make_prisoner

pytestmark = pytest.mark.django_db
LISTS = ["/prisoners/", "/detentions/", "/releases/"]
LONG = os.environ.get("TEST_LONG") == "1"


def rows(client, **query) -> Any:
    return client.get("/prisoners/", query).context["rows"]


def names(client, **query) -> list[str]:
    return [row.name for row in rows(client, **query)]


def held_at(person: Prisoner, place: str, **fields) -> None:
    held = Place.objects.create(country="BY", name=place, publication="published", **fields)
    Stay.objects.create(detention=person.detentions.get(), place=held, form="prison", publication="published")


@pytest.mark.parametrize("text", ["Viera Uzornaja", "узорная вера", "Vera Uzornaya", "Верка Узорная", "Uzornaa"])
def test_person_is_found_by_any_spelling(client, text: str):
    make_prisoner("Вера Узорная")
    make_prisoner("Павел Прыкладчык")

    assert names(client, q=text) == ["Вера Узорная"]


def test_best_match_comes_first_unless_another_order_is_asked_for(client):
    make_prisoner("Вера Узорніцкая")
    make_prisoner("Узорная Вера Янкаўна")
    make_prisoner("Вера Узорная")

    assert names(client, q="Вера Узорная")[:2] == ["Вера Узорная", "Узорная Вера Янкаўна"]
    assert names(client, q="Вера Узорная", sort="name")[0] == "Вера Узорная"


def test_pages_of_a_search_go_on_where_the_last_one_ended(client):
    for number in range(52):
        make_prisoner("Вера Узорная" if number else "Viera Uzornaja")
    first = client.get("/prisoners/", {"q": "Viera Uzornaja"})
    second = client.get(first.context["next"])
    seen = [row.person.pk for answer in (first, second) for row in answer.context["rows"]]

    assert (first.context["rows"][0].name, len(seen), len(set(seen))) == ("Viera Uzornaja", 52, 52)
    assert client.get(second.context["previous"]).context["rows"] == first.context["rows"]


def test_spelling_that_was_found_is_shown_with_the_reason(client):
    make_prisoner("Вера Узорная", names=["Ганна Даўнейшая"])

    (row,) = rows(client, q="Hanna Dauneishaia")

    assert (row.matched, row.reason) == ("Ганна Даўнейшая", "same sound in another script")
    assert "also written <b>Ганна Даўнейшая</b>" in client.get("/prisoners/", {"q": "Ганна Даўнейшая"}).content.decode()


def test_main_name_as_it_was_typed_needs_no_reason(client):
    make_prisoner("Вера Узорная")

    (row,) = rows(client, q="Вера Узорная")

    assert (row.matched, row.reason) == ("", "")


def test_near_miss_offers_the_nearest_spelling_as_a_link(client):
    make_prisoner("Мікалай Узорчанка", sex="male")

    answer = client.get("/prisoners/", {"q": "Mikalai Uzroshnaka", "sex": "male"})

    ((text, address),) = answer.context["meant"]
    assert (text, "Did you mean" in answer.content.decode()) == ("Мікалай Узорчанка", True)
    assert [row.name for row in client.get(address).context["rows"]] == ["Мікалай Узорчанка"] and "sex=male" in address


def test_exact_name_offers_no_other(client):
    make_prisoner("Мікалай Узорчанка")
    make_prisoner("Мікалай Узорчанкаў")

    assert client.get("/prisoners/", {"q": "Мікалай Узорчанка"}).context["meant"] == []


def test_namesakes_are_told_apart_by_year_place_and_case(client):
    first, second = (make_prisoner("Вера Узорная", held=[("2021",)], born_on=year) for year in ("1980", "1990"))
    held_at(first, "Colony of Examples")
    Case.objects.create(prisoner=second, co_defendants="Case of the Examples", publication="published")

    shown = {row.person.birth_year: row.apart for row in rows(client, q="Вера Узорная")}

    assert shown == {1980: ["held in Colony of Examples"], 1990: ["case: Case of the Examples"]}


def test_person_is_found_by_identifier_charge_place_court_and_occupation(client):
    person = make_prisoner("Вера Узорная", held=[("2021",)])
    make_prisoner("Павел Прыкладчык")
    held_at(person, "Colony of Examples", other_spellings=["Узорная калонія"])
    court = Court.objects.create(country="BY", name="Sample District Court", publication="published")
    article = Article.objects.create(country="BY", code="Criminal Code", number="342 part 1", title="Invented conduct")
    verdict = make_conviction(person, "2021", court=court)
    Charge.objects.create(case=verdict.case, article=article, publication="published")
    person.occupations.add(Occupation.objects.create(slug="baker", name="baker"))

    texts = [person.public_id, "342", "invented conduct", "colony examples", "калонія", "sample court", "Baker"]

    assert [text for text in texts if names(client, q=text) != ["Вера Узорная"]] == []


def charged(person: Prisoner, number: str, **fields) -> None:
    """A charge and a verdict under one article of the Criminal Code of Exampleland."""
    article, _ = Article.objects.get_or_create(country="BY", code="Criminal Code of Exampleland", number=number)
    verdict = make_conviction(person, "2021", **fields)
    Charge.objects.create(case=verdict.case, article=article, publication="published")
    verdict.articles.add(article)


@pytest.mark.parametrize(
    "text",
    [
        "Criminal Code of Exampleland 901 part 2", "article 901", "Art. 901", "901.2", "901 part 2", "901(2)",
        "ч. 2 ст. 901", "Criminal Code 901",
    ],
)  # fmt: skip
def test_charge_is_found_as_it_is_printed_or_spoken_of(client, text: str):
    charged(make_prisoner("Вера Узорная"), "901 part 2")
    charged(make_prisoner("Павел Прыкладчык"), "9012")
    charged(make_prisoner("Ганна Прыкладная"), "300 part 901")

    assert names(client, q=text) == ["Вера Узорная"]


def test_number_as_written_goes_before_another_way_of_writing_it(client):
    charged(make_prisoner("Вера Узорная"), "193-1")
    charged(make_prisoner("Павел Прыкладчык"), "193 part 1")

    assert names(client, q="193-1") == ["Вера Узорная"]


@pytest.mark.parametrize(
    "text", ["Women's Colony No. 5", "women’s colony no 5", "Colony No 5", "Colony №5", "ik 5", "IK-5"]
)
def test_place_is_found_without_its_signs_and_numbers_are_whole(client, text: str):
    for name, place in (("Вера Узорная", "5"), ("Павел Прыкладчык", "50"), ("Ганна Прыкладная", "4")):
        person = make_prisoner(name, held=[("2021",)])
        held_at(person, f"Women’s Colony No. {place}", other_spellings=[f"IK-{place}"])

    assert names(client, q=text) == ["Вера Узорная"]


@pytest.mark.parametrize("text", ["human-rights defender", "Human rights defenders", "human rights"])
def test_occupation_is_found_with_a_hyphen_or_a_blank_and_for_several(client, text: str):
    person = make_prisoner("Вера Узорная")
    person.occupations.add(Occupation.objects.create(slug="defender", name="human rights defender"))

    assert names(client, q=text) == ["Вера Узорная"]


def test_home_region_and_case_number_find_the_person(client):
    region = Region.objects.create(country="BY", slug="upper", name="Upper Example")
    person = make_prisoner("Вера Узорная", home_region=region)
    Case.objects.create(prisoner=person, number="23-1748", publication="published")
    Case.objects.create(prisoner=make_prisoner("Павел Прыкладчык"), number="23-17489", publication="published")

    assert [names(client, q=text) for text in ("Upper Example", "23-1748")] == [["Вера Узорная"]] * 2


def test_result_says_what_of_the_person_the_text_names(client):
    region = Region.objects.create(country="BY", slug="sample", name="Sample Side 901")
    person = make_prisoner("Вера Узорная", held=[("2021",)], home_region=region)
    court = Court.objects.create(country="BY", name="Sample District Court", publication="published")
    charged(person, "901 part 2", court=court)
    held_at(person, "Colony No. 4")
    person.occupations.add(Occupation.objects.create(slug="baker", name="baker"))
    texts = ["article 901", "Colony 4", "sample court", "bakers", "Sample side"]

    told = [rows(client, q=text)[0].told for text in texts]

    article = "Criminal Code of Exampleland 901 part 2"
    assert told[0] == [f"charge: {article}", f"verdict: {article}"]
    assert told[1:] == [
        ["held in Colony No. 4"], ["verdict: Sample District Court"], ["occupation: baker"], ["from Sample Side 901"],
    ]  # fmt: skip
    assert "held in Colony No. 4" in client.get("/prisoners/", {"q": "Colony 4"}).content.decode()


@pytest.mark.parametrize("path", LISTS)
def test_files_have_the_rows_of_the_page(client, path: str):
    for name in ("Вера Узорная", "Viera Uzornaja", "Павел Прыкладчык"):
        make_prisoner(name, held=[("2020", "2021")])
    query = {"q": "Vera Uzornaya"}

    page = client.get(path, query).context["rows"]
    file = b"".join(client.get(path[:-1] + ".csv", query).streaming_content).decode("utf-8-sig")
    lines = json.loads(b"".join(client.get(path[:-1] + ".json", query).streaming_content))["rows"]

    listed = [row["name"] for row in csv.DictReader(io.StringIO(file))]
    assert len(page) == len(listed) == 2 and "Павел Прыкладчык" not in listed
    assert [row["name"] for row in lines] == listed


def test_file_of_a_search_is_in_the_order_of_its_page(client):
    for name in ("Узорная Вера Янкаўна", "Вера Узорная"):
        make_prisoner(name)

    file = json.loads(b"".join(client.get("/prisoners.json", {"q": "Вера Узорная"}).streaming_content))

    assert [row["name"] for row in file["rows"]] == names(client, q="Вера Узорная")


def test_page_says_where_a_search_was_cut(client, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(finding.Sought, "most", 2)
    for _ in range(3):
        make_prisoner("Вера Узорная")

    answer = client.get("/prisoners/", {"q": "Вера"})

    assert len(answer.context["rows"]) == 2 and "that fit best are listed" in answer.content.decode()


def suggested(client, text: str) -> list[dict[str, str]]:
    query = {"q": text, "country": "all"} if text else {"country": "all"}
    return client.get("/prisoners/suggest.json", query).json()["suggestions"]


def test_suggestions_complete_what_is_typed_and_lead_to_the_person(client):
    person = make_prisoner("Вера Узорная", names=["Viera Uzornaja"], born_on="1980")

    (found,) = suggested(client, "viera uzorn")

    assert found["name"] == "Вера Узорная" and found["url"] == person.get_absolute_url()
    assert found["about"].startswith("Viera Uzornaja · born 1980")


def test_nothing_typed_suggests_nothing(client):
    make_prisoner()

    assert suggested(client, "") == []


def test_text_that_names_a_place_offers_no_spelling_of_a_name(client):
    held_at(make_prisoner("Нікалас Калёнін", held=[("2021",)]), "Colony No. 4")

    assert client.get("/prisoners/", {"q": "Colony No. 4"}).context["meant"] == []


def public_answers(client) -> list[object]:
    """Everything that a search says: rows, numbers, order, files, suggestions, near spellings."""
    index.rebuild()
    texts = ["Вера Узорная", "Таемная", "тайная калонія", "Vera Uzornaya", "узор", "Viera", "Uzroshnaya Vera", "Сакрэт"]
    texts += ["article 901", "77-901"]
    said: list[object] = []
    for text in texts:
        page = client.get("/prisoners/", {"q": text, "country": "all"})
        context = page.context
        said += [(row.name, row.matched, row.reason, row.told, row.apart) for row in context["rows"]]
        said += [context["page"].total, context["meant"], context["is_cut"], str(context["facets"])]
        said.append(suggested(client, text))
    # They ask the same search as the page does: one text of each kind says so.
    for text in texts if LONG else texts[:3]:
        said.append(client.get("/detentions/", {"q": text, "country": "all"}).context["page"].total)
        said.append(b"".join(client.get("/prisoners.jsonl", {"q": text, "country": "all"}).streaming_content))
    return said


def test_public_search_gives_no_sign_of_withheld_people_and_private_names(client):
    shown = make_prisoner("Вера Узорная", names=["Viera Uzornaja"], held=[("2021",)])
    make_prisoner("Вера Узорніцкая")
    before = public_answers(client)

    for state in ("withheld", "draft", "in_review", "retracted"):
        hidden = make_prisoner(
            "Вера Узорная", names=["Таемная Сакрэт", "Vera Uzornaya"], publication=state, held=[("2020",)]
        )
        held_at(hidden, f"Тайная калонія {state}")
        charged(hidden, "901")
        Case.objects.create(prisoner=hidden, number="77-901", publication="published")
        hidden.occupations.add(Occupation.objects.get_or_create(slug="secret", name="Uzroshnaya Vera")[0])
    for text, extra in (("Таемная Мянушка", {"is_private": True}), ("Сакрэт Узорная", {"publication": "draft"})):
        Name.objects.create(**{"prisoner": shown, "text": text, "publication": "published"} | extra)

    assert public_answers(client) == before


def test_search_of_a_list_is_made_once(client):
    make_prisoner("Вера Узорная")
    asked = []

    def note(execute, statement, *rest):
        asked.append("prisoners_nameword" in statement)
        return execute(statement, *rest)

    with connection.execute_wrapper(note):
        client.get("/prisoners/", {"q": "Вера Узорная"})
    once = sum(asked)
    asked.clear()
    with connection.execute_wrapper(note):
        client.get("/prisoners/", {"q": "Вера Узорная", "sex": "female", "definition": "recognised"})

    assert sum(asked) <= once <= 8
