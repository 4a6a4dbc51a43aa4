"""Charts: they show what the JSON says and no more, and say in words what a picture can't."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from itertools import product
from typing import Any
from xml.etree import ElementTree

import pytest
from django.db import transaction

from counts.answers import as_json
from counts.charts.cells import MOST_PERIODS
from counts.charts.drawing import drawer
from counts.charts.specification import SCHEMA, VEGA_LITE, chart_of
from counts.labels import group_label
from counts.questions import METRICS, Question, dimensions_of
from counts.series import Series, count
from tests.counts.asking import ask
from tests.counts.inventing import invent
from tests.counts.recording import Recording
from tests.counts.test_slow_twin import questions
from tests.factories import make_announcement, make_figure, make_prisoner

pytestmark = pytest.mark.django_db
EVERYTHING = os.environ.get("TEST_LONG") == "1"
HOW_MANY_HISTORIES = 200 if EVERYTHING else 3
SVG = "{http://www.w3.org/2000/svg}"
CUTS = [
    {"by": "day", "from": "2024-07-20", "to": "2024-08-20"}, {"by": "month", "from": "2024"}, {"by": "quarter"},
    {"by": "year"}, {"by": "total"},
]  # fmt: skip


@pytest.fixture
def records() -> None:
    """Two announcements that may overlap, named people, gaps, and what others say."""
    make_announcement("pardon", "2024-08-16", 30, women=14, men=16)
    make_announcement("release", "2024-07", 18)
    make_prisoner("Jan Exemplar", sex="male", held=[("2020-08", "2024-07-10")])
    make_prisoner("Eva Muster", sex="female", held=[("2023",)])
    make_figure(metric="releases", value=18, period_from="2024-07", period_to="2024-07", who_says="Пример Надзор")


def specification(series: Series, **looks: str) -> dict[str, Any]:
    return chart_of(series, **looks).specification


def svg_of(series: Series) -> ElementTree.Element:
    return parsed(drawer.draw(specification(series), VEGA_LITE, "svg"))


def parsed(svg: bytes) -> ElementTree.Element:
    return ElementTree.fromstring(svg)  # noqa: S314 - our own picture


def words_in(found: dict[str, Any]) -> str:
    """All the words of a picture."""
    layers = [layer for layer in found["layer"] if layer.get("mark", {}).get("type") == "text"]
    return " ".join(line for layer in layers for words in layer["data"]["values"] for line in words["lines"])


def addresses_in(element: ElementTree.Element) -> Iterator[str]:
    """Every address that a picture could follow, in attributes and styles; text leads nowhere."""
    for part in element.iter():
        yield from (value for value in part.attrib.values() if re.search(r"//|url\(|:\w", value))


def flat(row: dict[str, Any], question: Question) -> dict[str, Any]:
    """A row of the JSON as a row of the specification's data."""
    best = row["best"] or {"low": None, "value": None, "high": None}
    alike = {name: row[name] for name in ("period", "state", "complete", "named", "announced")}
    return alike | best | {"group": group_label(question, row["group"]) or None, "withheld": row.get("withheld", 0)}


def assert_same_numbers(series: Series) -> None:
    answer, data = as_json(series), specification(series)["datasets"]
    rows = [flat(row, series.question) for row in answer["series"]]
    assert [{name: row[name] for name in shown} for row, shown in zip(data["rows"], rows, strict=True)] == rows
    assert data["not_placed"] == answer["not_placed"]
    assert sorted(figure["id"] for figure in data["reported"]) == sorted(figure["id"] for figure in answer["reported"])


@pytest.mark.parametrize("number", range(len(METRICS)))
def test_every_metric_cut_and_group_has_a_chart_with_the_numbers_of_the_json(records, number):
    metric = list(METRICS)[number]
    pairs = list(product(CUTS, ["", *dimensions_of(metric), "sex,kind"]))

    for cut, group in pairs if EVERYTHING else pairs[number % 5 :: 13]:
        assert_same_numbers(ask(metric, **cut, group=group))


@pytest.mark.parametrize("seed", range(HOW_MANY_HISTORIES))
def test_charts_of_random_histories_have_the_numbers_of_the_json(seed):
    with transaction.atomic():
        Recording(invent(seed))
        for question in questions(seed):
            assert_same_numbers(count(question))
        transaction.set_rollback(True)


@pytest.mark.parametrize("metric", METRICS if EVERYTHING else ["releases", "held"])
@pytest.mark.parametrize(("by", "group"), [("month", ""), ("total", "sex"), ("year", "sex,kind")])
def test_a_picture_is_well_formed_and_has_neither_script_nor_style_nor_address(records, metric, by, group):
    picture = svg_of(ask(metric, "2023/2024", by=by, group=group))

    assert {part.tag.removeprefix(SVG) for part in picture.iter()} <= {
        "svg",
        "g",
        "path",
        "rect",
        "line",
        "text",
        "tspan",
    }
    assert list(addresses_in(picture)) == []
    assert not any(name in part.attrib for part in picture.iter() for name in ("style", "onload", "href"))


def test_the_picture_that_is_sent_has_a_title_and_describes_itself(records, client):
    answer = client.get("/counts/releases.svg?from=2024&to=2024")
    picture = parsed(answer.content)

    assert picture.findtext(f"{SVG}title") == "Releases, Belarus, 2024"
    assert "at least 31, at most 49; 1 named, 49 announced" in (picture.findtext(f"{SVG}desc") or "")


def test_a_name_is_text_and_never_a_mark_of_the_picture(records):
    name = '<script>alert(1)</script>"&{datum.x}]]>'
    make_figure(metric="releases", value=19, period_from="2024-07", period_to="2024-07", who_says=name)

    picture = svg_of(ask("releases", "2024", by="month"))

    assert name.split()[0] in "".join(picture.itertext())
    assert f"{SVG}script" not in {part.tag for part in picture.iter()}


def test_nothing_recorded_is_a_picture_that_says_so():
    assert "Nothing is recorded." in words_in(specification(ask("releases", "2024", by="month")))


def test_a_gap_has_no_bar_and_the_note_says_what_it_is(records):
    series = ask("releases", "2024", by="month")
    bars = [part for part in svg_of(series).iter(f"{SVG}path") if part.get("fill") == "#1a5066"]

    assert len([row for row in series.rows if row.state == "counted"]) == 2
    assert len(bars) == 2  # July's, and the sample beside its meaning
    assert "A gap: none recorded" in words_in(specification(series))


def test_a_period_that_is_not_over_is_shaded_up_to_the_cut_off(records):
    found = specification(ask("releases", "2024/2026", by="year"))

    assert [row["complete"] for row in found["datasets"]["rows"]] == [True, True, False]
    assert "not over: up to 15 January 2026" in words_in(found)


def test_rule_14_a_clipped_period_is_named_with_its_days(records):
    words = words_in(specification(ask("releases", "2023/2024-08", by="year")))

    assert "In part only: January to August 2024." in words


def test_rule_13_what_is_in_no_bar_is_said():
    make_prisoner(held=[("2020", "2024")])

    assert "In no bar: 2024, month not known: 1." in words_in(specification(ask("releases", "2024", by="month")))


def test_a_reported_figure_is_a_mark_with_its_speaker(records):
    found = specification(ask("releases", "2024", by="month"))
    [figure] = found["datasets"]["marks"]

    assert (figure["letter"], figure["panel"], figure["shown_at"], figure["beyond"]) == ("a", 0, 18, False)
    assert "a 18, by Пример Надзор, " in re.sub(r"\s+", " ", words_in(found))


@pytest.mark.parametrize(
    ("asked", "marks"),
    [({"group": "sex", "by": "month"}, [("female", 6.5, 5), ("male", 6.5, 12)]),
     ({"group": "sex", "by": "total"}, [5, 12]),
     ({"group": "country", "by": "month", "country": "all"}, [("BY", 6.5, 18)]), ({"group": "kind"}, []),
     ({"country": "all"}, []), ({"sex": "female"}, [5]), ({"sex": "female,male"}, []), ({"proceeding": "criminal"}, []),
     ({"group": "sex", "sex": "female"}, [5])],
)  # fmt: skip
def test_a_figure_is_a_mark_of_the_groups_that_it_speaks_of(asked, marks):
    make_announcement("release", "2024-07", 18, women=5, men=12)
    make_announcement("release", "2024-05", 18, country="ZZ")
    make_figure(metric="releases", value=18, women=5, men=12, period_from="2024-07", period_to="2024-07")

    data = specification(ask("releases", "2024", **asked))["datasets"]
    labels = {row["panel"]: row.get("sex") or row.get("country") for row in data["rows"]}
    by_month = asked.get("by") == "month"

    found = [(labels[mark["panel"]], mark["place"], mark["value"]) if by_month else mark["value"]
             for mark in data["marks"]]  # fmt: skip
    assert found == marks


def test_a_figure_of_another_unit_is_told_and_not_drawn(records):
    make_figure(metric="releases", unit="detentions", value=35, period_from="2024-08", period_to="2024-08")
    found = specification(ask("releases", "2024", by="month"))

    assert [mark["letter"] for mark in found["datasets"]["marks"]] == ["a"]
    assert "– 35 detentions, by" in re.sub(r"\s+", " ", words_in(found))


def test_a_figure_far_beyond_ours_stands_at_the_edge_so_that_our_bars_can_be_seen(records):
    make_figure(metric="releases", value=30_000, period_from="2024-08", period_to="2024-08")
    found = specification(ask("releases", "2024", by="month"))
    figure = next(figure for figure in found["datasets"]["marks"] if figure["value"] == 30_000)

    assert figure["beyond"] is True
    assert figure["shown_at"] < 100


def test_rule_19_groups_that_do_not_add_up_say_so_in_the_picture(records):
    assert "they do not add up" in words_in(specification(ask("arrests", "", group="charge")))


def test_rule_20_no_chart_by_month_knows_of_a_withheld_person(records):
    before = specification(ask("arrests", "2024", by="month"))["datasets"]["rows"]
    make_prisoner(publication="withheld", held=[("2024-03-03",)])

    found = specification(ask("arrests", "2024", by="month"))

    assert found["datasets"]["rows"] == before
    assert "names are withheld count in totals by country and whole years only" in words_in(found)


def test_source_cut_off_changeset_and_address_are_printed(records):
    series = ask("releases", "2024", by="month")
    words = words_in(specification(series)).replace(" ", "")

    assert f"asknownon15January2026,changeset{series.changeset},method{series.method}." in words
    assert "/counts/releases/?country=BY&from=2024&to=2024&by=month" in words


def test_a_zone_is_where_its_bar_is_drawn(records):
    series = ask("releases", "2024", by="month")
    chart = chart_of(series)
    [bar] = [part for part in svg_of(series).iter(f"{SVG}path") if part.get("fill") == "#1a5066"][:1]
    left, wide = (float(number) for number in re.findall(r"M([\d.]+),[\d.]+h([\d.]+)", bar.get("d") or "")[0])

    box = chart.specification["usermeta"]["zones"][6]["box"]

    assert box[0] * chart.width <= left <= left + wide <= box[2] * chart.width


def test_the_specification_is_pinned_and_draws_from_its_own_data(records, client):
    found = client.get("/counts/releases.vl.json?from=2024&to=2024&by=month").json()

    assert found["$schema"] == SCHEMA
    assert f"v{VEGA_LITE}.json" in SCHEMA
    assert '"url"' not in str(found).replace("'", '"')


def test_only_the_groups_with_the_highest_numbers_are_drawn_and_the_picture_says_so(records):
    for country in ("AM", "AZ", "CN", "CU", "GE", "IR", "KG", "KZ", "MD", "RU", "TJ", "TM", "UA", "UZ"):
        make_prisoner(country=country, held=[("2023-05", "2024-05-05")])
    found = specification(ask("releases", "2023/2024", by="year", group="country", country="all"))

    assert {row["panel"] for row in found["datasets"]["rows"]} == {None, *range(12)}
    assert "3 more are in the table" in words_in(found)


@pytest.mark.parametrize("ending", [".svg", ".png", ".vl.json"])
def test_more_periods_than_a_picture_can_show_are_refused_in_words(client, ending):
    refusal = client.get(f"/counts/deaths{ending}?by=day&from=2022-11&to=2024")

    assert refusal.status_code == 400
    assert f"A picture shows at most {MOST_PERIODS} periods" in refusal.content.decode()


def test_a_page_with_too_many_periods_for_a_picture_has_its_table_and_says_why_not(client, records, monkeypatch):
    monkeypatch.setattr("counts.charts.cells.MOST_PERIODS", 11)
    page = client.get("/counts/arrests/?by=month&from=2024&to=2024").content.decode()

    assert "A picture shows at most 11 periods" in page
    assert "<table" in page
    assert "<picture>" not in page


def test_a_page_has_the_picture_for_each_screen_and_what_to_copy(client, records):
    page = client.get("/counts/releases/?from=2024&to=2024").content.decode()

    for looks in ("", "&amp;scheme=dark", "&amp;width=narrow", "&amp;scheme=dark&amp;width=narrow"):
        assert f'"/counts/releases.svg?country=BY&amp;from=2024&amp;to=2024{looks}"' in page
    assert "&lt;a href=&quot;http" in page
    assert "“Releases, Belarus, 2024”. Source: " in page
