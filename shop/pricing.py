"""What a product costs today, as lines of an order that is not placed yet."""

from collections.abc import Mapping

from shop.drafts import DraftLine
from shop.errors import Refusal, Unreadable
from shop.order_lines import MOST_UNITS_A_LINE
from shop.products import Price


def lines(
    basket: Mapping[str, int], known: Mapping[str, Price], vat_registered: bool
) -> tuple[DraftLine, ...]:
    """Lines at today's names, prices and VAT; none of a business that is not registered for VAT.

    `basket` is units by sku. Raises Refusal for what is no longer sold, Unreadable for more than
    one line can have.
    """
    return tuple(_line(sku, units, known.get(sku), vat_registered) for sku, units in basket.items())


def _line(sku: str, units: int, product: Price | None, vat_registered: bool) -> DraftLine:
    if product is None or not product.on_sale:
        raise Refusal(f"{product.name if product else sku} is no longer on sale. Take it out.")
    if not 1 <= units <= MOST_UNITS_A_LINE:
        raise Unreadable(f"Sell 1 to {MOST_UNITS_A_LINE} of {product.name} at a time.")
    vat_bp = product.vat_bp if vat_registered else 0
    return DraftLine(sku, product.name, units, product.price_pence, vat_bp, sealed=product.sealed)
