"""What keeps readers out of the log: it says what happened, never who asked for what."""

from __future__ import annotations

import logging
import re
import traceback

QUERY_STRING = re.compile(r"(/[^\s?]*)\?[^\s'\"]*")


class WithoutReaders(logging.Filter):
    """Cuts query strings out of messages, from failures what they say, and from refusals everything but their kind.

    Django's refusals quote what the browser sent: a referrer, a host, an origin. A failure often quotes what was typed.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        if record.name.startswith("django.security"):
            record.msg, record.args = "A request was refused.", ()
            record.exc_info = record.exc_text = None
        else:
            record.msg, record.args = QUERY_STRING.sub(r"\1", record.getMessage()), ()
            if record.exc_info and record.exc_info[1]:
                record.exc_text = places_of(record.exc_info[1])
        return True


def places_of(failure: BaseException) -> str:
    """Where a failure happened, and of which kind it and its causes were."""
    cause = failure.__cause__ or failure.__context__
    before = f"{places_of(cause)}\n" if cause else ""
    return f"{before}{''.join(traceback.format_tb(failure.__traceback__))}{type(failure).__qualname__}"
