"""The tables, version by version. `upgrade` is the only way they come to be."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from shop.db import WRITES, Database

VERSION_TABLE = "shop_alembic_version"  # our own: a host may have an alembic_version
LONDON = ZoneInfo("Europe/London")  # where a business is, unless its settings say otherwise
ONE_AT_A_TIME = 7_367_001  # the advisory lock on PostgreSQL; any number that is ours


def config(connection: Connection | None = None, zone: ZoneInfo = LONDON) -> Config:
    alembic = Config()
    alembic.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    alembic.attributes["connection"] = connection
    alembic.attributes["zone"] = zone
    return alembic


@cache
def head() -> str | None:
    """The newest version this code knows."""
    return ScriptDirectory.from_config(config()).get_current_head()


def upgrade(database: Database, zone: ZoneInfo = LONDON) -> None:
    """Bring the tables to this version. Several processes at once wait for the first.

    `zone` is the business's own: a version may have to say what day something was.
    """
    with _rebuilding(database) as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text(f"SELECT pg_advisory_xact_lock({ONE_AT_A_TIME})"))
        command.upgrade(config(connection, zone), "head")


@contextmanager
def _rebuilding(database: Database) -> Iterator[Connection]:
    """One transaction in which SQLite may rebuild a table that others refer to.

    With its foreign keys on, dropping the old copy would count as deleting every row of it. They
    can't be switched inside a transaction, so they are off around it, and asked for at its end.
    """
    engine = database.engine.execution_options(**WRITES)
    if engine.dialect.name != "sqlite":
        with engine.begin() as connection:
            yield connection
        return
    with engine.connect() as connection:
        line = connection.connection.dbapi_connection
        assert line is not None
        line.cursor().execute("PRAGMA foreign_keys = OFF")
        try:
            with connection.begin():
                yield connection
                lost = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
                assert not lost, f"the migration lost what rows refer to: {lost}"
        finally:
            line.cursor().execute("PRAGMA foreign_keys = ON")
