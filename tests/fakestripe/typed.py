"""Requests, held to the parameters that the installed Stripe library itself declares.

A key that Stripe does not know is refused, and so is a value of another type: a test that
passes here has not invented a parameter.
"""

import re
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from types import ModuleType
from typing import Any, TypeVar

from pydantic import ConfigDict, TypeAdapter, ValidationError
from stripe import _request_options
from typing_extensions import is_typeddict

# What may be asked for, and the module and class that declare its parameters.
OPERATIONS: Mapping[str, tuple[str, str]] = {
    "checkout.sessions.create": (
        "stripe.params.checkout._session_create_params",
        "SessionCreateParams",
    ),
    "checkout.sessions.retrieve": (
        "stripe.params.checkout._session_retrieve_params",
        "SessionRetrieveParams",
    ),
    "checkout.sessions.list": ("stripe.params.checkout._session_list_params", "SessionListParams"),
    "checkout.sessions.expire": (
        "stripe.params.checkout._session_expire_params",
        "SessionExpireParams",
    ),
    "payment_intents.retrieve": (
        "stripe.params._payment_intent_retrieve_params",
        "PaymentIntentRetrieveParams",
    ),
    "refunds.create": ("stripe.params._refund_create_params", "RefundCreateParams"),
    "refunds.retrieve": ("stripe.params._refund_retrieve_params", "RefundRetrieveParams"),
    "refunds.list": ("stripe.params._refund_list_params", "RefundListParams"),
    "disputes.retrieve": ("stripe.params._dispute_retrieve_params", "DisputeRetrieveParams"),
    "disputes.list": ("stripe.params._dispute_list_params", "DisputeListParams"),
}
_OPTIONS = frozenset(_request_options.RequestOptions.__annotations__)  # headers, never the body


class Unknown(Exception):  # noqa: N818 - it stands for a refusal of Stripe's
    """A request that Stripe would not understand. `param` is the key at fault."""

    def __init__(self, param: str, message: str) -> None:
        super().__init__(message)
        self.param = param


def read(operation: str, fields: Mapping[str, str]) -> dict[str, Any]:
    """A request's form as typed parameters, or Unknown."""
    nested = nest(fields)
    if strange := sorted(nested.keys() & _OPTIONS):
        raise Unknown(strange[0], f"Received unknown parameter: {strange[0]}")
    try:
        checked: dict[str, Any] = _adapter(operation).validate_python(nested)
    except ValidationError as wrong:
        first = wrong.errors()[0]
        place = [str(part) for part in first["loc"]]
        param = place[0] + "".join(f"[{part}]" for part in place[1:])
        if first["type"] == "extra_forbidden":
            raise Unknown(param, f"Received unknown parameter: {param}") from wrong
        if first["type"] == "missing":
            raise Unknown(param, f"Missing required param: {param}.") from wrong
        raise Unknown(param, f"Invalid {param}: {first['msg']}") from wrong
    return checked


def nest(fields: Mapping[str, str]) -> dict[str, Any]:
    """`a[b][0][c]=1`, as forms carry it, back to what it was."""
    nested: dict[str, Any] = {}
    for key, value in fields.items():
        *outer, last = re.findall(r"[^\[\]]+", key) or [key]
        inner = nested
        for part in outer:
            inner = inner.setdefault(part, {})
        inner[last] = value
    listed: dict[str, Any] = _listed(nested)
    return listed


def _listed(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    if value and all(key.isdigit() for key in value):
        return [_listed(value[key]) for key in sorted(value, key=int)]
    return {key: _listed(inner) for key, inner in value.items()}


@cache
def _adapter(operation: str) -> TypeAdapter[dict[str, Any]]:
    module, name = OPERATIONS[operation]
    declared = import_module(module)
    for each in (declared, _request_options):
        _close(each)
    return TypeAdapter(getattr(declared, name))


def _close(module: ModuleType) -> None:
    """Forbid keys that are not declared, and give the annotations the names they need at run
    time: the library imports some of them for type checkers alone."""
    names = {
        "Mapping": Mapping,
        "StripeContext": str,
        "UntypedStripeObject": dict[str, TypeVar("_T")],  # type: ignore[valid-type]
    }
    vars(module).update(names)
    for each in list(vars(module).values()):
        if is_typeddict(each):
            each.__pydantic_config__ = ConfigDict(extra="forbid")
