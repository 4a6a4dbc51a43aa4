"""What axe finds serious on a page in the browser."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from axe_playwright_python.sync_playwright import Axe

if TYPE_CHECKING:
    from playwright.sync_api import Page

SERIOUS = ("serious", "critical")


def serious_complaints(page: Page, *rules: str) -> list[tuple[str, str, str]]:
    """The address, rule and first element of each serious complaint, by all rules of axe or by some."""
    # Of what is right only the names: the elements are found and sent for what is wrong alone.
    options: dict[str, Any] = {"resultTypes": ["violations"]} | ({"runOnly": list(rules)} if rules else {})
    # Half a megabyte, read once for each page.
    axe = Axe("") if page.evaluate("'axe' in window") else Axe()
    violations = axe.run(page, options=options).response["violations"]
    return [(page.url, each["id"], each["nodes"][0]["html"]) for each in violations if each["impact"] in SERIOUS]
