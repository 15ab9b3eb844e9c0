"""Short codes to take the till over with, and a discount that waits with a parked basket."""

import sqlalchemy as sa
from alembic import op

from shop.db import BigId, UTCTime, whole

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _codes()
    _sessions()
    _discounts()


def _codes() -> None:
    op.create_table(
        "shop_short_code",
        sa.Column("staff_id", BigId, nullable=False),
        sa.Column("code_hash", sa.String(), nullable=False),
        sa.Column("wrong", sa.Integer(), nullable=False),
        sa.Column("set_at", UTCTime(), nullable=False),
        whole("wrong", 0, 5),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["shop_staff.id"], name="fk_shop_short_code_staff_id"
        ),
        sa.PrimaryKeyConstraint("staff_id", name="pk_shop_short_code"),
    )


def _sessions() -> None:
    with op.batch_alter_table("shop_staff_session") as table:
        table.add_column(sa.Column("code_site", sa.String(), nullable=True))
        table.add_column(sa.Column("opened_by", BigId, nullable=True))
        table.add_column(sa.Column("wrong_codes", sa.Integer(), server_default="0", nullable=False))
        table.create_foreign_key(
            "fk_shop_staff_session_opened_by", "shop_staff", ["opened_by"], ["id"]
        )
        table.create_check_constraint(
            "code_somewhere", "(code_site IS NULL) = (opened_by IS NULL)"
        )
        table.create_check_constraint("wrong_codes_whole", whole("wrong_codes", 0, 5).sqltext)


def _discounts() -> None:
    op.create_table(
        "shop_parked_discount",
        sa.Column("basket_id", BigId, nullable=False),
        sa.Column("percent", sa.Integer(), nullable=False),
        sa.Column("pence", sa.Integer(), nullable=False),
        sa.Column("voucher", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("by", sa.String(), nullable=True),
        sa.Column("least_pence", sa.Integer(), nullable=False),
        whole("percent", 0, 100),
        whole("pence", 0, 10_000_000),
        whole("least_pence", 0, 10_000_000),
        sa.CheckConstraint(
            '(reason IS NULL) = ("by" IS NULL) AND (voucher IS NULL) <> (reason IS NULL)',
            name="why_it_is",
        ),
        sa.ForeignKeyConstraint(
            ["basket_id"],
            ["shop_basket.id"],
            ondelete="CASCADE",
            name="fk_shop_parked_discount_basket_id",
        ),
        sa.PrimaryKeyConstraint("basket_id", name="pk_shop_parked_discount"),
    )
