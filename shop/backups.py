"""Backups: all of the shop's tables in one file, as they were at one moment, and back again.

The shop goes on selling meanwhile. On SQLite it is the online backup of the library; on
PostgreSQL `pg_dump` and `pg_restore`, of our tables only, because the database may be a host's.
"""

import os
import shutil
import sqlite3
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import URL, create_engine, inspect, text
from sqlalchemy.exc import DBAPIError

from shop import checks, migrations, private_file, range_triggers, triggers
from shop.checks import Check
from shop.db import Database
from shop.errors import Refusal

_MAGIC = {"sqlite": b"SQLite format 3\x00", "postgresql": b"PGDMP"}


def backup(database: Database, file: Path) -> None:
    """Write a backup to a file that is not there yet. What breaks off leaves no file."""
    if file.exists():
        raise Refusal(f"{file} is there already. A backup overwrites nothing.")
    if not file.absolute().parent.is_dir():
        raise Refusal(f"There is no folder {file.absolute().parent}.")
    part = file.with_name(f"{file.name}.part")
    part.unlink(missing_ok=True)
    try:
        part.touch(mode=0o600)  # it holds who bought what
        if _kind(database) == "sqlite":
            _copy_sqlite(Path(str(database.engine.url.database)), part)
        else:
            private_file.make(part)
            _pg("pg_dump", database.engine.url, "--format=custom", "--table=shop_*",
                f"--file={part}")  # fmt: skip
        _sync(part)
        part.rename(file)
        _sync(file.absolute().parent)
    finally:
        part.unlink(missing_ok=True)


def restore(database: Database, file: Path) -> None:
    """Bring a backup into a database without any table of the shop."""
    _check_magic(database, file)
    if _kind(database) == "sqlite":
        target = Path(str(database.engine.url.database))
        if target.exists() and inspect(database.engine).get_table_names():
            raise Refusal(f"{target} is not empty. A backup goes into a database of its own.")
        database.dispose()
        _copy_sqlite(file, target)
        return
    if [name for name in inspect(database.engine).get_table_names() if name.startswith("shop_")]:
        raise Refusal("There are tables of the shop in this database. Restore into an empty one.")
    with database.engine.begin() as connection:
        triggers.prepare(connection)  # what the triggers call is no part of any table
        range_triggers.prepare(connection)
    _pg("pg_restore", database.engine.url, "--single-transaction", "--exit-on-error", str(file))


def check(database: Database, file: Path) -> list[Check]:
    """Restore into a throw-away database of the same kind, and verify it there."""
    _check_magic(database, file)
    with _throw_away(database) as copy:
        restore(copy, file)
        if checks.version(copy) != migrations.head():
            migrations.upgrade(copy)
        return checks.verify(copy)


def _kind(database: Database) -> str:
    return database.engine.dialect.name


def _check_magic(database: Database, file: Path) -> None:
    with file.open("rb") as opened:
        start = opened.read(16)
    if not start.startswith(_MAGIC[_kind(database)]):
        raise Refusal(f"{file} is no backup of a {_kind(database)} database.")


def _copy_sqlite(source: Path, target: Path) -> None:
    private_file.make(target)
    try:
        with closing(sqlite3.connect(source)) as from_, closing(sqlite3.connect(target)) as to:
            from_.backup(to)  # in one go, so that it is one moment; writers do not wait
            to.execute("PRAGMA journal_mode = DELETE")  # one file, complete in itself
            (found,) = to.execute("PRAGMA quick_check").fetchone()
    except sqlite3.Error as error:
        raise Refusal(f"{source} could not be copied: {error}.") from error
    if found != "ok":
        raise Refusal(f"{source} is damaged: {found}.")


def _pg(program: str, url: URL, *arguments: str) -> None:
    """Run one of PostgreSQL's own programs. The password is in no list of processes."""
    path = shutil.which(program)
    if path is None:
        raise Refusal(f"{program} is not installed. It comes with PostgreSQL's client programs.")
    where = url.set(drivername="postgresql", password=None).render_as_string()
    command = [path, "--no-owner", "--no-privileges", f"--dbname={where}", *arguments]
    environment = {**os.environ, "PGPASSWORD": url.password or ""}
    ran = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if ran.returncode:
        said = " ".join(ran.stderr.split())
        raise Refusal(f"{program} refused. {said[:500]}")


def _sync(path: Path) -> None:
    """Have it on the disk before anybody is told that it is there."""
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


@contextmanager
def _throw_away(database: Database) -> Iterator[Database]:
    if _kind(database) == "sqlite":
        with tempfile.TemporaryDirectory(prefix="shop-check-") as folder:
            copy = Database(URL.create("sqlite", database=f"{folder}/copy.sqlite"))
            yield copy
            copy.dispose()
        return
    name = f"shop_check_{uuid.uuid4().hex[:12]}"
    server = create_engine(database.engine.url, isolation_level="AUTOCOMMIT")
    try:
        with server.connect() as connection:
            connection.execute(text(f'CREATE DATABASE "{name}" TEMPLATE template0'))
    except DBAPIError as error:
        raise Refusal(f"A throw-away database could not be made. {error.orig}") from error
    copy = Database(database.engine.url.set(database=name))
    try:
        yield copy
    finally:
        copy.dispose()
        with server.connect() as connection:
            connection.execute(text(f'DROP DATABASE "{name}"'))
        server.dispose()
