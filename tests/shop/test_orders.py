"""Orders: frozen when they are placed, settled once, and numbered without a gap."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from shop import order_lines, orders, payments, receipts
from shop.db import Database
from shop.drafts import Channel
from shop.errors import OutOfStock, Refusal, Unreadable
from shop.gateways import Captured, counter
from shop.order_states import OrderState
from shop.orders import Order
from shop.payments import Payment
from shop.products import Product
from tests.shop.conftest import BALL, LONDON, NOON, ROLLER, SPIKY, left, received
from tests.shop.selling import draft, place, sell


def test_a_line_keeps_the_name_and_price_of_its_moment(work: Session) -> None:
    received(work, 3)
    order = place(work, {BALL: 2})
    work.execute(
        text(f"UPDATE shop_product SET price_pence = 9999, name = 'Dear ball' WHERE sku = '{BALL}'")
    )

    (line,) = order_lines.lines_of(work, [order.id])

    assert (line.name, line.unit_pence, line.total_pence, order.total_pence) == (
        "Soft ball",
        850,
        1700,
        1700,
    )


def test_vat_is_inside_the_price_and_rounded_per_line(work: Session) -> None:
    lines = draft(work, {BALL: 1, SPIKY: 3}).lines

    assert [line.vat_pence for line in lines] == [142, 500]  # 850/6 = 141.67, 2997/6 = 499.5


def test_a_business_without_vat_puts_none_on_its_lines(work: Session) -> None:
    unregistered = orders.new(
        work,
        "cambridge",
        {BALL: 1},
        channel=Channel.DESK,
        currency="GBP",
        vat_registered=False,
    )

    assert (unregistered.lines[0].vat_bp, unregistered.lines[0].vat_pence) == (0, 0)


@pytest.mark.parametrize("basket", [{}, {BALL: 0}, {BALL: -1}, {BALL: 100}])
def test_a_basket_of_nothing_or_of_a_senseless_number_is_no_order(
    work: Session, basket: dict[str, int]
) -> None:
    with pytest.raises(Unreadable):
        draft(work, basket)


def test_a_product_that_is_gone_is_no_order(work: Session) -> None:
    with pytest.raises(Refusal, match="NO-SUCH is no longer on sale"):
        draft(work, {"NO-SUCH": 1})


def test_a_withdrawn_product_is_no_order(work: Session) -> None:
    work.execute(text(f"UPDATE shop_product SET on_sale = {_false(work)} WHERE sku = '{BALL}'"))

    with pytest.raises(Refusal, match="Soft ball is no longer on sale"):
        draft(work, {BALL: 1})


def test_an_order_that_nobody_could_pay_is_refused(work: Session) -> None:
    work.execute(text("UPDATE shop_product SET price_pence = 10000000"))

    with pytest.raises(Unreadable, match="Split it"):
        draft(work, {BALL: 1, SPIKY: 1})


def test_settling_twice_sells_once(work: Session) -> None:
    received(work, 3)
    order = place(work, {BALL: 1})

    first = orders.settle(work, order, by="rae", at=NOON)
    second = orders.settle(work, order, by="rae", at=NOON)

    assert (first, second, left(work)) == (True, False, 2)


def test_settling_twice_with_money_keeps_the_first_receipt(work: Session) -> None:
    received(work, 3)
    order = place(work, {BALL: 1})
    captured = counter.capture(order, counter.Method.CARD)

    first = payments.settle(work, order, captured, zone=LONDON, by="rae", at=NOON)
    again = payments.settle(work, order, captured, zone=LONDON, by="rae", at=NOON)

    assert first == again
    assert work.scalar(select(func.count()).select_from(Payment)) == 1


@pytest.mark.parametrize(
    "wrong", [{"amount_pence": 849}, {"amount_pence": 851}, {"currency": "EUR"}]
)
def test_money_that_is_not_the_exact_total_settles_nothing(
    work: Session, wrong: dict[str, object]
) -> None:
    received(work, 3)
    order = place(work, {BALL: 1})
    money = {"gateway": "counter", "method": "cash", "amount_pence": 850, "currency": "GBP"}

    with pytest.raises(Refusal, match="another amount"):
        payments.settle(work, order, Captured(**{**money, **wrong}), zone=LONDON, by="rae", at=NOON)

    assert left(work) == 3


def test_an_order_that_finds_an_empty_shelf_leaves_no_payment_and_no_receipt(
    database: Database,
) -> None:
    with pytest.raises(OutOfStock), database.transaction() as work:
        sell(work, {BALL: 1})

    with database.reading() as work:
        assert not work.scalars(select(Order)).all()
        assert not work.scalars(select(receipts.Receipt)).all()


def test_the_same_press_finds_the_order_it_made(work: Session) -> None:
    order = place(work, {BALL: 1}, press="the-form")

    assert orders.pressed(work, "the-form").number == order.number
    assert orders.pressed(work, "another-form") is None


def test_the_same_press_can_not_make_a_second_order(database: Database) -> None:
    with database.transaction() as work:
        place(work, {BALL: 1}, press="the-form")

    with pytest.raises(IntegrityError), database.transaction() as work:
        place(work, {BALL: 1}, press="the-form")


def test_a_settled_order_says_when_and_by_whom(work: Session) -> None:
    received(work, 1)
    order = place(work, {BALL: 1})

    orders.settle(work, order, by="rae", at=NOON)

    row = orders.get(work, order.id)
    assert (row.state, row.settled_at, row.settled_by) == (OrderState.SETTLED, NOON, "rae")


def test_receipt_numbers_run_on_at_each_site_by_itself(work: Session) -> None:
    for site in ("cambridge", "ely"):
        received(work, 5, site=site)

    numbers = [sell(work, {BALL: 1}, site=site) for site in ("cambridge", "ely", "cambridge")]

    assert numbers == ["CAM-1", "ELY-1", "CAM-2"]


def test_a_sale_that_was_undone_leaves_no_gap_in_the_numbers(database: Database) -> None:
    with database.transaction() as work:
        received(work, 5)
        first = sell(work, {BALL: 1})
    with pytest.raises(OutOfStock), database.transaction() as work:
        sell(work, {BALL: 9})

    with database.transaction() as work:
        second = sell(work, {BALL: 1})

    assert (first, second) == ("CAM-1", "CAM-2")


def test_order_numbers_start_above_a_thousand_and_run_on(work: Session) -> None:
    first, second = place(work, {BALL: 1}), place(work, {ROLLER: 1})

    assert (first.number, second.number) == (1001, 1002)


@pytest.mark.parametrize("typed", ["CAM-1", "cam-1", "  CAM-1 "])
def test_a_receipt_is_found_by_its_number_in_any_case(work: Session, typed: str) -> None:
    received(work, 1)
    sell(work, {BALL: 1})

    assert receipts.numbered(work, typed).number == "CAM-1"


@pytest.mark.parametrize("typed", ["", "CAM-2", "CAM", "1", "CAM-1; DROP TABLE shop_order", "é-1"])
def test_no_other_text_finds_a_receipt(work: Session, typed: str) -> None:
    received(work, 1)
    sell(work, {BALL: 1})

    with pytest.raises(Refusal, match="no receipt with that number"):
        receipts.numbered(work, typed)


def test_the_days_list_has_this_sites_sales_of_this_business_day(work: Session) -> None:
    london = ZoneInfo("Europe/London")
    for site in ("cambridge", "ely"):
        received(work, 9, site=site)
    late = datetime(2026, 6, 3, 22, 59, tzinfo=UTC)  # a minute before midnight in London
    sell(work, {BALL: 1}, at=late)
    sell(work, {BALL: 1}, at=late.replace(hour=23))
    sell(work, {BALL: 1}, at=late, site="ely")

    listed = receipts.of_day(work, "cambridge", date(2026, 6, 3), london)

    assert [receipt.number for receipt, order in listed] == ["CAM-1"]


def _false(work: Session) -> str:
    return "0" if work.get_bind().dialect.name == "sqlite" else "false"


def test_a_products_attributes_become_its_tool(work: Session) -> None:
    tool = work.get_one(Product, BALL).tool

    assert (tool.kind, tool.firmness, tool.known) == ("ball", 1, False)
