"""The craudioviz API of an Atelier server."""

from .client import CRAudioViz
from .errors import APIConnectionError, APIError, JobFailedError, JobTimeoutError, RateLimitError
from .result import Result
from .signatures import verify_webhook

__all__ = [
    "APIConnectionError",
    "APIError",
    "CRAudioViz",
    "JobFailedError",
    "JobTimeoutError",
    "RateLimitError",
    "Result",
    "verify_webhook",
]
