from __future__ import annotations

from typing import Any, Mapping, Optional, Sequence

from .queries import given, segment
from .result import Result, with_id
from .transport import Transport


class Tools:
    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def list(self) -> Result:
        """``tools``, each with its price and the schema of its inputs."""
        return self._transport.get("/tools")

    def execute(
        self,
        tool_id: str,
        request: Optional[Mapping[str, Any]] = None,
        *,
        project_id: Optional[str] = None,
        inputs: Optional[Mapping[str, Any]] = None,
        outputs: Optional[Sequence[str]] = None,
        idempotency_key: Optional[str] = None,
    ) -> Result:
        """Starts a job. ``request`` is the same as one mapping: ``{"project_id": …, "inputs": {…}}``."""
        body = {**(request or {}), **given(project_id=project_id, inputs=inputs, outputs=outputs)}
        path = f"/tools/{segment(tool_id)}/execute"
        return with_id(self._transport.post_once(path, body, idempotency_key), "job_id")
