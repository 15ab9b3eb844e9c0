"""Who does not come for what is ready hears of it once more, and then a person decides."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from shop import online_orders, order_mail, tick
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


@pytest.mark.parametrize(("days", "reminders", "kept"), [(1, 0, "1 day."), (3, 0, "3 days."),
                                                         (4, 1, "4 days.")])  # fmt: skip
def test_nobody_is_reminded_of_what_is_kept_no_longer(
    shop: Shop, days: int, reminders: int, kept: str
) -> None:
    shop.receive(1)
    order, page = shop.paid()
    shop.settle(page)
    with shop.database.transaction() as work:
        work.execute(text(f"UPDATE shop_site SET keeps_days = {days}"))
        online_orders.pack(work, order, by="rae", at=shop.clock())
        order_mail.ready(work, shop.order(order), at=shop.clock())
    shop.clock.ahead += timedelta(days=3, minutes=1)

    tick.run(shop.database, LONDON, shop.clock)

    bodies = shop.rows("SELECT body FROM shop_outbox WHERE key LIKE '%ready'")
    assert f"We keep it for {kept}" in bodies[0][0]
    assert len(shop.rows("SELECT id FROM shop_outbox WHERE key LIKE '%reminder'")) == reminders
