"""Every sale and every refund, at the desk and online: looked up, listed by pages, and added up.

It looks only. A sale stands on the day it was settled, and a refund on the day it reached its
buyer, which may be another one.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Subquery,
    and_,
    exists,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from shop import takings
from shop.credit_notes import CreditNote
from shop.errors import Unreadable
from shop.gateways import counter
from shop.gateways.counter import Method
from shop.order_lines import OrderLine
from shop.orders import Order
from shop.payments import Payment
from shop.receipts import Receipt
from shop.refunds import Refund, RefundState

MOST_ON_A_PAGE = 50  # sales and refunds
SALE, REFUND = "sale", "refund"
_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
_MARK = re.compile(r"(\d{1,17})\.(sale|refund)\.(\d{1,17})", re.ASCII)
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Asked:
    """What to look for; what is left empty is no matter.

    `number` is that of a receipt, a credit note or an order.
    """

    sites: tuple[str, ...]
    start: datetime | None = None
    end: datetime | None = None
    channel: str = ""
    person: str = ""
    product: str = ""  # part of the name that it was sold under
    number: str = ""
    session_id: int | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One sale or refund; a refund's pence are below nothing. `number` may be none of a refund."""

    at: datetime
    kind: str
    id: int
    order_id: int
    order_number: int
    number: str | None
    receipt: str
    site: str
    channel: str
    by: str
    pence: int

    @property
    def mark(self) -> str:
        """Where the next page begins after this one."""
        return f"{(self.at - _BEGINNING) // _MICROSECOND}.{self.kind}.{self.id}"


@dataclass(frozen=True, slots=True)
class Way:
    """What came in and went back in one way: cash, card, or online."""

    name: str
    sales_pence: int = 0
    refunds_pence: int = 0


@dataclass(frozen=True, slots=True)
class Total:
    sales: int
    sales_pence: int
    refunds: int
    refunds_pence: int
    ways: tuple[Way, ...]


def page(
    work: Session, asked: Asked, *, after: str = "", most: int = MOST_ON_A_PAGE
) -> list[Entry]:
    """The latest first, from after a mark on. Raises Unreadable for a mark that is none."""
    entries = _entries(asked)
    its = select(entries).order_by(entries.c.at.desc(), entries.c.kind, entries.c.id.desc())
    if after:
        its = its.where(_behind(entries, after))
    return [Entry(*row) for row in work.execute(its.limit(most))]


def every(work: Session, asked: Asked) -> Iterator[Entry]:
    """All of them, a page at a time, for a file."""
    found = page(work, asked)
    while found:
        yield from found
        found = page(work, asked, after=found[-1].mark)


def total(work: Session, asked: Asked) -> Total:
    """What they come to. Of a product: the whole sales that it was part of."""
    entries = _entries(asked)
    kinds = select(entries.c.kind, func.count(), func.sum(entries.c.pence))
    sums = {kind: (many, int(pence)) for kind, many, pence
            in work.execute(kinds.group_by(entries.c.kind))}  # fmt: skip
    sales, sales_pence = sums.get(SALE, (0, 0))
    refunds, refunds_pence = sums.get(REFUND, (0, 0))
    return Total(sales, sales_pence, refunds, -refunds_pence, _ways(work, entries))


def people(work: Session, asked: Asked) -> Sequence[str]:
    """Who has sold or given back, among what is asked for but for the person."""
    entries = _entries(replace(asked, person=""))
    return work.scalars(select(entries.c.by).distinct().order_by(entries.c.by).limit(100)).all()


def _ways(work: Session, entries: Subquery) -> tuple[Way, ...]:
    came = takings.paid_in(select(entries.c.order_id).where(entries.c.kind == SALE))
    went = takings.paid_back(select(entries.c.id).where(entries.c.kind == REFUND))
    sums: dict[str, Way] = {}
    for gateway, method, pence in work.execute(came):
        name = _name(gateway, method)
        way = sums.get(name, Way(name))
        sums[name] = replace(way, sales_pence=way.sales_pence + int(pence))
    for gateway, method, pence in work.execute(went):
        name = _name(gateway, method)
        way = sums.get(name, Way(name))
        sums[name] = replace(way, refunds_pence=way.refunds_pence + int(pence))
    return tuple(sums[name] for name in sorted(sums))


def _name(gateway: str, method: str) -> str:
    return Method(method).label if gateway == counter.NAME else "Online"


def _entries(asked: Asked) -> Subquery:
    """Sales and refunds alike, narrowed before they are put together."""
    return union_all(_sales(asked), _refunds(asked)).subquery("entries")


def _sales(asked: Asked) -> Any:
    its: Any = (
        select(
            Order.settled_at.label("at"),
            literal(SALE).label("kind"),
            Order.id.label("id"),
            Order.id.label("order_id"),
            Order.number.label("order_number"),
            Receipt.number.label("number"),
            Receipt.number.label("receipt"),
            Order.site.label("site"),
            Order.channel.label("channel"),
            Order.settled_by.label("by"),
            Order.total_pence.label("pence"),
        )
        .join(Receipt, Receipt.order_id == Order.id)
        .where(*_narrow(asked, Order.settled_at, Order.settled_by, Receipt.number))
    )
    if asked.session_id is not None:
        paid = exists().where(Payment.order_id == Order.id, Payment.session_id == asked.session_id)
        its = its.where(paid)
    return its


def _refunds(asked: Asked) -> Any:
    its: Any = (
        select(
            Refund.answered_at,
            literal(REFUND),
            Refund.id,
            Order.id,
            Order.number,
            CreditNote.number,
            Receipt.number,
            Order.site,
            Order.channel,
            Refund.asked_by,
            -Refund.amount_pence,
        )
        .join(Order, Order.id == Refund.order_id)
        .join(Receipt, Receipt.order_id == Order.id)
        .join(CreditNote, CreditNote.refund_id == Refund.id, isouter=True)
        .where(Refund.state == RefundState.SUCCEEDED)
        .where(*_narrow(asked, Refund.answered_at, Refund.asked_by, CreditNote.number))
    )
    if asked.session_id is not None:
        its = its.where(Refund.session_id == asked.session_id)
    return its


def _narrow(asked: Asked, at: Any, by: Any, number: Any) -> list[ColumnElement[bool]]:
    rules: list[ColumnElement[bool]] = [Order.site.in_(asked.sites)]
    if asked.start is not None:
        rules.append(at >= asked.start)
    if asked.end is not None:
        rules.append(at < asked.end)
    if asked.channel:
        rules.append(Order.channel == asked.channel)
    if asked.person:
        rules.append(by == asked.person)
    if asked.product:
        named = OrderLine.name.icontains(asked.product, autoescape=True)
        rules.append(exists().where(OrderLine.order_id == Order.id, named))
    if asked.number:
        order = int(asked.number) if asked.number.isdecimal() else None
        rules.append(
            or_(
                number == asked.number.upper(),
                Receipt.number == asked.number.upper(),
                Order.number == (null() if order is None else order),
            )
        )
    return rules


def _behind(entries: Subquery, mark: str) -> ColumnElement[bool]:
    """Whatever comes after the entry that a mark names."""
    found = _MARK.fullmatch(mark)
    if not found:
        raise Unreadable("That page is not there. Go back to the first one.")
    moment, kind, last = found.groups()
    at, columns = _BEGINNING + int(moment) * _MICROSECOND, entries.c
    return or_(
        columns.at < at,
        and_(columns.at == at, columns.kind > kind),
        and_(columns.at == at, columns.kind == kind, columns.id < int(last)),
    )
