"""The side door for tests: plan what goes wrong, act as the bank, and read the book."""

from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, jsonify, request

from tests.fakestripe import returns
from tests.fakestripe.api import here
from tests.fakestripe.book import Refused
from tests.fakestripe.objects import shown
from tests.fakestripe.plan import Rule

control = Blueprint("control", __name__, url_prefix="/_control")


def _asked() -> dict[str, Any]:
    given = request.get_json(silent=True)
    return given if isinstance(given, dict) else {}


@control.errorhandler(Refused)
def refused(refusal: Refused) -> tuple[Response, int]:
    return jsonify(refused=str(refusal)), refusal.status


@control.post("/rule")
def rule() -> Response:
    here().plan.rules.append(Rule(**_asked()))
    return jsonify(ok=True)


@control.post("/calm")
def calm() -> Response:
    """Nothing goes wrong any more."""
    here().plan.rules.clear()
    here().plan.lies.clear()
    return jsonify(ok=True)


@control.post("/clear")
def clear() -> Response:
    """As if it had just been started."""
    stripe = here()
    stripe.events.settle_down()
    with stripe.lock:
        stripe.book.clear()
        stripe.asked.clear()
        stripe.replies.clear()
        stripe.events.clear()
    return calm()


@control.post("/lie")
def lie() -> Response:
    asked = _asked()
    here().plan.lies[asked["id"]] = asked["changes"]
    return jsonify(ok=True)


@control.post("/hook")
def hook() -> Response:
    events = here().events
    events.hook = replace(events.hook, **_asked())
    return jsonify(ok=True)


@control.post("/let-go")
def let_go() -> Response:
    return jsonify(sent=here().events.let_go(**_asked()))


@control.post("/settle-down")
def settle_down() -> Response:
    here().events.settle_down()
    return jsonify(answers=here().events.answers)


@control.post("/clock")
def clock() -> Response:
    """So many seconds go by."""
    with here().lock:
        here().book.ahead += _asked()["seconds"]
        here().book.end_overdue()
    return jsonify(now=here().book.now())


@control.post("/act/<act>")
def act(act: str) -> Response:
    """What the customer, the owner in Stripe's dashboard, or a bank does."""
    asked, book = _asked(), here().book
    acts = {
        "pay": lambda: book.pay(asked["id"], at_once=asked.get("at_once", True)),
        "decline": lambda: book.decline(asked["id"]),
        "finish": lambda: book.finish(asked["id"], succeeded=asked["succeeded"]),
        "expire": lambda: book.expire_session(asked["id"]),
        "refund": lambda: returns.refund(
            book, asked["asked"], status=asked.get("status", "succeeded")
        ),
        "refund-is": lambda: returns.change(book, asked["id"], status=asked["status"]),
        "dispute": lambda: returns.dispute(book, asked["id"], amount=asked.get("amount")),
        "dispute-is": lambda: returns.decide(book, asked["id"], status=asked["status"]),
    }
    with here().lock:
        return jsonify(shown(acts[act]()))


@control.post("/event")
def event() -> Response:
    """An event out of the blue, true or not."""
    asked = _asked()
    return jsonify(here().events.write(asked["type"], asked["object"]))


@control.get("/signed")
def signed() -> Response:
    """Every event after the first so many, each with the header it would carry if sent now."""
    events, after = here().events, int(request.args.get("after", 0))
    pairs = [(event, *events.signed(event)) for event in events.written[after:]]
    return jsonify([{"event": e, "body": body, "header": header} for e, body, header in pairs])


@control.get("/book")
def book() -> Response:
    stripe = here()
    with stripe.lock:
        stripe.book.end_overdue()
        things = [shown(thing) for thing in stripe.book.things.values()]
    return jsonify(things=things, asked=stripe.asked)
