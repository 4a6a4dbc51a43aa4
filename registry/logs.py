"""What keeps readers out of the log: it says what happened, never who asked for what."""

from __future__ import annotations

import logging
import re

QUERY_STRING = re.compile(r"(/[^\s?]*)\?[^\s'\"]*")


class WithoutReaders(logging.Filter):
    """Cuts query strings out of messages, and from refusals everything but their kind.

    Django's refusals quote what the browser sent: a referrer, a host, an origin.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        if record.name.startswith("django.security"):
            record.msg, record.args = "A request was refused.", ()
            record.exc_info = record.exc_text = None
        else:
            record.msg, record.args = QUERY_STRING.sub(r"\1", record.getMessage()), ()
        return True
