"""The guard on what is only ever appended: no row is changed, deleted, replaced or emptied.

Python refuses nothing here; the database does, on both kinds, for whoever connects. A plain
trigger against UPDATE and DELETE is not enough: SQLite's INSERT OR REPLACE removes a row
without one, through any of its keys, and PostgreSQL's TRUNCATE does too.
"""

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, text
from sqlalchemy.orm import Session

# Each guarded table, and every set of columns that is unique in it.
APPEND_ONLY: Mapping[str, Sequence[tuple[str, ...]]] = {
    "shop_stock_move": [
        ("id",),
        ("order_line_id", "reason"),
        ("transfer_line_id",),
        ("arrival_line_id",),
        ("count_line_id",),
        ("delivery_line_id",),
        ("return_line_id",),
    ],
    "shop_arrival": [("id",)],
    "shop_arrival_line": [("id",), ("arrival_id", "transfer_line_id", "outcome")],
    "shop_delivery": [("id",), ("number",)],
    "shop_delivery_line": [("id",), ("delivery_id", "sku")],
    "shop_order_line": [("id",), ("order_id", "sku"), ("order_id", "position")],
    "shop_order_set": [("order_id", "position")],
    "shop_order_step": [("id",)],
    "shop_set_part": [("set_code", "sku"), ("set_code", "position")],
    "shop_substitute": [("id",), ("order_line_id",)],
    "shop_payment": [("id",), ("order_id", "position"), ("reference",)],
    "shop_payout": [("id",), ("refund_id", "method")],
    "shop_refund_line": [("id",), ("refund_id", "order_line_id")],
    "shop_return_line": [("id",)],
    "shop_credit_note": [("id",), ("number",), ("refund_id",), ("site", "serial")],
    "shop_cash_count": [("session_id", "occasion", "denomination_pence")],
    "shop_cash_move": [("id",)],
    "shop_z_report": [("id",), ("number",), ("session_id",), ("site", "serial")],
    "shop_z_line": [("z_report_id", "method")],
    "shop_closing_step": [("z_report_id", "step")],
    "shop_cleaning": [("id",)],
    "shop_receipt": [("id",), ("number",), ("order_id",), ("site", "serial")],
    "shop_audit": [("id",)],
    "shop_content_review": [("id",)],
    "shop_seal": [("id",), ("previous",)],
}
_PG_FUNCTION = """
CREATE OR REPLACE FUNCTION shop_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is only appended to', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$
"""


def install(connection: Connection, tables: Mapping[str, Sequence[tuple[str, ...]]]) -> None:
    """Put the guard on these tables, new or renewed. For migrations."""
    if connection.dialect.name == "postgresql":
        prepare(connection)
        for table in tables:
            for statement in _postgresql(table):
                connection.execute(text(statement))
        return
    for table, keys in tables.items():
        for name, statement in _sqlite(table, keys).items():
            connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name}")
            connection.exec_driver_sql(statement)


def prepare(connection: Connection) -> None:
    """Make what every guard on PostgreSQL calls."""
    connection.execute(text(_PG_FUNCTION))


def missing(work: Session) -> list[str]:
    """The guards that are not there, not switched on, or not as we made them."""
    if work.get_bind().dialect.name == "postgresql":
        return _missing_on_postgresql(work)
    in_place = work.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"))
    there: dict[str, str] = dict(in_place.all())
    return [
        f"trigger {name}"
        for table, keys in APPEND_ONLY.items()
        for name, sql in _sqlite(table, keys).items()
        if there.get(name) != sql
    ]


def _missing_on_postgresql(work: Session) -> list[str]:
    # 'A' is ENABLE ALWAYS: it also fires for a session that plays replica.
    # tgtype 58 is BEFORE (2) DELETE (8) UPDATE (16) TRUNCATE (32), for each statement (0).
    statement = text("""
        SELECT tgname FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid
        WHERE tgenabled = 'A' AND tgtype = 58 AND tgqual IS NULL AND proname = 'shop_append_only'
          AND prosrc LIKE '%RAISE EXCEPTION%'
        """)
    there = set(work.execute(statement).scalars())
    return [f"trigger {table}_kept" for table in APPEND_ONLY if f"{table}_kept" not in there]


def _postgresql(table: str) -> tuple[str, str, str]:
    return (
        f"DROP TRIGGER IF EXISTS {table}_kept ON {table}",
        f"CREATE TRIGGER {table}_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION shop_append_only()",
        f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_kept",
    )


def _sqlite(table: str, keys: Sequence[tuple[str, ...]]) -> dict[str, str]:
    refuse = f"BEGIN SELECT RAISE(ABORT, '{table} is only appended to'); END"
    taken = " OR ".join(
        f"EXISTS (SELECT 1 FROM {table} WHERE "
        + " AND ".join(f"{column} = NEW.{column}" for column in columns)
        + ")"
        for columns in keys
    )
    occasions = {
        f"{table}_kept_update": f"BEFORE UPDATE ON {table}",
        f"{table}_kept_delete": f"BEFORE DELETE ON {table}",
        f"{table}_kept_replace": f"BEFORE INSERT ON {table} WHEN {taken}",
    }
    return {name: f"CREATE TRIGGER {name} {when} {refuse}" for name, when in occasions.items()}
