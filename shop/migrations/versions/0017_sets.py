"""Sets of products, and which of them were found in an order."""

import sqlalchemy as sa
from alembic import op

from shop import range_triggers, triggers
from shop.db import BigId, UTCTime, whole

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

APPEND_ONLY = {
    "shop_set_part": [("set_code", "sku"), ("set_code", "position")],
    "shop_order_set": [("order_id", "position")],
}


def upgrade() -> None:
    _sets()
    _orders()
    triggers.install(op.get_bind(), APPEND_ONLY)
    range_triggers.install(op.get_bind())


def _sets() -> None:
    op.create_table(
        "shop_set",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("summary", sa.String(), nullable=False),
        sa.Column("price_pence", sa.Integer(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("made_at", UTCTime(), nullable=False),
        sa.Column("stopped_by", sa.String(), nullable=True),
        sa.Column("stopped_at", UTCTime(), nullable=True),
        whole("price_pence", 1, 10000000),
        sa.CheckConstraint(
            "(stopped_at IS NULL) = (stopped_by IS NULL)", name="stopped_by_somebody"
        ),
        sa.PrimaryKeyConstraint("code", name="pk_shop_set"),
    )
    runs = sa.text("stopped_at IS NULL")
    op.create_index(
        "ix_shop_set_running_name", "shop_set", ["name"], unique=True,
        sqlite_where=runs, postgresql_where=runs,
    )  # fmt: skip
    op.create_table(
        "shop_set_part",
        sa.Column("set_code", sa.String(), nullable=False),
        sa.Column("sku", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        whole("position", 1, 6),
        whole("units", 1, 10),
        sa.ForeignKeyConstraint(
            ["set_code"], ["shop_set.code"], name="fk_shop_set_part_set_code"
        ),
        sa.ForeignKeyConstraint(
            ["sku"], ["shop_product.sku"], name="fk_shop_set_part_sku"
        ),
        sa.PrimaryKeyConstraint("set_code", "sku", name="pk_shop_set_part"),
        sa.UniqueConstraint("set_code", "position", name="uq_shop_set_part_set_code_position"),
    )


def _orders() -> None:
    with op.batch_alter_table("shop_order") as table:
        table.drop_constraint(op.f("ck_shop_order_discount_has_one_cause"), type_="check")
        table.add_column(sa.Column("sets_pence", sa.Integer(), server_default="0", nullable=False))
        table.create_check_constraint("sets_pence_whole", whole("sets_pence", 0, 10000000).sqltext)
        table.create_check_constraint("sets_within_discount", "sets_pence <= discount_pence")
        table.create_check_constraint(
            "discount_has_one_cause",
            "CASE WHEN discount_reason IS NULL THEN discount_by IS NULL"
            " AND (discount_pence = sets_pence OR voucher_code IS NOT NULL)"
            " ELSE discount_by IS NOT NULL AND voucher_code IS NULL END",
        )
    op.create_table(
        "shop_order_set",
        sa.Column("order_id", BigId, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("saving_pence", sa.Integer(), nullable=False),
        whole("position", 1, 20),
        whole("units", 1, 99),
        whole("saving_pence", 1, 10000000),
        sa.ForeignKeyConstraint(
            ["order_id"], ["shop_order.id"], name="fk_shop_order_set_order_id"
        ),
        sa.PrimaryKeyConstraint("order_id", "position", name="pk_shop_order_set"),
    )
