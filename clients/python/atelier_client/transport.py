"""Requests with a key, sent again where that helps; answers become results or errors."""

from __future__ import annotations

import http.client
import json
import time
import uuid
from dataclasses import dataclass, field, replace
from typing import Any, BinaryIO, Dict, Mapping, Optional

from .answers import error_of, result_of
from .connection import Address, Answer, Body, NotSent, exchange
from .errors import APIConnectionError, APIError
from .multipart import FileForm
from .queries import query_of
from .result import Result, plain
from .retries import RETRIED_STATUSES, retry_after_seconds, wait_before


@dataclass
class Request:
    method: str
    path: str
    headers: Dict[str, str] = field(default_factory=dict)
    data: Optional[bytes] = None
    form: Optional[FileForm] = None
    sink: Optional[BinaryIO] = None
    repeatable: bool = True
    """Whether doing it twice is as good as once."""

    def body(self) -> Body:
        return self.data if self.form is None else self.form.pieces()


class Transport:
    def __init__(self, api_key: str, base_url: str, timeout: float, retries: int, max_wait: float) -> None:
        if not api_key or not all("!" <= character <= "~" for character in api_key):
            raise ValueError("api_key must be a key as the server gave it: printable characters without spaces.")
        self._api_key = api_key
        self._address = Address(base_url)
        self._timeout = timeout
        self._retries = retries
        self._max_wait = max_wait

    def get(self, path: str, query: Optional[Mapping[str, Any]] = None) -> Result:
        return result_of(self._send(Request("GET", path + query_of(query or {}))))

    def post(self, path: str, body: Optional[Mapping[str, Any]] = None, repeatable: bool = False) -> Result:
        return result_of(self._send(_with_json(Request("POST", path, repeatable=repeatable), body)))

    def post_once(self, path: str, body: Mapping[str, Any], idempotency_key: Optional[str]) -> Result:
        """For what the server does once for each Idempotency-Key, however often it is sent."""
        headers = {"Idempotency-Key": idempotency_key or str(uuid.uuid4())}
        return result_of(self._send(_with_json(Request("POST", path, headers), body)))

    def patch(self, path: str, body: Mapping[str, Any]) -> Result:
        return result_of(self._send(_with_json(Request("PATCH", path), body)))

    def delete(self, path: str) -> Result:
        return result_of(self._send(Request("DELETE", path)))

    def upload(self, path: str, form: FileForm) -> Result:
        headers = {"Content-Type": form.content_type, "Content-Length": str(form.length)}
        return result_of(self._send(Request("POST", path, headers, form=form, repeatable=False)))

    def download(self, path: str, sink: BinaryIO) -> None:
        self._send(Request("GET", path, sink=sink, repeatable=sink.seekable()))

    def _send(self, request: Request) -> Answer:
        """Raises an APIError once trying again does not help, or would take longer than `max_wait`."""
        start = request.sink.tell() if request.sink is not None and request.repeatable else None
        attempt = 0
        while True:
            attempt += 1
            try:
                return self._attempt(request)
            except _Failed as failed:
                wait = wait_before(attempt, failed.retry_after)
                if not failed.again or attempt > self._retries or wait > self._max_wait:
                    raise failed.error from None
            time.sleep(wait)
            if request.sink is not None and start is not None:
                request.sink.seek(start)
                request.sink.truncate()

    def _attempt(self, request: Request) -> Answer:
        headers = {"Authorization": f"Bearer {self._api_key}", "Accept": "application/json", **request.headers}
        message = (request.method, request.path, headers, request.body())
        try:
            answer = exchange(self._address, message, self._timeout, request.sink)
        except NotSent as error:
            raise _Failed(APIConnectionError(f"The server was not reached: {error}."), True) from None
        except (OSError, http.client.HTTPException) as error:
            reason = str(error) or type(error).__name__
            raise _Failed(APIConnectionError(f"The connection broke: {reason}."), request.repeatable) from None
        if answer.status < 300:
            return answer
        # What was refused for its rate has done nothing, so that it can always be sent again.
        again = answer.status == 429 or (request.repeatable and answer.status in RETRIED_STATUSES)
        retry_after = retry_after_seconds(answer.headers.get("Retry-After"))
        raise _Failed(error_of(answer, retry_after, self._api_key), again, retry_after)


class _Failed(Exception):
    """An attempt that failed, and whether another may help."""

    def __init__(self, error: APIError, again: bool, retry_after: Optional[float] = None) -> None:
        self.error = error
        self.again = again
        self.retry_after = retry_after


def _with_json(request: Request, body: Optional[Mapping[str, Any]]) -> Request:
    if body is None:
        return request
    headers = {**request.headers, "Content-Type": "application/json"}
    return replace(request, headers=headers, data=json.dumps(plain(body)).encode())
