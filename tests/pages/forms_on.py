"""The forms that a page shows, as a browser sees them: address, method, fields and their values."""

from dataclasses import dataclass, field

import html5lib

_XHTML = "{http://www.w3.org/1999/xhtml}"


@dataclass
class ShownForm:
    action: str
    method: str
    values: dict[str, list[str]] = field(default_factory=dict)


def forms_on(page: str, url: str) -> list[ShownForm]:
    """Every form of a page. Raises for HTML that is not well formed."""
    tree = html5lib.HTMLParser(strict=True).parse(page)
    return [_form(form, url) for form in tree.iter(f"{_XHTML}form")]


def _form(form: object, url: str) -> ShownForm:
    shown = ShownForm(
        action=form.get("action") or url,
        method=(form.get("method") or "get").lower(),
    )
    for control in form.iter():
        name = control.get("name")
        if name and control.tag in {
            f"{_XHTML}{t}" for t in ("input", "select", "textarea", "button")
        }:
            shown.values.setdefault(name, []).append(control.get("value") or "")
    return shown
