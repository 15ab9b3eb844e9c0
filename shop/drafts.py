"""An order before it is placed: what is in the basket, at today's names, prices and VAT."""

from dataclasses import dataclass
from enum import StrEnum

from shop.money import vat_within


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

    @property
    def total_pence(self) -> int:
        return self.units * self.unit_pence

    @property
    def vat_pence(self) -> int:
        return vat_within(self.total_pence, self.vat_bp)


@dataclass(frozen=True, slots=True)
class Draft:
    """An order before it is placed: today's names, prices and VAT of what is in the basket.

    Postage is a price like any other, with its VAT inside.
    """

    site: str
    channel: Channel
    currency: str
    lines: tuple[DraftLine, ...]
    fulfilment: Fulfilment | None = None
    postage_pence: int = 0
    postage_vat_bp: int = 0

    @property
    def postage_vat_pence(self) -> int:
        return vat_within(self.postage_pence, self.postage_vat_bp)

    @property
    def total_pence(self) -> int:
        return sum(line.total_pence for line in self.lines) + self.postage_pence
