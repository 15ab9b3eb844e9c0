"""Stock of several clinics: holds, rules and alerts, and moves that say more of their cause."""

from datetime import date
from zoneinfo import ZoneInfo

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
    "shop_stock_move": [
        ("id",),
        ("order_line_id", "reason"),
        ("transfer_line_id",),
        ("arrival_line_id",),
        ("count_line_id",),
        ("delivery_line_id",),
    ],
    "shop_arrival": [("id",)],
    "shop_delivery": [("id",), ("number",)],
    "shop_seal": [("id",), ("previous",)],
    "shop_delivery_line": [("id",), ("delivery_id", "sku")],
    "shop_arrival_line": [("id",), ("arrival_id", "transfer_line_id", "outcome")],
}


def upgrade() -> None:
    connection = op.get_bind()
    _holds()
    _presses()
    _rules()
    _transfers()
    _counts()
    _buying()
    _seals()
    _selling(connection)
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


def _transfers() -> None:
    op.create_table(
        "shop_transfer",
        sa.Column("id", BigId, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("from_site", sa.String(), nullable=False),
        sa.Column("to_site", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("made_at", UTCTime(), nullable=False),
        sa.Column("sent_by", sa.String(), nullable=True),
        sa.Column("sent_at", UTCTime(), nullable=True),
        sa.Column("ended_by", sa.String(), nullable=True),
        sa.Column("ended_at", UTCTime(), nullable=True),
        whole("number", 1, 2000000000),
        sa.CheckConstraint("from_site <> to_site", name="two_sites"),
        sa.CheckConstraint(
            "state IN ('draft', 'sent', 'closed', 'cancelled')", name="state_known"
        ),
        sa.CheckConstraint("(sent_at IS NULL) = (sent_by IS NULL)", name="sent_by_somebody"),
        sa.CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name="ended_by_somebody"),
        sa.CheckConstraint(
            "(state IN ('closed', 'cancelled')) = (ended_at IS NOT NULL)", name="ended_has_time"
        ),
        sa.CheckConstraint(
            "state = 'cancelled' OR (state = 'draft') = (sent_at IS NULL)", name="sent_has_time"
        ),
        sa.ForeignKeyConstraint(
            ["from_site"], ["shop_site.id"], name="fk_shop_transfer_from_site"
        ),
        sa.ForeignKeyConstraint(["to_site"], ["shop_site.id"], name="fk_shop_transfer_to_site"),
        sa.PrimaryKeyConstraint("id", name="pk_shop_transfer"),
        sa.UniqueConstraint("number", name="uq_shop_transfer_number"),
    )
    op.create_index("ix_shop_transfer_state", "shop_transfer", ["state"])
    op.create_table(
        "shop_transfer_line",
        sa.Column("id", BigId, nullable=False),
        sa.Column("transfer_id", BigId, nullable=False),
        sa.Column("sku", sa.String(), nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("accounted", sa.Integer(), nullable=False),
        whole("units", 1, 9999),
        whole("accounted", 0, 9999),
        sa.CheckConstraint("accounted <= units", name="accounted_within_units"),
        sa.ForeignKeyConstraint(
            ["transfer_id"], ["shop_transfer.id"], name="fk_shop_transfer_line_transfer_id"
        ),
        sa.ForeignKeyConstraint(["sku"], ["shop_product.sku"], name="fk_shop_transfer_line_sku"),
        sa.PrimaryKeyConstraint("id", name="pk_shop_transfer_line"),
        sa.UniqueConstraint("transfer_id", "sku", name="uq_shop_transfer_line_transfer_id_sku"),
    )
    op.create_table(
        "shop_arrival",
        sa.Column("id", BigId, nullable=False),
        sa.Column("transfer_id", BigId, nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", UTCTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["transfer_id"], ["shop_transfer.id"], name="fk_shop_arrival_transfer_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_shop_arrival"),
    )
    op.create_index("ix_shop_arrival_transfer_id", "shop_arrival", ["transfer_id"])
    op.create_table(
        "shop_arrival_line",
        sa.Column("id", BigId, nullable=False),
        sa.Column("arrival_id", BigId, nullable=False),
        sa.Column("transfer_line_id", BigId, nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        whole("units", 1, 9999),
        sa.CheckConstraint(
            "outcome IN ('arrived', 'broken', 'lost', 'returned')", name="outcome_known"
        ),
        sa.ForeignKeyConstraint(
            ["arrival_id"], ["shop_arrival.id"], name="fk_shop_arrival_line_arrival_id"
        ),
        sa.ForeignKeyConstraint(
            ["transfer_line_id"],
            ["shop_transfer_line.id"],
            name="fk_shop_arrival_line_transfer_line_id",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_shop_arrival_line"),
        sa.UniqueConstraint(
            "arrival_id",
            "transfer_line_id",
            "outcome",
            name="uq_shop_arrival_line_arrival_id_transfer_line_id_outcome",
        ),
    )
    op.create_index(
        "ix_shop_arrival_line_transfer_line_id", "shop_arrival_line", ["transfer_line_id"]
    )


def _counts() -> None:
    op.create_table(
        "shop_count",
        sa.Column("id", BigId, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("site", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("started_by", sa.String(), nullable=False),
        sa.Column("started_at", UTCTime(), nullable=False),
        sa.Column("ended_by", sa.String(), nullable=True),
        sa.Column("ended_at", UTCTime(), nullable=True),
        whole("number", 1, 2000000000),
        sa.CheckConstraint("state IN ('open', 'posted', 'cancelled')", name="state_known"),
        sa.CheckConstraint("(state = 'open') = (ended_at IS NULL)", name="ended_has_time"),
        sa.CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name="ended_by_somebody"),
        sa.ForeignKeyConstraint(["site"], ["shop_site.id"], name="fk_shop_count_site"),
        sa.PrimaryKeyConstraint("id", name="pk_shop_count"),
        sa.UniqueConstraint("number", name="uq_shop_count_number"),
    )
    op.create_index("ix_shop_count_site_state", "shop_count", ["site", "state"])
    op.create_table(
        "shop_count_line",
        sa.Column("id", BigId, nullable=False),
        sa.Column("count_id", BigId, nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("sku", sa.String(), nullable=False),
        sa.Column("counted", sa.Integer(), nullable=False),
        sa.Column("expected", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("previous", sa.Integer(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("counted_by", sa.String(), nullable=True),
        sa.Column("counted_at", UTCTime(), nullable=True),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        whole("counted", 0, 100000),
        whole("expected", 0, 10000000),
        whole("position", 0, 2000000000),
        whole("previous", -10000000, 100000),
        whole("times", 0, 999),
        sa.ForeignKeyConstraint(
            ["count_id"], ["shop_count.id"], name="fk_shop_count_line_count_id"
        ),
        sa.ForeignKeyConstraint(["sku"], ["shop_product.sku"], name="fk_shop_count_line_sku"),
        sa.PrimaryKeyConstraint("id", name="pk_shop_count_line"),
        sa.UniqueConstraint(
            "count_id", "place", "sku", name="uq_shop_count_line_count_id_place_sku"
        ),
    )
    _open_index("uq_shop_count_line_open", "shop_count_line", ["place", "sku"], "is_open")
    op.create_index(
        "ix_shop_count_line_sku_counted_at", "shop_count_line", ["sku", "counted_at"]
    )
    op.create_table(
        "shop_count_due",
        sa.Column("site", sa.String(), nullable=False),
        sa.Column("sku", sa.String(), nullable=False),
        sa.Column("asked_by", sa.String(), nullable=False),
        sa.Column("asked_at", UTCTime(), nullable=False),
        sa.ForeignKeyConstraint(["site"], ["shop_site.id"], name="fk_shop_count_due_site"),
        sa.ForeignKeyConstraint(["sku"], ["shop_product.sku"], name="fk_shop_count_due_sku"),
        sa.PrimaryKeyConstraint("site", "sku", name="pk_shop_count_due"),
    )


def _buying() -> None:
    op.create_table(
        "shop_supplier",
        sa.Column("id", BigId, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("phone", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_shop_supplier"),
        sa.UniqueConstraint("name", name="uq_shop_supplier_name"),
    )
    op.create_table(
        "shop_supply",
        sa.Column("sku", sa.String(), nullable=False),
        sa.Column("supplier_id", BigId, nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("unit_cost_pence", sa.Integer(), nullable=False),
        whole("unit_cost_pence", 0, 10000000),
        sa.ForeignKeyConstraint(["sku"], ["shop_product.sku"], name="fk_shop_supply_sku"),
        sa.ForeignKeyConstraint(
            ["supplier_id"], ["shop_supplier.id"], name="fk_shop_supply_supplier_id"
        ),
        sa.PrimaryKeyConstraint("sku", name="pk_shop_supply"),
    )
    op.create_table(
        "shop_purchase",
        sa.Column("id", BigId, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("supplier_id", BigId, nullable=False),
        sa.Column("site", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("made_at", UTCTime(), nullable=False),
        sa.Column("ordered_by", sa.String(), nullable=True),
        sa.Column("ordered_at", UTCTime(), nullable=True),
        sa.Column("ended_by", sa.String(), nullable=True),
        sa.Column("ended_at", UTCTime(), nullable=True),
        whole("number", 1, 2000000000),
        sa.CheckConstraint(
            "state IN ('draft', 'ordered', 'closed', 'cancelled')", name="state_known"
        ),
        sa.CheckConstraint(
            "(ordered_at IS NULL) = (ordered_by IS NULL)", name="ordered_by_somebody"
        ),
        sa.CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name="ended_by_somebody"),
        sa.CheckConstraint(
            "(state IN ('closed', 'cancelled')) = (ended_at IS NOT NULL)", name="ended_has_time"
        ),
        sa.ForeignKeyConstraint(
            ["supplier_id"], ["shop_supplier.id"], name="fk_shop_purchase_supplier_id"
        ),
        sa.ForeignKeyConstraint(["site"], ["shop_site.id"], name="fk_shop_purchase_site"),
        sa.PrimaryKeyConstraint("id", name="pk_shop_purchase"),
        sa.UniqueConstraint("number", name="uq_shop_purchase_number"),
    )
    op.create_index("ix_shop_purchase_state", "shop_purchase", ["state"])
    op.create_table(
        "shop_purchase_line",
        sa.Column("id", BigId, nullable=False),
        sa.Column("purchase_id", BigId, nullable=False),
        sa.Column("sku", sa.String(), nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("received", sa.Integer(), nullable=False),
        sa.Column("unit_cost_pence", sa.Integer(), nullable=False),
        whole("units", 1, 9999),
        whole("received", 0, 10000000),
        whole("unit_cost_pence", 0, 10000000),
        sa.ForeignKeyConstraint(
            ["purchase_id"], ["shop_purchase.id"], name="fk_shop_purchase_line_purchase_id"
        ),
        sa.ForeignKeyConstraint(["sku"], ["shop_product.sku"], name="fk_shop_purchase_line_sku"),
        sa.PrimaryKeyConstraint("id", name="pk_shop_purchase_line"),
        sa.UniqueConstraint("purchase_id", "sku", name="uq_shop_purchase_line_purchase_id_sku"),
    )
    op.create_table(
        "shop_delivery",
        sa.Column("id", BigId, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("site", sa.String(), nullable=False),
        sa.Column("supplier_id", BigId, nullable=True),
        sa.Column("purchase_id", BigId, nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", UTCTime(), nullable=False),
        whole("number", 1, 2000000000),
        sa.ForeignKeyConstraint(["site"], ["shop_site.id"], name="fk_shop_delivery_site"),
        sa.ForeignKeyConstraint(
            ["supplier_id"], ["shop_supplier.id"], name="fk_shop_delivery_supplier_id"
        ),
        sa.ForeignKeyConstraint(
            ["purchase_id"], ["shop_purchase.id"], name="fk_shop_delivery_purchase_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_shop_delivery"),
        sa.UniqueConstraint("number", name="uq_shop_delivery_number"),
    )
    op.create_index("ix_shop_delivery_purchase_id", "shop_delivery", ["purchase_id"])
    op.create_table(
        "shop_delivery_line",
        sa.Column("id", BigId, nullable=False),
        sa.Column("delivery_id", BigId, nullable=False),
        sa.Column("sku", sa.String(), nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("unit_cost_pence", sa.Integer(), nullable=True),
        sa.Column("average", sa.BigInteger(), nullable=True),
        whole("units", 1, 9999),
        sa.ForeignKeyConstraint(
            ["delivery_id"], ["shop_delivery.id"], name="fk_shop_delivery_line_delivery_id"
        ),
        sa.ForeignKeyConstraint(["sku"], ["shop_product.sku"], name="fk_shop_delivery_line_sku"),
        sa.PrimaryKeyConstraint("id", name="pk_shop_delivery_line"),
        sa.UniqueConstraint("delivery_id", "sku", name="uq_shop_delivery_line_delivery_id_sku"),
    )
    op.create_table(
        "shop_product_cost",
        sa.Column("sku", sa.String(), nullable=False),
        sa.Column("average", sa.BigInteger(), nullable=False),
        whole("average", 0, 10000000000),
        sa.ForeignKeyConstraint(["sku"], ["shop_product.sku"], name="fk_shop_product_cost_sku"),
        sa.PrimaryKeyConstraint("sku", name="pk_shop_product_cost"),
    )
    op.create_table(
        "shop_outbox",
        sa.Column("id", BigId, nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("to", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("made_at", UTCTime(), nullable=False),
        sa.Column("sent_at", UTCTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_shop_outbox"),
        sa.UniqueConstraint("key", name="uq_shop_outbox_key"),
    )
    op.create_index("ix_shop_outbox_sent_at", "shop_outbox", ["sent_at"])


def _seals() -> None:
    op.create_table(
        "shop_seal",
        sa.Column("id", BigId, nullable=False),
        sa.Column("form", sa.Integer(), nullable=False),
        sa.Column("moves_to", BigId, nullable=False),
        sa.Column("audit_to", BigId, nullable=False),
        sa.Column("row_count", sa.Integer(), nullable=False),
        sa.Column("previous", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("at", UTCTime(), nullable=False),
        whole("form", 1, 1),
        whole("row_count", 1, 20000),
        sa.PrimaryKeyConstraint("id", name="pk_shop_seal"),
        sa.UniqueConstraint("previous", name="uq_shop_seal_previous"),
    )


def _selling(connection: sa.Connection) -> None:
    totals = op.create_table(
        "shop_day_total",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("site", sa.String(), nullable=False),
        sa.Column("sku", sa.String(), nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("pence", sa.Integer(), nullable=False),
        sa.Column("vat_pence", sa.Integer(), nullable=False),
        whole("units", 0, 2000000000),
        whole("pence", 0, 2000000000),
        whole("vat_pence", 0, 2000000000),
        sa.ForeignKeyConstraint(["site"], ["shop_site.id"], name="fk_shop_day_total_site"),
        sa.ForeignKeyConstraint(["sku"], ["shop_product.sku"], name="fk_shop_day_total_sku"),
        sa.PrimaryKeyConstraint("day", "site", "sku", name="pk_shop_day_total"),
    )
    op.create_index("ix_shop_day_total_site_sku_day", "shop_day_total", ["site", "sku", "day"])
    op.create_table(
        "shop_demand_count",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("site", sa.String(), nullable=False),
        sa.Column("sku", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("wanted", sa.Integer(), nullable=False),
        sa.CheckConstraint("source IN ('finder', 'till')", name="source_known"),
        whole("wanted", 1, 2000000000),
        sa.ForeignKeyConstraint(["site"], ["shop_site.id"], name="fk_shop_demand_count_site"),
        sa.ForeignKeyConstraint(["sku"], ["shop_product.sku"], name="fk_shop_demand_count_sku"),
        sa.PrimaryKeyConstraint("day", "site", "sku", "source", name="pk_shop_demand_count"),
    )
    rows = _past_days(connection, op.get_context().config.attributes["zone"])
    if rows:
        connection.execute(sa.insert(totals), rows)


def _past_days(connection: sa.Connection, zone: ZoneInfo) -> list[dict[str, object]]:
    """The sales so far, added up by the business day that each was settled on."""
    order = sa.table(
        "shop_order", sa.column("id"), sa.column("site"), sa.column("settled_at", UTCTime())
    )
    line = sa.table(
        "shop_order_line", *map(sa.column, ("order_id", "sku", "units", "unit_pence", "vat_pence"))
    )
    sold = (
        sa.select(
            order.c.settled_at, order.c.site, line.c.sku,
            line.c.units, line.c.units * line.c.unit_pence, line.c.vat_pence,
        )
        .join_from(line, order, order.c.id == line.c.order_id)
        .where(order.c.settled_at.is_not(None))
    )  # fmt: skip
    totals: dict[tuple[date, str, str], list[int]] = {}
    for at, site, sku, *figures in connection.execute(sold):
        so_far = totals.setdefault((at.astimezone(zone).date(), site, sku), [0, 0, 0])
        for n, figure in enumerate(figures):
            so_far[n] += figure
    names = ("day", "site", "sku", "units", "pence", "vat_pence")
    return [dict(zip(names, (*key, *figures), strict=True)) for key, figures in totals.items()]


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

MOVE_RULES = {
    "sent_has_its_line": "(reason = 'sent') = (transfer_line_id IS NOT NULL)",
    "arrival_has_its_line": "(reason IN ('arrived', 'broken', 'lost-on-the-way', 'returned'))"
    " = (arrival_line_id IS NOT NULL)",
    "delivery_line_of_delivery": "delivery_line_id IS NULL OR reason = 'delivery'",
    "count_has_its_line": "(reason = 'count') = (count_line_id IS NOT NULL)",
}


def _levels(connection: sa.Connection) -> None:
    with op.batch_alter_table("shop_stock_level") as table:
        table.add_column(sa.Column("position", sa.Integer(), server_default="0", nullable=False))
        table.create_check_constraint("position_whole", whole("position", 0, 2000000000).sqltext)
    connection.execute(sa.text(POSITIONS))
    connection.execute(sa.text(SPELLS))


def _moves(connection: sa.Connection) -> None:
    with op.batch_alter_table("shop_stock_move") as table:
        table.add_column(sa.Column("note", sa.String(), nullable=True))
        for cause in ("transfer_line", "arrival_line", "count_line", "delivery_line"):
            column = f"{cause}_id"
            table.add_column(sa.Column(column, BigId, nullable=True))
            table.create_foreign_key(
                f"fk_shop_stock_move_{column}", f"shop_{cause}", [column], ["id"]
            )
            table.create_unique_constraint(f"uq_shop_stock_move_{column}", [column])
        for name, rule in MOVE_RULES.items():
            table.create_check_constraint(name, rule)
    # A table that SQLite has rebuilt has lost its guard, and this one has more keys now.
    triggers.install(connection, APPEND_ONLY)
