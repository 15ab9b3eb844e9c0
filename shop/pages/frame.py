"""Around every page: headers, and our own pages for refusals."""

import logging
from contextlib import suppress
from typing import Any

from flask import Response, current_app, make_response, redirect, render_template, request, url_for
from flask.sansio.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.exceptions import NotFound as PageNotFound
from werkzeug.routing import RequestRedirect

from shop import money, stock
from shop.errors import Refusal
from shop.gateways import stripe
from shop.pages import pages, upload
from shop.pages.assets import A_YEAR
from shop.pages.text import clean, clean_fields
from shop.state import here

log = logging.getLogger("shop")
CSP = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; font-src 'none'; "
    "connect-src 'self'; form-action 'self'{}; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=()",
}
RAW = ("stripe_webhook",)  # whose body is signed as it is, and must not be read as a form
MOST_BYTES = 1_048_576  # of one request: forms are small, and a file has a limit of its own


@pages.before_request
def refuse_what_nobody_types() -> None:
    """No endless request, and no NUL or control character in any field.

    A screen that takes a file reads its form itself, once it knows who sends it.
    """
    request.max_content_length = MOST_BYTES
    clean_fields(request.args)
    raw = (request.endpoint or "").rpartition(".")[2] in RAW
    if not raw and not upload.takes_file(request.endpoint):
        clean_fields(request.form)
    clean(request.path)


@pages.after_request
def add_headers(response: Response) -> Response:
    """Strict on our own pages, and only there: a host's other pages keep their own."""
    response.headers.setdefault("Content-Security-Policy", _policy())
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if request.is_secure:
        response.headers.setdefault("Strict-Transport-Security", f"max-age={A_YEAR}")
    private = _is_private(request.endpoint)
    response.headers.setdefault("Cache-Control", "no-store" if private else "no-cache")
    return response


def _policy() -> str:
    """The host's own policy, or ours, in which a form may lead to the payment page and no other
    place: browsers hold the redirect after a form to it too."""
    shop = here()
    leaves = shop.gateway is not None and shop.gateway.name == stripe.NAME
    return shop.settings.csp or CSP.format(f" {shop.settings.payment_page}" if leaves else "")


def _is_private(endpoint: str | None) -> bool:
    """Whether a page is somebody's own: the desk's, or a person's answers. No cache keeps those."""
    view = current_app.view_functions.get(endpoint or "")
    module = getattr(view, "__module__", "")
    return any(
        part in module for part in (".staff.", ".find", ".basket", ".checkout", ".order", ".plan")
    )


@pages.context_processor
def words() -> dict[str, Any]:
    """What every template may use."""
    shop = here()
    return {
        "pounds": money.in_words,
        "settings": shop.settings,
        "library": shop.library,
        "few": stock.LOW,
    }


@pages.errorhandler(Refusal)
def refused(refusal: Refusal) -> ResponseReturnValue:
    return _sorry(refusal.status, str(refusal))


@pages.errorhandler(CSRFError)
def stale_form(error: CSRFError) -> ResponseReturnValue:
    return _sorry(400, "This page was open for a long time. Go back, reload it and try again.")


@pages.errorhandler(HTTPException)
def http_error(error: HTTPException) -> ResponseReturnValue:
    if isinstance(error, RequestRedirect):
        return error
    response = make_response(_sorry(error.code or 500, _SENTENCES.get(error.code or 500, "")))
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        response.headers["Allow"] = ", ".join(error.valid_methods)
    return response


@pages.errorhandler(OperationalError)
def database_away(error: OperationalError) -> ResponseReturnValue:
    log.exception("the database did not answer")
    response = make_response(
        _sorry(503, "We can't reach our records just now. Nothing was changed.")
    )
    response.headers["Retry-After"] = "10"
    return response


@pages.errorhandler(Exception)
def broken(error: Exception) -> ResponseReturnValue:
    """A bug. The person hears that nothing was done; the log has the rest."""
    if current_app.debug or current_app.testing:
        raise error
    log.exception("a page broke")
    return _sorry(500, "Something went wrong on our side. Nothing was changed.")


_SENTENCES = {
    400: "We could not read what was sent. Go back and try again.",
    404: "We can't find that page. It may have moved, or the address has a slip in it.",
    405: "That page can't be used in this way. Go back and use its buttons.",
    413: "That is more than we can take in one go.",
}
for _code in _SENTENCES:  # or a host's own page for this code would come before ours
    pages.register_error_handler(_code, http_error)


def _sorry(status: int, sentence: str) -> tuple[str, int]:
    sentence = sentence or "That did not work. Nothing was changed."
    return render_template("shop/refusal.html", status=status, sentence=sentence), status


@pages.record
def own_404(setup: BlueprintSetupState) -> None:
    """Answer for every address below our prefix, and for the whole site if it is ours."""
    if setup.url_prefix or setup.options.get("whole_site"):
        setup.add_url_rule("/<path:path>", "unknown", unknown, methods=["GET", "POST"])


def unknown(path: str) -> ResponseReturnValue:
    """Nothing of ours is here: say so, or lead to the address without its last slash."""
    adapter = current_app.create_url_adapter(request)
    assert adapter is not None  # there is one during every request
    bare = request.path.rstrip("/") or "/"
    for method in ("GET", "POST"):
        with suppress(HTTPException):
            endpoint, values = adapter.match(bare, method=method)
            if endpoint == request.endpoint:
                continue
            if bare == request.path:
                return http_error(MethodNotAllowed(valid_methods=[method]))
            if method == request.method == "GET":
                return redirect(url_for(endpoint, **values), 308)
    raise PageNotFound
