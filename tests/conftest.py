"""What every test may ask for: an empty or a demo-filled shop on a real database."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest
from flask import Flask
from sqlalchemy import URL, event
from sqlalchemy.engine import Engine
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling, LoadScopeScheduling

from app import create_app
from shop import demo
from shop.db import Database
from tests import databases
from tests.fakestripe.client import FakeStripe, running
from tests.mailserver import client as mailserver
from tests.mailserver.client import MailProcess

RIGS = "tests/rigs/"
KEY = "a key for tests, which is long enough"
LIVE = {  # what a site needs to be served to the public
    "SHOP_ENV": "production",
    "SECRET_KEY": "bnqM8kfJ2x9rWvT4zLs6YpHd3cGa7Eu5",
    "TRUSTED_HOSTS": "localhost",
    "PUBLIC_BASE_URL": "https://localhost",
}


class RigsOneByOne(LoadFileScheduling):
    """A file at a time to each process; the rigs one after another, since they start their own."""

    def _split_scope(self, nodeid: str) -> str:
        file = super()._split_scope(nodeid)
        return RIGS if file.startswith(RIGS) else file


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadScopeScheduling:
    return RigsOneByOne(config, log)


def make_app(url: URL, **settings: str) -> Flask:
    app = create_app(
        {
            "SHOP_ENV": "development",
            "SECRET_KEY": KEY,
            "DATABASE_URL": url.render_as_string(hide_password=False),
            "SHOP_NAME": "Riverside Physio",
            "SHOP_PHONE": "01632 960100",
            "SHOP_POSTAGE_SMALL": "3.50",
            "SHOP_POSTAGE_MEDIUM": "5.95",
            **settings,
        }
    )
    app.testing = True
    return app


def database_of(app: Flask) -> Database:
    return next(iter(app.extensions["shop"].values())).database


def fill_with_demo(url: URL) -> URL:
    app = make_app(databases.upgraded(url))
    with app.app_context():
        demo.fill(app)
    database_of(app).dispose()
    return url


@pytest.fixture(scope="session")
def demo_copy() -> Callable[[], URL]:
    return databases.copier(fill_with_demo, "sqlite")


@pytest.fixture
def app(demo_copy: Callable[[], URL]) -> Iterator[Flask]:
    """The demo clinic on a database of this test's own."""
    url = demo_copy()
    app = make_app(url)
    yield app
    database_of(app).dispose()
    databases.drop(url)


@pytest.fixture
def statements() -> Callable[[], AbstractContextManager[list[str]]]:
    """Count the SQL statements that reach a database, transaction control left out."""

    @contextmanager
    def counted() -> Iterator[list[str]]:
        seen: list[str] = []

        def see(connection: object, cursor: object, statement: str, *rest: object) -> None:
            seen.append(statement)

        event.listen(Engine, "before_cursor_execute", see)
        try:
            yield seen
        finally:
            event.remove(Engine, "before_cursor_execute", see)
            seen[:] = [s for s in seen if not s.startswith(("BEGIN", "PRAGMA"))]

    return counted


@pytest.fixture(scope="session")
def stripe_process() -> Iterator[FakeStripe]:
    with running() as fake:
        yield fake


@pytest.fixture
def fake(stripe_process: FakeStripe) -> FakeStripe:
    """A fake Stripe to which nothing has happened yet."""
    stripe_process.clear()
    return stripe_process


@pytest.fixture(scope="session")
def mail_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MailProcess]:
    with mailserver.running(tmp_path_factory.mktemp("mail")) as process:
        yield process


@pytest.fixture
def post_box(mail_process: MailProcess) -> MailProcess:
    """A real mail server, in which no mail lies yet and no rule holds."""
    mail_process.clear()
    return mail_process
