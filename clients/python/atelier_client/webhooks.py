from __future__ import annotations

from typing import Any, Optional, Sequence

from .queries import given, segment
from .result import Result, with_id
from .transport import Transport


class Webhooks:
    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def create(self, url: str, events: Sequence[str], secret: Optional[str] = None) -> Result:
        """The only answer, beside that of ``rotate_secret``, that shows the ``secret``."""
        return self._transport.post("/webhooks", given(url=url, events=list(events), secret=secret))

    def list(self, limit: Optional[int] = None, offset: Optional[int] = None) -> Result:
        """``webhooks``, ``total`` and ``has_more``."""
        return self._transport.get("/webhooks", {"limit": limit, "offset": offset})

    def get(self, webhook_id: str) -> Result:
        return self._transport.get(_path(webhook_id))

    def update(self, webhook_id: str, **changes: Any) -> Result:
        """Changes ``url``, ``events`` or ``enabled``."""
        return self._transport.patch(_path(webhook_id), changes)

    def delete(self, webhook_id: str) -> Result:
        return self._transport.delete(_path(webhook_id))

    def rotate_secret(self, webhook_id: str, secret: Optional[str] = None) -> Result:
        """The secret before signs as well for 24 hours."""
        return self._transport.post(f"{_path(webhook_id)}/secret", given(secret=secret))

    def test(self, webhook_id: str) -> Result:
        """Sends a ``webhook.test`` event; ``id`` is that of its delivery."""
        return with_id(self._transport.post(f"{_path(webhook_id)}/test"), "delivery_id")

    def deliveries(
        self,
        webhook_id: str,
        limit: Optional[int] = None,
        offset: Optional[int] = None,
        status: Optional[str] = None,
    ) -> Result:
        """``deliveries``, ``total`` and ``has_more``; ``status`` is pending, delivered or failed."""
        query = {"limit": limit, "offset": offset, "status": status}
        return self._transport.get(f"{_path(webhook_id)}/deliveries", query)

    def delivery(self, webhook_id: str, delivery_id: str) -> Result:
        """With its ``payload`` and the ``log`` of every try."""
        return self._transport.get(f"{_path(webhook_id)}/deliveries/{segment(delivery_id)}")

    def replay(self, webhook_id: str, delivery_id: str) -> Result:
        """Sends the same event once more."""
        path = f"{_path(webhook_id)}/deliveries/{segment(delivery_id)}/replay"
        return with_id(self._transport.post(path), "delivery_id")


def _path(webhook_id: str) -> str:
    return f"/webhooks/{segment(webhook_id)}"
