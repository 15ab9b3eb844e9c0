"""Static files, each under a name that has its content in it, so that a browser keeps it for ever.

The stylesheet is written in two files, the pages and the drawings, and sent as one. A clinic's
own colour comes in a second, tiny one, since no page may say a style by itself.
"""

import hashlib
import mimetypes
import re
from functools import cache
from pathlib import Path
from typing import Any

from flask import Response, request, url_for
from markupsafe import Markup, escape
from werkzeug.wrappers import Response as AnyResponse

from shop import colour
from shop.errors import NotFound
from shop.pages import pages
from shop.state import here

STATIC = Path(__file__).parent.parent / "static"
SHEETS = ("shop.css", "drawing.css")  # in this order, as one shop.css
A_YEAR = 31_536_000
KEPT = f"public, max-age={A_YEAR}, immutable"
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)


@pages.context_processor
def addresses() -> dict[str, Any]:
    return {"asset": asset, "logo": here().logo}


def asset(name: str) -> Markup:
    """The address of a static file: "shop.css" is at /assets/shop.1f0c9a2b7d3e.css."""
    parts, key = here().parts, ("asset", name, request.script_root)
    if key not in parts:
        stem, dot, suffix = name.rpartition(".")
        named = f"{stem}.{_fingerprint(_content(name))}{dot}{suffix}"
        parts[key] = escape(url_for(".static_file", named=named))
    return parts[key]


@pages.get("/assets/<named>")
def static_file(named: str) -> AnyResponse:
    """One file. Under another name than today's, a browser has to ask each time.

    A page of an older or a newer version can ask us while a new one is being rolled out.
    """
    stem, *middle = named.split(".")
    name = f"{stem}.{middle.pop()}" if 1 <= len(middle) <= 2 else named
    content = _content(name)
    fingerprint = _fingerprint(content)
    response = Response(content, mimetype=mimetypes.guess_type(name)[0])
    response.headers["Cache-Control"] = KEPT if middle == [fingerprint] else "no-cache"
    response.set_etag(fingerprint)
    return response.make_conditional(request)


def _content(name: str) -> bytes:
    """A file that every shop has, or one of this clinic's own."""
    shop, files = here(), _files()
    if name == "brand.css" and shop.settings.brand_colour:
        return _brand_sheet(shop.settings.brand_colour)
    if name == "logo.webp" and shop.logo:
        return shop.logo.content
    if name not in files:
        raise NotFound("We don't have that file.")
    return files[name]


@cache
def _files() -> dict[str, bytes]:
    """What is in the folder, read once: a process serves one version of it."""
    files = {path.name: path.read_bytes() for path in STATIC.iterdir() if path.is_file()}
    sheets = [slim(files.pop(sheet).decode()) for sheet in SHEETS]
    return files | {SHEETS[0]: "".join(sheets).encode()}


def slim(css: str) -> str:
    """A stylesheet as it is sent: without comments and line breaks, property names shortened."""
    return re.sub(r"\n\s*", "", _COMMENT.sub("", css)).replace("--tp-", "--")


@cache
def _brand_sheet(brand: str) -> bytes:
    """The clinic's colour over ours, on a screen whose user has not chosen the colours."""
    themes = {"": colour.by_day(brand), " and (prefers-color-scheme:dark)": colour.by_night(brand)}
    return slim(
        "".join(
            f"@media screen and (forced-colors:none){when}{{.tp{{--tp-brand:{shades.brand};"
            f"--tp-brand-hover:{shades.hover};--tp-on-brand:{shades.on_brand};"
            f"--tp-tint:{shades.tint}}}}}"
            for when, shades in themes.items()
        )
    ).encode()


@cache
def _fingerprint(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:12]
