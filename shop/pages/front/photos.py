"""The photos of products, each at an address of its own that is never used again."""

from contextlib import suppress

from flask import Response
from flask.typing import ResponseReturnValue

from shop import photos
from shop.db import reading
from shop.errors import NotFound
from shop.pages import pages
from shop.pages.assets import KEPT
from shop.photos import Size


@pages.get("/photos/<name>/<size>.webp")
def photo(name: str, size: str) -> ResponseReturnValue:
    """One photo in one size, as we drew it ourselves."""
    with suppress(ValueError):
        wanted = Size(size)
        with reading() as work:
            content = photos.content(work, name, wanted)
        return Response(content, mimetype="image/webp", headers={"Cache-Control": KEPT})
    raise NotFound("We don't have that photo.")
