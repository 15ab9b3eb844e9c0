"""Histories of notices: doubled, shuffled, late, lost, over several processes. One outcome.

Each history happens twice at the fake Stripe, to two orders. The notices of the first are heard
once and in order. Those of the second are thrown together with everybody else's: some are lost,
some come up to five times, all in any order and to whichever process is free. In the end both
orders have to look the same, and like Stripe's own book.
"""

import multiprocessing
import os
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import make_url

from shop import notices, reconcile
from shop.db import Database
from shop.errors import Refusal
from shop.gateways import PageSeen
from shop.orders import PlacedOrder
from tests.fakestripe.client import FakeStripe
from tests.shop.online.conftest import Clock, Shop, desk_of

HISTORIES = int(os.environ.get("HISTORIES", "200"))  # half of them on each kind of database
BATCH = 50  # in one database, and before one Stripe
PROCESSES = 4
LOST = 0.2  # of all notices
SEED = 20260603


@dataclass(frozen=True, slots=True)
class Told:
    body: str
    header: str


def happen(shop: Shop, history: Sequence[str], after: int) -> tuple[PlacedOrder, list[Told]]:
    """One order, what happens to it at Stripe, and every notice of that."""
    order, page = shop.opened()
    paid: dict[str, str] = {}
    for act in history:
        _do(shop, page, act, paid)
    return order, [Told(each["body"], each["header"]) for each in shop.fake.signed(after)]


def _do(shop: Shop, page: PageSeen, act: str, known: dict[str, str]) -> None:
    fake, intent = shop.fake, known.get("intent", "")
    if act in ("pay", "pay-slowly"):
        paid = fake.act("pay", id=page.reference, at_once=act == "pay")
        known["intent"] = paid["payment_intent"]
    elif act in ("arrive", "bounce"):
        fake.act("finish", id=page.reference, succeeded=act == "arrive")
    elif act in ("expire", "decline"):
        fake.act(act, id=page.reference)
    elif act == "refund":
        asked = {"payment_intent": intent, "amount": 300}
        known["refund"] = fake.act("refund", asked=asked, status="pending")["id"]
    elif act in ("refund-succeeded", "refund-failed"):
        fake.act("refund-is", id=known["refund"], status=act.removeprefix("refund-"))
    elif act == "dispute":
        known["dispute"] = fake.act("dispute", id=intent)["id"]
    else:
        fake.act("dispute-is", id=known["dispute"], status=act)


def some_history(dice: random.Random) -> list[str]:
    """What may happen to one payment page, in an order in which it can."""
    history = ["decline"] * dice.randint(0, 2)
    end = dice.choice(["pay", "pay", "pay", "pay-slowly", "expire"])
    history.append(end)
    if end == "pay-slowly":
        history.append(dice.choice(["arrive", "bounce"]))
    if history[-1] not in ("pay", "arrive"):
        return history
    for _ in range(dice.randint(0, 2)):
        history += ["refund", dice.choice(["refund-succeeded", "refund-failed"])]
    if dice.random() < 0.3:
        history += ["dispute", dice.choice(["won", "lost", "under_review"])]
    return history


def digest(shop: Shop, order: PlacedOrder) -> list[Any]:
    """All that is known of an order, without what names it."""
    its = f"WHERE order_id = {order.id}"
    return [
        shop.state(order),
        shop.rows(f"SELECT state FROM shop_payment_session {its} ORDER BY state"),
        shop.rows(f"SELECT gateway, amount_pence, currency FROM shop_payment {its}"),
        shop.rows(f"SELECT origin, state, amount_pence FROM shop_refund {its} ORDER BY 1, 2, 3"),
        shop.rows(f"SELECT kind, settled_at IS NULL FROM shop_attention {its} ORDER BY 1, 2"),
        shop.rows(f"SELECT state FROM shop_order_step {its} ORDER BY id"),
        shop.rows(f"SELECT COUNT(*) FROM shop_receipt {its}"),
        shop.rows(
            "SELECT COUNT(*) FROM shop_credit_note WHERE refund_id IN "
            f"(SELECT id FROM shop_refund {its} AND state = 'succeeded')"
        ),
    ]


@pytest.mark.parametrize("batch", range(HISTORIES // 2 // BATCH))
def test_histories_end_the_same_however_they_are_heard(shop: Shop, batch: int) -> None:
    dice = random.Random(SEED + batch)
    shop.receive(2 * BATCH)
    pairs, thrown, events = [], [], 0
    for _ in range(BATCH):
        history = some_history(dice)
        first, in_order = happen(shop, history, events)
        events += len(in_order)
        for told in in_order:
            notices.take(shop.desk, told.body.encode(), told.header)
        second, shuffled = happen(shop, history, events)
        events += len(shuffled)
        heard = [told for told in shuffled if dice.random() >= LOST]
        thrown += [told for told in heard for _ in range(dice.choice((1, 1, 2, 5)))]
        pairs.append((history, first, second))
    dice.shuffle(thrown)

    _throw(shop, thrown)
    found = reconcile.run(shop.desk, shop.clock() - timedelta(days=1))

    assert found.unknown == []
    assert reconcile.run(shop.desk, shop.clock() - timedelta(days=1)).clean
    for history, first, second in pairs:
        assert digest(shop, first) == digest(shop, second), history
    _agrees_with_stripe(shop)
    assert shop.wrong() == []


def _throw(shop: Shop, thrown: Sequence[Told]) -> None:
    """All notices to several processes at once, each to the first one that is free."""
    url = shop.database.engine.url.render_as_string(hide_password=False)
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    with context.Pool(PROCESSES, _listen, (url, shop.fake.address)) as pool:
        heard = pool.map(_hear, thrown, chunksize=4)
    assert set(heard) == {""}, set(heard)


_here: Shop


def _listen(url: str, stripe: str) -> None:
    global _here
    database, now, fake = Database(make_url(url)), Clock(), FakeStripe(stripe)
    _here = Shop(database, desk_of(database, fake, now), fake, now)


def _hear(told: Told) -> str:
    """Nothing, or what went wrong: a notice is never refused, and never breaks anything."""
    try:
        notices.take(_here.desk, told.body.encode(), told.header)
    except Refusal as refusal:
        return str(refusal)
    return ""


def _agrees_with_stripe(shop: Shop) -> None:
    """Every penny that Stripe's book says came in or went back is in ours, and no other."""
    came = sorted(each["amount_received"] for each in shop.fake.book("payment_intent"))
    ours = shop.rows("SELECT amount_pence FROM shop_payment ORDER BY amount_pence")
    assert [pence for pence in came if pence] == [pence for (pence,) in ours]
    went = sorted((each["amount"], each["status"]) for each in shop.fake.book("refund"))
    known = "SELECT amount_pence, state FROM shop_refund WHERE origin <> 'dispute' ORDER BY 1, 2"
    assert shop.rows(known) == went
