"""Stock moves a second, against the same statements through the bare driver, both durable.

Alone, and with several tills that all want the same ball.
"""

import multiprocessing
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from multiprocessing.synchronize import Barrier
from time import perf_counter

from sqlalchemy import URL, make_url

from shop import stock
from shop.db import Database, retried
from shop.places import Kind
from tests.bench.pairs import Pair, Rate, rate
from tests.bench.raw import connect
from tests.bench.sales import stocked
from tests.shop.conftest import BALL, NOON

TILLS = 8
SECONDS = 0.6
GATES = {"sqlite": 0.25, "postgresql": 0.5}
HOT_GATES = {"sqlite": 0.25, "postgresql": 0.5}

# What `stock.relocate` says to the database: the move, its two levels in order, and out of the demo
# whether it is there at all.
MOVE = """INSERT INTO shop_stock_move (sku, units, from_place, to_place, reason, "by", "at")
    VALUES (?, 1, ?, ?, ?, 'rae', ?)"""
ADD = """INSERT INTO shop_stock_level (place, sku, on_hand, held, position) VALUES (?, ?, 1, 0, 1)
    ON CONFLICT (place, sku) DO UPDATE SET on_hand = shop_stock_level.on_hand + excluded.on_hand,
    position = shop_stock_level.position + excluded.position
    WHERE shop_stock_level.on_hand + excluded.on_hand <= 10000000
    RETURNING on_hand, held, (SELECT minimum FROM shop_stock_rule WHERE site = 'cambridge'
    AND sku = shop_stock_level.sku)"""
TAKE = """UPDATE shop_stock_level SET on_hand = on_hand - 1, held = held + 0,
    position = position + 1
    WHERE place = ? AND sku = ? AND on_hand - 1 >= held + 0 AND held + 0 >= 0
    RETURNING on_hand, held, (SELECT minimum FROM shop_stock_rule WHERE site = 'cambridge'
    AND sku = shop_stock_level.sku)"""
LENT = """SELECT on_hand, (SELECT count(*) FROM shop_loan WHERE site = 'cambridge' AND sku = ?
    AND ended_at IS NULL) FROM shop_stock_level WHERE place = 'demo:cambridge' AND sku = ?"""
WAYS = (("shelf", "demo", "demo"), ("demo", "shelf", "back"))

Act = Callable[[], None]


@contextmanager
def pairs() -> Iterator[list[Pair]]:
    with ExitStack() as stack:
        found = []
        for kind in ("sqlite", "postgresql"):
            database = stack.enter_context(stocked(kind))
            url = database.engine.url
            found.append(
                Pair(
                    f"stock move to the demo and back, {kind}, of the bare driver",
                    rate(ours(database)),
                    rate(bare(url)),
                    GATES[kind],
                )
            )
            crowd = stack.enter_context(tills(url))
            found.append(
                Pair(
                    f"{TILLS} tills move one ball, {kind}, of {TILLS} bare ones",
                    crowd(ours_at),
                    crowd(bare_at),
                    HOT_GATES[kind],
                )
            )
        yield found


def ours(database: Database) -> Act:
    @retried
    def act() -> None:
        for from_, to in ((Kind.SHELF, Kind.DEMO), (Kind.DEMO, Kind.SHELF)):
            with database.transaction() as work:
                stock.relocate(work, "cambridge", BALL, 1, from_, to, by="rae", at=NOON)

    return act


def bare(url: URL) -> Act:
    say, at = connect(url)

    def act() -> None:
        for from_, to, reason in WAYS:
            say("BEGIN")
            say(MOVE, BALL, f"{from_}:cambridge", f"{to}:cambridge", reason, at)
            for kind in sorted((from_, to)):
                statement = TAKE if kind == from_ else ADD
                assert say(statement, f"{kind}:cambridge", BALL).fetchone()
            if from_ == Kind.DEMO:
                assert say(LENT, BALL, BALL).fetchone()
            say("COMMIT")

    return act


def ours_at(url: URL) -> Act:
    return ours(Database(url))


def bare_at(url: URL) -> Act:
    return bare(url)


@contextmanager
def tills(url: URL) -> Iterator[Callable[[Callable[[URL], Act]], Rate]]:
    """Processes that do one thing for a moment, all at once: how often they can together."""
    context = multiprocessing.get_context("spawn")
    text = url.render_as_string(hide_password=False)
    up = context.Barrier(TILLS + 1)
    with context.Pool(TILLS, _open, (text, up)) as pool:
        up.wait()  # or they would still start while one till alone is timed

        def crowd(act: Callable[[URL], Act]) -> Rate:
            def tried() -> float:
                return float(sum(pool.map(_for_a_moment, [act.__name__] * TILLS, chunksize=1)))

            return tried

        yield crowd


_ready: dict[str, Act] = {}


def _open(url: str, up: Barrier) -> None:
    for act in (ours_at, bare_at):
        _ready[act.__name__] = act(make_url(url))
    up.wait()


def _for_a_moment(name: str) -> float:
    times, started = 0, perf_counter()
    while (elapsed := perf_counter() - started) < SECONDS:
        _ready[name]()
        times += 1
    return times / elapsed
