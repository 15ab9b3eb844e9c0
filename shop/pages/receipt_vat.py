"""The VAT of a sale, rate by rate, as every receipt and invoice shows it."""

from collections.abc import Sequence
from dataclasses import dataclass

from shop.order_lines import OrderLine
from shop.orders import Order


@dataclass(frozen=True, slots=True)
class VatRate:
    """What one rate of VAT comes to on a receipt. `percent` is ready to read: 20 or 17.5."""

    percent: str
    gross_pence: int
    vat_pence: int

    @property
    def net_pence(self) -> int:
        return self.gross_pence - self.vat_pence


def vat_of(order: Order, lines: Sequence[OrderLine]) -> list[VatRate]:
    """The VAT of each rate, highest first, postage among it. None at all where a sale was made
    without VAT."""
    parts = [(line.vat_bp, line.total_pence, line.vat_pence) for line in lines]
    if order.postage_pence:
        parts.append((order.postage_vat_bp, order.postage_pence, order.postage_vat_pence))
    return rates(parts)


def rates(parts: Sequence[tuple[int, int, int]]) -> list[VatRate]:
    """What parts with their rate, gross and VAT come to, rate by rate."""
    found = sorted({rate for rate, _, _ in parts}, reverse=True)
    if found == [0]:
        return []
    return [_rate(rate, [part for part in parts if part[0] == rate]) for rate in found]


def _rate(rate_bp: int, parts: Sequence[tuple[int, int, int]]) -> VatRate:
    whole, part = divmod(rate_bp, 100)
    return VatRate(
        percent=f"{whole}.{part:02}".rstrip("0") if part else str(whole),
        gross_pence=sum(gross for _, gross, _ in parts),
        vat_pence=sum(vat for _, _, vat in parts),
    )
