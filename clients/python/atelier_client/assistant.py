from __future__ import annotations

from typing import Any, Mapping, Optional

from .queries import given, segment
from .result import Result
from .transport import Transport


class Assistant:
    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def chat(self, message: str, context: Optional[Mapping[str, Any]] = None) -> Result:
        """Begins a chat: ``reply``, ``suggestions``, ``chat_id``. ``context`` takes the ``project_id`` of its jobs."""
        return self._transport.post("/ai/chat", given(message=message, context=context))

    def message(self, chat_id: str, message: str, context: Optional[Mapping[str, Any]] = None) -> Result:
        """Goes on with a chat."""
        body = given(message=message, context=context)
        return self._transport.post(f"/ai/chat/{segment(chat_id)}/message", body)

    def history(
        self,
        chat_id: str,
        limit: Optional[int] = None,
        offset: Optional[int] = None,
        order: Optional[str] = None,
    ) -> Result:
        """``messages``, the oldest first unless ``order`` is ``desc``, ``total`` and ``has_more``."""
        query = {"limit": limit, "offset": offset, "order": order}
        return self._transport.get(f"/ai/chat/{segment(chat_id)}/history", query)
