"""The database: one engine of our own, one transaction at a time, and the only commit.

SQLite is the embedded default (WAL, full sync, every writing transaction starts IMMEDIATE, so
that two tills queue up). PostgreSQL is production (READ COMMITTED, reads on autocommit).
"""

import logging
import random
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial, wraps
from typing import Any, ParamSpec, TypeVar

from flask import current_app
from sqlalchemy import (
    URL,
    BigInteger,
    Connection,
    DateTime,
    Dialect,
    Engine,
    Integer,
    MetaData,
    Table,
    TypeDecorator,
    create_engine,
    event,
)
from sqlalchemy.engine.interfaces import DBAPIConnection, DBAPICursor
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.schema import CheckConstraint
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.expression import ColumnElement

from shop import failpoints, network, private_file
from shop.errors import NotReady
from shop.state import here

log = logging.getLogger("shop")
BUSY_SECONDS = 30  # how long a second writer of an SQLite file waits for the first
TRIES = 5
WRITES = {"shop_writes": True}


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


def table_of(mapped: type[Base]) -> Table:
    """The table behind a class, for statements on the way of a sale: Core has less to do."""
    table = mapped.__table__
    assert isinstance(table, Table)
    return table


BigId = BigInteger().with_variant(Integer, "sqlite")  # SQLite counts up INTEGER keys only


class UTCTime(TypeDecorator[datetime]):
    """A moment in UTC. A time without its zone is refused, because nobody can place it."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value.isoformat()} has no time zone.")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class _Whole(ColumnElement[bool]):
    """A whole number between two bounds. SQLite needs telling that text is no number."""

    inherit_cache = False

    def __init__(self, column: str, low: int, high: int) -> None:
        self.column, self.low, self.high = column, low, high


@compiles(_Whole)
def _whole(element: _Whole, compiler: SQLCompiler, **kw: Any) -> str:
    return f"{element.column} BETWEEN {element.low} AND {element.high}"


@compiles(_Whole, "sqlite")
def _whole_on_sqlite(element: _Whole, compiler: SQLCompiler, **kw: Any) -> str:
    return f"typeof({element.column}) = 'integer' AND {_whole(element, compiler)}"


def whole(column: str, low: int, high: int) -> CheckConstraint:
    """Refuse anything but a whole number from `low` to `high` in this column."""
    return CheckConstraint(_Whole(column, low, high), name=f"{column}_whole")


class Database:
    """The engine of one shop. Reads and writes go through separate connections."""

    def __init__(self, url: URL) -> None:
        self.engine = _engine(url)
        self._reads = (
            self.engine.execution_options(isolation_level="AUTOCOMMIT")
            if self.engine.dialect.name == "postgresql"
            else self.engine
        )
        self._writes = self.engine.execution_options(**WRITES)
        self._session = partial(Session, autoflush=False, expire_on_commit=False, info={"kept": {}})

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Look, and change nothing."""
        with network.held_up(), self._session(self._reads) as work:
            yield work

    @contextmanager
    def transaction(self, sender: object = None) -> Iterator[Session]:
        """One business act: all of it is saved, or none of it.

        Commits on the way out, rolls back on any error. Signals that `announce` collected are
        sent after the commit; a listener that breaks is logged, because the act is saved.
        """
        with network.held_up(), self._session(self._writes) as work:
            yield work
            failpoints.reached("transaction.before_commit", work)
            work.commit()
        failpoints.reached("transaction.after_commit")
        for signal, facts in work.info.pop("news", []):
            try:
                signal.send(sender, **facts)
            except Exception:
                log.exception("a listener to one of the shop's signals broke")

    def dispose(self) -> None:
        self.engine.dispose()


@contextmanager
def transaction() -> Iterator[Session]:
    """`Database.transaction` of the shop this request came to."""
    sender = current_app._get_current_object()  # type: ignore[attr-defined]
    with here().database.transaction(sender) as work:
        yield work


@contextmanager
def reading() -> Iterator[Session]:
    """`Database.reading` of the shop this request came to."""
    with here().database.reading() as work:
        yield work


def announce(work: Session, signal: Any, **facts: object) -> None:
    """Send a signal once this transaction is saved, and never if it isn't."""
    work.info.setdefault("news", []).append((signal, facts))


P = ParamSpec("P")
R = TypeVar("R")


def retried(act: Callable[P, R]) -> Callable[P, R]:
    """Run an act again when another one got in its way and the database undid ours.

    A clash of unique keys counts: two presses of one button meet there, and the second run
    finds what the first one saved.
    """

    @wraps(act)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        for attempt in range(1, TRIES):
            try:
                return act(*args, **kwargs)
            except DBAPIError as clash:
                if not _passing(clash):
                    raise
                time.sleep(random.uniform(0, 0.02 * 2**attempt))  # noqa: S311
        return act(*args, **kwargs)

    return run


def _passing(clash: DBAPIError) -> bool:
    code = getattr(clash.orig, "sqlstate", None)
    if isinstance(clash, IntegrityError):
        return code == "23505" or "UNIQUE constraint failed" in str(clash.orig)
    return code in ("40001", "40P01")


def _engine(url: URL) -> Engine:
    if url.get_backend_name() == "postgresql":
        try:
            return create_engine(url, pool_pre_ping=True, isolation_level="READ COMMITTED")
        except ModuleNotFoundError as gone:
            raise NotReady(f"PostgreSQL needs {gone.name}: install sorespot[postgres].") from gone
    engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS})
    event.listen(engine, "do_connect", private_file.before_sqlite)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: DBAPIConnection, record: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves
    cursor = connection.cursor()
    _switch_to_wal(cursor)
    for pragma in (
        "synchronous = FULL",  # a sale that was shown as saved survives a power cut
        "foreign_keys = ON",
        "recursive_triggers = ON",  # or INSERT OR REPLACE would slip past the ledger's guard
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _switch_to_wal(cursor: DBAPICursor) -> None:
    """Here alone SQLite doesn't wait by itself, and several processes may meet on a new file."""
    until = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            cursor.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > until:
                raise
        time.sleep(random.uniform(0, 0.02))  # noqa: S311


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("shop_writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
