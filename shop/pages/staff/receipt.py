"""What a receipt has besides its lines: bars that the till reads, and the way to the guides."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import url_for
from markupsafe import Markup
from sqlalchemy.orm import Session

from catalog.drawing import barcode
from shop import mail_address, products
from shop.errors import Refusal
from shop.order_lines import OrderLine
from shop.pages.fields import LineField
from shop.pages.qr import qr
from shop.pages.staff.press import PressForm
from shop.substitutes import Substitute

BARS_MM = 57.0  # the room on a roll of 80 mm
MOST_CODES = 3  # guides that a receipt leads to


class MailForm(PressForm):
    address = LineField("Email address", most=mail_address.LONGEST)

    def refused(self, refusal: Refusal) -> None:
        self.refuse(self.address, str(refusal))


@dataclass(frozen=True, slots=True)
class Guide:
    """Where the guides of one tool are, for a phone to read."""

    name: str
    url: str
    picture: Markup


def bars(number: str) -> Markup:
    """The sale's number as a scanner reads it."""
    return Markup(barcode.svg(number, most_mm=BARS_MM))  # noqa: S704 - our own drawing


def guides(work: Session, lines: Sequence[OrderLine | Substitute]) -> list[Guide]:
    """The guides of exactly the tools that somebody got, of the first few."""
    known = products.by_sku(work, [line.sku for line in lines])
    found = []
    for line in lines[:MOST_CODES]:
        url = url_for(".product", slug=known[line.sku].slug, _external=True)
        found.append(Guide(line.name, url, qr(url, f"Guides for {line.name}")))
    return found
