"""What is paid and not there: another product goes out for it, once, and nobody pays for that."""

from collections.abc import Mapping
from threading import Barrier, Thread

import pytest
from sqlalchemy import text, update
from sqlalchemy.exc import DBAPIError

from shop import (
    cancelling,
    giving_back,
    online_orders,
    order_lines,
    orders,
    owed,
    refund_desk,
    substitutes,
)
from shop.db import retried
from shop.errors import NotFound, OutOfStock, Refusal, Unreadable
from shop.giving_back import Part
from shop.orders import PlacedOrder
from shop.products import Product
from shop.returns import Condition
from tests.shop.conftest import BALL, ROLLER, SPIKY
from tests.shop.online.conftest import Shop
from tests.shop.selling import sell


def owing(shop: Shop, basket: Mapping[str, int] | None = None) -> PlacedOrder:
    """A paid order whose balls were sold to somebody else meanwhile."""
    basket = basket or {BALL: 1}
    for sku, units in basket.items():
        shop.receive(units, sku)
    order, page = shop.paid(basket)
    shop.pass_time(60)
    with shop.database.transaction() as work:
        sell(work, {BALL: basket[BALL]}, at=shop.clock())
    assert shop.settle(page) == "owed"
    return order


def line_of(shop: Shop, order: PlacedOrder, sku: str = BALL) -> int:
    with shop.database.reading() as work:
        return next(x.id for x in order_lines.lines_of(work, [order.id]) if x.sku == sku)


def send(shop: Shop, order: PlacedOrder, chosen: Mapping[str, str]) -> None:
    lines = {line_of(shop, order, sku): other for sku, other in chosen.items()}

    @retried
    def act() -> None:
        with shop.database.transaction() as work:
            owed.substitute(work, order.id, lines, by="anna", at=shop.clock())

    act()


def moves(shop: Shop) -> list[tuple[object, ...]]:
    return shop.rows(
        "SELECT sku, units, from_place, to_place FROM shop_stock_move"
        " WHERE reason IN ('kept', 'handed-over', 'uncollected', 'brought-back') ORDER BY id"
    )


def paid_pence(shop: Shop) -> object:
    return shop.rows("SELECT SUM(amount_pence) FROM shop_payment WHERE gateway = 'stripe'")[0][0]


def test_another_product_is_put_aside_and_the_money_stays_as_it_was(shop: Shop) -> None:
    order = owing(shop)
    shop.receive(2, SPIKY)

    send(shop, order, {BALL: SPIKY})

    assert shop.state(order) == "paid"
    assert shop.levels(SPIKY) == {"shelf:cambridge": (1, 0), "kept:cambridge": (1, 0)}
    assert shop.cases() == []
    assert shop.order(order).total_pence == paid_pence(shop) == 850
    assert shop.rows('SELECT sku, name, units, "by" FROM shop_substitute') == [
        (SPIKY, "Spiky ball", 1, "anna")
    ]
    assert shop.rows("SELECT act, subject FROM shop_audit WHERE act = 'order.substituted'") == [
        ("order.substituted", str(order.number))
    ]
    assert shop.wrong() == []


def test_what_was_ordered_stays_on_its_line_as_it_was_paid(shop: Shop) -> None:
    order = owing(shop)
    before = shop.rows("SELECT * FROM shop_order_line ORDER BY id")
    shop.receive(1, SPIKY)

    send(shop, order, {BALL: SPIKY})

    assert shop.rows("SELECT * FROM shop_order_line ORDER BY id") == before
    totals = shop.rows("SELECT sku, SUM(units) FROM shop_day_total GROUP BY sku")
    assert dict(totals) == {BALL: 2}  # what was sold and paid for, one at the desk


def test_it_is_handed_over_and_brought_back_as_what_it_is(shop: Shop) -> None:
    order = owing(shop)
    shop.receive(1, SPIKY)
    send(shop, order, {BALL: SPIKY})
    with shop.database.transaction() as work:
        online_orders.hand_over(work, order, by="rae", at=shop.clock())
    assert shop.levels(SPIKY) == {"shelf:cambridge": (0, 0), "kept:cambridge": (0, 0)}
    assert shop.wrong() == []

    line = line_of(shop, order)
    with shop.database.transaction() as work:
        refund = giving_back.of_lines(
            work, order.id, [Part(line, 1, 850, Condition.SELLABLE, on_shelf=True)],
            reason="too firm", press=orders.new_press(), by="morgan", at=shop.clock(),
        ).id  # fmt: skip
    refund_desk.send(shop.desk, refund, by="morgan")

    assert shop.levels(SPIKY)["shelf:cambridge"] == (1, 0)
    assert {sku for sku, *_ in moves(shop)} == {SPIKY}
    assert shop.wrong() == []


def test_who_cancels_then_gets_all_of_the_money_and_the_shelf_its_unit(shop: Shop) -> None:
    order = owing(shop)
    shop.receive(1, SPIKY)
    send(shop, order, {BALL: SPIKY})

    with shop.database.transaction() as work:
        refund = cancelling.of_customer(
            work, order.id, press=orders.new_press(), by="customer", at=shop.clock()
        )
    assert refund is not None
    refund_desk.send(shop.desk, refund.id, by="customer")

    assert shop.state(order) == "refunded"
    assert [each["amount"] for each in shop.fake.book("refund")] == [850]
    assert shop.levels(SPIKY) == {"shelf:cambridge": (1, 0), "kept:cambridge": (0, 0)}
    assert shop.wrong() == []


def test_what_nobody_fetches_goes_back_as_what_it_is(shop: Shop) -> None:
    order = owing(shop)
    shop.receive(1, SPIKY)
    send(shop, order, {BALL: SPIKY})

    with shop.database.transaction() as work:
        online_orders.pack(work, order, by="rae", at=shop.clock())
        online_orders.nobody_came(work, order, by="rae", at=shop.clock())

    assert shop.levels(SPIKY) == {"shelf:cambridge": (1, 0), "kept:cambridge": (0, 0)}
    assert shop.wrong() == []


def test_one_line_is_replaced_and_the_others_go_as_they_were_ordered(shop: Shop) -> None:
    order = owing(shop, {BALL: 2, SPIKY: 1})
    shop.receive(2, ROLLER)

    send(shop, order, {BALL: ROLLER})

    kept = {sku: shop.levels(sku).get("kept:cambridge") for sku in (BALL, SPIKY, ROLLER)}
    assert kept == {BALL: None, SPIKY: (1, 0), ROLLER: (2, 0)}
    assert shop.wrong() == []


def test_two_lines_may_become_the_same_product(shop: Shop) -> None:
    order = owing(shop, {BALL: 1, SPIKY: 1})
    shop.receive(2, ROLLER)

    send(shop, order, {BALL: ROLLER, SPIKY: ROLLER})

    assert shop.levels(ROLLER) == {"shelf:cambridge": (0, 0), "kept:cambridge": (2, 0)}
    assert shop.wrong() == []


def test_a_shelf_without_it_refuses_in_words_and_keeps_nothing(shop: Shop) -> None:
    order = owing(shop, {BALL: 2})
    shop.receive(1, SPIKY)

    with pytest.raises(OutOfStock, match="Spiky ball"):
        send(shop, order, {BALL: SPIKY})

    assert shop.state(order) == "owed"
    assert shop.rows("SELECT * FROM shop_substitute") == []
    assert shop.levels(SPIKY) == {"shelf:cambridge": (1, 0)}
    assert shop.cases() == [("owed", 1700)]
    assert shop.wrong() == []


@pytest.mark.parametrize(
    ("sku", "refused"),
    [(BALL, Unreadable), ("NO-SUCH", NotFound), ("WITHDRAWN", NotFound), ("OTHER-VAT", Refusal)],
)
def test_what_can_not_be_meant_is_refused(shop: Shop, sku: str, refused: type[Refusal]) -> None:
    order = owing(shop)
    for name, rest in (("WITHDRAWN", {"on_sale": False}), ("OTHER-VAT", {"vat_bp": 500})):
        with shop.database.transaction() as work:
            row = {"sku": name, "slug": name.lower(), "name": name, "price_pence": 100}
            work.add(Product(**row, kind="ball", **rest))
        shop.receive(1, name)

    with pytest.raises(refused):
        send(shop, order, {BALL: sku})

    assert shop.state(order) == "owed"


def test_a_line_of_another_order_and_no_line_at_all_are_refused(shop: Shop) -> None:
    order, other = owing(shop), owing(shop)
    shop.receive(1, SPIKY)

    for chosen in ({line_of(shop, other): SPIKY}, {}):
        with pytest.raises(Unreadable), shop.database.transaction() as work:
            owed.substitute(work, order.id, chosen, by="anna", at=shop.clock())

    assert (shop.state(order), shop.state(other)) == ("owed", "owed")
    assert shop.wrong() == []


def test_goods_never_go_out_that_money_went_back_for(shop: Shop) -> None:
    order = owing(shop, {BALL: 1, SPIKY: 1})
    shop.receive(3, ROLLER)
    with shop.database.transaction() as work:
        part = Part(line_of(shop, order), 1, 850)
        giving_back.of_lines(work, order.id, [part], reason="sold out", by="morgan",
                             press=orders.new_press(), at=shop.clock())  # fmt: skip

    shop.receive(1)
    with pytest.raises(Refusal, match="Give the rest of it back"):
        send(shop, order, {BALL: ROLLER})
    with pytest.raises(Refusal, match="Give the rest"), shop.database.transaction() as work:
        owed.supply(work, order.id, by="anna", at=shop.clock())

    assert shop.state(order) == "owed"


def test_of_many_at_once_one_decides(shop: Shop) -> None:
    order = owing(shop)
    shop.receive(5, SPIKY)
    shop.receive(5, ROLLER)
    line, gate, ended = line_of(shop, order), Barrier(6), list[str]()

    @retried
    def give_back() -> None:
        with shop.database.transaction() as work:
            giving_back.of_lines(
                work,
                order.id,
                [Part(line, 1, 850)],
                reason="sold out",
                press=orders.new_press(),
                by="morgan",
                at=shop.clock(),
            )

    def act(number: int) -> None:
        gate.wait(30)
        try:
            give_back() if number % 3 == 2 else send(
                shop, order, {BALL: (SPIKY, ROLLER)[number % 2]}
            )
            ended.append("refund" if number % 3 == 2 else "sent")
        except Refusal:
            ended.append("refused")

    threads = [Thread(target=act, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(ended)[:5] == ["refund", *["refused"] * 4] or (
        sorted(ended) == [*["refused"] * 5, "sent"]
    ), ended
    assert len(shop.rows("SELECT * FROM shop_substitute")) == ended.count("sent")
    assert shop.state(order) == ("paid" if "sent" in ended else "refunded")
    assert shop.wrong() == []


def test_nobody_changes_or_removes_it_afterwards(shop: Shop) -> None:
    order = owing(shop)
    shop.receive(1, SPIKY)
    send(shop, order, {BALL: SPIKY})

    for statement in (
        "UPDATE shop_substitute SET units = 2",
        "DELETE FROM shop_substitute",
    ):
        with pytest.raises(DBAPIError), shop.database.transaction() as work:
            work.execute(text(statement))


def test_its_name_stays_the_one_of_that_day(shop: Shop) -> None:
    order = owing(shop)
    shop.receive(1, SPIKY)
    send(shop, order, {BALL: SPIKY})

    with shop.database.transaction() as work:
        work.execute(update(Product).where(Product.sku == SPIKY).values(name="Prickly ball"))
        found = substitutes.of_lines(work, [line_of(shop, order)])

    assert [each.name for each in found.values()] == ["Spiky ball"]


def test_the_buyer_is_told_without_the_name_of_any_product(shop: Shop) -> None:
    order = owing(shop)
    shop.receive(1, SPIKY)
    with shop.database.transaction() as work:
        work.execute(text("UPDATE shop_buyer SET email = 'pat@customer.example'"))

    send(shop, order, {BALL: SPIKY})

    said = shop.rows("SELECT subject, body FROM shop_outbox WHERE subject LIKE '%instead'")
    ((subject, body),) = said
    assert subject == f"Order {order.number}: another product instead"
    assert "nothing more" in body
    assert "ball" not in body.lower()


@pytest.mark.parametrize(
    "break_",
    [
        'INSERT INTO shop_substitute (order_line_id, sku, name, units, "by", at)'
        " SELECT id, 'SPIKY-70', 'x', units, 'x', '2026-06-03' FROM shop_order_line",
    ],
)
def test_verify_finds_another_product_where_nothing_was_owed(shop: Shop, break_: str) -> None:
    shop.receive(1)
    order, page = shop.paid()
    shop.settle(page)
    assert shop.wrong() == []
    with shop.database.transaction() as work:
        work.execute(text(break_))

    wrong = "\n".join(shop.wrong())

    assert "substitutes: another product" in wrong
    assert "I5" in wrong  # what moved is not what should have
    assert shop.state(order) == "paid"


def goods(sku: str, **facts: object) -> Product:
    usual = {"kind": "ball", "firmness": 2, "diameter_mm": 65, "surface": "smooth", "vat_bp": 2000}
    return Product(sku=sku, name=sku, **{**usual, **facts})


def test_the_most_alike_stands_first_and_the_softer_before_the_firmer() -> None:
    ordered = goods("ORDERED")
    others = [
        goods("roller", kind="roller"),
        goods("unknown", firmness=None),
        goods("firmer", firmness=3),
        goods("softer", firmness=1),
        goods("spiky", surface="spiky"),
        goods("larger", diameter_mm=80),
        goods("nearly", diameter_mm=70),
        goods("reduced-vat", vat_bp=500),
        ordered,
    ]

    found = [each.sku for each in substitutes.nearest_first(ordered, others)]

    assert found == ["nearly", "larger", "spiky", "softer", "firmer", "unknown", "roller"]


def test_only_what_this_shelf_has_enough_of_is_offered(shop: Shop) -> None:
    order = owing(shop, {BALL: 2})
    shop.receive(1, SPIKY)
    shop.receive(2, ROLLER)

    with shop.database.reading() as work:
        (lacks,) = owed.lacking(work, orders.get(work, order.id), at=shop.clock())

    assert (lacks.line.sku, lacks.free) == (BALL, 0)
    assert [each.sku for each in lacks.offers] == [ROLLER]
