"""An order before it is placed: what is in the basket, at today's names, prices and VAT."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from enum import StrEnum

from shop import set_offers
from shop.discounts import Discount
from shop.money import share_out, vat_within
from shop.set_offers import Found, Offer


class Channel(StrEnum):
    DESK = "desk"
    WEB = "web"


class Fulfilment(StrEnum):
    """How an online order reaches its buyer."""

    COLLECT = "collect"
    POST = "post"


@dataclass(frozen=True, slots=True)
class DraftLine:
    sku: str
    name: str
    units: int
    unit_pence: int
    vat_bp: int
    discount_pence: int = 0
    sealed: bool = False

    @property
    def total_pence(self) -> int:
        return self.units * self.unit_pence - self.discount_pence

    @property
    def vat_pence(self) -> int:
        return vat_within(self.total_pence, self.vat_bp)


@dataclass(frozen=True, slots=True)
class Draft:
    """An order before it is placed: today's names, prices and VAT of what is in the basket.

    Postage is a price like any other, with its VAT inside. What its sets and a
    discount take off is in the lines already.
    """

    site: str
    channel: Channel
    currency: str
    lines: tuple[DraftLine, ...]
    fulfilment: Fulfilment | None = None
    postage_pence: int = 0
    postage_vat_bp: int = 0
    postage_zone: str | None = None
    discount: Discount | None = None
    sets: tuple[Found, ...] = ()

    @property
    def postage_vat_pence(self) -> int:
        return vat_within(self.postage_pence, self.postage_vat_bp)

    @property
    def total_pence(self) -> int:
        return sum(line.total_pence for line in self.lines) + self.postage_pence

    @property
    def discount_pence(self) -> int:
        return sum(line.discount_pence for line in self.lines)

    @property
    def sets_pence(self) -> int:
        return set_offers.saving_pence(self.sets)

    def in_sets(self, offers: Iterable[Offer]) -> "Draft":
        """The same with the whole sets that are found in it, each part taking its share of what
        its set takes off. Comes before a discount, which goes by what remains."""
        found = set_offers.found({line.sku: line.units for line in self.lines}, offers)
        off = set_offers.shares(found)
        lines = tuple(replace(line, discount_pence=off.get(line.sku, 0)) for line in self.lines)
        return replace(self, lines=lines, sets=found)

    def less(self, discount: Discount) -> "Draft":
        """The same with a discount, each line taking its share of it to the penny.

        Raises Refusal for goods at a lower price than the discount is meant for.
        """
        full = [line.total_pence for line in self.lines]
        discount.require_enough(sum(full))
        shares = share_out(discount.off(sum(full)), full)
        pairs = zip(self.lines, shares, strict=True)
        lines = tuple(
            replace(line, discount_pence=line.discount_pence + share) for line, share in pairs
        )
        return replace(self, lines=lines, discount=discount)

    def columns(self) -> dict[str, object]:
        """What of it is frozen on the order."""
        given = self.discount or Discount()
        return {
            "channel": self.channel,
            "site": self.site,
            "currency": self.currency,
            "total_pence": self.total_pence,
            "fulfilment": self.fulfilment,
            "postage_zone": self.postage_zone,
            "postage_pence": self.postage_pence,
            "postage_vat_bp": self.postage_vat_bp,
            "postage_vat_pence": self.postage_vat_pence,
            "discount_pence": self.discount_pence,
            "sets_pence": self.sets_pence,
            "voucher_code": given.voucher,
            "discount_reason": given.reason,
            "discount_by": given.by,
        }

    def rows(self, order_id: int) -> list[dict[str, object]]:
        """What of it is frozen on the order's lines."""
        return [
            {"order_id": order_id, "position": n, **asdict(line), "vat_pence": line.vat_pence}
            for n, line in enumerate(self.lines, 1)
        ]
