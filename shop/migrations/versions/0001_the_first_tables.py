"""The first tables: sites, products, stock, orders, payments, receipts, baskets, staff."""

import sqlalchemy as sa
from alembic import op

from shop import triggers
from shop.db import BigId, UTCTime, whole

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# As it was at this version: a later table is guarded by its own migration.
APPEND_ONLY = {
    "shop_stock_move": [("id",), ("order_line_id", "reason")],
    "shop_order_line": [("id",), ("order_id", "sku"), ("order_id", "position")],
    "shop_payment": [("id",), ("order_id",)],
    "shop_receipt": [("id",), ("number",), ("order_id",), ("site", "serial")],
    "shop_audit": [("id",)],
}


def upgrade() -> None:
    op.create_table(
        "shop_audit",
        sa.Column("id", BigId, nullable=False),
        sa.Column("act", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", UTCTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_shop_audit"),
    )
    op.create_table(
        "shop_basket",
        sa.Column("id", BigId, nullable=False),
        sa.Column("device", sa.String(), nullable=False),
        sa.Column("started_at", UTCTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_shop_basket"),
        sa.UniqueConstraint("device", name="uq_shop_basket_device"),
    )
    op.create_table(
        "shop_document_number",
        sa.Column("series", sa.String(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        whole("last", 1, 2000000000),
        sa.PrimaryKeyConstraint("series", name="pk_shop_document_number"),
    )
    op.create_table(
        "shop_product",
        sa.Column("sku", sa.String(), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("brand", sa.String(), nullable=False),
        sa.Column("barcode", sa.String(), nullable=True),
        sa.Column("price_pence", sa.Integer(), nullable=False),
        sa.Column("vat_bp", sa.Integer(), nullable=False),
        sa.Column("on_sale", sa.Boolean(), nullable=False),
        sa.Column("summary", sa.String(), nullable=False),
        sa.Column("made_of", sa.String(), nullable=False),
        sa.Column("cleaning", sa.String(), nullable=False),
        sa.Column("latex", sa.Boolean(), nullable=True),
        sa.Column("colour", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("firmness", sa.Integer(), nullable=True),
        sa.Column("diameter_mm", sa.Integer(), nullable=True),
        sa.Column("length_mm", sa.Integer(), nullable=True),
        sa.Column("surface", sa.String(), nullable=True),
        sa.Column("powered", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('ball', 'peanut', 'roller', 'stick', 'cane')",
            name="kind_known",
        ),
        sa.CheckConstraint(
            "surface IN ('smooth', 'nubbed', 'spiky', 'ridged')",
            name="surface_known",
        ),
        whole("price_pence", 1, 10000000),
        whole("vat_bp", 0, 10000),
        sa.CheckConstraint(
            "colour IN ('teal', 'clay', 'navy', 'plum', 'moss', 'stone', 'sand')",
            name="colour_known",
        ),
        sa.CheckConstraint("firmness BETWEEN 1 AND 4", name="firmness_known"),
        sa.PrimaryKeyConstraint("sku", name="pk_shop_product"),
        sa.UniqueConstraint("barcode", name="uq_shop_product_barcode"),
        sa.UniqueConstraint("name", name="uq_shop_product_name"),
        sa.UniqueConstraint("slug", name="uq_shop_product_slug"),
    )
    op.create_table(
        "shop_sign_in_attempt",
        sa.Column("id", BigId, nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("at", UTCTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_shop_sign_in_attempt"),
    )
    op.create_index("ix_shop_sign_in_attempt_key", "shop_sign_in_attempt", ["key"])

    op.create_table(
        "shop_site",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("receipt_prefix", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("phone", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        whole("position", 0, 999),
        sa.PrimaryKeyConstraint("id", name="pk_shop_site"),
        sa.UniqueConstraint("name", name="uq_shop_site_name"),
        sa.UniqueConstraint("receipt_prefix", name="uq_shop_site_receipt_prefix"),
    )
    op.create_table(
        "shop_staff",
        sa.Column("id", BigId, nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_shop_staff"),
        sa.UniqueConstraint("email", name="uq_shop_staff_email"),
        sa.UniqueConstraint("name", name="uq_shop_staff_name"),
    )
    op.create_table(
        "shop_basket_line",
        sa.Column("basket_id", BigId, nullable=False),
        sa.Column("sku", sa.String(), nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("added_at", UTCTime(), nullable=False),
        whole("units", 1, 99),
        sa.ForeignKeyConstraint(
            ["basket_id"],
            ["shop_basket.id"],
            name="fk_shop_basket_line_basket_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["sku"], ["shop_product.sku"], name="fk_shop_basket_line_sku"),
        sa.PrimaryKeyConstraint("basket_id", "sku", name="pk_shop_basket_line"),
    )
    op.create_table(
        "shop_order",
        sa.Column("id", BigId, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("press", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("site", sa.String(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("total_pence", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("placed_at", UTCTime(), nullable=False),
        sa.Column("settled_at", UTCTime(), nullable=True),
        sa.Column("settled_by", sa.String(), nullable=True),
        sa.CheckConstraint(
            "(state = 'settled') = (settled_at IS NOT NULL)", name="settled_has_time"
        ),
        sa.CheckConstraint("state IN ('placed', 'settled')", name="state_known"),
        whole("number", 1, 2000000000),
        whole("total_pence", 1, 10000000),
        sa.CheckConstraint(
            "(settled_at IS NULL) = (settled_by IS NULL)", name="settled_has_person"
        ),
        sa.ForeignKeyConstraint(["site"], ["shop_site.id"], name="fk_shop_order_site"),
        sa.PrimaryKeyConstraint("id", name="pk_shop_order"),
        sa.UniqueConstraint("number", name="uq_shop_order_number"),
        sa.UniqueConstraint("press", name="uq_shop_order_press"),
    )
    op.create_index("ix_shop_order_site_settled_at", "shop_order", ["site", "settled_at"])

    op.create_table(
        "shop_staff_role",
        sa.Column("staff_id", BigId, nullable=False),
        sa.Column("site", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.CheckConstraint(
            "role IN ('reception', 'practitioner', 'manager', 'owner')",
            name="role_known",
        ),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["shop_staff.id"], name="fk_shop_staff_role_staff_id"
        ),
        sa.PrimaryKeyConstraint("staff_id", "site", name="pk_shop_staff_role"),
    )
    op.create_table(
        "shop_staff_session",
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("staff_id", BigId, nullable=False),
        sa.Column("began_at", UTCTime(), nullable=False),
        sa.Column("seen_at", UTCTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["shop_staff.id"], name="fk_shop_staff_session_staff_id"
        ),
        sa.PrimaryKeyConstraint("token_hash", name="pk_shop_staff_session"),
    )
    op.create_table(
        "shop_stock_level",
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("sku", sa.String(), nullable=False),
        sa.Column("on_hand", sa.Integer(), nullable=False),
        sa.Column("held", sa.Integer(), nullable=False),
        whole("held", 0, 10000000),
        whole("on_hand", 0, 10000000),
        sa.CheckConstraint("held <= on_hand", name="held_within_on_hand"),
        sa.ForeignKeyConstraint(["sku"], ["shop_product.sku"], name="fk_shop_stock_level_sku"),
        sa.PrimaryKeyConstraint("place", "sku", name="pk_shop_stock_level"),
    )
    op.create_table(
        "shop_order_line",
        sa.Column("id", BigId, nullable=False),
        sa.Column("order_id", BigId, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("sku", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("unit_pence", sa.Integer(), nullable=False),
        sa.Column("vat_bp", sa.Integer(), nullable=False),
        sa.Column("vat_pence", sa.Integer(), nullable=False),
        whole("position", 1, 20),
        whole("unit_pence", 1, 10000000),
        whole("units", 1, 99),
        whole("vat_bp", 0, 10000),
        whole("vat_pence", 0, 10000000),
        sa.CheckConstraint(
            "vat_pence <= units * unit_pence", name="vat_within_total"
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["shop_order.id"], name="fk_shop_order_line_order_id"
        ),
        sa.ForeignKeyConstraint(["sku"], ["shop_product.sku"], name="fk_shop_order_line_sku"),
        sa.PrimaryKeyConstraint("id", name="pk_shop_order_line"),
        sa.UniqueConstraint("order_id", "position", name="uq_shop_order_line_order_id_position"),
        sa.UniqueConstraint("order_id", "sku", name="uq_shop_order_line_order_id_sku"),
    )
    op.create_table(
        "shop_payment",
        sa.Column("id", BigId, nullable=False),
        sa.Column("order_id", BigId, nullable=False),
        sa.Column("gateway", sa.String(), nullable=False),
        sa.Column("method", sa.String(), nullable=False),
        sa.Column("amount_pence", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", UTCTime(), nullable=False),
        sa.CheckConstraint("method IN ('card', 'cash')", name="method_known"),
        whole("amount_pence", 1, 10000000),
        sa.ForeignKeyConstraint(["order_id"], ["shop_order.id"], name="fk_shop_payment_order_id"),
        sa.PrimaryKeyConstraint("id", name="pk_shop_payment"),
        sa.UniqueConstraint("order_id", name="uq_shop_payment_order_id"),
    )
    op.create_table(
        "shop_receipt",
        sa.Column("id", BigId, nullable=False),
        sa.Column("site", sa.String(), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("order_id", BigId, nullable=False),
        sa.Column("issued_by", sa.String(), nullable=False),
        sa.Column("issued_at", UTCTime(), nullable=False),
        whole("serial", 1, 999999999),
        sa.ForeignKeyConstraint(["order_id"], ["shop_order.id"], name="fk_shop_receipt_order_id"),
        sa.ForeignKeyConstraint(["site"], ["shop_site.id"], name="fk_shop_receipt_site"),
        sa.PrimaryKeyConstraint("id", name="pk_shop_receipt"),
        sa.UniqueConstraint("number", name="uq_shop_receipt_number"),
        sa.UniqueConstraint("order_id", name="uq_shop_receipt_order_id"),
        sa.UniqueConstraint("site", "serial", name="uq_shop_receipt_site_serial"),
    )
    op.create_table(
        "shop_stock_move",
        sa.Column("id", BigId, nullable=False),
        sa.Column("sku", sa.String(), nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("from_place", sa.String(), nullable=False),
        sa.Column("to_place", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("order_line_id", BigId, nullable=True),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", UTCTime(), nullable=False),
        sa.CheckConstraint(
            "(reason = 'sale') = (order_line_id IS NOT NULL)",
            name="sale_has_its_line",
        ),
        whole("units", 1, 100000),
        sa.CheckConstraint("from_place <> to_place", name="two_places"),
        sa.ForeignKeyConstraint(
            ["order_line_id"], ["shop_order_line.id"], name="fk_shop_stock_move_order_line_id"
        ),
        sa.ForeignKeyConstraint(["sku"], ["shop_product.sku"], name="fk_shop_stock_move_sku"),
        sa.PrimaryKeyConstraint("id", name="pk_shop_stock_move"),
        sa.UniqueConstraint(
            "order_line_id", "reason", name="uq_shop_stock_move_order_line_id_reason"
        ),
    )
    op.create_index("ix_shop_stock_move_from_place_sku", "shop_stock_move", ["from_place", "sku"])
    op.create_index("ix_shop_stock_move_sku_id", "shop_stock_move", ["sku", "id"])
    op.create_index("ix_shop_stock_move_to_place_sku", "shop_stock_move", ["to_place", "sku"])

    triggers.install(op.get_bind(), APPEND_ONLY)
