"""How often something may be tried: counted for all processes alike, and forgotten in a day."""

from datetime import timedelta
from threading import Thread

import pytest
from sqlalchemy import text

from shop import limits
from shop.db import Database
from shop.errors import TooManyTries
from tests.shop.conftest import NOON

HOUR = timedelta(hours=1)


def take(database: Database, who: str = "1.2.3.4", *, later: timedelta = timedelta()) -> None:
    limits.take(database, "pay", who, most=3, window=HOUR, at=NOON + later)


def test_past_the_limit_it_is_refused_until_the_window_is_over(database: Database) -> None:
    for _ in range(3):
        take(database)

    with pytest.raises(TooManyTries):
        take(database)

    take(database, later=HOUR)


def test_everybody_is_counted_apart(database: Database) -> None:
    for who in range(5):
        take(database, str(who))


def test_what_was_refused_was_tried_all_the_same(database: Database) -> None:
    for _ in range(5):
        try:
            take(database)
        except TooManyTries:
            continue

    with database.reading() as work:
        assert work.scalar(text("SELECT tries FROM shop_rate_limit")) == 5


def test_tries_at_once_are_all_counted(database: Database) -> None:
    def try_often() -> None:
        for _ in range(5):
            limits.take(database, "pay", "x", most=999, window=HOUR, at=NOON)

    threads = [Thread(target=try_often) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with database.reading() as work:
        assert work.scalar(text("SELECT tries FROM shop_rate_limit")) == 20


def test_who_tried_is_not_readable_and_is_forgotten_after_a_day(database: Database) -> None:
    take(database, "203.0.113.9")

    with database.transaction() as work:
        assert "203.0.113.9" not in str(work.scalar(text("SELECT key FROM shop_rate_limit")))
        assert limits.forget(work, at=NOON + timedelta(hours=23)) == 0
        assert limits.forget(work, at=NOON + timedelta(hours=26)) == 1
