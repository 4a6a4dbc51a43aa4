"""Invented reports for the desk's tests, and the desk's forms as a browser sends them."""

from __future__ import annotations

import html
import re
from functools import cache
from typing import Any

from django.db import transaction
from django.test import Client
from django.urls import reverse

from registry.identifiers import new_public_id
from tests.editors import signed_in

# Equivalent to the worked example of docs/counting.md, in words of our own; every person in it is invented.
REPORT = """Thirty prisoners pardoned, says the presidential office

President Igor Exemplar has pardoned 30 prisoners who were convicted after the protests, the presidential office said on Friday. Fourteen women and 16 men were pardoned, it added, and did not give their names.

Example Rights Watch says that about 1,400 political prisoners are behind bars.

More than 35,000 people were arrested after the election of 2020.

In July the authorities released 18 political prisoners who were gravely ill, including opposition leader Maryla Musterska, who has cancer.
"""  # noqa: E501
PASTED = {
    "text": REPORT,
    "url": "https://news.example/thirty",
    "publisher": "Example Agency",
    "published_on": "2024-08-16",
    "country": "BY",
    "kind": "news",
    "access": "public",
}


def fields_of(page: str) -> dict[str, str]:
    """What a browser would send of a page's forms, untouched."""
    found: dict[str, str] = {}
    for tag in re.findall(r"<input[^>]*>", page):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and (("checkbox" not in tag and "radio" not in tag) or "checked" in tag):
            found[name.group(1)] = html.unescape(value.group(1)) if value else "on" if "checkbox" in tag else ""
    for name, inside in re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>\n?(.*?)</textarea>', page, re.DOTALL):
        found[name] = html.unescape(inside)
    for name, inside in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', page, re.DOTALL):
        chosen = re.search(r'<option value="([^"]*)" selected', inside)
        found[name] = chosen.group(1) if chosen else ""
    return found


def paste(client: Client, **changes: str) -> Any:
    """Paste the report; the answer to it."""
    return client.post(reverse("desk-new"), PASTED | {"token": new_public_id()} | changes)


@cache
def untouched() -> dict[str, str]:
    """The fields of the page that the invented report leads to where nothing else is recorded: the same each time."""
    with transaction.atomic():
        editor = signed_in("editor", "reads-the-page")
        found = fields_of(editor.get(paste(editor)["Location"]).content.decode())
        transaction.set_rollback(True)
    return found


def entered(client: Client, answer: str = "may_overlap", step: str = "review") -> str:
    """Paste the report and enter all of it; the address of the entry."""
    address = paste(client)["Location"]
    return str(client.post(address, untouched() | {"a1-vs-a0": answer, "step": step})["Location"])


def send(client: Client, address: str, step: str, **changes: str) -> Any:
    """Open the page of a report, change some of it and press a button. `a0__kind` stands for the field a0-kind."""
    typed = fields_of(client.get(address).content.decode())
    entered = {name.replace("__", "-"): value for name, value in changes.items()}
    return client.post(address, typed | entered | {"step": step})
