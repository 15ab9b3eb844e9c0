"""Who has reviewed which version of the clinical content."""

import sqlalchemy as sa
from alembic import op

from shop import triggers
from shop.db import BigId, UTCTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

# As it was at this version.
APPEND_ONLY = {"shop_content_review": [("id",)]}


def upgrade() -> None:
    op.create_table(
        "shop_content_review",
        sa.Column("id", BigId, nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("reviewer", sa.String(), nullable=False),
        sa.Column("registration", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", UTCTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_shop_content_review"),
    )
    op.create_index("ix_shop_content_review_version", "shop_content_review", ["version"])
    triggers.install(op.get_bind(), APPEND_ONLY)
