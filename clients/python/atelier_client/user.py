from __future__ import annotations

from .result import Result
from .transport import Transport


class User:
    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def profile(self) -> Result:
        return self._transport.get("/user/profile")
