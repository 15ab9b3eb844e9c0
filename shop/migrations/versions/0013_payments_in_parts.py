"""The till: an order is paid in parts, its refunds likewise, and a basket can be parked."""

import sqlalchemy as sa
from alembic import op

from shop import triggers
from shop.db import BigId, UTCTime, whole

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

# As it was at this version: a later table is guarded by its own migration.
APPEND_ONLY = {
    "shop_payment": [("id",), ("order_id", "position"), ("reference",)],
    "shop_payout": [("id",), ("refund_id", "method")],
}
# What went back at the desk so far went back the way that its order was paid.
_EARLIER = """
    INSERT INTO shop_payout (refund_id, method, amount_pence)
    SELECT refund.id, payment.method, refund.amount_pence FROM shop_refund AS refund
    JOIN shop_payment AS payment ON payment.order_id = refund.order_id
    WHERE refund.gateway = 'counter' AND refund.state = 'succeeded'
"""


def upgrade() -> None:
    _payments()
    _payouts()
    _parked()
    op.execute(_EARLIER)
    # A table that SQLite has rebuilt has lost its guard.
    triggers.install(op.get_bind(), APPEND_ONLY)


def _payments() -> None:
    with op.batch_alter_table("shop_payment") as table:
        table.drop_constraint("uq_shop_payment_order_id", type_="unique")
        table.add_column(sa.Column("position", sa.Integer(), server_default="1", nullable=False))
        table.add_column(sa.Column("tendered_pence", sa.Integer(), nullable=True))
        table.add_column(sa.Column("slip", sa.String(), nullable=True))
        table.create_unique_constraint(
            "uq_shop_payment_order_id_position", ["order_id", "position"]
        )
        table.create_check_constraint("position_whole", whole("position", 1, 4).sqltext)
        table.create_check_constraint(
            "parts_at_the_desk", "position = 1 OR gateway = 'counter'"
        )
        table.create_check_constraint(
            "tendered_in_cash",
            "tendered_pence IS NULL OR (method = 'cash' AND "
            "tendered_pence BETWEEN amount_pence AND 10000000)",
        )
        table.create_check_constraint(
            "slip_of_a_card", "slip IS NULL OR (method = 'card' AND gateway = 'counter')"
        )


def _parked() -> None:
    with op.batch_alter_table("shop_basket") as table:
        table.add_column(sa.Column("parked_site", sa.String(), nullable=True))
        table.add_column(sa.Column("parked_by", sa.String(), nullable=True))
        table.add_column(sa.Column("parked_at", UTCTime(), nullable=True))
        table.create_foreign_key(
            "fk_shop_basket_parked_site", "shop_site", ["parked_site"], ["id"]
        )
        table.create_check_constraint(
            "parked_somewhere",
            "(parked_at IS NULL) = (parked_site IS NULL) "
            "AND (parked_at IS NULL) = (parked_by IS NULL)",
        )
        table.create_index("ix_shop_basket_parked_site", ["parked_site"])


def _payouts() -> None:
    op.create_table(
        "shop_payout",
        sa.Column("id", BigId, nullable=False),
        sa.Column("refund_id", BigId, nullable=False),
        sa.Column("method", sa.String(), nullable=False),
        sa.Column("amount_pence", sa.Integer(), nullable=False),
        whole("amount_pence", 1, 10000000),
        sa.CheckConstraint("method IN ('card', 'cash')", name="method_known"),
        sa.ForeignKeyConstraint(["refund_id"], ["shop_refund.id"], name="fk_shop_payout_refund_id"),
        sa.PrimaryKeyConstraint("id", name="pk_shop_payout"),
        sa.UniqueConstraint("refund_id", "method", name="uq_shop_payout_refund_id_method"),
    )
