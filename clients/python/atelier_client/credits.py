from __future__ import annotations

from typing import Optional

from .result import Result
from .transport import Transport


class Credits:
    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def balance(self) -> Result:
        return self._transport.get("/credits/balance")

    def purchase(self, amount: int, payment_method: str, *, idempotency_key: Optional[str] = None) -> Result:
        """Buys credits with a payment method or token of Stripe (``pm_…``, ``tok_…``). Nobody is charged twice."""
        body = {"amount": amount, "payment_method": payment_method}
        return self._transport.post_once("/credits/purchase", body, idempotency_key)

    def transactions(self, limit: Optional[int] = None, offset: Optional[int] = None) -> Result:
        """``transactions``, ``total`` and ``has_more``."""
        return self._transport.get("/credits/transactions", {"limit": limit, "offset": offset})
