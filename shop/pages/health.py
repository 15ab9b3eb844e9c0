"""Is the process up, and can it work? For whoever watches the server."""

from flask import Response, jsonify

from shop import checks
from shop.pages import pages
from shop.state import here


@pages.get("/healthz")
def healthz() -> Response:
    """The process answers. Nothing else is asked."""
    return jsonify(ok=True)


@pages.get("/readyz")
def readyz() -> tuple[Response, int]:
    """The database answers and has today's tables; the content's version for the record."""
    shop = here()
    ready = checks.ready(shop.database)
    return jsonify(ok=ready, content=shop.library.version), 200 if ready else 503
