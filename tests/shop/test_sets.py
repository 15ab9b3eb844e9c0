"""Sets: parts that cost less together, found wherever a basket is priced, and never oversold."""

import threading
from collections.abc import Mapping
from dataclasses import replace

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from shop import (
    baskets,
    checks,
    discounts,
    exchanges,
    order_sets,
    orders,
    payments,
    product_import,
    product_range,
    set_offers,
    sets,
    stock,
    vouchers,
    ways,
)
from shop.basket_contents import look
from shop.db import Database, retried
from shop.discounts import Discount
from shop.drafts import Channel, Draft, Fulfilment
from shop.errors import NotFound, OutOfStock, Refusal, Unreadable
from shop.gateways import counter
from shop.gateways.counter import Method
from shop.money import vat_within
from shop.order_lines import OrderLine, lines_of
from shop.product_import import ProductRow
from shop.refunds import Given
from shop.set_offers import MOST_FOUND, Offer, Part
from shop.sets import ProductSet
from tests.shop.conftest import BALL, LONDON, NOON, PRODUCTS, ROLLER, SPIKY, received

TWO = {BALL: 1, ROLLER: 1}  # 850 and 1900
DEVICE = "a device of the tests"


def made(work: Session, code: str = "SET-START", **what: object) -> ProductSet:
    terms = {"name": "Starter set", "parts": TWO, "price_pence": 2450, **what}
    return sets.make(work, code, by="Olive", at=NOON, **terms)  # type: ignore[arg-type]


def draft(work: Session, basket: Mapping[str, int], discount: Discount | None = None) -> Draft:
    return orders.new(
        work, "cambridge", basket, channel=Channel.DESK, currency="GBP", vat_registered=True,
        discount=discount,
    )  # fmt: skip


def named(priced: Draft) -> list[tuple[str, int, int]]:
    return [(each.name, each.units, each.saving_pence) for each in priced.sets]


def offer(work: Session, code: str = "SET-START") -> Offer:
    return product_range.now(work).set_on_sale(code)


# What comes off


def test_a_whole_set_in_a_basket_takes_its_saving_off_its_own_parts(work: Session) -> None:
    made(work)

    priced = draft(work, {SPIKY: 1, **TWO})

    assert named(priced) == [("Starter set", 1, 300)]
    # 300 by 850 to 1900: 92.7 and 207.3; nothing off what is in no set.
    assert [line.discount_pence for line in priced.lines] == [0, 93, 207]
    assert priced.total_pence == 999 + 2450
    assert [line.vat_pence for line in priced.lines] == [
        vat_within(pence, 2000) for pence in (999, 757, 1693)
    ]


@pytest.mark.parametrize(
    ("basket", "times"),
    [({BALL: 1}, 0), ({BALL: 5}, 0), ({BALL: 2, ROLLER: 1}, 1), ({BALL: 3, ROLLER: 2}, 2)],
)
def test_it_is_found_as_often_as_all_of_its_parts_are_there(
    work: Session, basket: dict[str, int], times: int
) -> None:
    made(work)

    priced = draft(work, basket)

    assert priced.sets_pence == priced.discount_pence == times * 300


def test_a_part_of_which_two_belong_to_a_set_counts_twice(work: Session) -> None:
    made(work, parts={BALL: 2, ROLLER: 1}, price_pence=3300)

    assert draft(work, TWO).sets == ()
    assert named(draft(work, {BALL: 4, ROLLER: 3})) == [("Starter set", 2, 600)]


def test_of_two_sets_that_share_a_part_the_one_that_saves_more_is_found(work: Session) -> None:
    made(work)
    made(work, "SET-SPIKY", name="Spiky set", parts={BALL: 1, SPIKY: 1}, price_pence=1449)

    assert named(draft(work, {BALL: 1, SPIKY: 1, ROLLER: 1})) == [("Spiky set", 1, 400)]
    assert named(draft(work, {BALL: 2, SPIKY: 1, ROLLER: 1})) == [
        ("Spiky set", 1, 400), ("Starter set", 1, 300),
    ]  # fmt: skip


def test_of_two_that_save_the_same_the_name_decides(work: Session) -> None:
    made(work)
    made(work, "SET-A", name="A set", parts={BALL: 1, SPIKY: 1}, price_pence=1549)

    assert named(draft(work, {BALL: 1, SPIKY: 1, ROLLER: 1})) == [("A set", 1, 300)]


def test_a_basket_has_no_more_sets_than_its_order_can_write_down() -> None:
    skus = [f"X-{n}" for n in range(MOST_FOUND + 1)]
    offers = [
        Offer(sku, f"Set {sku}", "", 150, (Part(BALL, 1, 100), Part(sku, 1, 100))) for sku in skus
    ]

    found = set_offers.found({BALL: 99, **dict.fromkeys(skus, 1)}, offers)

    assert len(found) == MOST_FOUND


def test_a_voucher_goes_by_what_the_set_leaves_and_comes_off_beside_it(work: Session) -> None:
    made(work)
    vouchers.make(work, "TENOFF", percent=10, least_pence=2450, starts_at=NOON, by="O", at=NOON)
    code = vouchers.find(work, "TENOFF", goods_pence=2450, at=NOON)

    priced = draft(work, TWO, code)

    assert (priced.sets_pence, priced.discount_pence) == (300, 545)
    assert priced.total_pence == 2205
    with pytest.raises(Refusal, match=r"goods of £24\.51 or more"):
        draft(work, TWO, Discount(percent=10, voucher="X", least_pence=2451))


def test_the_free_post_goes_by_the_price_with_sets(work: Session) -> None:
    made(work)
    for sku in TWO:
        size = {"sku": sku, "mm": 100, "g": 200}
        work.execute(text(
            "UPDATE shop_product SET packed_length_mm = :mm, packed_width_mm = :mm,"
            " packed_height_mm = :mm, packed_grams = :g WHERE sku = :sku"
        ), size)  # fmt: skip
    work.execute(text("UPDATE shop_site SET posts = :yes"), {"yes": True})
    free = {sku: {"cambridge": 5} for sku in TWO}

    def costs(free_from: int) -> list[int]:
        range_ = product_range.now(work)
        prices = dict.fromkeys(ways.postage.Band, 395)
        found = ways.offered(TWO, prices, range_=range_, free=free, free_from=free_from)
        return [way.postage_pence for way in found.ways if way.fulfilment == Fulfilment.POST]

    assert costs(2450) == [0]
    assert costs(2451) == [395]


def test_a_set_whose_parts_got_cheaper_than_it_costs_what_they_cost(work: Session) -> None:
    made(work)
    work.execute(text(f"UPDATE shop_product SET price_pence = 400 WHERE sku = '{BALL}'"))

    assert offer(work).price_pence == 400 + 1900
    assert draft(work, TWO).sets == ()


# What can be a set


@pytest.mark.parametrize(
    ("code", "terms"),
    [
        ("AB", {}),
        ("A" * 21, {}),
        ("HAS_MARKS", {}),
        ("12345", {}),
        ("-SET", {}),
        ("SET-1", {"name": " "}),
        ("SET-1", {"name": "x" * 61}),
        ("SET-1", {"summary": "x" * 201}),
        ("SET-1", {"parts": {BALL: 2}}),
        ("SET-1", {"parts": {}}),
        ("SET-1", {"parts": {BALL: 0, ROLLER: 1}}),
        ("SET-1", {"parts": {BALL: 11, ROLLER: 1}}),
        ("SET-1", {"price_pence": 0}),
        ("SET-1", {"price_pence": 2751}),
    ],
)
def test_what_can_be_no_set_is_refused(work: Session, code: str, terms: dict[str, object]) -> None:
    with pytest.raises(Unreadable):
        made(work, code, **terms)

    assert sets.listed(work, most=9) == []


@pytest.mark.parametrize("code", [BALL, BALL.lower(), "2000000000015X"])
def test_a_code_is_no_products_code_or_barcode(work: Session, code: str) -> None:
    work.execute(text(f"UPDATE shop_product SET barcode = '2000000000015X' WHERE sku = '{BALL}'"))

    with pytest.raises(Refusal, match="A product has that code or barcode"):
        made(work, code)


@pytest.mark.parametrize("taken", ["sku", "barcode"])
def test_no_product_gets_the_code_of_a_set(database: Database, taken: str) -> None:
    with database.transaction() as work:
        made(work)
    values = {"name": "New", "slug": "new", "price_pence": 100, "kind": "ball", "barcode": None}
    row = ProductRow(7, "NEW-1", values, {})
    if taken == "sku":
        row = ProductRow(7, "SET-START", values, {})
    else:
        row = ProductRow(7, "NEW-1", {**values, "barcode": "SET-START"}, {})

    with pytest.raises(Refusal, match="Line 7: There is a set"), database.transaction() as work:
        product_import.save(work, [row], source="f", by="Olive", at=NOON)


def test_a_code_is_made_once_and_a_name_again_when_the_first_is_stopped(work: Session) -> None:
    made(work)
    with pytest.raises(Refusal, match="a set with that code"):
        made(work, "set-start", name="Another")
    with pytest.raises(Refusal, match="a set with that name"):
        made(work, "SET-2")

    sets.stop(work, "set-start", by="Olive", at=NOON)
    sets.stop(work, "SET-START", by="Olive", at=NOON)

    made(work, "SET-2")
    with pytest.raises(Refusal, match="is, or was, a set"):
        made(work, name="Another")
    acts = work.execute(text("SELECT act, subject FROM shop_audit ORDER BY id")).all()
    assert [tuple(act) for act in acts] == [
        ("set made", "SET-START"), ("set stopped", "SET-START"), ("set made", "SET-2"),
    ]  # fmt: skip


def test_what_is_not_on_sale_can_be_no_part(work: Session) -> None:
    work.execute(
        text("UPDATE shop_product SET on_sale = :no WHERE sku = 'ROLLER-45'"), {"no": False}
    )

    with pytest.raises(Refusal, match="Roller is not on sale"):
        made(work)
    with pytest.raises(Refusal, match="NOSUCH is not on sale"):
        made(work, parts={BALL: 1, "NOSUCH": 1})
    with pytest.raises(NotFound):
        sets.stop(work, "NOSUCH", by="Olive", at=NOON)


def test_the_parts_of_a_set_and_what_an_order_had_are_never_changed(database: Database) -> None:
    with database.transaction() as work:
        made(work)
        orders.place(work, draft(work, TWO), press=orders.new_press(), at=NOON)

    for statement in (
        "UPDATE shop_set_part SET units = 3",
        "DELETE FROM shop_set_part",
        "UPDATE shop_order_set SET saving_pence = 1",
        "DELETE FROM shop_order_set",
    ):
        with pytest.raises(DBAPIError), database.transaction() as work:
            work.execute(text(statement))


def test_of_many_who_make_the_same_set_at_once_one_does(database: Database) -> None:
    told: list[str] = []

    @retried
    def make() -> str:
        with database.transaction() as work:
            return made(work).code

    def press() -> None:
        try:
            told.append(make())
        except Refusal as refusal:
            told.append(str(refusal)[:18])

    _together(press, 6)

    assert sorted(told) == ["SET-START"] + ["There is, or was, "] * 5
    with database.reading() as work:
        assert len(sets.listed(work, most=9)) == 1


def test_of_a_set_and_a_product_with_one_code_made_at_once_one_is_kept(database: Database) -> None:
    values = {"name": "New", "slug": "new", "price_pence": 100, "kind": "ball"}
    told: list[str] = []

    @retried
    def a_set() -> None:
        with database.transaction() as work:
            made(work, "SAME-1")

    @retried
    def a_product() -> None:
        with database.transaction() as work:
            row = ProductRow(1, "SAME-1", values, {})
            product_import.save(work, [row], source="f", by="Olive", at=NOON)

    turns = iter([a_set, a_product] * 3)

    def press() -> None:
        try:
            next(turns)()
        except Refusal as refusal:
            told.append(str(refusal))

    _together(press, 6)

    with database.reading() as work:
        kept = [*sets.among(work, ["SAME-1"])]
        kept += work.scalars(text("SELECT sku FROM shop_product WHERE sku = 'SAME-1'"))
    assert kept == ["SAME-1"]


def _together(act: object, many: int) -> None:
    threads = [threading.Thread(target=act) for _ in range(many)]  # type: ignore[arg-type]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


# Stock, baskets, orders


def test_a_clinic_has_as_many_sets_as_the_part_it_has_least_of_makes(work: Session) -> None:
    made(work, parts={BALL: 2, ROLLER: 1}, price_pence=3300)
    received(work, 7)
    received(work, 5, sku=ROLLER)
    received(work, 9, sku=ROLLER, site="ely")

    free = stock.free(work, at=NOON)

    assert offer(work).free_at(free, "cambridge") == 3
    assert offer(work).free_at(free, "ely") == 0


def test_putting_a_set_in_puts_all_of_its_parts_in_or_none(database: Database) -> None:
    with database.transaction() as work:
        made(work, parts={BALL: 2, ROLLER: 1}, price_pence=3300)
        now_in = baskets.add_set(work, DEVICE, "set-start", 2, at=NOON)
    assert now_in == {BALL: 4, ROLLER: 2}

    for times, refused in ((97, Unreadable), (1, NotFound)):
        code = "SET-START" if refused is Unreadable else "NOSUCH"
        with pytest.raises(refused), database.transaction() as work:
            baskets.add_set(work, DEVICE, code, times, at=NOON)
    with database.reading() as work:
        assert look(work, DEVICE).units == {BALL: 4, ROLLER: 2}


@pytest.mark.parametrize("how", ["withdrawn", "stopped"])
def test_a_set_that_ends_while_its_parts_are_in_the_basket_takes_nothing_off(
    work: Session, how: str
) -> None:
    made(work)
    baskets.add_set(work, DEVICE, "SET-START", 1, at=NOON)

    if how == "stopped":
        sets.stop(work, "SET-START", by="Olive", at=NOON)
        assert draft(work, look(work, DEVICE).units).total_pence == 2750
    else:
        gone = text("UPDATE shop_product SET on_sale = :no WHERE sku = 'ROLLER-45'")
        work.execute(gone, {"no": False})
        assert draft(work, {BALL: 1}).total_pence == 850
        with pytest.raises(Refusal, match="Roller is no longer on sale"):
            draft(work, look(work, DEVICE).units)
    assert product_range.now(work).sets == ()
    with pytest.raises(NotFound):
        baskets.add_set(work, DEVICE, "SET-START", 1, at=NOON)


def sold(database: Database, basket: Mapping[str, int], off: Discount | None = None) -> int:
    with database.transaction() as work:
        order = orders.place(work, draft(work, basket, off), press=orders.new_press(), at=NOON)
        money = counter.capture(order, Method.CARD)
        payments.settle(work, order, money, zone=LONDON, by="Rae", at=NOON)
    return order.id


def test_an_order_keeps_which_sets_it_had_and_the_books_are_right(database: Database) -> None:
    with database.transaction() as work:
        made(work)
        received(work, 9)
        received(work, 9, sku=ROLLER)
    order_id = sold(database, {BALL: 2, ROLLER: 2})
    sold(database, TWO, discounts.by_staff(percent=10, reason="Old box", by="Rae"))
    plain = sold(database, {BALL: 1})

    with database.transaction() as work:
        sets.stop(work, "SET-START", by="Olive", at=NOON)
        order = orders.get(work, order_id)
        (kept,) = order_sets.of_order(work, order_id, order.sets_pence)
        assert (kept.name, kept.units, kept.saving_pence) == ("Starter set", 2, 600)
        assert (order.discount_pence, order.voucher_code, order.discount_reason) == (
            600,
            None,
            None,
        )
        assert order.total_pence == 2 * 2450
        assert order_sets.of_order(work, plain, orders.get(work, plain).sets_pence) == ()
    assert [check for check in checks.verify(database) if not check.ok] == []


def test_verify_notices_a_saving_that_no_set_made(database: Database) -> None:
    with database.transaction() as work:
        made(work)
        received(work, 1)
        received(work, 1, sku=ROLLER)
    sold(database, TWO)

    with database.transaction() as work:
        work.execute(text("UPDATE shop_order SET sets_pence = 299, voucher_code = NULL,"
                          " discount_reason = 'x', discount_by = 'y'"))  # fmt: skip

    wrong = [check.name for check in checks.verify(database) if not check.ok]
    assert wrong == ["I10 what the sets of an order take off is in its discount"]


def test_the_database_refuses_a_discount_without_a_cause(work: Session) -> None:
    made(work)
    orders.place(work, draft(work, TWO), press=orders.new_press(), at=NOON)

    with pytest.raises(IntegrityError):
        work.execute(text("UPDATE shop_order SET sets_pence = 299"))


def test_parts_that_come_back_one_by_one_come_to_what_was_paid(database: Database) -> None:
    with database.transaction() as work:
        made(work)
        received(work, 3)
        received(work, 3, sku=ROLLER)
    order_id = sold(database, {BALL: 3, ROLLER: 3})

    with database.reading() as work:
        ball, roller = lines_of(work, [order_id])

    back = [_one_by_one(line) for line in (ball, roller)]

    assert back == [[757, 757, 758], [1692, 1693, 1693]]
    assert sum(map(sum, back)) == 3 * 2450


def _one_by_one(line: OrderLine) -> list[int]:
    """What each unit of a line gives back, one after the other."""
    given, back = Given(), []
    for _ in range(line.units):
        back.append(exchanges.paid_for_one(line, given))
        given = replace(given, units=given.units + 1, amount_pence=given.amount_pence + back[-1])
    return back


def test_the_last_unit_of_a_part_is_sold_once_also_as_part_of_a_set(database: Database) -> None:
    with database.transaction() as work:
        made(work)
        received(work, 1)
        received(work, 5, sku=ROLLER)
    sold(database, {BALL: 1})

    with pytest.raises(OutOfStock, match="Soft ball"):
        sold(database, TWO)
    with database.reading() as work:
        free = stock.free(work, at=NOON)
        assert offer(work).free_at(free, "cambridge") == 0
        assert free[ROLLER]["cambridge"] == 5
    assert [check for check in checks.verify(database) if not check.ok] == []


def test_of_many_who_want_the_last_units_alone_or_in_a_set_as_many_get_them_as_there_are(
    database: Database,
) -> None:
    with database.transaction() as work:
        made(work)
        received(work, 3)
        received(work, 9, sku=ROLLER)
    turns, told = iter([TWO, {BALL: 1}] * 4), []

    def press() -> None:
        try:
            told.append(bool(retried(sold)(database, next(turns))))
        except OutOfStock:
            told.append(False)

    _together(press, 8)

    assert sorted(told) == [False] * 5 + [True] * 3
    assert [check for check in checks.verify(database) if not check.ok] == []


def test_the_products_of_the_tests_are_what_these_sums_are_of() -> None:
    assert {sku: pence for sku, _, pence, *_ in PRODUCTS} == {BALL: 850, SPIKY: 999, ROLLER: 1900}
