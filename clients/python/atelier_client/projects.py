from __future__ import annotations

from typing import Any, Optional, Sequence

from .queries import given, segment
from .result import Result
from .transport import Transport


class Projects:
    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def create(
        self,
        name: str,
        description: Optional[str] = None,
        tags: Optional[Sequence[str]] = None,
        *,
        idempotency_key: Optional[str] = None,
    ) -> Result:
        body = given(name=name, description=description, tags=tags)
        return self._transport.post_once("/projects", body, idempotency_key)

    def list(
        self,
        limit: Optional[int] = None,
        offset: Optional[int] = None,
        sort: Optional[str] = None,
        order: Optional[str] = None,
        tags: Optional[Sequence[str]] = None,
    ) -> Result:
        """``projects``, ``total`` and ``has_more``. A project is listed when it has all the tags."""
        query = {"limit": limit, "offset": offset, "sort": sort, "order": order, "tags": tags}
        return self._transport.get("/projects", query)

    def get(self, project_id: str) -> Result:
        """With its newest 100 ``items``."""
        return self._transport.get(f"/projects/{segment(project_id)}")

    def update(self, project_id: str, **changes: Any) -> Result:
        """Changes ``name``, ``description`` or ``tags``; None clears the last two."""
        return self._transport.patch(f"/projects/{segment(project_id)}", changes)

    def delete(self, project_id: str) -> Result:
        """Deletes it and its items."""
        return self._transport.delete(f"/projects/{segment(project_id)}")
