"""The admin in a real browser: nothing inline, nothing foreign, and the everyday clicks work."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from pardons.models import Identification
from prisoners.models import Detention, Prisoner
from tests.editors import list_of, page_of, sign_in, signed_in
from tests.factories import make_announcement, make_prisoner

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LISTEN = """
document.addEventListener('securitypolicyviolation', event => console.error(
    'CSP ' + event.violatedDirective + ' ' + event.blockedURI + ' ' + event.sourceFile + ' ' + event.sample));
"""


@pytest.fixture
def complaints(page: Any) -> list[str]:
    """What the browser complains of: violations of the policy, and errors of scripts."""
    heard: list[str] = []
    page.add_init_script(LISTEN)
    page.on("console", lambda message: heard.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: heard.append(str(error)))
    return heard


def test_pages_keep_to_the_content_security_policy(page: Any, live_server: Any, complaints: list[str]) -> None:
    person = make_prisoner(held=[("2020-08-09", "2020-08-24")])
    announcement = make_announcement()
    sign_in(page, live_server, signed_in("administrator"))

    records = [person, person.detentions.get(), announcement]
    addresses = [reverse("admin:index"), list_of(Prisoner), list_of(Prisoner, "add"), list_of(Detention)]
    for address in [*addresses, *map(page_of, records), page_of(person, "history")]:
        page.goto(live_server.url + address, wait_until="networkidle")

    assert complaints == []


def test_person_is_identified_by_choosing_a_name(page: Any, live_server: Any, complaints: list[str]) -> None:
    make_prisoner("Jana Exemplar")
    announcement = make_announcement()
    sign_in(page, live_server, signed_in("reviewer"))

    page.goto(live_server.url + page_of(announcement))
    page.click("#identifications-group .field-prisoner .select2-selection >> nth=0")
    page.fill(".select2-search__field", "exemplar")
    page.click(".select2-results__option:has-text('Jana Exemplar')")
    page.check("input[name=nature][value=new_fact]")
    page.fill("#id_why", "Named by a source.")
    page.click("input[name=_save]")

    page.wait_for_selector(".messagelist .success")
    assert Identification.objects.get().pardon is not None
    assert complaints == []
