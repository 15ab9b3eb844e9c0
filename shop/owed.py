"""What was paid for and was not there: who may still have what, and what goes out instead.

A person decides: wait and supply it, send something else that the buyer agreed to, or give the
money back (`giving_back`). Nothing of an owed order leaves before that.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from shop import (
    audit,
    online_orders,
    order_mail,
    postage,
    product_range,
    refunds,
    stock,
    substitutes,
)
from shop.drafts import Fulfilment
from shop.errors import Refusal, Unreadable
from shop.order_lines import OrderLine, lines_of
from shop.order_states import OrderState
from shop.orders import Order
from shop.products import Product


@dataclass(frozen=True, slots=True)
class Lacking:
    """A line that the shelf can't give, and what it could give instead, the most alike first."""

    line: OrderLine
    free: int
    ordered: Product
    offers: Sequence[Product]


def lacking(work: Session, order: Order, *, at: datetime) -> list[Lacking]:
    """The lines of an owed order that its clinic's shelf can't give now."""
    range_ = product_range.now(work)
    free = {sku: here.get(order.site, 0) for sku, here in stock.free(work, at=at).items()}
    return [
        Lacking(
            line,
            max(0, free.get(line.sku, 0)),
            range_.by_sku[line.sku],
            substitutes.nearest_first(
                range_.by_sku[line.sku],
                (
                    each
                    for each in range_.listed
                    if free.get(each.sku, 0) >= line.units and _can_go(order, each)
                ),
            ),
        )
        for line in lines_of(work, [order.id])
        if free.get(line.sku, 0) < line.units
    ]


def _can_go(order: Order, product: Product) -> bool:
    """Whether it can reach its buyer the way the order does: no parcel takes a long roller."""
    if order.fulfilment != Fulfilment.POST:
        return True
    return product.packed is not None and postage.band(product.packed) is not None


def supply(work: Session, order_id: int, *, by: str, at: datetime) -> None:
    """There is stock again: put all of it aside as it was ordered. Raises OutOfStock.

    Raises Refusal where a part of it was given back before.
    """
    order = online_orders.locked(work, order_id)
    _require_whole(work, order)
    online_orders.supply(work, online_orders.placed(order), by=by, at=at)


def substitute(
    work: Session, order_id: int, chosen: Mapping[int, str], *, by: str, at: datetime
) -> None:
    """Send something else for lines of an owed order, as its buyer has agreed, and tell them.

    `chosen` is a product's code by order line; the other lines go as they were ordered. Nobody
    pays more or less: what was paid stays. Raises OutOfStock, and Refusal where somebody has
    decided before or a part was given back; nothing is kept then.
    """
    if not chosen:
        raise Unreadable("Choose what goes out instead.")
    order = online_orders.locked(work, order_id)
    _require_whole(work, order)
    range_ = product_range.now(work)
    instead = {line_id: range_.on_sale(sku) for line_id, sku in chosen.items()}
    _require_same_vat(lines_of(work, [order.id]), instead, range_.by_sku)
    online_orders.supply(work, online_orders.placed(order), instead=instead, by=by, at=at)
    audit.record(work, "order.substituted", str(order.number), by=by, at=at)
    order_mail.substituted(work, order, at=at)


def _require_same_vat(
    lines: Sequence[OrderLine], instead: Mapping[int, Product], known: Mapping[str, Product]
) -> None:
    for line in lines:
        if line.id in instead and instead[line.id].vat_bp != known[line.sku].vat_bp:
            other = instead[line.id].name
            raise Refusal(f"{other} bears another VAT than {line.name}. Choose something else.")


def _require_whole(work: Session, order: Order) -> None:
    """Goods never go out that money went back for."""
    given = refunds.given(work, order.id).values()
    if order.state == OrderState.OWED and any(each.units for each in given):
        raise Refusal(
            f"A part of order {order.number} was given back, so it can't go out. "
            "Give the rest of it back too."
        )
