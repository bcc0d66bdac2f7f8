"""Whether a webhook comes from the server."""

from __future__ import annotations

import hashlib
import hmac
from typing import Optional, Union


def verify_webhook(payload: Union[bytes, str], signature: Optional[str], secret: str) -> bool:
    """Whether ``signature``, the header ``x-craudioviz-signature``, is that of the raw body."""
    body = payload.encode() if isinstance(payload, str) else payload
    digest = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(digest.encode(), (signature or "").encode())
