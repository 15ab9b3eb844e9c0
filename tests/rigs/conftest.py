"""A shop that sells online, on a database of the rig's own, of one kind or the other."""

import os
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import URL

from shop.db import Database
from tests import databases
from tests.fakestripe.client import FakeStripe
from tests.shop.conftest import fill
from tests.shop.online.conftest import Clock, Shop, desk_of

# Which rigs take minutes and run with `dev.py rigs` alone, which sets RIG_ROUNDS.
collect_ignore = [] if "RIG_ROUNDS" in os.environ else ["test_full_grid.py", "test_proofs_bite.py"]


@pytest.fixture(scope="session")
def copies() -> dict[str, Callable[[], URL]]:
    return {}


@pytest.fixture(params=["sqlite", "postgresql"])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def shop(kind: str, fake: FakeStripe, copies: dict[str, Callable[[], URL]]) -> Iterator[Shop]:
    if kind not in copies:
        copies[kind] = databases.copier(fill, kind)
    url = copies[kind]()
    database, now = Database(url), Clock()
    yield Shop(database, desk_of(database, fake, now), fake, now)
    database.dispose()
    databases.drop(url)
