"""Product files that wait to be imported."""

import sqlalchemy as sa
from alembic import op

from shop.db import BigId, UTCTime, whole

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "shop_upload",
        sa.Column("id", BigId, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("head", sa.Text(), nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("parts", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", UTCTime(), nullable=False),
        whole("lines", 1, 100000),
        whole("parts", 1, 100000),
        whole("done", 0, 100000),
        sa.PrimaryKeyConstraint("id", name="pk_shop_upload"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_shop_upload_at", "shop_upload", ["at"])
    op.create_table(
        "shop_upload_part",
        sa.Column("upload_id", BigId, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["upload_id"],
            ["shop_upload.id"],
            name="fk_shop_upload_part_upload_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("upload_id", "position", name="pk_shop_upload_part"),
    )
