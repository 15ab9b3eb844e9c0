"""Zones of the post: which one was paid is frozen on the order, and another one needs a person."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

# As they are at this version.
KINDS = (
    "'owed', 'uncollected', 'wrong-amount', 'paid-twice', 'unknown-order', 'disputed', "
    "'refund-failed', 'return-asked', 'other-zone'"
)


def upgrade() -> None:
    with op.batch_alter_table("shop_order") as table:
        table.add_column(sa.Column("postage_zone", sa.String(), nullable=True))
        table.create_check_constraint(
            "zone_known", "postage_zone IN ('mainland', 'ni', 'islands')"
        )
        table.create_check_constraint(
            "zone_is_of_post", "postage_zone IS NULL OR fulfilment = 'post'"
        )
    with op.batch_alter_table("shop_attention") as table:
        table.drop_constraint(op.f("ck_shop_attention_kind_known"), type_="check")
        table.create_check_constraint("kind_known", f"kind IN ({KINDS})")
