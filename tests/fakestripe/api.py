"""Stripe's side of the wire: keys, one-time keys, parameters, shapes, and nine operations."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import RLock
from typing import Any

import stripe
from flask import Blueprint, Flask, Response, current_app, jsonify, request
from werkzeug.exceptions import HTTPException

from tests.fakestripe import returns, shapes, typed
from tests.fakestripe.book import Book, Refused
from tests.fakestripe.events import Events
from tests.fakestripe.objects import Thing, shown
from tests.fakestripe.plan import Plan, misbehave

REMEMBERED = 24 * 60 * 60  # seconds that an idempotency key lives
_SAME = (
    "Keys for idempotent requests can only be used with the same parameters they were first "
    "used with. Try using a key other than '{key}' if you meant to execute a different request."
)

api = Blueprint("api", __name__, url_prefix="/v1")
Work = Callable[["Stripe", dict[str, Any], str], Thing]


@dataclass
class Stripe:
    """One fake Stripe: its book, its events, its plan, and what it was asked."""

    key: str
    book: Book
    events: Events
    plan: Plan
    asked: list[dict[str, Any]] = field(default_factory=list)
    lock: RLock = field(default_factory=RLock)
    replies: dict[str, tuple[str, int, dict[str, Any], int]] = field(default_factory=dict)


def here() -> Stripe:
    found: Stripe = current_app.extensions["fakestripe"]
    return found


def operation(name: str, work: Work) -> Callable[..., Response]:
    """A view that does one of Stripe's operations, with all that surrounds each."""

    def view(id: str = "") -> Response:
        stripe_ = here()
        fields = request.form if request.method == "POST" else request.args
        form = fields.to_dict()
        rule = stripe_.plan.next(name)
        stripe_.asked.append(_noted(name, id, form))
        if rule and (instead := misbehave(rule, None)):
            return instead
        answer = _answer(stripe_, name, work, form, id)
        if rule and rule.do == "pay-first":
            with stripe_.lock:
                stripe_.book.pay((answer.get_json() or {})["id"])
            stripe_.events.settle_down()
        return (misbehave(rule, answer) if rule else None) or answer

    view.__name__ = name.replace(".", "_")
    return view


def _noted(name: str, id_: str, form: dict[str, str]) -> dict[str, Any]:
    """A request as a test may want to look at it."""
    headers = dict(request.headers)
    return {
        "operation": name,
        "id": id_,
        "form": form,
        "key": headers.get("Idempotency-Key"),
        "headers": headers,
    }


def _answer(stripe_: Stripe, name: str, work: Work, form: dict[str, str], id_: str) -> Response:
    key = request.headers.get("Idempotency-Key") if request.method == "POST" else None
    print_ = hashlib.sha256(f"{request.path} {request.get_data()!r}".encode()).hexdigest()
    with stripe_.lock:
        if key and (earlier := _replay(stripe_, key, print_)):
            return earlier
        try:
            asked = typed.read(name, form)
        except typed.Unknown as unknown:  # never began, so the key is not used up
            return error(400, str(unknown), param=unknown.param, code="parameter_unknown")
        try:
            body, status = work(stripe_, asked, id_), 200
        except Refused as refused:
            body, status = _error_of(refused), refused.status
        shapes.check(body)
        if key:
            stripe_.replies[key] = (print_, status, body, stripe_.book.now())
    return _reply(body, status)


def _replay(stripe_: Stripe, key: str, print_: str) -> Response | None:
    first, status, body, at = stripe_.replies.get(key, ("", 0, {}, 0))
    if not first or at + REMEMBERED < stripe_.book.now():
        return None
    if first != print_:
        return error(400, _SAME.format(key=key), type_="idempotency_error")
    answer = _reply(body, status)
    answer.headers["Idempotent-Replayed"] = "true"
    return answer


def _reply(body: dict[str, Any], status: int) -> Response:
    answer = jsonify(body)
    answer.status_code = status
    return answer


def _error_of(refused: Refused) -> dict[str, Any]:
    said = {"type": "invalid_request_error", "message": str(refused)}
    extra = {"code": refused.code, "param": refused.param}
    return {"error": {**said, **{k: v for k, v in extra.items() if v}}}


def error(
    status: int,
    message: str,
    *,
    type_: str = "invalid_request_error",
    code: str | None = None,
    param: str | None = None,
) -> Response:
    said = {"type": type_, "message": message, "code": code, "param": param}
    return _reply({"error": {k: v for k, v in said.items() if v}}, status)


@api.before_request
def known_key() -> Response | None:
    request.get_data(cache=True)  # or the form would eat what the fingerprint needs
    if request.headers.get("Authorization") != f"Bearer {here().key}":
        return error(401, "Invalid API Key provided")
    if request.headers.get("Stripe-Version") != stripe.api_version:
        return error(400, "Invalid Stripe API version")
    return None


def _show(stripe_: Stripe, thing: Thing) -> Thing:
    return stripe_.plan.told(shown(thing))


def _create_session(stripe_: Stripe, asked: dict[str, Any], id_: str) -> Thing:
    page = f"{request.host_url}c/pay/{{id}}"
    return _show(stripe_, stripe_.book.open_session(asked, page))


def _expire_session(stripe_: Stripe, asked: dict[str, Any], id_: str) -> Thing:
    return _show(stripe_, stripe_.book.expire_session(id_))


def _create_refund(stripe_: Stripe, asked: dict[str, Any], id_: str) -> Thing:
    return _show(stripe_, returns.refund(stripe_.book, asked))


def _retrieve(kind: str) -> Work:
    def work(stripe_: Stripe, asked: dict[str, Any], id_: str) -> Thing:
        stripe_.book.end_overdue()
        return _show(stripe_, stripe_.book.get(kind, id_))

    return work


def _list(kind: str) -> Work:
    """The newest first, a page at a time, as Stripe pages."""

    def work(stripe_: Stripe, asked: dict[str, Any], id_: str) -> Thing:
        stripe_.book.end_overdue()
        since = (asked.get("created") or {}).get("gte", 0)
        found = [
            thing
            for thing in reversed(stripe_.book.of_kind(kind))
            if thing["created"] >= since
            and all(thing[k] == asked[k] for k in ("payment_intent", "status") if k in asked)
        ]
        if after := asked.get("starting_after"):
            ids = [thing["id"] for thing in found]
            found = found[ids.index(after) + 1 :]
        most = asked.get("limit", 10)
        return {
            "object": "list",
            "data": [_show(stripe_, thing) for thing in found[:most]],
            "has_more": len(found) > most,
            "url": request.path,
        }

    return work


_ROUTES: tuple[tuple[str, str, str, Work], ...] = (
    ("POST", "/checkout/sessions", "checkout.sessions.create", _create_session),
    ("GET", "/checkout/sessions", "checkout.sessions.list", _list("checkout.session")),
    ("GET", "/checkout/sessions/<id>", "checkout.sessions.retrieve", _retrieve("checkout.session")),
    ("POST", "/checkout/sessions/<id>/expire", "checkout.sessions.expire", _expire_session),
    ("GET", "/payment_intents/<id>", "payment_intents.retrieve", _retrieve("payment_intent")),
    ("POST", "/refunds", "refunds.create", _create_refund),
    ("GET", "/refunds", "refunds.list", _list("refund")),
    ("GET", "/refunds/<id>", "refunds.retrieve", _retrieve("refund")),
    ("GET", "/disputes", "disputes.list", _list("dispute")),
    ("GET", "/disputes/<id>", "disputes.retrieve", _retrieve("dispute")),
)
for _method, _path, _name, _work in _ROUTES:
    api.add_url_rule(_path, view_func=operation(_name, _work), methods=[_method])


def unknown(_: HTTPException) -> Response:
    return error(404, f"Unrecognized request URL ({request.method}: {request.path}).")


def serve(app: Flask) -> None:
    app.register_blueprint(api)
    app.register_error_handler(404, unknown)
