"""What the last page asks: one choice, and an address for mail where nobody pays online."""

from collections.abc import Sequence
from dataclasses import dataclass

from wtforms import HiddenField, RadioField, StringField
from wtforms.validators import InputRequired, Length

from shop import mail_address, money, presses
from shop.basket_contents import Inside
from shop.buyers import LONGEST_EMAIL
from shop.drafts import Fulfilment
from shop.errors import Unreadable
from shop.orders import Order
from shop.pages.fields import LineField
from shop.pages.form import Form
from shop.pages.front.basket import Line
from shop.pages.front.voucher_code import Code
from shop.post_zones import PostZone
from shop.set_offers import Found
from shop.state import here
from shop.ways import Offered, Way

_STALE = "This page is out of date. Check it and press again."


@dataclass(frozen=True, slots=True)
class Seen:
    """A basket as the last page shows it: the ways to have it, and what is due without postage."""

    lines: tuple[Line, ...]
    offered: Offered
    code: Code
    due_pence: int
    inside: Inside
    sets: tuple[Found, ...] = ()

    @property
    def totals(self) -> list[int]:
        """Pence that each way comes to."""
        return [self.due_pence + way.postage_pence for way in self.offered.ways]


class CheckoutForm(Form):
    """`way` names how to have it and what that comes to, so that nobody pays another total.

    `wished` is what somebody chose on the way here, such as `collect:cambridge`.
    """

    wished = ""

    press = HiddenField(validators=[InputRequired(_STALE), Length(16, 64, _STALE)])
    way = RadioField(
        "How would you like to have it?",
        validators=[InputRequired("Choose how you would like to have it.")],
        validate_choice=False,  # what is gone by now is said in better words
    )
    email = LineField("Your email address", most=LONGEST_EMAIL)
    reserve = StringField()

    def offer(self, ways: Sequence[Way], goods_pence: int) -> None:
        """What may be chosen. Where there is one way, it is chosen already."""
        self.way.choices = [(value(way, goods_pence), _label(way, goods_pence)) for way in ways]
        if not self.way.data:
            wished = [v for v, _ in self.way.choices if self.wished and v.startswith(self.wished)]
            only = [v for v, _ in self.way.choices] if len(ways) == 1 else []
            self.way.data = next(iter(wished or only), self.way.data)

    def hints(self, ways: Sequence[Way], goods_pence: int) -> dict[str, str]:
        return {value(way, goods_pence): _hint(way) for way in ways}

    def renew(self) -> None:
        self.press.data = presses.new()

    def address(self) -> str:
        """The address for mail, as it was typed: who lost their link types it so again. Adds to the
        problems where there is none, or one that no mail can go to."""
        try:
            mail_address.checked(self.email.data)
        except Unreadable:
            self.refuse(self.email, "Enter your email address, like name@example.com")
        return self.email.data.lower()


def value(way: Way, goods_pence: int) -> str:
    """A way as a choice's value: how, to which zone, where, and pence in all."""
    how = f"{way.fulfilment}-{way.zone}" if way.zone else way.fulfilment
    return f"{how}:{way.site.id}:{goods_pence + way.postage_pence}"


def chosen_for(order: Order) -> str:
    """The value of the choice that made an order."""
    zone = f"-{order.postage_zone}" if order.postage_zone else ""
    return f"{order.fulfilment}{zone}:{order.site}:{order.total_pence}"


def _label(way: Way, goods_pence: int) -> str:
    total = money.in_words(goods_pence + way.postage_pence)
    if way.fulfilment == Fulfilment.POST:
        to = f" to {here().settings.zones.words(way.zone)}" if way.zone else ""
        if not way.postage_pence:
            return f"By post{to}, free: {total} in all"
        return f"By post{to} for {money.in_words(way.postage_pence)}: {total} in all"
    return f"Collect from {way.site.name}, free: {total} in all"


def _hint(way: Way) -> str:
    if way.zone == PostZone.ISLANDS:
        codes = ", ".join(here().settings.postage_islands.split())
        return f"Where the postcode begins with {codes}. It may take some days longer."
    if way.zone:
        return "It takes 2 to 3 working days."
    if way.fulfilment == Fulfilment.POST:
        return "To an address in the United Kingdom. It takes 2 to 3 working days."
    said = [way.site.address, way.site.hours, f"Ready {in_time(way.site.ready_minutes)}"]
    return ". ".join(part.rstrip(".") for part in said if part) + "."


def in_time(minutes: int) -> str:
    """About 1 hour after you order."""
    if minutes < 60:
        return f"about {minutes} minutes after you order" if minutes else "as soon as you order"
    if minutes < 24 * 60:
        hours = -(-minutes // 60)
        return f"about {hours} {'hour' if hours == 1 else 'hours'} after you order"
    days = -(-minutes // (24 * 60))
    return f"about {days} {'day' if days == 1 else 'days'} after you order"
