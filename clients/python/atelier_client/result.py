"""What the server answers, as an object."""

from __future__ import annotations

from typing import Any, Dict, Iterator, KeysView, Mapping


class Result:
    """A JSON object whose fields are attributes and keys: ``project.id`` is ``project["id"]``.

    An attribute is always the field of that name, ``project.items`` included; ``dict(project).items()`` walks over all.
    """

    __slots__ = ("_fields",)

    def __init__(self, fields: Mapping[str, Any]) -> None:
        self._fields: Dict[str, Any] = {name: _wrapped(value) for name, value in fields.items()}

    def __getattr__(self, name: str) -> Any:
        # Copying and pickling ask for attributes before there are any fields.
        if name.startswith("__") or name == "_fields":
            raise AttributeError(name)
        try:
            return self._fields[name]
        except KeyError:
            raise AttributeError(f"The answer has no {name!r}; it has: {', '.join(self._fields)}.") from None

    def __getitem__(self, name: str) -> Any:
        return self._fields[name]

    def __contains__(self, name: object) -> bool:
        return name in self._fields

    def __iter__(self) -> Iterator[str]:
        return iter(self._fields)

    def __len__(self) -> int:
        return len(self._fields)

    def __bool__(self) -> bool:
        return True

    def __eq__(self, other: object) -> bool:
        return self.to_dict() == (other.to_dict() if isinstance(other, Result) else other)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"Result({self.to_dict()!r})"

    def __getstate__(self) -> Dict[str, Any]:
        return self.to_dict()

    def __setstate__(self, state: Dict[str, Any]) -> None:
        self._fields = {name: _wrapped(value) for name, value in state.items()}

    def keys(self) -> KeysView[str]:
        return self._fields.keys()

    def get(self, name: str, default: Any = None) -> Any:
        return self._fields.get(name, default)

    def to_dict(self) -> Dict[str, Any]:
        """The same as plain dicts and lists, which ``json.dumps`` takes."""
        return {name: plain(value) for name, value in self._fields.items()}


def with_id(result: Result, field: str) -> Result:
    """The same with its id as ``id`` too."""
    return Result({"id": result[field], **result.to_dict()})


def _wrapped(value: Any) -> Any:
    if isinstance(value, dict):
        return Result(value)
    return [_wrapped(entry) for entry in value] if isinstance(value, list) else value


def plain(value: Any) -> Any:
    """The same with dicts in the place of results, which ``json.dumps`` takes."""
    if isinstance(value, (Result, dict)):
        return {name: plain(value[name]) for name in value}
    return [plain(entry) for entry in value] if isinstance(value, (list, tuple)) else value
