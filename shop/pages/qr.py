"""QR codes, drawn by us: no request leaves the site to make one."""

import segno
from markupsafe import Markup

QUIET = 4  # modules of white around it, which a scanner needs


def qr(text: str, title: str) -> Markup:
    """The text as a picture that a phone can read, dark on white in every theme."""
    made = segno.make_qr(text, error="m")
    drawn = made.svg_inline(
        scale=4, border=QUIET, dark="#000", light="#fff", svgclass=None, lineclass=None,
        title=title, omitsize=False,
    )  # fmt: skip
    return Markup(drawn)  # noqa: S704 - segno draws it, and escapes the title
