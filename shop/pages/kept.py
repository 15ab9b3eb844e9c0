"""Parts of a page that change only with the content: rendered once a process, and kept.

    {% call kept("card", product.facts, shelf) %} … {% endcall %}

All that the part shows is in its key, also the units on a shelf, so a new price or a sale
makes a new part and an old one is never shown.
"""

from collections.abc import Callable, Hashable
from functools import partial
from typing import Any

from flask import request
from markupsafe import Markup

from shop.pages import pages
from shop.state import here

MOST_KEPT = 2_000  # parts a process keeps before it starts anew


@pages.context_processor
def keeping() -> dict[str, Any]:
    return {"kept": partial(kept, here().parts, request.script_root)}


def kept(
    parts: dict[Hashable, Markup],
    root: str,
    part: str,
    *facts: Hashable,
    caller: Callable[[], str],
) -> Markup:
    """This part for these facts. A shop keeps its own, since its settings never change."""
    key = part, facts, root
    if key not in parts:
        if len(parts) >= MOST_KEPT:
            parts.clear()
        parts[key] = Markup(caller())  # noqa: S704 - our own template has escaped it
    return parts[key]
