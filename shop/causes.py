"""What a move carries out: the sale, transfer or count that it is a line of."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from shop.arrivals import ArrivalLine
from shop.counts import Count, CountLine
from shop.db import table_of
from shop.ledger import StockMove
from shop.orders import OrderLine
from shop.receipts import Receipt
from shop.transfers import Transfer, TransferLine


class Kind(StrEnum):
    SALE = "sale"
    TRANSFER = "transfer"
    COUNT = "count"


@dataclass(frozen=True, slots=True)
class Cause:
    """`number` is a receipt's, a transfer's or a count's. `sites` are those it belongs to."""

    kind: Kind
    number: str
    sites: tuple[str, ...]


def of_moves(work: Session, move_ids: Iterable[int]) -> Mapping[int, Cause]:
    """The cause of each of these moves that has one, in one statement."""
    found = work.execute(_CAUSES, {"ids": sorted(move_ids)})
    causes = {}
    for move_id, receipt, site, transfer, from_site, to_site, count, counted_at in found:
        if receipt:
            causes[move_id] = Cause(Kind.SALE, receipt, (site,))
        elif transfer:
            causes[move_id] = Cause(Kind.TRANSFER, str(transfer), (from_site, to_site))
        elif count:
            causes[move_id] = Cause(Kind.COUNT, str(count), (counted_at,))
    return causes


_MOVE, _SOLD, _RECEIPT = table_of(StockMove), table_of(OrderLine), table_of(Receipt)
_SENT, _ARRIVED, _TRANSFER = table_of(TransferLine), table_of(ArrivalLine), table_of(Transfer)
_COUNTED, _COUNT = table_of(CountLine), table_of(Count)
_TRANSFER_LINE = func.coalesce(_MOVE.c.transfer_line_id, _ARRIVED.c.transfer_line_id)
_CAUSES = (
    select(
        _MOVE.c.id,
        _RECEIPT.c.number,
        _RECEIPT.c.site,
        _TRANSFER.c.number,
        _TRANSFER.c.from_site,
        _TRANSFER.c.to_site,
        _COUNT.c.number,
        _COUNT.c.site,
    )
    .select_from(_MOVE)
    .outerjoin(_SOLD, _SOLD.c.id == _MOVE.c.order_line_id)
    .outerjoin(_RECEIPT, _RECEIPT.c.order_id == _SOLD.c.order_id)
    .outerjoin(_ARRIVED, _ARRIVED.c.id == _MOVE.c.arrival_line_id)
    .outerjoin(_SENT, _SENT.c.id == _TRANSFER_LINE)
    .outerjoin(_TRANSFER, _TRANSFER.c.id == _SENT.c.transfer_id)
    .outerjoin(_COUNTED, _COUNTED.c.id == _MOVE.c.count_line_id)
    .outerjoin(_COUNT, _COUNT.c.id == _COUNTED.c.count_id)
    .where(_MOVE.c.id.in_(bindparam("ids", expanding=True)))
)
