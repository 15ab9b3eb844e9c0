"""What every test may ask for: an empty or a demo-filled shop on a real database."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from copy import copy
from dataclasses import replace
from functools import cache, partial

import pytest
from flask import Flask
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import URL, event
from sqlalchemy.engine import Engine
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling, LoadScopeScheduling

from app import create_app
from catalog import library
from shop import accounts, demo
from shop.db import Database
from shop.state import State, keep
from tests import databases
from tests.fakestripe.client import FakeStripe, running
from tests.mailserver import client as mailserver
from tests.mailserver.client import MailProcess

RIGS, ATTACKS = "tests/rigs/", "tests/pages/test_attacks.py"
LONGEST = (RIGS, ATTACKS, "tests/e2e/")
KEY = "a key for tests, which is long enough"
LIVE = {  # what a site needs to be served to the public
    "SHOP_ENV": "production",
    "SECRET_KEY": "bnqM8kfJ2x9rWvT4zLs6YpHd3cGa7Eu5",
    "TRUSTED_HOSTS": "localhost",
    "PUBLIC_BASE_URL": "https://localhost",
}


class RigsOneByOne(LoadFileScheduling):
    """A file at a time to each process; the rigs one after another, since they start their own.

    The attacks are one file, because they are one idea, and as many tasks as they have tests.
    """

    def _split_scope(self, nodeid: str) -> str:
        file = super()._split_scope(nodeid)
        if file.startswith(RIGS):
            return RIGS
        return nodeid if file == ATTACKS else file


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadScopeScheduling:
    config.option.loadscopereorder = False  # the order is ours
    return RigsOneByOne(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest begins first, so that no process is left with it at the end."""
    items.sort(key=lambda item: _turn(item.nodeid))


def _turn(nodeid: str) -> int:
    return next((n for n, start in enumerate(LONGEST) if nodeid.startswith(start)), len(LONGEST))


@pytest.fixture(scope="session", autouse=True)
def hurried() -> Iterator[None]:
    """What takes half a second of each test and never differs: the content that every shop reads
    is read once, and passwords are hashed at a price that only a test may pay."""
    load, own = library.load, cache(library.load)
    quick = partial(accounts.generate_password_hash, method="pbkdf2:sha256:1")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(library, "load", lambda *folders: load(*folders) if folders else own())
        patch.setattr(accounts, "generate_password_hash", quick)
        yield


@cache
def compiled_templates() -> FileSystemBytecodeCache:
    """Templates that one app has compiled are compiled for the next one."""
    folder = databases.folder() / "templates"
    folder.mkdir()
    return FileSystemBytecodeCache(str(folder))


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
    app.jinja_env.bytecode_cache = compiled_templates()
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


@pytest.fixture(scope="session")
def demo_again(demo_copy: Callable[[], URL]) -> databases.Renewed:
    return databases.Renewed(demo_copy)


@pytest.fixture(scope="session")
def one_app(demo_again: databases.Renewed) -> tuple[Flask, State]:
    """The app that most tests share, and what its shop was when it began."""
    app = make_app(demo_again().engine.url)
    (state,) = app.extensions["shop"].values()
    return app, state


@pytest.fixture
def app(one_app: tuple[Flask, State], demo_again: databases.Renewed) -> Iterator[Flask]:
    """The demo clinic on a database of this test's own.

    The app is the one that the test before had: two hundred addresses take longer to register
    than most tests need. Its shop is a new one, which has read nothing yet.
    """
    (app, state), database = one_app, demo_again()
    gateway = copy(state.gateway)
    gateway._database = database
    app.testing = True
    keep(app, replace(state, database=database, gateway=gateway, parts={}))
    yield app
    database.dispose()


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
