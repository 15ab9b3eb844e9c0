"""Whole guest checkouts over HTTP, and what a slow payment service does to who only looks."""

import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from itertools import count
from statistics import quantiles
from threading import Event
from time import perf_counter
from typing import Any

from flask import Flask
from sqlalchemy import URL

from shop import clock, stock
from shop.db import Database
from tests import databases
from tests.bench import pages
from tests.bench.pairs import Pair, Rate
from tests.bench.visitor import Visitor
from tests.conftest import fill_with_demo
from tests.fakestripe.client import KEY, SECRET, FakeStripe, running
from tests.served import gunicorn

BALL, SKU, PLENTY = "/shop/soft-ball-65", "BALL-65-S", 90_000
CLIENTS, SECONDS = 4, 3.0
REQUESTS = 9  # of one checkout: the demo's payment page is two of them
WHOLE_GATE = 0.12  # of bare pages, as many of them for each checkout; it commits nine times
BROWSING, BUYING, PAUSE = 20, 20, 0.5  # people, and seconds between two of their pages
STRIPE_TAKES = 20.0  # seconds
SLOW_GATE = 0.5  # so that a page takes no more than twice as long
MOST_P95 = 1.0  # seconds until the list is there, while Stripe is slow
_FIELD = re.compile(r'name="(csrf_token|sku|press)"[^>]*?value="([^"]*)"')
_WAY = re.compile(r'name="way"[^>]*?value="([^"]+)"')
_people = count(1)


def served() -> Flask:
    """The bench's shop, whose visitors say who they are: all of them come from this machine."""
    app = pages.served()
    inner = app.wsgi_app

    def named(environ: dict[str, Any], start: Callable[..., Any]) -> Any:
        environ["REMOTE_ADDR"] = environ.get("HTTP_X_BENCH", "127.0.0.1")
        return inner(environ, start)

    app.wsgi_app = named  # type: ignore[assignment, method-assign]
    return app


@contextmanager
def pairs() -> Iterator[list[Pair]]:
    """Checkouts on PostgreSQL, and the list while Stripe takes its time."""
    with _stocked() as url, gunicorn("tests.bench.checkout:served()", url) as port:
        bare = _bare(port)
        name = f"guest checkout, postgresql, of {REQUESTS} bare pages"
        yield [
            Pair(name, partial(_together, partial(_checkout, port)), bare, WHOLE_GATE, rounds=3),
            Pair("list's p95 while Stripe is slow, of the same without", *_slow(), SLOW_GATE, 1),
        ]


@contextmanager
def _stocked() -> Iterator[URL]:
    url = databases.copier(fill_with_demo, "postgresql")()
    database = Database(url)
    with database.transaction() as work:
        stock.receive(work, "cambridge", {SKU: PLENTY}, by="bench", at=clock.now())
    database.dispose()
    yield url
    databases.drop(url)


def _visitor(port: int) -> Visitor:
    return Visitor(port, **{"X-Bench": f"visitor-{next(_people)}"})


def _filled(visitor: Visitor) -> dict[str, str]:
    """From a product's page to what the last page's form sends."""
    fields = dict(_FIELD.findall(visitor.page(BALL)))
    visitor.led("/basket/add", {**fields, "units": "1"})
    visitor.page("/basket")
    page = visitor.page("/checkout")
    (way, *_) = _WAY.findall(page)
    return {**dict(_FIELD.findall(page)), "way": way}


def _checkout(port: int) -> None:
    """All of it, by somebody new."""
    visitor = _visitor(port)
    pay = visitor.led("/checkout/pay", _filled(visitor))
    told = {"email": "pat@customer.example", "buyer": "Pat Poole", "address": "", "press": "pay"}
    back = visitor.led(pay, {**dict(_FIELD.findall(visitor.page(pay))), **told})
    order = visitor.page(visitor.led(back))
    assert "Paid. We are preparing it" in order


def _bare(port: int) -> Rate:
    """As many requests from memory, of the length of a product's page."""
    size = len(Visitor(port).page(BALL).encode())

    def nine() -> None:
        visitor = Visitor(port)
        for _ in range(REQUESTS):
            visitor.page(f"/bench/bare/{size}")

    return partial(_together, nine)


def _together(act: Callable[[], None]) -> float:
    """How often a second some clients at once get it done."""
    until = perf_counter() + SECONDS

    def client() -> int:
        done = 0
        while perf_counter() < until:
            act()
            done += 1
        return done

    started = perf_counter()
    with ThreadPoolExecutor(CLIENTS) as clients:
        done = sum(clients.map(lambda _: client(), range(CLIENTS)))
    return done / (perf_counter() - started)


def _slow() -> tuple[Rate, Rate]:
    """One over the list's p95, with buyers who wait for Stripe and without."""
    return partial(_browsed, buying=BUYING), partial(_browsed, buying=0)


def _browsed(*, buying: int) -> float:
    with running() as fake, _stocked() as url:
        keys = {
            "STRIPE_SECRET_KEY": KEY,
            "STRIPE_WEBHOOK_SECRET": SECRET,
            "STRIPE_API_BASE": fake.address,
        }
        served_by = {"workers": 4, "threads": 12}  # as docs/stripe.md has it, on twice the workers
        with gunicorn("app:app", url, **served_by, **keys) as port:
            p95 = _p95(port, fake, buying)
    if buying:
        print(f"  {BROWSING} people browse while {buying} wait for Stripe: p95 {p95:.3f} s")
        assert p95 < MOST_P95, p95
    return 1 / p95


def _p95(port: int, fake: FakeStripe, buying: int) -> float:
    fake.rule("delay", seconds=STRIPE_TAKES, times=10 * BUYING)
    over = Event()
    with ThreadPoolExecutor(BROWSING + BUYING) as people:
        buyers = [people.submit(_give_up_paying, port) for _ in range(buying)]
        lookers = [people.submit(_look, port, over) for _ in range(BROWSING)]
        over.wait(STRIPE_TAKES * 0.8)  # while they all wait
        over.set()
        times = [each for looker in lookers for each in looker.result()]
        for buyer in buyers:
            buyer.result()
    return quantiles(times, n=20)[-1]


def _give_up_paying(port: int) -> None:
    """Press Pay, and be told after a while that the payment page can't be opened."""
    visitor = _visitor(port)
    status = visitor.status("/checkout/pay", _filled(visitor))
    assert status == 503, status


def _look(port: int, over: Event) -> list[float]:
    """Look at the list now and then, and say how long it took each time."""
    visitor, times = _visitor(port), []
    while not over.wait(PAUSE):
        started = perf_counter()
        visitor.page("/shop")
        times.append(perf_counter() - started)
    return times
