"""Everything that the client raises of its own is an APIError."""

from __future__ import annotations

from typing import Any, Mapping, Optional

from .result import Result


class APIError(Exception):
    """What was asked did not come about. ``status`` is None where no answer of the server says so."""

    def __init__(
        self,
        code: str,
        message: str,
        status: Optional[int] = None,
        details: Optional[Mapping[str, Any]] = None,
        request_id: Optional[str] = None,
    ) -> None:
        super().__init__(f"{message} ({code})")
        self.code = code
        self.message = message
        self.status = status
        self.details = dict(details or {})
        self.request_id = request_id


class RateLimitError(APIError):
    """Too many requests; the next one may be sent after ``retry_after`` seconds."""

    def __init__(self, error: APIError, retry_after: float) -> None:
        super().__init__(error.code, error.message, error.status, error.details, error.request_id)
        self.retry_after = retry_after


class APIConnectionError(APIError):
    """The server was not reached, or did not answer."""

    def __init__(self, message: str) -> None:
        super().__init__("connection_failed", message)


class JobFailedError(APIError):
    """The job has failed or was cancelled. ``job`` is the job as it ended."""

    def __init__(self, job: Result) -> None:
        error = job.get("error") or Result({"code": "cancelled", "message": "The job was cancelled."})
        details = error.get("details")
        super().__init__(error.code, error.message, details=details.to_dict() if details else None)
        self.job = job


class JobTimeoutError(APIError, TimeoutError):
    """The job had not ended in the time that ``wait`` was given. It goes on."""

    def __init__(self, job: Result, timeout: float) -> None:
        super().__init__("timeout", f"The job {job.id} has not ended within {timeout:g} seconds; it goes on.")
        self.job = job
