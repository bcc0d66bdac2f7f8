"""What is sent again, and when."""

from __future__ import annotations

import random
import time
from email.utils import parsedate_to_datetime
from typing import Optional

RETRIED_STATUSES = frozenset({429, 502, 503, 504})

_FIRST_WAIT_S = 0.5
_LONGEST_BACKOFF_S = 8.0


def retry_after_seconds(header: Optional[str]) -> Optional[float]:
    """Of a Retry-After header, which has seconds or a date; None where there is none that can be read."""
    if header is None:
        return None
    if header.strip().isdigit():
        return float(header)
    try:
        return max(0.0, parsedate_to_datetime(header).timestamp() - time.time())
    except (TypeError, ValueError):
        return None


def wait_before(attempt: int, retry_after: Optional[float]) -> float:
    """Seconds before the attempt of this number, of which the first retry is 1. Never less than the server asks for."""
    if retry_after is not None:
        return retry_after + random.uniform(0, min(1.0, retry_after / 10))
    backoff = min(_LONGEST_BACKOFF_S, _FIRST_WAIT_S * 2 ** (attempt - 1))
    return random.uniform(backoff / 2, backoff)
