"""Static files, each under a name that has its content in it, so that a browser keeps it for ever.

The look is written in two files, the pages and the drawings. Each page gets one stylesheet made
of them: the public's without the desk's parts, or the desk's without the public's. A plan's sheet
has a small one besides. A clinic's own colour comes in a tiny one, since no page may say a style by
itself.
"""

import hashlib
import re
from functools import cache
from pathlib import Path
from typing import Any

from flask import Response, current_app, request, url_for
from markupsafe import Markup, escape
from werkzeug.wrappers import Response as AnyResponse

from shop import colour
from shop.errors import NotFound
from shop.pages import pages
from shop.state import here

STATIC = Path(__file__).parent.parent / "static"
WRITTEN = ("shop.css", "drawing.css")  # in this order
SCRIPT = "shop.js"
PLAN = "plan.css"  # for a plan's sheet alone, so that no other page gets heavier
SHEETS = {"shop.css": "desk", "desk.css": "front", "style.css": None}  # each without these parts
A_YEAR = 31_536_000
KEPT = f"public, max-age={A_YEAR}, immutable"
_TYPES = {  # by us, because a machine's own list may lack one, and nosniff forbids a guess
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
    ".webp": "image/webp",
}
_PART = re.compile(r"/\* (front|desk):.*?\*/(.*?)/\* :\1 \*/", re.DOTALL)
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)


@pages.context_processor
def addresses() -> dict[str, Any]:
    return {"asset": asset, "sheet": _sheet(), "logo": here().logo}


def asset(name: str) -> Markup:
    """The address of a static file: "shop.css" is at /assets/shop.1f0c9a2b7d3e.css."""
    parts, key = here().parts, ("asset", name, request.script_root)
    if key not in parts:
        stem, dot, suffix = name.rpartition(".")
        named = f"{stem}.{_fingerprint(_content(name))}{dot}{suffix}"
        parts[key] = escape(url_for(".static_file", named=named))
    return parts[key]


def _sheet() -> str:
    """This page's stylesheet: the desk's screens have their own, and the style page has all."""
    view = current_app.view_functions.get(request.endpoint or "")
    screen = getattr(view, "__module__", "").removeprefix("shop.pages.")
    if screen == "staff.style":
        return "style.css"
    return "desk.css" if screen.startswith("staff.") else "shop.css"


@pages.get("/assets/<named>")
def static_file(named: str) -> AnyResponse:
    """One file. Under another name than today's, a browser has to ask each time.

    A page of an older or a newer version can ask us while a new one is being rolled out.
    """
    stem, *middle = named.split(".")
    name = f"{stem}.{middle.pop()}" if 1 <= len(middle) <= 2 else named
    content = _content(name)
    fingerprint = _fingerprint(content)
    response = Response(content, mimetype=_TYPES[Path(name).suffix])
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
    written = "".join(files.pop(name).decode() for name in WRITTEN)
    files[PLAN] = slim(files[PLAN].decode()).encode()
    files[SCRIPT] = shorter(files[SCRIPT].decode()).encode()
    return files | {name: slim(leave_out(part, written)).encode() for name, part in SHEETS.items()}


def leave_out(part: str | None, css: str) -> str:
    """The rules without those that only the public's pages, or only the desk's, need."""
    return _PART.sub(lambda found: "" if found[1] == part else found[2], css)


def slim(css: str) -> str:
    """A stylesheet as it is sent: without comments and line breaks, property names shortened."""
    return re.sub(r"\n\s*", "", _COMMENT.sub("", css)).replace("--tp-", "--")


def shorter(script: str) -> str:
    """A script as it is sent: without indents, and without lines that are comments."""
    return re.sub(r"^[ \t]+(//.*\n)?", "", script, flags=re.MULTILINE)


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
