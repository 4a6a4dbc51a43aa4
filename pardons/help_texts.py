"""What the forms of the admin teach about announcements, pardons and figures, beside what the models themselves say."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from pardons import models
from registry.forms import teach

LINK = _("Choose it if it is what shows that this person fills a place. All links may stay empty: one is then found.")


def teach_editors() -> None:
    teach(
        models.Announcement,
        kind=_(
            "What was done to them together. A pardon is an act of clemency, an amnesty a law for whole categories, "
            "which may only shorten terms. A running total over several acts is a reported figure instead."
        ),
        frees_number=_("Only if a number of them is freed: how many leave prison by this act."),
        political_by=_("Who says how many are political: an organisation, a politician, a news agency."),
        not_political_number=_("How many were found not to be political prisoners."),
        names_given=_("Whether those who announced it gave names. Some: only a few of them were named."),
    )
    teach(
        models.Identification,
        announcement=_("The act or wave in which this person fills one place. It adds nobody to the total."),
        prisoner=_("Whoever fills the place: once per announcement."),
        pardon=LINK,
        release=LINK,
        detention=_("For announcements of arrests: the detention that began."),
        conviction=_("For announcements of convictions: the verdict."),
        recognition=_("For announcements of recognitions: the act that recognised this person."),
    )
    teach(
        models.Pardon,
        effect=_(
            "What became of the verdict. A pardon may leave the conviction standing: “not known” unless a source says."
        ),
        outcome=_("What came of it for the person. Freed: enter the release as well, which ends the detention."),
        conditions=_("On what condition, as the source words it: barred from returning, an admission of guilt."),
    )
    teach(
        models.ReportedFigure,
        metric=_("What is counted. An arrest may last hours; current political prisoners are those held on a day."),
        unit=_("What one of them is. A person arrested twice is one person and two detentions."),
        measure=_("On a day, in a period, or ever so far: three numbers that are never compared with each other."),
        qualifier=_("The word beside the number: “about 1,400”, “over 35,000”. Kept and printed with it."),
    )
