"""When a basket was last touched, so that one nobody comes back to can be forgotten."""

from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Both databases rename in place, so no table is rebuilt. What was untouched so far began then.
    op.execute("ALTER TABLE shop_basket RENAME COLUMN started_at TO touched_at")
