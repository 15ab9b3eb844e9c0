"""The power goes at each point of paying and refunding: afterwards the books agree with Stripe's.

A process does one act and dies at a named point of it; then the lights come on again, and what
it had begun is finished by whoever comes by: the same form, the next event, or reconcile.
"""

import multiprocessing
import os
import signal
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from multiprocessing.context import ForkServerContext

import pytest
from sqlalchemy import make_url

from shop import checkout, failpoints, giving_back, notices, reconcile, refund_desk
from shop.checkout import PaymentDesk
from shop.db import Database
from shop.gateways import GatewayAway
from shop.giving_back import Part
from shop.orders import PlacedOrder
from shop.returns import Condition
from tests.fakestripe.client import FakeStripe
from tests.shop.conftest import BALL
from tests.shop.online.conftest import Clock, Shop, desk_of
from tests.shop.online.test_refunds import line_ids, sold

LONG = int(os.environ.get("RIG_ROUNDS", "20")) > 20
Act = Callable[[Shop, tuple[str, ...]], None]


@pytest.fixture(scope="module")
def machine() -> ForkServerContext:
    """Processes that start at once, because what they need is loaded before."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    return context


def alternately(*points: str) -> list[tuple[str, str]]:
    """Each point on one kind of database in turn; on both of them in the long run of the rigs."""
    kinds = ("sqlite", "postgresql")
    every = [(point, kind) for point in points for kind in kinds]
    return every if LONG else [(p, kinds[n % 2]) for n, p in enumerate(points)]


def killed_at(machine: ForkServerContext, shop: Shop, point: str, act: Act, *facts: str) -> None:
    """Do an act in a process of its own, and see it die where it was told to."""
    url = shop.database.engine.url.render_as_string(hide_password=False)
    process = machine.Process(
        target=_do, args=(url, shop.fake.address, f"{point}:kill9", act, facts)
    )
    process.start()
    process.join(60)
    assert process.exitcode == -signal.SIGKILL, f"{point} was not reached"


def _do(url: str, stripe: str, failpoint: str, act: Act, facts: tuple[str, ...]) -> None:
    os.environ["SHOP_FAILPOINT"] = failpoint
    failpoints.reached = failpoints._act  # as SHOP_TEST_FAILPOINTS does when the shop is loaded
    database, now = Database(make_url(url)), Clock()
    fake = FakeStripe(stripe)
    act(Shop(database, desk_of(database, fake, now), fake, now), facts)


def recovered(shop: Shop) -> None:
    """Reconcile puts everything right, and finds nothing the second time."""
    since = shop.clock() - timedelta(days=1)
    assert reconcile.run(shop.desk, since).unknown == []
    assert reconcile.run(shop.desk, since).clean
    assert shop.wrong() == []


def start_paying(shop: Shop, facts: tuple[str, ...]) -> None:
    _, session = shop.place(press=facts[0])
    checkout.open_page(shop.desk, session)


PAYING = ("after_reserve", "after_commit", "after_stripe_create", "after_save_session")


@pytest.mark.parametrize(("point", "kind"), alternately(*PAYING))
def test_a_checkout_that_died_is_gone_on_with_by_the_same_form(
    machine: ForkServerContext, shop: Shop, point: str
) -> None:
    shop.receive(1)
    killed_at(machine, shop, f"checkout.{point}", start_paying, "the-form-that-was-pressed")

    order, session = shop.place(press="the-form-that-was-pressed")
    page = checkout.open_page(shop.desk, session)
    shop.fake.act("pay", id=page.reference)
    shop.settle(page)

    assert shop.state(order) == "paid"
    assert len(shop.fake.book("checkout.session")) == 1
    recovered(shop)


@pytest.mark.parametrize(("point", "kind"), alternately(*reversed(PAYING)))
def test_a_checkout_that_died_and_is_left_holds_nothing_for_long(
    machine: ForkServerContext, shop: Shop, point: str
) -> None:
    shop.receive(1)
    killed_at(machine, shop, f"checkout.{point}", start_paying, "the-form-that-was-pressed")

    shop.pass_time(60)
    recovered(shop)

    assert shop.levels() == {"shelf:cambridge": (1, 0)}


def hear(shop: Shop, facts: tuple[str, ...]) -> None:
    notices.take(shop.desk, facts[0].encode(), facts[1])


@pytest.mark.parametrize(
    ("point", "kind"),
    alternately("after_verify", "after_apply", "after_event_insert", "after_commit"),
)
def test_a_notice_whose_taker_died_is_taken_when_it_comes_again(
    machine: ForkServerContext, shop: Shop, point: str
) -> None:
    shop.receive(1)
    order, _ = shop.paid()
    told = shop.fake.signed()[-1]
    killed_at(machine, shop, f"webhook.{point}", hear, told["body"], told["header"])

    hear(shop, (told["body"], told["header"]))

    assert shop.state(order) == "paid"
    recovered(shop)


def sweep(shop: Shop, facts: tuple[str, ...]) -> None:
    shop.clock.ahead = timedelta(hours=1)
    reconcile.sweep(shop.desk)


@pytest.mark.parametrize(("point", "kind"), alternately("sweeper.after_expire_call"))
def test_a_sweep_that_died_between_stripe_and_us_is_swept_again(
    machine: ForkServerContext, shop: Shop, point: str
) -> None:
    shop.receive(1)
    order, _ = shop.opened()
    shop.pass_time(60)
    killed_at(machine, shop, point, sweep)

    recovered(shop)

    assert shop.state(order) == "cancelled"
    assert shop.levels() == {"shelf:cambridge": (1, 0)}


def give_back(shop: Shop, facts: tuple[str, ...]) -> None:
    order_id, line_id, press = facts
    with shop.database.transaction() as work:
        part = Part(int(line_id), 1, 850, Condition.SELLABLE, on_shelf=True)
        refund = giving_back.of_lines(
            work, int(order_id), [part], reason="too firm", press=press, by="m", at=shop.clock()
        ).id
    refund_desk.send(shop.desk, refund, by="m")


@pytest.mark.parametrize(
    ("point", "kind"), alternately("after_restock", "after_intent", "after_stripe", "after_save")
)
def test_a_refund_that_died_is_made_once_by_pressing_again(
    machine: ForkServerContext, shop: Shop, point: str
) -> None:
    order = sold(shop, {BALL: 1})
    facts = str(order.id), str(line_ids(shop, order)[0]), "the-form-that-was-pressed"
    killed_at(machine, shop, f"refund.{point}", give_back, *facts)

    give_back(shop, facts)

    _once(shop, order)
    recovered(shop)


@pytest.mark.parametrize(("point", "kind"), alternately("after_save", "after_stripe"))
def test_a_refund_that_died_is_found_by_reconcile(
    machine: ForkServerContext, shop: Shop, point: str
) -> None:
    order = sold(shop, {BALL: 1})
    facts = str(order.id), str(line_ids(shop, order)[0]), "the-form-that-was-pressed"
    killed_at(machine, shop, f"refund.{point}", give_back, *facts)

    recovered(shop)

    _once(shop, order)


def _once(shop: Shop, order: PlacedOrder) -> None:
    assert [each["amount"] for each in shop.fake.book("refund")] == [850]
    assert shop.rows("SELECT state, amount_pence FROM shop_refund") == [("succeeded", 850)]
    assert shop.levels()["shelf:cambridge"] == (1, 0)
    assert shop.rows("SELECT number FROM shop_credit_note") == [("CAM-C1",)]


N_CALLS = 4  # more than any of these acts makes


@pytest.mark.parametrize(("do", "kind"), alternately("drop", "status", "cut", "html"))
@pytest.mark.parametrize("after", [False, True])
def test_whichever_call_to_stripe_is_lost_the_books_come_right(
    shop: Shop, do: str, after: bool
) -> None:
    for nth in range(N_CALLS):
        shop.receive(1)
        desk: PaymentDesk = shop.desk
        shop.fake.rule(do, after=after, skip=nth, times=2)
        with suppress(GatewayAway):
            order, session = shop.place()
            page = checkout.open_page(desk, session)
            shop.fake.act("pay", id=page.reference)
            checkout.settle(desk, page.reference, by="stripe")
            give_back(shop, (str(order.id), str(line_ids(shop, order)[0]), f"press-{do}-{nth}"))
        shop.fake.calm()
        shop.pass_time(60)
        recovered(shop)
    captured = sum(each["amount_received"] for each in shop.fake.book("payment_intent"))
    assert shop.rows("SELECT SUM(amount_pence) FROM shop_payment") == [(captured,)]
