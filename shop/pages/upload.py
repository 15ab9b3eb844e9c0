"""Taking a file. What a stranger sends is never read: a screen asks first who is there."""

from collections.abc import Callable
from typing import TypeVar

from flask import current_app, request

from shop import raster
from shop.pages.text import clean_fields

MOST_BYTES = 2 * raster.MOST_BYTES  # a photo just over its limit gets a sentence in its form

View = TypeVar("View", bound=Callable[..., object])
_TAKERS: set[Callable[..., object]] = set()


def taking_file(view: View) -> View:
    """Mark a screen that takes a file. It has to call `open_form` once it may be used."""
    _TAKERS.add(view)
    return view


def takes_file(endpoint: str | None) -> bool:
    return current_app.view_functions.get(endpoint or "") in _TAKERS


def open_form(most_bytes: int = MOST_BYTES) -> None:
    """Let this request's form be read, with its file. Raises Unreadable for odd characters."""
    request.max_content_length = most_bytes
    clean_fields(request.form)


def sent_file(field: str) -> bytes:
    """The bytes of the file in this field, none where none was chosen.

    One more than we take is read at most, and the rest is never looked at.
    """
    file = request.files.get(field)
    return file.stream.read(raster.MOST_BYTES + 1) if file else b""
