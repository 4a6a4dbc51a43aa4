"""Counting attempts in the database, so that every process and machine counts together; no name or address is kept."""

from __future__ import annotations

import hashlib
import hmac
import time

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import connection, models
from django.utils.translation import gettext_lazy as _

SECONDS_A_DAY = 24 * 60 * 60
LET_ONE_THROUGH = """
INSERT INTO registry_tally AS kept (key, moments, ends_at)
VALUES (%(key)s, ARRAY[clock_timestamp()], clock_timestamp() + make_interval(secs => %(seconds)s))
ON CONFLICT (key) DO UPDATE SET
    moments = ARRAY(
        SELECT moment FROM unnest(kept.moments) AS moment
        WHERE moment > clock_timestamp() - make_interval(secs => %(seconds)s)
    ) || clock_timestamp(),
    ends_at = clock_timestamp() + make_interval(secs => %(seconds)s)
WHERE (
    SELECT count(*) FROM unnest(kept.moments) AS moment
    WHERE moment > clock_timestamp() - make_interval(secs => %(seconds)s)
) < %(most)s
RETURNING key
"""


class Tally(models.Model):
    """When something was last let through, under a keyed hash."""

    key = models.CharField(_("keyed hash"), max_length=64, primary_key=True)
    moments = ArrayField(models.DateTimeField(), verbose_name=_("let through at"))
    ends_at = models.DateTimeField(_("forgotten after"), db_index=True)

    private_fields = ("key", "moments", "ends_at")

    class Meta:
        verbose_name = _("tally")
        verbose_name_plural = _("tallies")
        default_permissions = ()

    def __str__(self) -> str:
        return self.key[:8]


def is_let_through(key: str, *, most: int, seconds: int) -> bool:
    """Whether this attempt is among the `most` that pass in any `seconds`. Only those that pass are counted.

    One statement: of attempts that come together on several machines no more pass.
    """
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM registry_tally WHERE ends_at < clock_timestamp()")
        cursor.execute(LET_ONE_THROUGH, {"key": key, "most": most, "seconds": seconds})
        return cursor.fetchone() is not None


def hash_of_the_day(purpose: str, what: str) -> str:
    """A name that nobody reads back without the secret key, and that is another one tomorrow (UTC)."""
    return keyed_hash(f"{int(time.time() // SECONDS_A_DAY)}|{purpose}|{what}")


def keyed_hash(text: str) -> str:
    return hmac.new(settings.SECRET_KEY.encode(), text.encode(errors="replace"), hashlib.sha256).hexdigest()
