"""A PostgreSQL that goes down under load, asked to or not: no receipt is lost, and sales go on."""

import multiprocessing
import os
import queue
import signal
import time
from collections.abc import Iterator
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Event
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from sqlalchemy import create_engine, make_url, select, text
from sqlalchemy.exc import DBAPIError

from shop import checks, stock
from shop.db import Database, retried
from shop.receipts import Receipt
from tests import databases
from tests.shop.conftest import BALL, NOON, SPIKY, fill
from tests.shop.selling import sell

RESTARTS = int(os.environ.get("RIG_RESTARTS", "2"))
PROCESSES, THREADS = 4, 4
PLENTY, BETWEEN = 90_000, 30  # units on the shelf, and sales from one restart to the next
AWAY = "away"  # what a till is told while there is no database
BACK_WITHIN = 10  # seconds
ENDINGS = (signal.SIGQUIT, signal.SIGINT)  # as a power cut ends it, and as its keeper does


@pytest.fixture
def server() -> Iterator[Any]:
    """One of our own, since everybody else's tests use the other one."""
    server = databases.started("pg-restarted")
    yield server
    server.cleanup()


def test_no_receipt_is_lost_when_the_database_restarts_and_sales_go_on_at_once(
    server: Any,
) -> None:
    url = _shop_on(server)
    database = Database(make_url(url))
    with database.transaction() as work:
        stock.receive(work, "cambridge", {BALL: PLENTY, SPIKY: PLENTY}, by="anna", at=NOON)
    context = multiprocessing.get_context("spawn")
    told: Queue[str] = context.Queue()
    closing = context.Event()
    tills = [context.Process(target=_tills, args=(url, told, closing)) for _ in range(PROCESSES)]
    for till in tills:
        till.start()
    shown: list[str] = []
    waits = []
    for number in range(RESTARTS):
        shown += _sold(told, BETWEEN)
        _end(server, ENDINGS[number % len(ENDINGS)])
        shown += _heard(told, 0.3)
        server.ensure_postgres_running()
        started = time.monotonic()
        shown += _sold(told, 1)
        waits.append(time.monotonic() - started)
    closing.set()
    while any(till.is_alive() for till in tills):
        shown += _heard(told, 0.2)
    shown += _heard(told, 0.2)
    database.engine.dispose()  # its own connections died with the server
    with database.reading() as work:
        kept = set(work.scalars(select(Receipt.number)))
    wrong = [check for check in checks.verify(database) if not check.ok]
    database.dispose()

    receipts = [each for each in shown if each != AWAY]
    assert [each for each in receipts if each not in kept] == []
    assert AWAY in shown  # or nothing was under load when it went
    assert max(waits) < BACK_WITHIN
    assert wrong == []


def _shop_on(server: Any) -> str:
    url = databases.url_of(server)
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("CREATE DATABASE restarted"))
    engine.dispose()
    return fill(url.set(database="restarted")).render_as_string(hide_password=False)


def _end(server: Any, how: signal.Signals) -> None:
    pid = server.get_pid() or 0
    os.kill(pid, how)
    until = time.monotonic() + 30
    while Path(f"/proc/{pid}").exists():
        assert time.monotonic() < until, "the server did not end"
        time.sleep(0.01)


def _sold(told: "Queue[str]", sales: int) -> list[str]:
    """Listen to the tills until they have shown so many receipts."""
    heard: list[str] = []
    while sum(each != AWAY for each in heard) < sales:
        heard.append(told.get(timeout=60))
    return heard


def _heard(told: "Queue[str]", seconds: float) -> list[str]:
    """Listen for a while: a queue that nobody reads would keep its writers from ending."""
    heard: list[str] = []
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0:
        try:
            heard.append(told.get(timeout=left))
        except queue.Empty:
            break
    return heard


def _tills(url: str, told: "Queue[str]", closing: Event) -> None:
    database = Database(make_url(url))
    tills = [Thread(target=_till, args=(database, told, closing)) for _ in range(THREADS)]
    for till in tills:
        till.start()
    for till in tills:
        till.join()
    database.dispose()


def _till(database: Database, told: "Queue[str]", closing: Event) -> None:
    """Sell for ever. Whatever else goes wrong ends this till, and the test says that none did."""

    @retried
    def once() -> str:
        with database.transaction() as work:
            return sell(work, {BALL: 1, SPIKY: 1})

    while not closing.is_set():
        try:
            told.put(once())
        except DBAPIError as gone:
            told.put(AWAY if _away(gone) else f"broken: {gone!r}")
            time.sleep(0.05)


def _away(gone: DBAPIError) -> bool:
    """Whether the connection broke or was refused; any other error would be ours."""
    state = getattr(gone.orig, "sqlstate", None)
    return gone.connection_invalidated or state is None or state.startswith(("57P", "08"))
