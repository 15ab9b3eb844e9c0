"""A version of the product range, renewed with every change, so that a process can keep it."""

from alembic import op

from shop import range_triggers

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("INSERT INTO shop_setting (name, value) VALUES ('range', 'new')")
    range_triggers.install(op.get_bind())
