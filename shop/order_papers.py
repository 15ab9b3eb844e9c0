"""An order with all that belongs to it, read in one statement for the page that shows it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, exists, select
from sqlalchemy.orm import Session

from shop import order_links
from shop.buyers import Buyer
from shop.order_lines import OrderLine
from shop.order_links import OrderLink
from shop.orders import Order
from shop.payment_sessions import PaymentSession
from shop.payments import Payment
from shop.receipts import Receipt
from shop.refunds import Refund
from shop.sites import Site
from shop.substitutes import Substitute


@dataclass(frozen=True, slots=True)
class Papers:
    """`instead` is what goes out for which line, by its id. `has_page` says whether it was ever
    paid online, or could be. Nobody has bought it yet where `receipt` is None and there are no
    payments."""

    lines: Sequence[OrderLine]
    instead: Mapping[int, Substitute]
    order: Order
    site: Site
    buyer: Buyer | None
    receipt: Receipt | None
    has_page: bool
    has_refunds: bool
    payments: Sequence[Payment]


def follow(work: Session, token: str) -> Papers:
    """The papers of the order that a link leads to, its lines in the order they were rung up.

    Raises NotFound, the same for every token that leads nowhere.
    """
    rows = work.execute(_ITS, {"link": order_links.found_by(token)}).all()
    if not rows:
        raise order_links.nowhere()
    lines = list(dict.fromkeys(row[0] for row in rows))
    parts = dict.fromkeys(row[1] for row in rows if row[1] is not None)
    instead = {row[2].order_line_id: row[2] for row in rows if row[2] is not None}
    return Papers(lines, instead, *rows[0][3:], list(parts))


_ITS = (
    select(
        OrderLine,
        Payment,
        Substitute,
        Order,
        Site,
        Buyer,
        Receipt,
        exists().where(PaymentSession.order_id == Order.id),
        exists().where(Refund.order_id == Order.id),
    )
    .join_from(OrderLine, Order, Order.id == OrderLine.order_id)
    .join(OrderLink, OrderLink.order_id == Order.id)
    .join(Site, Site.id == Order.site)
    .outerjoin(Substitute, Substitute.order_line_id == OrderLine.id)
    .outerjoin(Buyer, Buyer.order_id == Order.id)
    .outerjoin(Payment, Payment.order_id == Order.id)
    .outerjoin(Receipt, Receipt.order_id == Order.id)
    .where(OrderLink.token_hash == bindparam("link"))
    .order_by(OrderLine.position, Payment.position)
)
