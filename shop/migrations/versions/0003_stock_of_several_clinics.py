"""Stock of several clinics: holds, rules and alerts, and moves that say more of their cause."""

import sqlalchemy as sa
from alembic import op

from shop import triggers
from shop.db import BigId, UTCTime, whole

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# As it was at this version: a later table is guarded by its own migration.
APPEND_ONLY = {
    "shop_stock_move": [("id",), ("order_line_id", "reason")],
}


def upgrade() -> None:
    connection = op.get_bind()
    _holds()
    _presses()
    _rules()
    _levels(connection)
    _moves(connection)


def _open_index(name: str, table: str, columns: list[str], open_: str, unique: bool = True) -> None:
    where = sa.text(open_)
    op.create_index(
        name, table, columns, unique=unique, sqlite_where=where, postgresql_where=where
    )


def _holds() -> None:
    op.create_table(
        "shop_hold",
        sa.Column("id", BigId, nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("sku", sa.String(), nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("order_number", sa.Integer(), nullable=False),
        sa.Column("made_at", UTCTime(), nullable=False),
        sa.Column("until", UTCTime(), nullable=False),
        sa.Column("ended_at", UTCTime(), nullable=True),
        sa.Column("ending", sa.String(), nullable=True),
        whole("units", 1, 9999),
        sa.CheckConstraint("(ended_at IS NULL) = (ending IS NULL)", name="ended_somehow"),
        sa.CheckConstraint("ending IN ('settled', 'released', 'expired')", name="ending_known"),
        sa.ForeignKeyConstraint(["sku"], ["shop_product.sku"], name="fk_shop_hold_sku"),
        sa.ForeignKeyConstraint(
            ["order_number"], ["shop_order.number"], name="fk_shop_hold_order_number"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_shop_hold"),
    )
    active = "ended_at IS NULL"
    _open_index("uq_shop_hold_active", "shop_hold", ["order_number", "place", "sku"], active)
    _open_index(
        "ix_shop_hold_active_place_sku", "shop_hold", ["place", "sku", "until"], active, False
    )


def _presses() -> None:
    op.create_table(
        "shop_press",
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("at", UTCTime(), nullable=False),
        sa.PrimaryKeyConstraint("token_hash", name="pk_shop_press"),
    )
    op.create_index("ix_shop_press_at", "shop_press", ["at"])


def _rules() -> None:
    op.create_table(
        "shop_stock_rule",
        sa.Column("site", sa.String(), nullable=False),
        sa.Column("sku", sa.String(), nullable=False),
        sa.Column("minimum", sa.Integer(), nullable=False),
        sa.Column("target", sa.Integer(), nullable=False),
        sa.Column("pack", sa.Integer(), nullable=False),
        sa.Column("lead_days", sa.Integer(), nullable=False),
        whole("minimum", 0, 9999),
        whole("target", 1, 9999),
        whole("pack", 1, 9999),
        whole("lead_days", 0, 365),
        sa.CheckConstraint("minimum < target", name="target_above_minimum"),
        sa.ForeignKeyConstraint(["site"], ["shop_site.id"], name="fk_shop_stock_rule_site"),
        sa.ForeignKeyConstraint(["sku"], ["shop_product.sku"], name="fk_shop_stock_rule_sku"),
        sa.PrimaryKeyConstraint("site", "sku", name="pk_shop_stock_rule"),
    )
    op.create_table(
        "shop_stock_alert",
        sa.Column("id", BigId, nullable=False),
        sa.Column("site", sa.String(), nullable=False),
        sa.Column("sku", sa.String(), nullable=False),
        sa.Column("free", sa.Integer(), nullable=False),
        sa.Column("minimum", sa.Integer(), nullable=False),
        sa.Column("fired_at", UTCTime(), nullable=False),
        sa.Column("told_at", UTCTime(), nullable=True),
        sa.Column("cleared_at", UTCTime(), nullable=True),
        sa.ForeignKeyConstraint(["site"], ["shop_site.id"], name="fk_shop_stock_alert_site"),
        sa.ForeignKeyConstraint(["sku"], ["shop_product.sku"], name="fk_shop_stock_alert_sku"),
        sa.PrimaryKeyConstraint("id", name="pk_shop_stock_alert"),
    )
    _open_index(
        "uq_shop_stock_alert_open", "shop_stock_alert", ["site", "sku"], "cleared_at IS NULL"
    )
    op.create_table(
        "shop_stock_spell",
        sa.Column("id", BigId, nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("sku", sa.String(), nullable=False),
        sa.Column("began_at", UTCTime(), nullable=False),
        sa.Column("ended_at", UTCTime(), nullable=True),
        sa.ForeignKeyConstraint(["sku"], ["shop_product.sku"], name="fk_shop_stock_spell_sku"),
        sa.PrimaryKeyConstraint("id", name="pk_shop_stock_spell"),
    )
    _open_index(
        "uq_shop_stock_spell_open", "shop_stock_spell", ["place", "sku"], "ended_at IS NULL"
    )
    op.create_index("ix_shop_stock_spell_ended_at", "shop_stock_spell", ["ended_at"])


TOUCHES = """
    SELECT id, sku, to_place AS place, units AS change, "at" FROM shop_stock_move
    UNION ALL SELECT id, sku, from_place, -units, "at" FROM shop_stock_move
    """
# Where a shelf went from none to some, and where the last one left, from the moves themselves.
# Within one move's place and product, ids are the order in which the balance changed.
SPELLS = f"""
    INSERT INTO shop_stock_spell (place, sku, began_at, ended_at)
    SELECT place, sku, "at", next_at FROM (
        SELECT place, sku, "at", after,
               LEAD("at") OVER (PARTITION BY place, sku ORDER BY id) AS next_at
        FROM (
            SELECT id, place, sku, "at", change,
                   SUM(change) OVER (PARTITION BY place, sku ORDER BY id) AS after
            FROM ({TOUCHES}) AS touches WHERE place LIKE 'shelf:%'
        ) AS balances
        WHERE (after > 0) <> (after - change > 0)
    ) AS crossings
    WHERE after > 0
    """
POSITIONS = """
    UPDATE shop_stock_level SET position = (
        SELECT COUNT(*) FROM shop_stock_move AS move
        WHERE move.to_place = shop_stock_level.place AND move.sku = shop_stock_level.sku
    ) + (
        SELECT COUNT(*) FROM shop_stock_move AS move
        WHERE move.from_place = shop_stock_level.place AND move.sku = shop_stock_level.sku
    )
    """

def _levels(connection: sa.Connection) -> None:
    with op.batch_alter_table("shop_stock_level") as table:
        table.add_column(sa.Column("position", sa.Integer(), server_default="0", nullable=False))
        table.create_check_constraint("position_whole", whole("position", 0, 2000000000).sqltext)
    connection.execute(sa.text(POSITIONS))
    connection.execute(sa.text(SPELLS))


def _moves(connection: sa.Connection) -> None:
    with op.batch_alter_table("shop_stock_move") as table:
        table.add_column(sa.Column("note", sa.String(), nullable=True))
    if connection.dialect.name == "sqlite":  # the rebuilt table has lost its guard
        triggers.install(connection, APPEND_ONLY)
