"""Proof that the books are right: every invariant that can be asked of a database.

A check is a question whose right answer is no rows. The rows it does return are what is
wrong, so they can be looked at.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from alembic.runtime.migration import MigrationContext
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from shop import triggers
from shop.db import Database
from shop.migrations import VERSION_TABLE, head

Rows = Sequence[str]


@dataclass(frozen=True, slots=True)
class Check:
    """`name` is the invariant; `wrong` are the rows that break it, one line each."""

    name: str
    wrong: Rows

    @property
    def ok(self) -> bool:
        return not self.wrong


def version(database: Database) -> str | None:
    """The version of the tables, None where there are none. Makes no file to look at.

    Raises DBAPIError when the database does not answer.
    """
    url = database.engine.url
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").exists():
        return None
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE})
        return context.get_current_revision()


def ready(database: Database) -> bool:
    """Whether the database answers and its tables are this version's."""
    try:
        return version(database) == head()
    except DBAPIError:
        return False


def verify(database: Database) -> list[Check]:
    """Ask every question. Looks only; safe while the shop sells."""
    with database.reading() as work:
        found = [Check(name, _ask(work, sql)) for name, sql in QUESTIONS.items()]
        return [*found, Check("I7 history can't be changed", triggers.missing(work))]


def _ask(work: Session, sql: str) -> Rows:
    rows = work.execute(text(sql)).mappings().all()
    return [", ".join(f"{key} {value}" for key, value in row.items()) for row in rows]


_INSIDE = (
    "place LIKE 'shelf:%' OR place LIKE 'kept:%' OR place LIKE 'demo:%' "
    "OR place LIKE 'damaged:%' OR place LIKE 'transit:%'"
)

QUESTIONS: dict[str, str] = {
    "I1 every level is the sum of its moves": f"""
        SELECT place, sku, SUM(moved) AS by_moves, SUM(on_hand) AS on_hand FROM (
            SELECT to_place AS place, sku, units AS moved, 0 AS on_hand FROM shop_stock_move
            UNION ALL SELECT from_place, sku, -units, 0 FROM shop_stock_move
            UNION ALL SELECT place, sku, 0, on_hand FROM shop_stock_level
        ) AS entries WHERE {_INSIDE}
        GROUP BY place, sku HAVING SUM(moved) <> SUM(on_hand)
        """,
    "I2 no level is below zero or below what is held": """
        SELECT place, sku, on_hand, held FROM shop_stock_level
        WHERE on_hand < 0 OR held < 0 OR held > on_hand
        """,
    "I3 every move has units and two places, and nothing appears or vanishes": """
        SELECT id, sku, units, from_place, to_place FROM shop_stock_move
        WHERE units < 1 OR from_place = to_place
           OR NOT (from_place IN ('supplier', 'customer', 'adjustment') OR from_place LIKE '%:%')
           OR NOT (to_place IN ('supplier', 'customer', 'adjustment') OR to_place LIKE '%:%')
        """,
    "I4 what is held belongs to an unpaid order or a plan": """
        SELECT place, sku, held FROM shop_stock_level WHERE held <> 0
        """,
    "I5 every settled line left its site's shelf, once and in full": """
        SELECT line.id AS line, line.sku, line.units AS sold,
               COALESCE(SUM(move.units), 0) AS moved
        FROM shop_order_line AS line
        JOIN shop_order AS o ON o.id = line.order_id
        LEFT JOIN shop_stock_move AS move ON move.order_line_id = line.id
             AND move.sku = line.sku AND move.reason = 'sale'
             AND move.from_place = 'shelf:' || o.site AND move.to_place = 'customer'
        GROUP BY line.id, line.sku, line.units, o.state
        HAVING COALESCE(SUM(move.units), 0)
            <> CASE o.state WHEN 'settled' THEN line.units ELSE 0 END
        """,
    "I8 every sale has one payment of its exact total, and nothing else has one": """
        SELECT o.number, o.state, o.total_pence, payment.amount_pence
        FROM shop_order AS o LEFT JOIN shop_payment AS payment ON payment.order_id = o.id
        WHERE (o.state = 'settled') <> (payment.id IS NOT NULL)
           OR payment.amount_pence <> o.total_pence OR payment.currency <> o.currency
        """,
    "I10 every order's total is the sum of its lines": """
        SELECT o.number, o.total_pence, SUM(line.units * line.unit_pence) AS by_lines
        FROM shop_order AS o LEFT JOIN shop_order_line AS line ON line.order_id = o.id
        GROUP BY o.id, o.number, o.total_pence
        HAVING COALESCE(SUM(line.units * line.unit_pence), 0) <> o.total_pence
        """,
    "receipts: every sale has one, and their numbers have no gap": """
        SELECT 'order ' || o.number AS what, 1 AS off FROM shop_order AS o
        LEFT JOIN shop_receipt AS receipt ON receipt.order_id = o.id
        WHERE (o.state = 'settled') <> (receipt.id IS NOT NULL)
        UNION ALL
        SELECT 'site ' || receipt.site, MAX(receipt.serial) - COUNT(*) FROM shop_receipt AS receipt
        GROUP BY receipt.site
        HAVING MAX(receipt.serial) <> COUNT(*) OR MAX(receipt.serial) <> COALESCE(
            (SELECT last FROM shop_document_number WHERE series = 'receipt:' || receipt.site), 0)
        """,
}
