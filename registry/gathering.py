"""gunicorn's threads, fed with whole requests only: who sends a byte a second waits at the door and holds no thread."""

from __future__ import annotations

import re
import time
from selectors import EVENT_READ
from typing import Any

from gunicorn.workers.gthread import ThreadWorker

# A request has to be here so many seconds after its connection began to send it.
SECONDS_TO_SEND = 30
READ_AT_ONCE = 64 * 1024
# What is longer is handed to a thread with the rest still to come. Forms are shorter, a pasted report too.
LONGEST_GATHERED = 1_000_000
LONGEST_HEAD = 64 * 1024
END_OF_HEAD = b"\r\n\r\n"
LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d{1,12})[ \t]*\r\n", re.IGNORECASE)
CHUNKED = re.compile(rb"\r\ntransfer-encoding:[^\r\n]*chunked", re.IGNORECASE)
WAITS_FOR_A_WORD = re.compile(rb"\r\nexpect:[ \t]*100-continue", re.IGNORECASE)
GO_ON = b"HTTP/1.1 100 Continue\r\n\r\n"


class GatheringWorker(ThreadWorker):
    """Reads each request in its one loop, which waits for all connections at once, and hands whole ones to threads."""

    def enqueue_req(self, conn: Any) -> None:
        """Every way to a thread leads through here, in the loop's own thread."""
        conn.gathered = conn.parser.unreader.take_buffered() if conn.parser else b""
        conn.was_told_to_go_on = False
        conn.sock.setblocking(False)
        if self.reads_on(conn):
            conn.timeout = time.monotonic() + SECONDS_TO_SEND
            self.pending_conns.append(conn)
            self.poller.register(conn.sock, EVENT_READ, lambda _socket: self.reads_on(conn, registered=True))

    def reads_on(self, conn: Any, *, registered: bool = False) -> bool:
        """Take what has come. False when the connection needs no more of the loop: it has a thread, or is closed."""
        try:
            piece = conn.sock.recv(READ_AT_ONCE)
        except BlockingIOError:
            piece = None
        except OSError:
            piece = b""
        conn.gathered += piece or b""
        if piece != b"" and not is_whole(conn.gathered):
            tell_to_go_on(conn)
            return True
        if registered:
            self.poller.unregister(conn.sock)
            self.pending_conns.remove(conn)
        if conn.gathered:
            conn.data_ready = True
            super().enqueue_req(conn)
        else:
            self.nr_conns -= 1
            conn.close()
        return False

    def handle(self, conn: Any) -> Any:
        """In a thread: give the parser what was gathered, then go on as gunicorn does."""
        conn.init()
        conn.parser.unreader.unread(conn.gathered)
        conn.gathered = b""
        return super().handle(conn)


def is_whole(gathered: bytes) -> bool:
    """Whether a thread would have to wait for nothing more, or for so much that it is not kept here."""
    head, end, body = gathered.partition(END_OF_HEAD)
    if not end:
        return len(gathered) > LONGEST_HEAD
    if len(gathered) > LONGEST_GATHERED:
        return True
    lines = head + b"\r\n"
    if CHUNKED.search(lines):
        return body.endswith(b"0\r\n\r\n")
    length = LENGTH.search(lines)
    return length is None or len(body) >= int(length[1])


def tell_to_go_on(conn: Any) -> None:
    """Some clients send a long body only when they are told to."""
    if not conn.was_told_to_go_on and END_OF_HEAD in conn.gathered and WAITS_FOR_A_WORD.search(conn.gathered):
        conn.was_told_to_go_on = True
        try:
            conn.sock.send(GO_ON)
        except OSError:
            return
