"""Photos of products."""

import sqlalchemy as sa
from alembic import op

from shop.db import whole

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "shop_product_photo",
        sa.Column("sku", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("alt", sa.String(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("large", sa.LargeBinary(), nullable=False),
        sa.Column("small", sa.LargeBinary(), nullable=False),
        whole("width", 1, 800),
        whole("height", 1, 800),
        sa.CheckConstraint("length(large) BETWEEN 1 AND 48000", name="large_capped"),
        sa.CheckConstraint("length(small) BETWEEN 1 AND 12000", name="small_capped"),
        sa.CheckConstraint("length(alt) BETWEEN 1 AND 150", name="alt_there"),
        sa.ForeignKeyConstraint(
            ["sku"], ["shop_product.sku"], name="fk_shop_product_photo_sku"
        ),
        sa.PrimaryKeyConstraint("sku", name="pk_shop_product_photo"),
        sa.UniqueConstraint("name", name="uq_shop_product_photo_name"),
    )
