"""Selling online: who buys and how it reaches them, secret links, limits, and mail that is sent."""

import sqlalchemy as sa
from alembic import op

from shop.db import BigId, UTCTime, whole

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

KINDS = (
    "'owed', 'uncollected', 'wrong-amount', 'paid-twice', 'unknown-order', 'disputed', "
    "'refund-failed', 'return-asked'"
)


def upgrade() -> None:
    _sites()
    _products()
    _baskets()
    _buyers()
    _mail()
    _attention()
    _demo()


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(), server_default="", nullable=False)


def _sites() -> None:
    with op.batch_alter_table("shop_site") as table:
        for name in ("collects", "posts"):
            table.add_column(sa.Column(name, sa.Boolean(), server_default=sa.true(), nullable=False))
        for name in ("hours", "email"):
            table.add_column(_text(name))
        for name, default, low, high in (("ready_minutes", "60", 0, 10080), ("keeps_days", "10", 1, 60)):
            table.add_column(sa.Column(name, sa.Integer(), server_default=default, nullable=False))
            table.create_check_constraint(f"{name}_whole", whole(name, low, high).sqltext)


def _products() -> None:
    with op.batch_alter_table("shop_product") as table:
        for name in ("packed_length_mm", "packed_width_mm", "packed_height_mm", "packed_grams"):
            table.add_column(sa.Column(name, sa.Integer(), nullable=True))
            table.create_check_constraint(f"{name}_real", f"{name} BETWEEN 1 AND 100000")


def _baskets() -> None:
    with op.batch_alter_table("shop_basket") as table:
        table.add_column(sa.Column("order_id", BigId, nullable=True))
        table.create_foreign_key("fk_shop_basket_order_id", "shop_order", ["order_id"], ["id"])


def _buyers() -> None:
    op.create_table(
        "shop_buyer",
        sa.Column("order_id", BigId, nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        *(_text(name) for name in ("email", "name", "address", "tracking")),
        sa.ForeignKeyConstraint(["order_id"], ["shop_order.id"], name="fk_shop_buyer_order_id"),
        sa.PrimaryKeyConstraint("order_id", name="pk_shop_buyer"),
        sa.UniqueConstraint("code", name="uq_shop_buyer_code"),
    )
    op.create_index("ix_shop_buyer_email", "shop_buyer", ["email"])
    op.create_table(
        "shop_order_link",
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("order_id", BigId, nullable=False),
        sa.Column("made_at", UTCTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["order_id"], ["shop_order.id"], name="fk_shop_order_link_order_id"
        ),
        sa.PrimaryKeyConstraint("token_hash", name="pk_shop_order_link"),
    )
    op.create_index("ix_shop_order_link_order_id", "shop_order_link", ["order_id"])
    op.create_table(
        "shop_rate_limit",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("since", UTCTime(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key", "since", name="pk_shop_rate_limit"),
    )


def _mail() -> None:
    with op.batch_alter_table("shop_outbox") as table:
        table.add_column(sa.Column("tries", sa.Integer(), server_default="0", nullable=False))
        table.add_column(sa.Column("next_at", UTCTime(), nullable=True))
        table.add_column(_text("problem"))
    # What has been waiting all along may go now.
    op.execute("UPDATE shop_outbox SET next_at = made_at WHERE sent_at IS NULL")


def _attention() -> None:
    with op.batch_alter_table("shop_attention") as table:
        table.drop_constraint(op.f("ck_shop_attention_kind_known"), type_="check")
        table.create_check_constraint("kind_known", f"kind IN ({KINDS})")


def _demo() -> None:
    with op.batch_alter_table("shop_demo_page") as table:
        table.add_column(sa.Column("posts", sa.Boolean(), server_default=sa.false(), nullable=False))
        for name in ("email", "buyer", "address"):
            table.add_column(_text(name))
