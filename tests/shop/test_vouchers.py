"""Vouchers and discounts: what comes off, who may have it, and that every penny adds up."""

from collections.abc import Mapping
from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from shop import checks, discounts, online_orders, orders, payments, receipts, stock, vouchers
from shop.db import Database
from shop.discounts import Discount
from shop.drafts import Channel, Draft, Fulfilment
from shop.errors import NotFound, Refusal, Unreadable
from shop.gateways import counter
from shop.gateways.counter import Method
from shop.money import vat_within
from shop.order_lines import lines_of
from shop.orders import PlacedOrder
from shop.vouchers import Voucher
from tests.shop.conftest import BALL, LONDON, NOON, ROLLER, SPIKY

DAY = timedelta(days=1)


def made(work: Session, code: str = "SUMMER10", **what: object) -> Voucher:
    terms = {"percent": 10, "starts_at": NOON - DAY, **what}
    return vouchers.make(work, code, by="Olive", at=NOON, **terms)  # type: ignore[arg-type]


def draft(
    work: Session, discount: Discount | None, basket: Mapping[str, int] | None = None,
    channel: Channel = Channel.DESK,
) -> Draft:  # fmt: skip
    return orders.new(
        work, "cambridge", basket or {BALL: 1}, channel=channel, currency="GBP",
        vat_registered=True, discount=discount,
        fulfilment=Fulfilment.COLLECT if channel == Channel.WEB else None,
    )  # fmt: skip


def placed(work: Session, code: str = "SUMMER10", channel: Channel = Channel.DESK) -> PlacedOrder:
    off = vouchers.find(work, code, goods_pence=850, at=NOON)
    priced = draft(work, off, channel=channel)
    return orders.place(work, priced, press=orders.new_press(), at=NOON)


def test_a_code_takes_its_share_off_each_line_and_the_vat_is_of_what_remains(
    work: Session,
) -> None:
    made(work)
    off = vouchers.find(work, " summer-10 ", goods_pence=4599, at=NOON)

    priced = draft(work, off, {BALL: 2, SPIKY: 1, ROLLER: 1})

    assert [line.discount_pence for line in priced.lines] == [170, 100, 190]
    assert (priced.discount_pence, priced.total_pence) == (460, 4139)  # 459.9, half up
    assert [line.vat_pence for line in priced.lines] == [
        vat_within(pence, 2000) for pence in (1530, 899, 1710)
    ]


def test_money_off_never_takes_more_than_the_goods_cost(work: Session) -> None:
    made(work, "FIVER", percent=0, pence=5000)
    off = vouchers.find(work, "FIVER", goods_pence=850, at=NOON)

    assert draft(work, off).total_pence == 0


@pytest.mark.parametrize(
    ("terms", "says"),
    [
        ({"starts_at": NOON + DAY}, "does not work yet"),
        ({"ends_at": NOON + DAY}, None),
        ({"least_pence": 851}, "for orders of £8.51 or more"),
        ({"least_pence": 850}, None),
    ],
)
def test_a_code_works_between_its_days_and_from_its_sum(
    work: Session, terms: dict[str, object], says: str | None
) -> None:
    made(work, **terms)

    if says is None:
        assert vouchers.find(work, "SUMMER10", goods_pence=850, at=NOON).percent == 10
    else:
        with pytest.raises(Refusal, match=says):
            vouchers.find(work, "SUMMER10", goods_pence=850, at=NOON)


def test_a_code_is_over_at_the_end_of_its_last_day_and_when_it_is_stopped(work: Session) -> None:
    made(work, ends_at=NOON + DAY)
    made(work, "OTHER10")
    assert vouchers.any_on(work, at=NOON)

    vouchers.stop(work, "other10", by="Olive", at=NOON)
    vouchers.stop(work, "OTHER10", by="Olive", at=NOON)

    for code, at in (("SUMMER10", NOON + DAY), ("OTHER10", NOON)):
        with pytest.raises(Refusal, match="does not work any more"):
            vouchers.find(work, code, goods_pence=850, at=at)
    assert not vouchers.any_on(work, at=NOON + DAY)
    with pytest.raises(NotFound):
        vouchers.find(work, "NOSUCH", goods_pence=850, at=NOON)


@pytest.mark.parametrize(
    ("code", "terms"),
    [
        ("ABC", {}),
        ("HAS_MARKS", {}),
        ("A" * 21, {}),
        ("SUMMER10", {"percent": 0}),
        ("SUMMER10", {"percent": 10, "pence": 100}),
        ("SUMMER10", {"percent": 101}),
        ("SUMMER10", {"percent": -1}),
        ("SUMMER10", {"ends_at": NOON - DAY}),
        ("SUMMER10", {"ends_at": NOON}),
    ],
)
def test_what_can_be_no_voucher_is_refused(
    work: Session, code: str, terms: dict[str, object]
) -> None:
    with pytest.raises(Unreadable):
        made(work, code, **terms)


def test_a_code_is_made_once(work: Session) -> None:
    made(work)

    with pytest.raises(Refusal, match="There is a voucher with that code"):
        made(work, "summer 10")


def test_the_last_use_is_used_once_and_comes_back_when_nobody_pays(work: Session) -> None:
    made(work, most_uses=1)
    first = placed(work, channel=Channel.WEB)
    with pytest.raises(Refusal, match="used up"):
        vouchers.find(work, "SUMMER10", goods_pence=850, at=NOON)
    with pytest.raises(Refusal, match="used up"):
        vouchers.use(work, "SUMMER10", at=NOON)

    online_orders.cancel(work, first, by="tick", at=NOON)

    assert placed(work).total_pence == 765


def test_the_last_use_counts_as_theirs_whose_order_ends_before_the_next(work: Session) -> None:
    made(work, most_uses=1)
    made(work, "OTHER10", most_uses=1, ends_at=NOON + DAY)
    placed(work, channel=Channel.WEB)

    assert vouchers.find(work, "summer10", goods_pence=850, used="SUMMER10", at=NOON).percent == 10
    with pytest.raises(Refusal, match="used up"):
        vouchers.find(work, "SUMMER10", goods_pence=850, used="OTHER10", at=NOON)
    with pytest.raises(Refusal, match="does not work any more"):
        vouchers.find(work, "OTHER10", goods_pence=850, used="OTHER10", at=NOON + DAY)


def test_an_order_that_is_paid_after_all_counts_above_the_limit(work: Session) -> None:
    voucher = made(work, most_uses=1)
    late = placed(work, channel=Channel.WEB)
    online_orders.cancel(work, late, by="tick", at=NOON)
    placed(work)

    vouchers.use_late(work, "SUMMER10")

    work.refresh(voucher)
    assert (voucher.uses, voucher.late_uses) == (1, 1)


def test_the_database_keeps_the_limit_too(work: Session) -> None:
    voucher = made(work, most_uses=1)
    voucher.uses = 2

    with pytest.raises(IntegrityError):
        work.flush()


def test_what_costs_nothing_is_sold_without_money_and_with_a_receipt(database: Database) -> None:
    with database.transaction() as work:
        stock.receive(work, "cambridge", {BALL: 1}, by="anna", at=NOON)
        off = discounts.by_staff(percent=100, reason="Broken box", by="Rae")
        order = orders.place(work, draft(work, off), press=orders.new_press(), at=NOON)
        money = counter.capture(order, Method.CARD)
        number = payments.settle(work, order, money, zone=LONDON, by="Rae", at=NOON)

    with database.reading() as work:
        (payment,), row = payments.of_order(work, order.id), orders.get(work, order.id)
        assert (payment.method, payment.amount_pence) == ("discount", 0)
        assert (row.discount_pence, row.discount_reason, row.discount_by) == (
            850, "Broken box", "Rae",
        )  # fmt: skip
        assert [line.vat_pence for line in lines_of(work, [order.id])] == [0]
        assert receipts.of_order(work, order.id).number == number
    assert [check for check in checks.verify(database) if not check.ok] == []


@pytest.mark.parametrize(
    "terms",
    [
        {"percent": 10, "reason": " "},
        {"percent": 10, "reason": "x" * 101},
        {"percent": 0, "reason": "Why not"},
        {"percent": 10, "pence": 5, "reason": "Both"},
        {"pence": -5, "reason": "Less"},
    ],
)
def test_a_discount_at_the_desk_has_an_amount_and_a_reason(terms: dict[str, object]) -> None:
    with pytest.raises(Unreadable):
        discounts.by_staff(by="Rae", **terms)  # type: ignore[arg-type]
