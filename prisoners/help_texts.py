"""What the forms of the admin teach about people's records, beside what the models themselves say."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from prisoners import models
from registry.forms import teach

AFTER_EFFECT = _("Out of prison is not yet free. “Not known” unless a source says yes or no.")


def teach_editors() -> None:
    teach(
        models.Recognition,
        act=_("What was done on that day. “After release” for people first recognised once they were out."),
        definition=_("The definition that those who recognise name themselves. “Not stated” if they name none."),
    )
    teach(
        models.Detention,
        proceeding=_(
            "Criminal or administrative, as a source says. “Not known” if none does: never guess from the length."
        ),
    )
    teach(
        models.Release,
        restrictions_remain=AFTER_EFFECT,
        left_the_country=_("Whether the person went or was taken abroad. “Not known” unless a source says yes or no."),
        documents_taken=_("Such as a passport that was not given back. “Not known” unless a source says yes or no."),
    )
    teach(
        models.Charge,
        stage=_("How far this article came: charged, then convicted, dropped or acquitted."),
    )
    teach(
        models.Conviction,
        sentence=_(
            "What the verdict orders, before any appeal. Open-type facility and home confinement are no prison."
        ),
        in_absentia=_("Tick if the court judged someone who was not there, such as a person abroad."),
    )
    teach(
        models.Appeal,
        outcome=_("What the higher court did with the verdict. The verdict itself stays as it was given."),
    )
    teach(
        models.Request,
        prisoner=_("Whom it is about; empty if the registry has no record of them."),
        kind=_("Withhold hides the identity and keeps the count. Correct mends a record. Remove takes words out."),
        received_on=_("The day on which it reached the registry."),
        decision=_("Open until someone has decided. Deciding here changes no record by itself."),
        decided_on=_("Empty while it is open."),
        review_on=_("When to look at it again, if it was granted for a time."),
        notes=_("For other editors: why it was decided so. No more about the person than is needed."),
    )
