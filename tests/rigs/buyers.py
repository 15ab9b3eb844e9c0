"""Sixteen buyers in four processes, who all press Pay at once; RIG_THREADS makes more of them.

Run by the rigs, not by hand.
"""

import multiprocessing
import os
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier
from threading import Thread

from sqlalchemy import URL, select, update
from sqlalchemy.orm import Session

from shop.db import Database, retried
from shop.errors import OutOfStock
from shop.levels import StockLevel
from tests.shop.conftest import BALL
from tests.shop.selling import sell

PROCESSES, THREADS = 4, int(os.environ.get("RIG_THREADS", "4"))
CLIENTS = PROCESSES * THREADS
PATIENCE = 120  # seconds until a hung round fails instead of hanging the run

Buy = Callable[[Database], str]


def properly(database: Database) -> str:
    """The way the till does it."""

    @retried
    def once() -> str:
        with database.transaction() as work:
            sell(work, {BALL: 1})
        return "sold"

    try:
        return once()
    except OutOfStock:
        return "refused"


def naively(database: Database) -> str:
    """Look, then write: the way that oversells. The control that shows the rig would notice."""
    place = (StockLevel.place == "shelf:cambridge", StockLevel.sku == BALL)
    with database.reading() as work:
        seen = work.scalar(select(StockLevel.on_hand).where(*place)) or 0
    if not seen:
        return "refused"
    with database.transaction() as work:
        work.execute(update(StockLevel).where(*place).values(on_hand=seen - 1))
    return "sold"


@dataclass(frozen=True, slots=True)
class Crowd:
    """Buyers who wait for the next round."""

    start: Barrier
    answers: "Queue[str]"

    def buy(self) -> Counter[str]:
        """Let everybody buy one ball at the same moment, and count what they were told."""
        self.start.wait(PATIENCE)
        return Counter(self.answers.get(timeout=PATIENCE) for _ in range(CLIENTS))


@contextmanager
def crowd(url: URL, buy: Buy, rounds: int) -> Iterator[Crowd]:
    context = multiprocessing.get_context("spawn")
    gathered = Crowd(context.Barrier(CLIENTS + 1), context.Queue())
    text = url.render_as_string(hide_password=False)
    processes = [
        context.Process(target=_process, args=(text, buy, rounds, gathered), daemon=True)
        for _ in range(PROCESSES)
    ]
    for process in processes:
        process.start()
    try:
        yield gathered
    finally:
        for process in processes:
            process.join(timeout=10)
            process.kill()


def _process(url: str, buy: Buy, rounds: int, gathered: Crowd) -> None:
    from sqlalchemy import make_url

    database = Database(make_url(url))
    threads = [
        Thread(target=_buyer, args=(database, buy, rounds, gathered)) for _ in range(THREADS)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    database.dispose()


def _buyer(database: Database, buy: Buy, rounds: int, gathered: Crowd) -> None:
    for _ in range(rounds):
        gathered.start.wait(PATIENCE)
        try:
            gathered.answers.put(buy(database))
        except Exception as broken:
            gathered.answers.put(f"broken: {broken!r}")


def shelf(work: Session) -> int:
    place = (StockLevel.place == "shelf:cambridge", StockLevel.sku == BALL)
    return work.scalar(select(StockLevel.on_hand).where(*place)) or 0
