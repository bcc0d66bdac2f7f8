"""The part of an address after the question mark."""

from __future__ import annotations

from typing import Any, List, Mapping, Tuple
from urllib.parse import quote, urlencode


def query_of(given: Mapping[str, Any]) -> str:
    """Without what is None; a list is sent one at a time, since its entries may hold commas."""
    pairs: List[Tuple[str, str]] = []
    for name, value in given.items():
        if isinstance(value, (list, tuple)):
            pairs.extend((f"{name}[]", str(entry)) for entry in value)
        elif value is not None:
            pairs.append((name, str(value)))
    return f"?{urlencode(pairs)}" if pairs else ""


def segment(identifier: str) -> str:
    """An id as a part of a path, whatever is in it."""
    if not identifier:
        raise ValueError("The id is empty.")
    return quote(identifier, safe="")


def given(**fields: Any) -> Mapping[str, Any]:
    """The fields that are not None."""
    return {name: value for name, value in fields.items() if value is not None}
