from __future__ import annotations

import time
from typing import Callable, Optional

from .errors import JobFailedError, JobTimeoutError
from .queries import segment
from .result import Result, with_id
from .transport import Transport

_FIRST_INTERVAL_S = 0.2
_LONGEST_INTERVAL_S = 5.0


class Jobs:
    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def get(self, job_id: str) -> Result:
        return with_id(self._transport.get(f"/jobs/{segment(job_id)}"), "job_id")

    def list(
        self,
        limit: Optional[int] = None,
        offset: Optional[int] = None,
        status: Optional[str] = None,
        project_id: Optional[str] = None,
    ) -> Result:
        """``jobs``, the newest first, ``total`` and ``has_more``. ``status`` is a state, such as ``running``."""
        query = {"limit": limit, "offset": offset, "status": status, "project_id": project_id}
        page = self._transport.get("/jobs", query)
        return Result({**page, "jobs": [with_id(job, "job_id").to_dict() for job in page.jobs]})

    def cancel(self, job_id: str) -> Result:
        answer = self._transport.post(f"/jobs/{segment(job_id)}/cancel", repeatable=True)
        return with_id(answer, "job_id")

    def wait(
        self,
        job_id: str,
        timeout: Optional[float] = None,
        on_progress: Optional[Callable[[Result], object]] = None,
    ) -> Result:
        """The result of the job once it is completed. ``on_progress`` gets the job whenever it has come further.

        Raises JobFailedError when it fails or is cancelled, and JobTimeoutError after so many seconds.
        """
        ends_at = None if timeout is None else time.monotonic() + timeout
        interval = _FIRST_INTERVAL_S
        seen = None
        while True:
            job = self.get(job_id)
            if on_progress is not None and (job.progress, job.get("message")) != seen:
                seen = (job.progress, job.get("message"))
                on_progress(job)
            if job.status == "completed":
                result: Result = job.result
                return result
            if job.status != "processing":
                raise JobFailedError(job)
            left = interval if ends_at is None else ends_at - time.monotonic()
            if left <= 0:
                raise JobTimeoutError(job, timeout or 0)
            time.sleep(min(interval, left))
            interval = min(interval * 1.5, _LONGEST_INTERVAL_S)
