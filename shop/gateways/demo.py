"""A stand-in for the demo: a payment page of our own, on which no money moves.

It works in development alone. Its pages are rows, because the demo's server has several
processes, and what they say is only ever read through the gateway, as with any other.
"""

import secrets
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from sqlalchemy import CheckConstraint, false, select, update
from sqlalchemy.orm import Mapped, mapped_column

from shop import clock, network
from shop.db import Base, Database, UTCTime, whole
from shop.errors import NotReady, Unreadable
from shop.gateways import (
    NOBODY,
    GatewayRefused,
    Notice,
    Owner,
    PageAsked,
    PageSeen,
    PageState,
    Person,
    ReturnAsked,
    ReturnSeen,
    ReturnState,
)
from shop.money import MOST_PENCE

NAME = "demo"


class DemoPage(Base):
    """A page of the demo's, open until it was paid, left or too old."""

    __tablename__ = "shop_demo_page"
    __table_args__ = (
        whole("amount_pence", 1, MOST_PENCE),
        CheckConstraint("state IN ('open', 'paid', 'expired')", name="state_known"),
    )

    reference: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    shop: Mapped[str]
    order_uid: Mapped[str]
    number: Mapped[int]
    amount_pence: Mapped[int]
    currency: Mapped[str]
    state: Mapped[str]
    expires_at: Mapped[datetime] = mapped_column(UTCTime)
    success_url: Mapped[str]
    cancel_url: Mapped[str]
    posts: Mapped[bool] = mapped_column(default=False, server_default=false())
    email: Mapped[str] = mapped_column(default="", server_default="")
    buyer: Mapped[str] = mapped_column(default="", server_default="")
    address: Mapped[str] = mapped_column(default="", server_default="")


class Demo:
    """The demo's gateway. `address` leads from a page's reference to where it is shown."""

    name = NAME
    live = False
    least_pence = 1

    def __init__(
        self,
        database: Database,
        address: Callable[[str], str],
        *,
        development: bool,
        now: Callable[[], datetime] = clock.now,
    ) -> None:
        if not development:
            raise NotReady("The demo's payments only work with SHOP_ENV=development.")
        self._database, self._address, self._now = database, address, now

    def open(self, asked: PageAsked) -> PageSeen:
        network.about_to_call()
        with self._database.transaction() as work:
            page = work.scalars(select(DemoPage).where(DemoPage.key == asked.key)).one_or_none()
            if page is None:
                page = DemoPage(
                    reference=f"demo_{secrets.token_urlsafe(16)}",
                    key=asked.key,
                    shop=asked.shop,
                    order_uid=asked.order,
                    number=asked.number,
                    amount_pence=asked.amount_pence,
                    currency=asked.currency,
                    state=PageState.OPEN,
                    expires_at=asked.expires_at,
                    success_url=asked.success_url,
                    cancel_url=asked.cancel_url,
                    posts=asked.posts,
                )
                work.add(page)
                work.flush()
            return self._seen(page)

    def look(self, reference: str) -> PageSeen:
        return self._seen(self.page(reference))

    def page(self, reference: str) -> DemoPage:
        network.about_to_call()
        with self._database.reading() as work:
            page = work.get(DemoPage, reference)
        if page is None:
            raise GatewayRefused("The demo has no such payment page.")
        return page

    def pay(self, reference: str, person: Person = NOBODY) -> PageSeen:
        """Somebody pressed Pay on the demo's page, and said who they are."""
        told = {"email": person.email, "buyer": person.name, "address": person.address}
        return self._end(reference, PageState.PAID, **told)

    def close(self, reference: str) -> PageSeen:
        return self._end(reference, PageState.EXPIRED)

    def _end(self, reference: str, state: PageState, **told: str) -> PageSeen:
        """An open page ends in this state; one that has ended stays as it is."""
        network.about_to_call()
        still_open = (DemoPage.reference == reference, DemoPage.state == PageState.OPEN)
        with self._database.transaction() as work:
            end = update(DemoPage).where(*still_open, DemoPage.expires_at > self._now())
            work.execute(end.values(state=state, **told))
        return self.look(reference)

    def give_back(self, asked: ReturnAsked) -> ReturnSeen:
        return ReturnSeen(
            reference=f"demo_re_{asked.refund}",
            payment=asked.payment,
            amount_pence=asked.amount_pence,
            state=ReturnState.SUCCEEDED,
            refund=asked.refund,
        )

    def owner(self, payment: str) -> Owner:
        page = self.page(payment.removeprefix("paid_"))
        return Owner(page.shop, page.order_uid)

    def returns(self, payment: str) -> Sequence[ReturnSeen]:
        return ()  # nobody but us gives the demo's money back

    def returns_since(self, moment: datetime) -> Iterator[ReturnSeen]:
        return iter(())

    def pages_since(self, moment: datetime) -> Iterator[PageSeen]:
        network.about_to_call()
        with self._database.reading() as work:
            pages = work.scalars(select(DemoPage).where(DemoPage.expires_at >= moment)).all()
        return map(self._seen, pages)

    def read(self, body: bytes, signature: str) -> Notice:
        raise Unreadable("The demo sends no notices.")

    def _seen(self, page: DemoPage) -> PageSeen:
        over = page.state == PageState.OPEN and page.expires_at <= self._now()
        return PageSeen(
            reference=page.reference,
            state=PageState.EXPIRED if over else PageState(page.state),
            url=self._address(page.reference),
            shop=page.shop,
            order=page.order_uid,
            amount_pence=page.amount_pence,
            currency=page.currency,
            live=False,
            payment=f"paid_{page.reference}" if page.state == PageState.PAID else None,
            person=Person(page.email, page.buyer, page.address),
        )
