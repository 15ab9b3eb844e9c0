"""The forms that a page shows, as a browser sees them: address, method, fields and their values."""

from dataclasses import dataclass, field
from typing import Any

import html5lib

_XHTML = "{http://www.w3.org/1999/xhtml}"


@dataclass
class ShownForm:
    action: str
    method: str
    values: dict[str, list[str]] = field(default_factory=dict)


_CONTROLS = {f"{_XHTML}{tag}" for tag in ("input", "select", "textarea", "button")}


def forms_on(page: str, url: str) -> list[ShownForm]:
    """Every form of a page. Raises for HTML that is not well formed."""
    tree = html5lib.HTMLParser(strict=True).parse(page)
    return [_form(form, tree, url) for form in tree.iter(f"{_XHTML}form")]


def _form(form: Any, tree: Any, url: str) -> ShownForm:
    shown = ShownForm(
        action=form.get("action") or url,
        method=(form.get("method") or "get").lower(),
    )
    inside = [control for control in form.iter() if control.tag in _CONTROLS]
    named = form.get("id")
    elsewhere = [c for c in tree.iter() if named and c.get("form") == named]
    for control in [*inside, *elsewhere]:
        if control.get("name") and control.get("form") in (None, named):
            shown.values.setdefault(control.get("name"), []).append(control.get("value") or "")
    return shown
