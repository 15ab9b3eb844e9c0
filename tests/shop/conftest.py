"""A small shop on both kinds of database: two sites, three products, nothing on the shelves."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import cache
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import URL, insert
from sqlalchemy.orm import Session

from shop import sites, stock
from shop.db import Database
from shop.products import Product
from tests import databases

LONDON = ZoneInfo("Europe/London")
NOON = datetime(2026, 6, 3, 11, 0, tzinfo=UTC)  # noon in Cambridge
BALL, SPIKY, ROLLER = "BALL-65-S", "SPIKY-70", "ROLLER-45"


def fill(url: URL) -> URL:
    database = Database(databases.upgraded(url))
    with database.transaction() as work:
        for site in ("cambridge", "ely"):
            sites.open_(
                work,
                site,
                site.title(),
                receipt_prefix=site[:3].upper(),
                address="1 Mill Lane",
                phone="01632 960101",
            )
        work.execute(insert(Product), [_row(*p) for p in PRODUCTS])
    database.dispose()
    return url


PRODUCTS = (
    (BALL, "Soft ball", 850, "ball", 1, "2000000000015"),
    (SPIKY, "Spiky ball", 999, "ball", 3, "2000000000022"),
    (ROLLER, "Roller", 1900, "roller", 2, "2000000000039"),
)


def _row(
    sku: str, name: str, pence: int, kind: str, firmness: int, barcode: str
) -> dict[str, object]:
    return {
        "sku": sku,
        "slug": sku.lower(),
        "name": name,
        "price_pence": pence,
        "kind": kind,
        "firmness": firmness,
        "barcode": barcode,
    }


@pytest.fixture(scope="session")
def small_shop() -> Callable[[str], databases.Renewed]:
    """The small shop on a kind of database, filled once."""
    return cache(lambda kind: databases.Renewed(databases.copier(fill, kind)))


@pytest.fixture(params=["sqlite", "postgresql"])
def database(
    request: pytest.FixtureRequest, small_shop: Callable[[str], databases.Renewed]
) -> Iterator[Database]:
    """The small shop on a database of this test's own, once of each kind."""
    database = small_shop(request.param)()
    yield database
    database.dispose()


@pytest.fixture
def work(database: Database) -> Iterator[Session]:
    """One transaction that is never saved."""
    with Session(database._writes, autoflush=False, expire_on_commit=False) as work:
        yield work
        work.rollback()


def received(work: Session, units: int, *, sku: str = BALL, site: str = "cambridge") -> None:
    stock.receive(work, site, {sku: units}, by="anna", at=NOON)


def left(work: Session, sku: str = BALL, site: str = "cambridge") -> int:
    return stock.free(work, [sku], at=NOON).get(sku, {}).get(site, 0)
