"""The stock screens of three clinics with 200 products each, and whether a long ledger slows them.

    BENCH_MOVES=9999600 python3 dev.py bench stock

The same shop is made twice: with a short ledger, and with one up to a hundred times as long.
"""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from sqlalchemy import URL, text
from sqlalchemy.orm import Session

from shop import demo
from shop.db import Database
from tests import databases
from tests.bench.pages import bare_page
from tests.bench.pairs import Pair
from tests.bench.visitor import Visitor
from tests.conftest import fill_with_demo
from tests.served import gunicorn
from tests.shop.conftest import NOON

PRODUCTS, CLINICS, OPENING = 200, 3, 30
CELLS = PRODUCTS * CLINICS
LONG = int(os.environ.get("BENCH_MOVES", 999_600)) // CELLS  # moves of each product at each clinic
SHORT = max(60, LONG // 100)  # a full page of history in the short one too
GATES = {"sqlite": 0.04, "postgresql": 0.07}  # of a bare page as long
FLAT = 0.83  # what the long ledger may cost: a fifth of the time

CELL = "CREATE TEMPORARY TABLE bench_cell (number INTEGER PRIMARY KEY, place TEXT, sku TEXT)"
NEW_PRODUCT = """INSERT INTO shop_product (sku, slug, name, brand, price_pence, vat_bp, on_sale,
    summary, made_of, cleaning, colour, kind, powered)
    VALUES (:sku, :sku, :name, '', 900, 2000, :yes, '', '', '', 'stone', 'ball', :no)"""
# In turns one comes and one goes, after the first delivery of each.
MOVES = f"""WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < :last)
    INSERT INTO shop_stock_move (sku, units, from_place, to_place, reason, "by", "at")
    SELECT sku, CASE WHEN i < {CELLS} THEN {OPENING} ELSE 1 END,
    CASE WHEN (i / {CELLS}) % 2 = 0 THEN 'supplier' ELSE place END,
    CASE WHEN (i / {CELLS}) % 2 = 0 THEN place ELSE 'adjustment' END,
    CASE WHEN (i / {CELLS}) % 2 = 0 THEN 'delivery' ELSE 'used' END, 'bench', :noon
    FROM n JOIN bench_cell ON bench_cell.number = i % {CELLS} ORDER BY i"""
LEVELS = """INSERT INTO shop_stock_level (place, sku, on_hand, held, position)
    SELECT place, sku, :units, 0, :moves FROM bench_cell WHERE true
    ON CONFLICT (place, sku) DO UPDATE SET on_hand = shop_stock_level.on_hand + excluded.on_hand,
    position = shop_stock_level.position + excluded.position"""


@contextmanager
def pairs() -> Iterator[list[Pair]]:
    with ExitStack() as stack:
        found = []
        for kind in ("sqlite", "postgresql"):
            long, short = (stack.enter_context(_desk(kind, moves)) for moves in (LONG, SHORT))
            sizes = f"{LONG * CELLS:,} moves, {kind}"
            found.append(
                Pair(
                    f"stock list, {sizes}, of a bare page as long",
                    long.fetching("/staff/stock"),
                    bare_page(long, "/staff/stock"),
                    GATES[kind],
                )
            )
            found += [
                Pair(f"{name}, {sizes}, of {SHORT * CELLS:,}", long.fetching(path),
                     short.fetching(path), FLAT)
                for name, path in (
                    ("stock list", "/staff/stock"), ("a product's history", "/staff/stock/B-100"),
                )
            ]  # fmt: skip
        yield found


@contextmanager
def _desk(kind: str, moves: int) -> Iterator[Visitor]:
    """Somebody signed in to a shop with so many moves of each product at each clinic."""
    url = databases.copier(fill_with_demo, kind)()
    fill(url, moves)
    with gunicorn("tests.bench.pages:served()", url, workers=1) as port:
        visitor, manager = Visitor(port), demo.LOGINS[2]
        visitor.send("/staff/sign-in", email=manager.email, password=manager.password)
        visitor.send("/staff/site", site="cambridge")
        yield visitor
    databases.drop(url)


def fill(url: URL, moves: int) -> None:
    """Bring the demo to 200 products, and its ledger to so many moves for each of their shelves."""
    database = Database(url)
    with database.transaction() as work:
        _products(work)
        cells = [
            {"number": number, "place": place, "sku": sku}
            for number, (place, sku) in enumerate(_shelves(work))
        ]
        work.execute(text(CELL))
        work.execute(
            text("INSERT INTO bench_cell (number, place, sku) VALUES (:number, :place, :sku)"),
            cells,
        )
        last = moves * CELLS - 1
        noon = NOON.isoformat(" ") if url.get_backend_name() == "sqlite" else NOON
        work.execute(text(MOVES), {"last": last, "noon": noon})
        units = OPENING + (moves - 1) // 2 - moves // 2
        work.execute(text(LEVELS), {"units": units, "moves": moves})
        work.execute(text("DROP TABLE bench_cell"))
        work.execute(text("ANALYZE"))
    database.dispose()


def _products(work: Session) -> None:
    there = len(work.execute(text("SELECT sku FROM shop_product")).all())
    new = [
        {"sku": f"B-{n}", "name": f"Bench ball {n}", "yes": True, "no": False}
        for n in range(there, PRODUCTS)
    ]
    work.execute(text(NEW_PRODUCT), new)


def _shelves(work: Session) -> list[tuple[str, str]]:
    sites = work.scalars(text("SELECT id FROM shop_site ORDER BY position")).all()
    skus = work.scalars(text("SELECT sku FROM shop_product ORDER BY sku")).all()
    assert (len(sites), len(skus)) == (CLINICS, PRODUCTS)
    return [(f"shelf:{site}", sku) for site in sites for sku in skus]
