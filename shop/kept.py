"""Units that are paid for and put aside, until their buyer comes or the post takes them."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.orm import Session

from shop import ledger, places
from shop.ledger import Move, MoveReason
from shop.places import CUSTOMER
from shop.stock import Outgoing


def put_aside(
    work: Session, site_id: str, outgoing: Iterable[Outgoing], *, by: str, at: datetime
) -> None:
    """An online order was paid: off the shelf with its units. Raises OutOfStock, as a sale does."""
    way = places.shelf(site_id), places.kept(site_id), MoveReason.KEPT
    ledger.post(work, _going(outgoing, *way), by=by, at=at, undone="put aside")


def hand_over(
    work: Session, site_id: str, outgoing: Iterable[Outgoing], *, by: str, at: datetime
) -> None:
    """What was put aside leaves with its buyer, or with the post."""
    way = places.kept(site_id), CUSTOMER, MoveReason.HANDED_OVER
    ledger.post(work, _going(outgoing, *way), by=by, at=at, undone="handed over")


def put_back(
    work: Session, site_id: str, outgoing: Iterable[Outgoing], *, by: str, at: datetime
) -> None:
    """Nobody came for what was put aside: it goes back on the shelf."""
    way = places.kept(site_id), places.shelf(site_id), MoveReason.UNCOLLECTED
    ledger.post(work, _going(outgoing, *way), by=by, at=at)


def _going(
    outgoing: Iterable[Outgoing], from_place: str, to_place: str, reason: MoveReason
) -> list[Move]:
    return [
        Move(each.sku, each.units, from_place, to_place, reason, each.order_line_id, held=each.held)
        for each in outgoing
    ]
