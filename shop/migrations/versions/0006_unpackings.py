"""Boxes that are being unpacked."""

import sqlalchemy as sa
from alembic import op

from shop.db import BigId, UTCTime, whole

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "shop_unpacking",
        sa.Column("id", BigId, nullable=False),
        sa.Column("site", sa.String(), nullable=False),
        sa.Column("purchase_number", sa.Integer(), nullable=True),
        sa.Column("begun_by", sa.String(), nullable=False),
        sa.Column("begun_at", UTCTime(), nullable=False),
        sa.Column("ended_by", sa.String(), nullable=True),
        sa.Column("ended_at", UTCTime(), nullable=True),
        sa.Column("delivery_number", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "delivery_number IS NULL OR ended_at IS NOT NULL", name="delivery_at_end"
        ),
        sa.CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name="ended_by_somebody"),
        sa.ForeignKeyConstraint(["site"], ["shop_site.id"], name="fk_shop_unpacking_site"),
        sa.ForeignKeyConstraint(
            ["purchase_number"], ["shop_purchase.number"], name="fk_shop_unpacking_purchase_number"
        ),
        sa.ForeignKeyConstraint(
            ["delivery_number"], ["shop_delivery.number"], name="fk_shop_unpacking_delivery_number"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_shop_unpacking"),
    )
    op.create_index("ix_shop_unpacking_site_ended_at", "shop_unpacking", ["site", "ended_at"])
    op.create_table(
        "shop_unpacking_line",
        sa.Column("unpacking_id", BigId, nullable=False),
        sa.Column("sku", sa.String(), nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("scanned_at", UTCTime(), nullable=False),
        whole("units", 1, 9999),
        sa.ForeignKeyConstraint(
            ["unpacking_id"], ["shop_unpacking.id"], name="fk_shop_unpacking_line_unpacking_id"
        ),
        sa.ForeignKeyConstraint(["sku"], ["shop_product.sku"], name="fk_shop_unpacking_line_sku"),
        sa.PrimaryKeyConstraint("unpacking_id", "sku", name="pk_shop_unpacking_line"),
    )
