"""Results that somebody chose to keep."""

import sqlalchemy as sa
from alembic import op

from shop.db import UTCTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "shop_kept_result",
        sa.Column("link_hash", sa.String(), nullable=False),
        sa.Column("expires_at", UTCTime(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("link_hash", name="pk_shop_kept_result"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_shop_kept_result_expires_at", "shop_kept_result", ["expires_at"])
