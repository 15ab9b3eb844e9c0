"""Answers, held to the shapes that Stripe publishes. See `excerpt.py` for where they are from."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

SHAPES = json.loads((Path(__file__).parent / "shapes.json").read_text())


def check(answer: dict[str, Any]) -> None:
    """Raise ValueError if Stripe would never answer like this."""
    if answer.get("object") == "list":
        for each in answer["data"]:
            check(each)
        return
    name = "api_errors" if "error" in answer else answer["object"]
    value = answer.get("error", answer)
    wrong = [f"{each.json_path}: {each.message}" for each in _validator(name).iter_errors(value)]
    if wrong:
        raise ValueError(f"{name} has not Stripe's shape. {'; '.join(wrong)}")


@cache
def _validator(name: str) -> Draft202012Validator:
    return Draft202012Validator({"$ref": f"#/$defs/{name}", "$defs": SHAPES["$defs"]})
