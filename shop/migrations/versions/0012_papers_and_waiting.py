"""Goods that are sealed for hygiene, and who wants to be told when something is back."""

import sqlalchemy as sa
from alembic import op

from shop.db import BigId, UTCTime

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Not in batch mode: a column with a default needs no rebuilt table, so the guard stays on.
    for table in ("shop_product", "shop_order_line"):
        op.add_column(
            table, sa.Column("sealed", sa.Boolean(), server_default=sa.false(), nullable=False)
        )
    op.create_table(
        "shop_stock_wait",
        sa.Column("id", BigId, nullable=False),
        sa.Column("sku", sa.String(), nullable=False),
        sa.Column("site", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("asked_at", UTCTime(), nullable=False),
        sa.ForeignKeyConstraint(["sku"], ["shop_product.sku"], name="fk_shop_stock_wait_sku"),
        sa.ForeignKeyConstraint(["site"], ["shop_site.id"], name="fk_shop_stock_wait_site"),
        sa.PrimaryKeyConstraint("id", name="pk_shop_stock_wait"),
        sa.UniqueConstraint("email", "sku", "site", name="uq_shop_stock_wait_email_sku_site"),
        sa.UniqueConstraint("token_hash", name="uq_shop_stock_wait_token_hash"),
    )
    op.create_index("ix_shop_stock_wait_sku_site", "shop_stock_wait", ["sku", "site"])
