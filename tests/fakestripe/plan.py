"""What goes wrong, on purpose: rules that one request each uses up, and lies about an object.

A rule says on which operation (`checkout.sessions.create`, or `*`), after how many (`skip`), how
often (`times`), and what: see `MISDEEDS`. With `after` the work is done first, so that the caller
never hears of it.
"""

import time
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from flask import Response, jsonify, request

MISDEEDS = (
    "delay",  # `seconds`, then as if nothing had been
    "drop",  # the connection ends without an answer
    "status",  # an answer of `status`: 429, 500, 503…
    "html",  # a proxy's page in place of JSON
    "cut",  # the answer ends in the middle
    "pay-first",  # the customer pays, and the events arrive, before the answer does
)


@dataclass
class Rule:
    do: str
    on: str = "*"
    skip: int = 0
    times: int = 1
    after: bool = False
    seconds: float = 0.0
    status: int = 500

    def __post_init__(self) -> None:
        if self.do not in MISDEEDS:
            raise ValueError(f"{self.do!r} is none of {', '.join(MISDEEDS)}")


@dataclass
class Plan:
    rules: list[Rule] = field(default_factory=list)
    lies: dict[str, dict[str, Any]] = field(default_factory=dict)  # by object's id
    _lock: Lock = field(default_factory=Lock)

    def next(self, operation: str) -> Rule | None:
        """The rule that this request falls under, and it is used up by that."""
        with self._lock:
            for rule in self.rules:
                if rule.on not in ("*", operation) or rule.times < 1:
                    continue
                if rule.skip:
                    rule.skip -= 1
                    continue
                rule.times -= 1
                return rule
        return None

    def told(self, thing: dict[str, Any]) -> dict[str, Any]:
        """An object with what is lied about it."""
        return {**thing, **self.lies.get(str(thing.get("id")), {})}


def misbehave(rule: Rule, answer: Response | None) -> Response | None:
    """Carry out a rule. Without an `answer` the work is not done yet; None says: go on."""
    if rule.do == "delay":
        time.sleep(rule.seconds)
        return answer
    if rule.do == "pay-first" or (rule.after and answer is None):
        return answer
    if rule.do == "drop":
        _hang_up()
        return Response(status=500)
    if rule.do == "html":
        return Response("<html><h1>502 Bad Gateway</h1></html>", 502, mimetype="text/html")
    if rule.do == "cut":
        if answer is None:
            return None
        whole = answer.get_data()
        return Response(whole[: len(whole) // 2], answer.status_code, mimetype="application/json")
    error = {"type": "api_error", "message": "Something is not right here. Try again later."}
    refusal = jsonify(error=error)
    refusal.status_code = rule.status
    return refusal


def _hang_up() -> None:
    import socket

    line: socket.socket = request.environ["werkzeug.socket"]
    line.shutdown(socket.SHUT_RDWR)
