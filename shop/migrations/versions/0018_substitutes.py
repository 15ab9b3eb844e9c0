"""Another product that goes out in place of one that was paid for and is not there."""

import sqlalchemy as sa
from alembic import op

from shop import triggers
from shop.db import BigId, UTCTime, whole

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "shop_substitute",
        sa.Column("id", BigId, nullable=False),
        sa.Column("order_line_id", BigId, nullable=False),
        sa.Column("sku", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", UTCTime(), nullable=False),
        whole("units", 1, 99),
        sa.ForeignKeyConstraint(
            ["order_line_id"], ["shop_order_line.id"], name="fk_shop_substitute_order_line_id"
        ),
        sa.ForeignKeyConstraint(["sku"], ["shop_product.sku"], name="fk_shop_substitute_sku"),
        sa.PrimaryKeyConstraint("id", name="pk_shop_substitute"),
        sa.UniqueConstraint("order_line_id", name="uq_shop_substitute_order_line_id"),
    )
    triggers.install(op.get_bind(), {"shop_substitute": [("id",), ("order_line_id",)]})
