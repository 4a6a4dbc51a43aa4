"""Drawing: bounded, out of the readers' way, never fetching anything, once for each version; and how it is sent."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from threading import BoundedSemaphore, Thread
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import caches
from hypothesis import given
from hypothesis import settings as tried
from hypothesis import strategies as st

from counts.charts import drawing
from counts.charts.drawing import Drawer, DrawingError, drawer
from counts.charts.lettering import shortened, width_of, wrapped
from counts.charts.palettes import PALETTES
from counts.charts.scales import fit, period_marks, round_ticks
from counts.charts.specification import SCHEMA, VEGA_LITE
from counts.charts.views import CHART_PARAMETERS
from counts.periods import Period, split
from tests.factories import make_prisoner

widely = tried(deadline=None, max_examples=2000 if os.environ.get("TEST_LONG") else 50)
NUMBERS = "/counts/arrests.svg?from=2024&to=2024"


def texts(words: str, number: int = 1) -> dict[str, Any]:
    """A specification of words; measuring each takes its time."""
    values = [{"x": place, "text": f"{words} {place}"} for place in range(number)]
    axis = {"field": "text", "type": "ordinal"}
    return {"$schema": SCHEMA, "data": {"values": values}, "mark": "bar", "encoding": {"x": axis}}


def test_an_address_in_a_specification_is_refused_and_nothing_is_fetched():
    asking = {"$schema": SCHEMA, "data": {"url": "http://127.0.0.1:9/rows.json"}, "mark": "point"}

    with pytest.raises(DrawingError, match="not allowed"):
        drawer.draw(asking, VEGA_LITE, "svg")


def test_a_refusal_does_not_end_the_renderer():
    with pytest.raises(DrawingError):
        drawer.draw({"mark": 5}, VEGA_LITE, "svg")

    first = drawer.process
    assert drawer.draw(texts("fine"), VEGA_LITE, "svg").startswith(b"<svg")
    assert drawer.process is first


def test_slow_drawings_do_not_stop_other_threads():
    drawer.draw(texts("started"), VEGA_LITE, "svg")
    slow = [Thread(target=drawer.draw, args=(texts("slow", 60), VEGA_LITE, "svg")) for _number in range(2)]
    for thread in slow:
        thread.start()
    moments = 0
    while any(thread.is_alive() for thread in slow):
        slow[-1].join(0.005)
        moments += 1

    assert moments > 20


def test_a_drawing_that_takes_too_long_is_ended(monkeypatch):
    impatient = Drawer()
    monkeypatch.setattr(drawing, "LONGEST_SECONDS", 0.1)

    with pytest.raises(DrawingError, match="too long"):
        impatient.draw(texts("slow", 400), VEGA_LITE, "svg")

    assert impatient.process is None


class Rested(Drawer):
    """Its renderer ends for want of work at the moment it is asked; the next one draws."""

    def started(self) -> Any:
        if self.process is None:
            self.process = subprocess.Popen([sys.executable, "-c", ""], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
            self.process.wait()
            return self.process
        return drawer.started()

    def stop(self) -> None:
        if self.process:
            self.process.communicate()


def test_a_renderer_that_went_to_rest_is_started_again():
    assert Rested().draw(texts("second"), VEGA_LITE, "svg").startswith(b"<svg")


def test_the_renderer_knows_none_of_our_secrets(monkeypatch):
    started: list[dict[str, Any]] = []
    monkeypatch.setattr("counts.charts.drawing.subprocess.Popen", lambda _command, **how: started.append(how))

    Drawer().started()

    assert started[0]["env"].keys() == {"PATH", "LANG", "TZ"}


def test_cyrillic_letters_are_drawn_and_not_boxes():
    def picture(word: str) -> bytes:
        return drawer.draw(texts(word), VEGA_LITE, "png")

    assert picture("Ж") != picture("Щ")


def test_png_is_twice_the_size_and_packed():
    svg, png = (drawer.draw(texts("size"), VEGA_LITE, form) for form in ("svg", "png"))
    [wide] = re.findall(rb'^<svg[^>]* width="(\d+)"', svg)

    assert png.startswith(b"\x89PNG")
    assert int.from_bytes(png[16:20]) == 2 * int(wide)


# --- How it is sent ---


@pytest.mark.django_db
def test_an_unchanged_picture_is_not_sent_again_and_a_changed_one_is(client):
    tag = client.get(NUMBERS)["ETag"]
    unchanged = client.get(NUMBERS, headers={"If-None-Match": tag})
    make_prisoner(held=[("2024-05-05",)])
    changed = client.get(NUMBERS, headers={"If-None-Match": tag})

    assert (unchanged.status_code, unchanged.content, unchanged["ETag"]) == (304, b"", tag)
    assert (changed.status_code, changed["ETag"] != tag) == (200, True)


@pytest.mark.django_db
def test_a_picture_is_drawn_once_for_each_version(client, monkeypatch):
    first = client.get(NUMBERS).content
    monkeypatch.setattr("counts.charts.pictures.drawer", None)

    assert client.get(NUMBERS).content == first


@pytest.mark.django_db
@pytest.mark.parametrize("ending", ["svg", "png"])
def test_pictures_may_be_embedded_by_other_sites_and_pages_may_not(client, ending):
    page, picture = client.get("/counts/deaths/"), client.head(f"/counts/deaths.{ending}")

    assert page["Cross-Origin-Resource-Policy"] == "same-origin"
    assert picture["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert (picture.status_code, picture.content, int(picture["Content-Length"]) > 1000) == (200, b"", True)


@pytest.mark.django_db
@pytest.mark.parametrize(("query", "right"), [("scheme=pink", "light, dark, print"), ("width=5", "wide, narrow")])
def test_wrong_looks_are_refused_in_words(client, query, right):
    refusal = client.get(f"/counts/deaths.png?{query}")

    assert refusal.status_code == 400
    assert right in refusal.content.decode()


@pytest.mark.django_db
def test_looks_are_parameters_of_pictures_alone(client):
    assert client.get("/counts/deaths/?scheme=dark").status_code == 400
    assert {"scheme", "width"} <= CHART_PARAMETERS.one


@pytest.mark.django_db
def test_too_many_waiting_for_a_picture_are_told_to_come_again(client, monkeypatch):
    caches["charts"].clear()
    monkeypatch.setattr("counts.charts.pictures.drawer.waiting", BoundedSemaphore(1))
    drawer.waiting.acquire()

    answer = client.get(NUMBERS)

    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert "The same numbers are on the page" in answer.content.decode()


# --- How it looks ---


def colours_of(part: str) -> dict[str, str]:
    return dict(re.findall(r"--([\w-]+): (#\w+)", part))


@pytest.mark.parametrize(
    ("scheme", "begins"), [("light", ":root {"), ("dark", "(prefers-color-scheme: dark)"), ("print", "@media print")]
)
def test_colours_are_those_of_the_site(scheme, begins):
    sheet = (settings.BASE_DIR / "static" / "site.css").read_text()
    site = colours_of(sheet.split(begins, 1)[1].split("}", 1)[0])
    palette = PALETTES[scheme]

    for name in ("paper", "ink", "soft", "line", "named", "unnamed", "unnamed_fill", "possible"):
        assert long_form(getattr(palette, name)) == long_form(site[name.replace("_", "-")]), name


def long_form(colour: str) -> str:
    return colour if len(colour) == 7 else "#" + "".join(letter * 2 for letter in colour[1:])


def lightness(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(share * part for share, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one: str, other: str) -> float:
    low, high = sorted((lightness(one), lightness(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("palette", PALETTES.values(), ids=PALETTES)
def test_words_and_bars_stand_apart_without_colour(palette):
    """By lightness alone, as in a newspaper and for the colour-blind: WCAG's 4.5 for words, 3 for marks."""
    assert min(contrast(palette.ink, palette.paper), contrast(palette.soft, palette.paper)) >= 4.5
    assert min(contrast(palette.named, palette.unnamed_fill), contrast(palette.named, palette.paper)) >= 3
    assert min(contrast(palette.unnamed, palette.paper), contrast(palette.alert, palette.paper)) >= 3


@widely
@given(st.text(), st.floats(20, 700))
def test_lines_keep_every_letter_and_are_not_too_wide(text, most):
    lines = wrapped(text, 12, most)

    assert "".join(lines).replace(" ", "") == "".join(text.split())
    assert all(width_of(line, 12) <= most or len(line) == 1 for line in lines)


def test_a_text_cut_short_says_so():
    assert shortened(["one", "two", "three"], 2) == ["one", "two …"]


@widely
@given(st.integers(0, 10_000_000), st.integers(2, 6))
def test_ticks_are_round_reach_the_highest_and_are_not_many(highest, about):
    ticks = round_ticks(highest, about)

    assert ticks[0] == 0
    assert max(highest, 1) <= ticks[-1]
    assert len(ticks) <= about + 2


@widely
@given(st.dates(), st.integers(0, 2000), st.sampled_from(["day", "month", "quarter", "year"]), st.floats(0.3, 90))
def test_periods_are_written_where_they_stand_apart(first, days, by, band):
    last = first.fromordinal(min(first.toordinal() + days, first.max.toordinal()))
    periods = list(split(Period(first, last), by))

    marks = period_marks(periods, by, band, 12)

    assert marks
    assert fit(marks, band, 12)
