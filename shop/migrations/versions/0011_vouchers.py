"""Vouchers, and a discount that is frozen on an order and its lines."""

import sqlalchemy as sa
from alembic import op

from shop import triggers
from shop.db import UTCTime, whole

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

# As they were at this version, for SQLite has rebuilt them.
APPEND_ONLY = {
    "shop_order_line": [("id",), ("order_id", "sku"), ("order_id", "position")],
    "shop_payment": [("id",), ("order_id",), ("reference",)],
}


def upgrade() -> None:
    _vouchers()
    _orders()
    _lines()
    _money()
    triggers.install(op.get_bind(), APPEND_ONLY)


def _vouchers() -> None:
    op.create_table(
        "shop_voucher",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("percent", sa.Integer(), nullable=False),
        sa.Column("pence", sa.Integer(), nullable=False),
        sa.Column("least_pence", sa.Integer(), nullable=False),
        sa.Column("most_uses", sa.Integer(), nullable=False),
        sa.Column("uses", sa.Integer(), server_default="0", nullable=False),
        sa.Column("late_uses", sa.Integer(), server_default="0", nullable=False),
        sa.Column("starts_at", UTCTime(), nullable=False),
        sa.Column("ends_at", UTCTime(), nullable=True),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("made_at", UTCTime(), nullable=False),
        sa.Column("stopped_by", sa.String(), nullable=True),
        sa.Column("stopped_at", UTCTime(), nullable=True),
        whole("percent", 0, 100),
        whole("pence", 0, 10000000),
        whole("least_pence", 0, 10000000),
        whole("most_uses", 1, 1000000),
        whole("uses", 0, 1000000),
        whole("late_uses", 0, 1000000),
        sa.CheckConstraint("(percent = 0) <> (pence = 0)", name="percent_or_pence"),
        sa.CheckConstraint("uses <= most_uses", name="used_as_often_as_meant"),
        sa.CheckConstraint("starts_at < ends_at", name="ends_after_it_starts"),
        sa.CheckConstraint(
            "(stopped_at IS NULL) = (stopped_by IS NULL)", name="stopped_by_somebody"
        ),
        sa.PrimaryKeyConstraint("code", name="pk_shop_voucher"),
    )


def _orders() -> None:
    with op.batch_alter_table("shop_order") as table:
        table.drop_constraint(op.f("ck_shop_order_total_pence_whole"), type_="check")
        table.add_column(
            sa.Column("discount_pence", sa.Integer(), server_default="0", nullable=False)
        )
        for name in ("voucher_code", "discount_reason", "discount_by"):
            table.add_column(sa.Column(name, sa.String(), nullable=True))
        for name in ("total_pence", "discount_pence"):
            table.create_check_constraint(f"{name}_whole", whole(name, 0, 10000000).sqltext)
        table.create_check_constraint(
            "free_only_by_a_discount", "total_pence > 0 OR discount_pence > 0"
        )
        table.create_check_constraint(
            "discount_has_one_cause",
            "CASE WHEN discount_reason IS NULL THEN discount_by IS NULL AND (discount_pence = 0"
            " OR voucher_code IS NOT NULL) ELSE discount_by IS NOT NULL AND voucher_code IS NULL"
            " END",
        )
        table.create_foreign_key(
            "fk_shop_order_voucher_code", "shop_voucher", ["voucher_code"], ["code"]
        )
    op.create_index("ix_shop_order_voucher_code", "shop_order", ["voucher_code"])


def _lines() -> None:
    with op.batch_alter_table("shop_order_line") as table:
        table.drop_constraint(op.f("ck_shop_order_line_vat_within_total"), type_="check")
        table.add_column(
            sa.Column("discount_pence", sa.Integer(), server_default="0", nullable=False)
        )
        table.create_check_constraint(
            "discount_pence_whole", whole("discount_pence", 0, 10000000).sqltext
        )
        table.create_check_constraint(
            "discount_within_price", "discount_pence <= units * unit_pence"
        )
        table.create_check_constraint(
            "vat_within_total", "vat_pence <= units * unit_pence - discount_pence"
        )


def _money() -> None:
    with op.batch_alter_table("shop_payment") as table:
        table.drop_constraint(op.f("ck_shop_payment_amount_pence_whole"), type_="check")
        table.drop_constraint(op.f("ck_shop_payment_method_known"), type_="check")
        table.create_check_constraint(
            "amount_pence_whole", whole("amount_pence", 0, 10000000).sqltext
        )
        table.create_check_constraint("method_known", "method IN ('card', 'cash', 'discount')")
        table.create_check_constraint(
            "free_by_a_discount", "(method = 'discount') = (amount_pence = 0)"
        )
    with op.batch_alter_table("shop_refund") as table:
        table.drop_constraint(op.f("ck_shop_refund_amount_pence_whole"), type_="check")
        table.create_check_constraint(
            "amount_pence_whole", whole("amount_pence", 0, 10000000).sqltext
        )
