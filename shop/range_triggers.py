"""What renews the version of the product range: the database itself, whoever makes a change.

The version is a random word, not a counter: one that was undone, or brought back from a backup,
never comes to stand for another range. See `shop/product_range.py`.
"""

from collections.abc import Iterable, Iterator, Mapping

from sqlalchemy import Connection, inspect, text
from sqlalchemy.orm import Session

TABLES = ("shop_product", "shop_product_photo", "shop_site", "shop_set", "shop_set_part")
_CHANGES = ("INSERT", "UPDATE", "DELETE")
_RENEW = "UPDATE shop_setting SET value = {word} WHERE name = 'range'"
_SQLITE_WORD = "lower(hex(randomblob(16)))"
_PG_WORD = "md5(random()::text || clock_timestamp()::text)"
_PG_FUNCTION = f"""
CREATE OR REPLACE FUNCTION shop_range_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    {_RENEW.format(word=_PG_WORD)};
    RETURN NULL;
END $$
"""


def install(connection: Connection) -> None:
    """Put them on the tables, anew where a table was rebuilt. For migrations: those of an older
    version have not made all of these tables yet."""
    there = [table for table in TABLES if inspect(connection).has_table(table)]
    if connection.dialect.name == "postgresql":
        prepare(connection)
        for table in there:
            for statement in _postgresql(table):
                connection.execute(text(statement))
        return
    for name, statement in _sqlite(there).items():
        connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name}")
        connection.exec_driver_sql(statement)


def prepare(connection: Connection) -> None:
    """Make what each of them calls on PostgreSQL."""
    connection.execute(text(_PG_FUNCTION))


def missing(work: Session) -> list[str]:
    """Those that are not there: a page would go on showing what was."""
    return [f"trigger {name}" for name in _wanted(work) if name not in _there(work)]


def _wanted(work: Session) -> Iterator[str]:
    if work.get_bind().dialect.name == "postgresql":
        return (f"{table}_renews" for table in TABLES)
    return iter(_sqlite(TABLES))


def _there(work: Session) -> set[str]:
    if work.get_bind().dialect.name == "postgresql":
        found = work.execute(text("SELECT tgname FROM pg_trigger WHERE tgenabled = 'A'"))
    else:
        found = work.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'"))
    return set(found.scalars())


def _postgresql(table: str) -> tuple[str, str, str]:
    return (
        f"DROP TRIGGER IF EXISTS {table}_renews ON {table}",
        f"CREATE TRIGGER {table}_renews AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION shop_range_changed()",
        f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_renews",
    )


def _sqlite(tables: Iterable[str]) -> Mapping[str, str]:
    renew = _RENEW.format(word=_SQLITE_WORD)
    return {
        f"{table}_renews_{change.lower()}": f"CREATE TRIGGER {table}_renews_{change.lower()} "
        f"AFTER {change} ON {table} BEGIN {renew}; END"
        for table in tables
        for change in _CHANGES
    }
