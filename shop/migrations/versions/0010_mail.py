"""Mail that is sent: who has a message in hand, and which clinic's people look after it."""

import sqlalchemy as sa
from alembic import op

from shop.db import UTCTime

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

# Where each message came from is in its key or its address.
_SITES = (
    """UPDATE shop_outbox SET site = substr("to", 6) WHERE "to" LIKE 'site:%'""",
    """UPDATE shop_outbox SET site = (SELECT site FROM shop_order
        WHERE 'order:' || shop_order.id = shop_outbox."to") WHERE "to" LIKE 'order:%'""",
    """UPDATE shop_outbox SET site = (SELECT site FROM shop_purchase
        WHERE 'purchase:' || shop_purchase.number = shop_outbox.key) WHERE key LIKE 'purchase:%'""",
)


def upgrade() -> None:
    with op.batch_alter_table("shop_outbox") as table:
        table.add_column(sa.Column("site", sa.String(), server_default="", nullable=False))
        table.add_column(sa.Column("taken_until", UTCTime(), nullable=True))
    for statement in _SITES:
        op.execute(statement)
