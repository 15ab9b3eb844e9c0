"""Who does not come for what is ready hears of it once more, and then a person decides."""

from datetime import timedelta

from shop import online_orders, tick
from tests.shop.online.conftest import LONDON, Shop


def test_who_does_not_come_is_reminded_once_after_three_days(shop: Shop) -> None:
    shop.receive(1)
    order, page = shop.paid()
    shop.settle(page)
    with shop.database.transaction() as work:
        online_orders.pack(work, order, by="rae", at=shop.clock())

    def reminded() -> int:
        tick.run(shop.database, LONDON, shop.clock)
        return len(shop.rows("SELECT id FROM shop_outbox WHERE key LIKE '%reminder'"))

    counts = []
    for days in (2, 2, 1):
        shop.clock.ahead += timedelta(days=days)
        counts.append(reminded())

    assert counts == [0, 1, 1]
    assert shop.state(order) == "ready"
