"""No page takes a file, so none is ever begun."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, SuspiciousMultipartForm
from django.core.files.uploadhandler import FileUploadHandler


class RefuseFiles(FileUploadHandler):
    """The only upload handler. Without one Django would read a part into memory whole before it threw it away."""

    def handle_raw_input(
        self,
        input_data: Any,
        META: dict[str, Any],  # noqa: N803 - Django's name
        content_length: int,
        boundary: Any,
        encoding: str | None = None,
    ) -> None:
        """Nothing is read of a body longer than any form. Raises RequestDataTooBig for one."""
        if content_length > (settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0):
            raise RequestDataTooBig("a body longer than any form here")

    def new_file(self, *_: Any, **__: Any) -> None:
        """Raises SuspiciousMultipartForm at a file's head, before a byte of it was read."""
        raise SuspiciousMultipartForm("no page takes a file")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Raises SuspiciousMultipartForm: there is no file that this could be a part of."""
        raise SuspiciousMultipartForm("no page takes a file")

    def file_complete(self, file_size: int) -> None:
        """Raises SuspiciousMultipartForm: no file is ever complete."""
        raise SuspiciousMultipartForm("no page takes a file")
