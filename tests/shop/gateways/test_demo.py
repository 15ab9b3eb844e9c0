"""The demo's gateway: it behaves like one that takes money, says so, and works nowhere else."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from shop import clock
from shop.db import Database
from shop.errors import NotReady, Unreadable
from shop.gateways import GatewayRefused, Owner, PageState, ReturnState
from shop.gateways.counter import Counter
from shop.gateways.demo import Demo
from tests.shop.gateways.test_stripe import asked, back


class Clock:
    ahead = timedelta()

    def __call__(self) -> datetime:
        return clock.now() + self.ahead


@pytest.fixture
def time() -> Clock:
    return Clock()


@pytest.fixture
def demo(database: Database, time: Clock) -> Demo:
    return Demo(database, lambda page: f"/demo-pay/{page}", development=True, now=time)


def test_it_does_not_work_in_production(database: Database) -> None:
    with pytest.raises(NotReady, match="only work with SHOP_ENV=development"):
        Demo(database, str, development=False)


def test_a_page_is_opened_once_for_each_key_and_paid(demo: Demo) -> None:
    page, again = demo.open(asked()), demo.open(asked())

    paid = demo.pay(page.reference)

    assert page.reference == again.reference
    assert page.url == f"/demo-pay/{page.reference}"
    assert (page.state, paid.state, paid.amount_pence) == (PageState.OPEN, PageState.PAID, 1850)
    assert demo.owner(str(paid.payment)) == Owner("shop-1", "order-1")


def test_a_page_that_is_closed_or_too_old_takes_no_money(demo: Demo, time: Clock) -> None:
    closed, old = demo.open(asked()), demo.open(asked(key="key-2"))
    demo.close(closed.reference)
    time.ahead = timedelta(minutes=36)

    assert demo.pay(closed.reference).state == PageState.EXPIRED
    assert demo.pay(old.reference).state == PageState.EXPIRED


def test_a_page_that_is_paid_can_not_be_closed(demo: Demo) -> None:
    page = demo.open(asked())
    demo.pay(page.reference)

    assert demo.close(page.reference).state == PageState.PAID


def test_a_page_that_is_not_there_is_refused(demo: Demo) -> None:
    with pytest.raises(GatewayRefused, match="no such payment page"):
        demo.look("demo_nobody")


def test_its_pages_are_listed_and_its_refunds_succeed(demo: Demo) -> None:
    page = demo.open(asked())
    paid = demo.pay(page.reference)

    assert [each.reference for each in demo.pages_since(clock.now())] == [page.reference]
    assert demo.give_back(back(paid.payment)).state == ReturnState.SUCCEEDED
    assert list(demo.returns(str(paid.payment))) == list(demo.returns_since(clock.now())) == []


def test_nobody_can_send_it_a_notice(demo: Demo) -> None:
    with pytest.raises(Unreadable):
        demo.read(b"{}", "")


def test_money_given_back_at_the_desk_is_back() -> None:
    asked_ = back(None)

    done = Counter().give_back(asked_)

    assert (done.state, done.amount_pence) == (ReturnState.SUCCEEDED, asked_.amount_pence)
    assert done == Counter().give_back(asked_)
    assert done.reference != Counter().give_back(replace(asked_, refund="other")).reference
