"""What a move carries out: the sale, transfer, count or delivery that it is a line of."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from shop.arrivals import ArrivalLine
from shop.counts import Count, CountLine
from shop.db import table_of
from shop.deliveries import Delivery, DeliveryLine
from shop.ledger import StockMove
from shop.order_lines import OrderLine
from shop.receipts import Receipt
from shop.transfers import Transfer, TransferLine


class Kind(StrEnum):
    SALE = "sale"
    TRANSFER = "transfer"
    COUNT = "count"
    DELIVERY = "delivery"


@dataclass(frozen=True, slots=True)
class Cause:
    """`number` is that of the receipt, transfer, count or delivery, of one clinic or of two."""

    kind: Kind
    number: str
    sites: tuple[str, ...]


def of_moves(work: Session, move_ids: Iterable[int]) -> Mapping[int, Cause]:
    """The cause of each of these moves that has one, in one statement."""
    causes = {}
    for row in work.execute(_CAUSES, {"ids": sorted(move_ids)}).mappings():
        for kind in Kind:
            if row[kind] is not None:
                sites = tuple(site for site in (row[f"{kind}_site"], row["to_site"]) if site)
                causes[row["id"]] = Cause(kind, str(row[kind]), sites)
    return causes


_MOVE, _SOLD, _RECEIPT = table_of(StockMove), table_of(OrderLine), table_of(Receipt)
_SENT, _ARRIVED, _TRANSFER = table_of(TransferLine), table_of(ArrivalLine), table_of(Transfer)
_CAME, _DELIVERY = table_of(DeliveryLine), table_of(Delivery)
_COUNTED, _COUNT = table_of(CountLine), table_of(Count)
_TRANSFER_LINE = func.coalesce(_MOVE.c.transfer_line_id, _ARRIVED.c.transfer_line_id)
_CAUSES = (
    select(
        _MOVE.c.id,
        _RECEIPT.c.number.label("sale"),
        _RECEIPT.c.site.label("sale_site"),
        _TRANSFER.c.number.label("transfer"),
        _TRANSFER.c.from_site.label("transfer_site"),
        _TRANSFER.c.to_site,
        _COUNT.c.number.label("count"),
        _COUNT.c.site.label("count_site"),
        _DELIVERY.c.number.label("delivery"),
        _DELIVERY.c.site.label("delivery_site"),
    )
    .select_from(_MOVE)
    .outerjoin(_SOLD, _SOLD.c.id == _MOVE.c.order_line_id)
    .outerjoin(_RECEIPT, _RECEIPT.c.order_id == _SOLD.c.order_id)
    .outerjoin(_ARRIVED, _ARRIVED.c.id == _MOVE.c.arrival_line_id)
    .outerjoin(_SENT, _SENT.c.id == _TRANSFER_LINE)
    .outerjoin(_TRANSFER, _TRANSFER.c.id == _SENT.c.transfer_id)
    .outerjoin(_COUNTED, _COUNTED.c.id == _MOVE.c.count_line_id)
    .outerjoin(_COUNT, _COUNT.c.id == _COUNTED.c.count_id)
    .outerjoin(_CAME, _CAME.c.id == _MOVE.c.delivery_line_id)
    .outerjoin(_DELIVERY, _DELIVERY.c.id == _CAME.c.delivery_id)
    .where(_MOVE.c.id.in_(bindparam("ids", expanding=True)))
)
