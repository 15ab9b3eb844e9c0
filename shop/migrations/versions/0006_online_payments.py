"""Online payments: pages on which an order is paid."""

import sqlalchemy as sa
from alembic import op

from shop.db import UTCTime, whole

revision = "0006"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _demo()


def _demo() -> None:
    op.create_table(
        "shop_demo_page",
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("shop", sa.String(), nullable=False),
        sa.Column("order_uid", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("amount_pence", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("expires_at", UTCTime(), nullable=False),
        sa.Column("success_url", sa.String(), nullable=False),
        sa.Column("cancel_url", sa.String(), nullable=False),
        whole("amount_pence", 1, 10000000),
        sa.CheckConstraint("state IN ('open', 'paid', 'expired')", name="state_known"),
        sa.PrimaryKeyConstraint("reference", name="pk_shop_demo_page"),
        sa.UniqueConstraint("key", name="uq_shop_demo_page_key"),
    )
