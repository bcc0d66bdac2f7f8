"""Forms with a file, sent piece by piece so that no file has to fit into memory."""

from __future__ import annotations

import io
import os
import shutil
import tempfile
import uuid
from contextlib import contextmanager
from typing import BinaryIO, Dict, Iterator, Optional, Tuple, Union

FileSource = Union[str, "os.PathLike[str]", bytes, BinaryIO]

_PIECE = 256 * 1024


class FileForm:
    """A multipart body that can be sent as often as needed."""

    def __init__(self, file: BinaryIO, name: str, fields: Dict[str, str]) -> None:
        self._file = file
        self._start = file.tell()
        boundary = uuid.uuid4().hex
        parts = [f'--{boundary}\r\n{_disposition(field)}\r\n\r\n{value}\r\n' for field, value in fields.items()]
        kind = "Content-Type: application/octet-stream"
        parts.append(f'--{boundary}\r\n{_disposition("file")}; filename="{_escaped(name)}"\r\n{kind}\r\n\r\n')
        self._head = "".join(parts).encode()
        self._tail = f"\r\n--{boundary}--\r\n".encode()
        self.content_type = f"multipart/form-data; boundary={boundary}"
        self.length = len(self._head) + file.seek(0, os.SEEK_END) - self._start + len(self._tail)

    def pieces(self) -> Iterator[bytes]:
        yield self._head
        self._file.seek(self._start)
        while True:
            piece = self._file.read(_PIECE)
            if not piece:
                break
            yield piece
        yield self._tail


@contextmanager
def opened(source: FileSource, name: Optional[str]) -> Iterator[Tuple[BinaryIO, str]]:
    """The source as a file that can be read again, and what it is called."""
    if isinstance(source, (str, os.PathLike)):
        with open(source, "rb") as file:
            yield file, name or os.path.basename(os.fspath(source))
    elif isinstance(source, (bytes, bytearray, memoryview)):
        yield io.BytesIO(source), name or "file"
    elif source.seekable():
        yield source, name or _name_of(source)
    else:
        with tempfile.TemporaryFile() as copy:
            shutil.copyfileobj(source, copy)
            copy.seek(0)
            yield copy, name or _name_of(source)


def _name_of(file: BinaryIO) -> str:
    name = getattr(file, "name", None)
    return os.path.basename(name) if isinstance(name, str) else "file"


def _disposition(field: str) -> str:
    return f'Content-Disposition: form-data; name="{_escaped(field)}"'


def _escaped(text: str) -> str:
    # As browsers do: https://html.spec.whatwg.org/#multipart-form-data
    return text.replace("\r", "%0D").replace("\n", "%0A").replace('"', "%22")
