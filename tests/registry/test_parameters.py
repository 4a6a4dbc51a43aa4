"""Query strings: one canonical form, and errors that name the parameter."""

import json
from urllib.parse import urlencode

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from registry.parameters import Parameters, address, canonical_query

KNOWN = Parameters.of(one=["q", "from"], many=["sex", "country"])


@canonical_query(KNOWN)
def answer(request: HttpRequest) -> HttpResponse:
    return HttpResponse("answered")


def ask(query: str, path: str = "/prisoners/", method: str = "GET") -> HttpResponse:
    return answer(RequestFactory().generic(method, path, QUERY_STRING=query))


def test_canonical_address_is_answered():
    assert ask("sex=female,male&q=Jan").status_code == 200


@pytest.mark.parametrize(
    ("given_query", "canonical"),
    [
        ("sex=female&sex=male", "/prisoners/?sex=female,male"),
        ("q=&sex=female", "/prisoners/?sex=female"),
        ("sex=female,&q=Jan", "/prisoners/?sex=female&q=Jan"),
        ("sex=male,male", "/prisoners/?sex=male"),
        ("q=%20Jan%20", "/prisoners/?q=Jan"),
        ("q=&q=Jan", "/prisoners/?q=Jan"),
        ("utm_source=x&fbclid=1&gclid=2", "/prisoners/"),
        ("q=%D0%A0%D1%8B%D0%B3%D0%BE%D1%80&utm_medium=y", "/prisoners/?q=%D0%A0%D1%8B%D0%B3%D0%BE%D1%80"),
    ],
)
def test_forms_and_trackers_are_redirected_to_the_canonical_address(given_query: str, canonical: str):
    response = ask(given_query)

    assert response.status_code == 302
    assert response["Location"] == canonical


def test_redirect_stays_on_the_site_whatever_the_path():
    assert address("//elsewhere.example/", []) == "/%2Felsewhere.example/"


@pytest.mark.django_db
def test_unknown_parameter_is_named_with_a_hint(client):
    response = client.get("/prisoners/?sexx=female")

    assert response.status_code == 400
    assert "<code>sexx</code>" in response.content.decode()
    assert "Did you mean “sex”?" in response.content.decode()


@pytest.mark.parametrize("path", ["/prisoners.json", "/counts/releases.json"])
def test_error_of_a_json_address_is_json(path: str):
    response = ask("sexx=female", path=path)

    assert response.status_code == 400
    assert json.loads(response.content)["parameter"] == "sexx"


def test_error_of_a_file_is_plain_text():
    response = ask("from=2024&from=2025", path="/prisoners.csv")

    assert response.status_code == 400
    assert response.content.decode() == "from: It takes one value, and 2 were given.\n"


@pytest.mark.parametrize("query", ["q=" + "x" * 501, "q=a%01b", "q=%FF", "q=%00"])
def test_value_that_is_no_text_or_too_long_is_refused(query: str):
    assert ask(query, path="/prisoners.csv").status_code == 400


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
def test_pages_can_only_be_read(method: str):
    response = ask("", method=method)

    assert response.status_code == 405
    assert response["Allow"] == "GET, HEAD"


@given(st.lists(st.tuples(st.sampled_from(["q", "from", "sex", "country", "utm_x"]), st.text(max_size=12)), max_size=6))
def test_canonical_address_leads_to_itself(pairs: list[tuple[str, str]]):
    """Whatever is asked is answered, refused, or sent on once to an address that is answered."""
    response = ask(urlencode(pairs), path="/prisoners.csv")

    if response.status_code == 302:
        assert answer(RequestFactory().get(response["Location"])).status_code == 200
    else:
        assert response.status_code in (200, 400)
