from __future__ import annotations

import io
import os
from typing import BinaryIO, Optional, Union

from .multipart import FileForm, FileSource, opened
from .queries import given, segment
from .result import Result, with_id
from .transport import Transport


class Files:
    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def upload(self, file: FileSource, *, name: Optional[str] = None, project_id: Optional[str] = None) -> Result:
        """Sends a file by its path, an open binary file or bytes, piece by piece."""
        with opened(file, name) as (content, known_as):
            form = FileForm(content, known_as, dict(given(project_id=project_id)))
            return with_id(self._transport.upload("/files/upload", form), "file_id")

    def download(self, file_id: str, to: Union[str, "os.PathLike[str]", BinaryIO, None] = None) -> bytes:
        """The bytes; with ``to``, a path or an open binary file, they go there and nothing is kept in memory."""
        path = f"/files/{segment(file_id)}/download"
        if to is None:
            content = io.BytesIO()
            self._transport.download(path, content)
            return content.getvalue()
        if not isinstance(to, (str, os.PathLike)):
            self._transport.download(path, to)
            return b""
        self._download_into(path, os.fspath(to))
        return b""

    def delete(self, file_id: str) -> Result:
        return self._transport.delete(f"/files/{segment(file_id)}")

    def _download_into(self, path: str, target: str) -> None:
        # Under its own name only once it is whole, so that what breaks leaves nothing that looks like the file.
        part = f"{target}.part"
        try:
            with open(part, "wb") as content:
                self._transport.download(path, content)
            os.replace(part, target)
        except BaseException:
            if os.path.exists(part):
                os.remove(part)
            raise
