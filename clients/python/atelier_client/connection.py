"""One request and its answer, over a connection of its own, so that threads can share a client."""

from __future__ import annotations

import http.client
import ssl
from typing import BinaryIO, Dict, Iterable, Optional, Tuple, Union
from urllib.parse import urlsplit

_PIECE = 256 * 1024

Body = Union[bytes, Iterable[bytes], None]


class NotSent(Exception):
    """There was no connection, so the server cannot have seen anything of the request."""


class Answer:
    """A whole answer. ``body`` is empty where it went into a sink."""

    def __init__(self, status: int, headers: http.client.HTTPMessage, body: bytes) -> None:
        self.status = status
        self.headers = headers
        self.body = body


class Address:
    """Where the API is."""

    def __init__(self, base_url: str) -> None:
        parts = urlsplit(base_url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError("base_url must be an http or https address such as http://127.0.0.1:8000/v1.")
        if parts.username is not None or parts.password is not None:
            raise ValueError("base_url must not hold a user name or password; the key goes into api_key.")
        self.secure = parts.scheme == "https"
        self.host, self.port = parts.hostname, parts.port
        self.path = parts.path.rstrip("/")

    def connect(self, timeout: float) -> http.client.HTTPConnection:
        if not self.secure:
            return http.client.HTTPConnection(self.host, self.port, timeout=timeout)
        context = ssl.create_default_context()
        return http.client.HTTPSConnection(self.host, self.port, timeout=timeout, context=context)


def exchange(
    address: Address,
    request: Tuple[str, str, Dict[str, str], Body],
    timeout: float,
    sink: Optional[BinaryIO] = None,
) -> Answer:
    """Sends method, target, headers and body. A good answer goes into the sink where there is one.

    Raises NotSent, or OSError and HTTPException for what breaks later.
    """
    method, target, headers, body = request
    connection = address.connect(timeout)
    try:
        try:
            connection.connect()
        except OSError as error:
            raise NotSent(str(error)) from error
        try:
            connection.request(method, address.path + target, body=body, headers=headers)
        except (BrokenPipeError, ConnectionResetError):
            # A server that refuses an upload answers and stops reading; that answer says why.
            pass
        return _read(connection.getresponse(), sink)
    finally:
        connection.close()


def _read(response: http.client.HTTPResponse, sink: Optional[BinaryIO]) -> Answer:
    if sink is None or response.status != 200:
        return Answer(response.status, response.headers, response.read())
    expected, received = response.length, 0
    while True:
        piece = response.read(_PIECE)
        if not piece:
            break
        sink.write(piece)
        received += len(piece)
    if expected is not None and received < expected:
        raise http.client.IncompleteRead(b"", expected - received)
    return Answer(response.status, response.headers, b"")
