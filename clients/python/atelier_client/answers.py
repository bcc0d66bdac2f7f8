"""What an answer says: a result or an error."""

from __future__ import annotations

import json
import time
from typing import Any, Optional

from .connection import Answer
from .errors import APIError, RateLimitError
from .result import Result


def result_of(answer: Answer) -> Result:
    body = _json(answer)
    if not isinstance(body, dict):
        raise APIError("unexpected_answer", "The answer is no JSON object; is base_url right?", answer.status)
    return Result(body)


def error_of(answer: Answer, retry_after: Optional[float], secret: str) -> APIError:
    """The error of an answer, which never holds the secret."""
    body = _json(answer, secret)
    said = body.get("error") if isinstance(body, dict) else None
    said = said if isinstance(said, dict) else {}
    details = said.get("details")
    error = APIError(
        str(said.get("code", "unexpected_answer")),
        str(said.get("message", f"The server answered with status {answer.status}.")),
        answer.status,
        details if isinstance(details, dict) else None,
        answer.headers.get("X-Request-Id"),
    )
    return RateLimitError(error, _until_reset(answer, retry_after)) if answer.status == 429 else error


def _until_reset(answer: Answer, retry_after: Optional[float]) -> float:
    if retry_after is not None:
        return retry_after
    reset = answer.headers.get("X-RateLimit-Reset", "")
    return max(0.0, float(reset) - time.time()) if reset.isdigit() else 0.0


def _json(answer: Answer, secret: str = "") -> Any:
    try:
        text = answer.body.decode()
        return json.loads(text.replace(secret, "***") if secret else text)
    except ValueError:
        return None
