"""Full invoices that were given at the desk, so that the same number always has the same words."""

import sqlalchemy as sa
from alembic import op

from shop.db import BigId, UTCTime, whole

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "shop_invoice",
        sa.Column("id", BigId, nullable=False),
        sa.Column("order_id", BigId, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("issuer", sa.String(), nullable=False),
        sa.Column("vat_number", sa.String(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("made_at", UTCTime(), nullable=False),
        whole("version", 1, 9),
        sa.ForeignKeyConstraint(["order_id"], ["shop_order.id"], name="fk_shop_invoice_order_id"),
        sa.PrimaryKeyConstraint("id", name="pk_shop_invoice"),
        sa.UniqueConstraint("order_id", "version", name="uq_shop_invoice_order_id_version"),
    )
    op.create_index("ix_shop_invoice_made_at", "shop_invoice", ["made_at"])
