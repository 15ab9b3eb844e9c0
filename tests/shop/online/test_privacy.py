"""After erasure no table knows the person; what was sold and paid stays as it was."""

from datetime import timedelta

import pytest
from sqlalchemy import inspect, text

from shop import buyers, cancelling, online_orders, outbox, privacy, refund_desk, tick
from shop.errors import NotFound, Refusal
from shop.orders import PlacedOrder
from tests.shop.conftest import BALL, LONDON
from tests.shop.online.conftest import Shop

PERSON = {"email": "Pat@Customer.Example", "name": "Pat Poole", "address": "9 Fen Road\nEly"}
TRACKING = "TRK-778899"


def sold(shop: Shop, units: int = 1, *, over: bool = True) -> PlacedOrder:
    """An order that Pat paid for at Stripe and, when it is over, has taken home."""
    shop.receive(units)
    order, page = shop.paid({BALL: units})
    shop.settle(page)
    with shop.database.transaction() as work:
        buyer = buyers.learn(work, order.id)
        buyer.email, buyer.name, buyer.address = PERSON.values()
        work.flush()
        buyers.sent_with(work, order.id, TRACKING)
        if over:
            online_orders.hand_over(work, order, by="rae", at=shop.clock())
    return order


def erase(shop: Shop) -> privacy.Erased:
    with shop.database.transaction() as work:
        return privacy.erase(work, "pat@customer.example", by="olive", at=shop.clock())


def everything(shop: Shop) -> str:
    """Every value of every table, as one lower-case text."""
    engine = shop.database.engine
    with engine.connect() as connection:
        names = inspect(engine).get_table_names()
        rows = [connection.execute(text(f'SELECT * FROM "{name}"')).all() for name in names]
    return repr(rows).lower()


TRACES = ("pat@customer", "poole", "fen road", TRACKING.lower())
SUMS = (
    "SELECT COUNT(*), SUM(total_pence) FROM shop_order",
    "SELECT SUM(units), SUM(vat_pence) FROM shop_order_line",
    "SELECT COUNT(*), SUM(amount_pence) FROM shop_payment",
    "SELECT SUM(pence) FROM shop_day_total",
    "SELECT COUNT(*) FROM shop_receipt",
    "SELECT SUM(units) FROM shop_stock_move",
)


def test_an_erased_buyer_is_nowhere_and_the_accounts_are_as_before(shop: Shop) -> None:
    sold(shop)
    sold(shop)
    before = [shop.rows(sql) for sql in SUMS]
    assert all(trace in everything(shop) for trace in TRACES)

    assert erase(shop) == privacy.Erased(2, ())

    assert [trace for trace in TRACES if trace in everything(shop)] == []
    assert [shop.rows(sql) for sql in SUMS] == before
    assert shop.rows("SELECT COUNT(*) FROM shop_order_link") == [(0,)]
    assert shop.rows("SELECT COUNT(*) FROM shop_outbox WHERE \"to\" LIKE 'order:%'") == [(0,)]
    assert shop.wrong() == []
    with pytest.raises(NotFound):
        erase(shop)


def test_a_sale_above_250_pounds_keeps_what_its_invoice_needs_for_six_years(shop: Shop) -> None:
    order = sold(shop, 30)  # £255

    assert erase(shop) == privacy.Erased(0, (order.number,))

    found = everything(shop)
    assert [trace in found for trace in TRACES] == [False, True, True, False]
    shop.clock.ahead += timedelta(days=6 * 366 + 1)
    tick.run(shop.database, LONDON, shop.clock)
    assert [trace for trace in TRACES if trace in everything(shop)] == []


def test_nobody_is_erased_while_their_order_is_not_over(shop: Shop) -> None:
    order = sold(shop, over=False)

    with pytest.raises(Refusal, match="is not over"):
        erase(shop)

    with shop.database.transaction() as work:
        refund = cancelling.of_customer(
            work, order.id, press="p" * 20, by="customer", at=shop.clock()
        )
    assert refund
    refund_desk.send(shop.desk, refund.id, by="customer")
    assert erase(shop).orders == 1
    assert [trace for trace in TRACES if trace in everything(shop)] == []
    assert shop.wrong() == []


def test_a_person_gets_all_that_is_held_of_them(shop: Shop) -> None:
    order = sold(shop)

    with shop.database.reading() as work:
        held = privacy.held(work, "PAT@customer.example ")

    (found,) = held["orders"]
    assert (found["number"], found["total_pence"]) == (order.number, 850)
    assert found["person"] == {**PERSON, "tracking": TRACKING}
    assert found["lines"] == [{"name": "Soft ball", "units": 1, "paid_pence": 850, "instead": None}]
    assert [part["method"] for part in found["payments"]] == ["card"]
    assert [mail["subject"] for mail in found["mails"]] == [f"Order {order.number} is paid"]


def test_whose_an_unpaid_order_was_is_forgotten_after_thirty_days(shop: Shop) -> None:
    shop.receive(1)
    order, page = shop.opened()
    with shop.database.transaction() as work:
        buyers.learn(work, order.id, email="pat@customer.example", name="Pat Poole", address="")
    shop.pass_time(60)
    assert shop.settle(page) == "cancelled"

    for days, gone in ((29, False), (2, True)):
        shop.clock.ahead += timedelta(days=days)
        tick.run(shop.database, LONDON, shop.clock)
        assert ("poole" not in everything(shop)) == gone


def test_what_a_mail_said_is_forgotten_after_thirty_days_and_it_is_never_sent_again(
    shop: Shop,
) -> None:
    def put() -> bool:
        with shop.database.transaction() as work:
            return outbox.put(work, "hello", to="pat@customer.example", site="ely",
                              subject="Hello", body="To Poole", at=shop.clock())  # fmt: skip

    assert put()
    with shop.database.transaction() as work:
        (row,) = outbox.waiting(work)
        outbox.sent(work, row, at=shop.clock())

    shop.clock.ahead += timedelta(days=31)
    tick.run(shop.database, LONDON, shop.clock)

    assert [trace for trace in TRACES if trace in everything(shop)] == []
    assert not put()
