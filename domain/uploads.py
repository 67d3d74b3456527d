"""Files that people upload in a dialog: which one, and its bytes as text."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from domain.errors import InvalidInput

FIELD = "file"
"""The field of a form that takes an uploaded file."""
_NO_TEXT = (b"\x00", b"PK\x03\x04", b"%PDF")


class UploadedFile(BaseModel):
    """A file as a submission names it. Nothing else that it says of the file is believed."""

    model_config = ConfigDict(frozen=True)

    id: str
    name: str = ""


def require_text(data: bytes) -> None:
    """Raises InvalidInput for what no program would read as text, whatever its letters."""
    if data.startswith(_NO_TEXT[1:]) or _NO_TEXT[0] in data:
        raise InvalidInput("upload_not_text", field=FIELD)


def text_of(data: bytes) -> str:
    """The text of an uploaded file: UTF-8, with or without its mark. Raises InvalidInput."""
    require_text(data)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InvalidInput("upload_not_text", field=FIELD) from None
