"""Undoing and exchanging at the desk: the shelf, the money and the papers agree, once."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from shop import (
    checks,
    credit_notes,
    exchanges,
    order_lines,
    orders,
    payments,
    payouts,
    receipts,
    refunds,
    stock,
    undoing,
    vouchers,
)
from shop.db import Database
from shop.errors import OutOfStock, Refusal
from shop.exchanges import Back
from shop.gateways import counter
from shop.gateways.counter import Method
from shop.payments import Payment
from shop.receipts import Receipt
from shop.refunds import Refund
from shop.returns import Condition
from shop.vouchers import Voucher
from tests.shop.conftest import BALL, LONDON, NOON, ROLLER, SPIKY, left, received
from tests.shop.selling import draft, pay, place, sell


def in_parts(work: Session) -> Receipt:
    """A sale of £27.50, £10.00 of it in cash."""
    order = place(work, {BALL: 1, ROLLER: 1})
    parts = [
        counter.part(Method.CASH, 1000, "GBP", tendered_pence=2000),
        counter.part(Method.CARD, 1750, "GBP", slip="A-77"),
    ]
    number = payments.settle(work, order, *parts, zone=LONDON, by="rae", at=NOON)
    return receipts.numbered(work, number)


def undo(work: Session, receipt: Receipt, *, minutes: int = 5, press: str = "press") -> Refund:
    at = receipt.issued_at + timedelta(minutes=minutes)
    return undoing.undo(work, receipt, press=press, session_id=None, by="rae", at=at)


def clean(database: Database) -> list[str]:
    return [check.name for check in checks.verify(database) if not check.ok]


def test_parts_must_come_to_the_total_and_are_few(work: Session) -> None:
    received(work, 1)
    order = place(work, {BALL: 1})
    penny = counter.part(Method.CARD, 1, "GBP")
    for parts in ([penny], [penny] * 5, [counter.part(Method.CARD, 850, "EUR")], []):
        with pytest.raises(Refusal):
            payments.settle(work, order, *parts, zone=LONDON, by="rae", at=NOON)

    assert left(work) == 1


@pytest.mark.parametrize("number", ["4242424242424242", "4242 4242 4242 4242", "3782-822463-10005"])
def test_a_slip_is_no_card_number(number: str) -> None:
    with pytest.raises(Refusal, match="looks like a card number"):
        counter.part(Method.CARD, 850, "GBP", slip=number)


@pytest.mark.parametrize("slip", ["A-77", "000123", "4242424242424241", "12:05 26/11/26 0099"])
def test_a_machines_reference_is_kept(slip: str) -> None:
    assert counter.part(Method.CARD, 850, "GBP", slip=slip).slip == slip


def test_a_sale_is_undone_by_the_ways_it_was_paid_and_its_goods_are_back(
    database: Database,
) -> None:
    with database.transaction() as work:
        received(work, 3)
        received(work, 3, sku=ROLLER)
        receipt = in_parts(work)
    with database.transaction() as work:
        refund = undo(work, receipt)

    with database.reading() as work:
        out = payouts.of_refunds(work, [refund.id])[refund.id]
        assert {each.method: each.amount_pence for each in out} == {"cash": 1000, "card": 1750}
        assert (left(work), left(work, ROLLER)) == (3, 3)
        assert credit_notes.of_refund(work, refund.id)
    assert clean(database) == []


def test_undoing_twice_from_two_pages_is_once(database: Database) -> None:
    with database.transaction() as work:
        received(work, 3)
        receipt = receipts.numbered(work, sell(work, {BALL: 1}))
    for press in ("one page", "another"):
        with database.transaction() as work:
            undo(work, receipt, press=press)

    with database.reading() as work:
        assert len(work.scalars(select(Refund)).all()) == 1
        assert left(work) == 3


def with_a_code(work: Session) -> Receipt:
    """A sale of half the price, by a code that works once."""
    received(work, 3)
    vouchers.make(work, "HALF", percent=50, most_uses=1, starts_at=NOON, by="Morgan", at=NOON)
    off = vouchers.find(work, "HALF", goods_pence=850, at=NOON)
    order = orders.place(work, draft(work, {BALL: 1}).less(off), press=orders.new_press(), at=NOON)
    return receipts.numbered(work, pay(work, order))


def test_a_code_can_be_used_again_after_its_sale_was_undone_twice(database: Database) -> None:
    with database.transaction() as work:
        receipt = with_a_code(work)
        with pytest.raises(Refusal, match="used up"):
            vouchers.find(work, "HALF", goods_pence=850, at=NOON)
    assert clean(database) == []
    for press in ("one page", "another"):
        with database.transaction() as work:
            undo(work, receipt, press=press)

    with database.transaction() as work:
        assert len(refunds.of_order(work, receipt.order_id)) == 1
        assert vouchers.find(work, "HALF", goods_pence=850, at=NOON).percent == 50
        vouchers.use(work, "HALF", at=NOON)
        with pytest.raises(Refusal, match="used up"):
            vouchers.use(work, "HALF", at=NOON)
        work.rollback()
    assert clean(database) == []


def test_a_sale_that_was_undone_before_codes_came_back_still_counts_as_a_use(
    database: Database,
) -> None:
    with database.transaction() as work:
        receipt = with_a_code(work)
        undo(work, receipt)
        work.execute(update(Refund).values(reason=undoing.REASON))
        work.execute(update(Voucher).values(uses=1))

    assert clean(database) == []


@pytest.mark.parametrize("minutes", [11, 60, 24 * 60])
def test_after_ten_minutes_a_sale_is_not_undone(work: Session, minutes: int) -> None:
    received(work, 3)
    receipt = receipts.numbered(work, sell(work, {BALL: 1}))

    with pytest.raises(Refusal, match="can't be undone any more"):
        undo(work, receipt, minutes=minutes)


def test_what_went_back_in_part_is_not_undone(work: Session) -> None:
    received(work, 3)
    receipt = receipts.numbered(work, sell(work, {BALL: 2}))
    undo_part(work, receipt)

    with pytest.raises(Refusal, match="can't be undone any more"):
        undo(work, receipt)


def undo_part(work: Session, receipt: Receipt) -> None:
    from shop import giving_back, refund_answers

    (line,) = order_lines.lines_of(work, [receipt.order_id])
    part = giving_back.Part(line.id, 1, 850)
    refund = giving_back.of_lines(
        work, receipt.order_id, [part], reason="faulty", press="p", by="rae", at=NOON
    )
    refund_answers.over_the_counter(work, refund, by="rae", at=NOON)


def test_money_in_parts_goes_back_to_the_card_first_and_never_twice(work: Session) -> None:
    received(work, 3)
    received(work, 3, sku=ROLLER)
    order_id = in_parts(work).order_id

    assert payouts.as_paid(work, order_id, 1500) == {Method.CARD: 1500}
    assert payouts.as_paid(work, order_id, 2750) == {Method.CARD: 1750, Method.CASH: 1000}
    assert payouts.as_paid(work, order_id, 2000) == {Method.CARD: 1750, Method.CASH: 250}


@pytest.mark.parametrize(("new", "net"), [(SPIKY, 149), (BALL, 0), (ROLLER, 1050)])
def test_an_exchange_is_a_return_and_a_sale_and_the_difference(
    database: Database, new: str, net: int
) -> None:
    with database.transaction() as work:
        for sku in (BALL, SPIKY, ROLLER):
            received(work, 3, sku=sku)
        receipt = receipts.numbered(work, sell(work, {BALL: 1}))
    with database.transaction() as work:
        number = swap(work, receipt, new)

    with database.reading() as work:
        order = orders.get(work, receipts.numbered(work, number).order_id)
        (refund,) = refunds.of_order(work, receipt.order_id)
        (out,) = payouts.of_refunds(work, [refund.id])[refund.id]
        (came,) = work.scalars(select(Payment).where(Payment.order_id == order.id)).all()
        assert (came.method, out.method, came.amount_pence - out.amount_pence) == (
            "card", "card", net,
        )  # fmt: skip
        assert number in refund.reason
        assert left(work) == (2 if new == BALL else 3)
    assert clean(database) == []


def test_an_exchange_takes_no_number_before_all_shelves_are_done_with(
    work: Session, statements: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    """Or it meets a sale that has the shelf and waits for the number, each for the other."""
    for sku in (BALL, SPIKY):
        received(work, 3, sku=sku)
    receipt = receipts.numbered(work, sell(work, {BALL: 1}))

    with statements() as said:
        swap(work, receipt, SPIKY)

    levels = [n for n, each in enumerate(said) if _LEVEL.match(each)]
    numbers = [n for n, each in enumerate(said) if "INTO shop_document_number" in each]
    order, *papers = numbers
    assert len(levels) == 2
    assert len(papers) == 2
    assert order < min(levels) <= max(levels) < min(papers)


def test_an_exchanged_one_that_is_damaged_is_not_on_the_shelf(work: Session) -> None:
    received(work, 3)
    received(work, 3, sku=SPIKY)
    receipt = receipts.numbered(work, sell(work, {BALL: 1}))

    swap(work, receipt, SPIKY, condition=Condition.DAMAGED, on_shelf=False)

    assert left(work) == 2
    damaged = {each.place: each.on_hand for each in stock.levels_of(work, BALL)}
    assert damaged["damaged:cambridge"] == 1


def test_one_unit_is_exchanged_once(work: Session) -> None:
    received(work, 3)
    received(work, 3, sku=SPIKY)
    receipt = receipts.numbered(work, sell(work, {BALL: 1}))
    swap(work, receipt, SPIKY)

    with pytest.raises(Refusal, match="went back before"):
        swap(work, receipt, SPIKY)


def test_what_is_not_there_is_not_exchanged(database: Database) -> None:
    with database.transaction() as work:
        received(work, 3)
        receipt = receipts.numbered(work, sell(work, {BALL: 1}))
    with pytest.raises(OutOfStock), database.transaction() as work:
        swap(work, receipt, SPIKY)

    with database.reading() as work:
        assert refunds.of_order(work, receipt.order_id) == []
        assert left(work) == 2


_LEVEL = re.compile(r"(UPDATE|INSERT INTO) shop_stock_level\b")


def swap(
    work: Session,
    receipt: Receipt,
    new: str,
    *,
    condition: Condition = Condition.SELLABLE,
    on_shelf: bool = True,
) -> str:
    (line,) = order_lines.lines_of(work, [receipt.order_id])
    given = refunds.given(work, receipt.order_id).get(line.id, refunds.Given())
    back = Back(line.id, exchanges.paid_for_one(line, given), condition, on_shelf)
    return exchanges.exchange(
        work, receipt, back, draft(work, {new: 1}), Method.CARD, press=orders.new_press(),
        zone=LONDON, session_id=None, by="rae", at=NOON,
    )  # fmt: skip
