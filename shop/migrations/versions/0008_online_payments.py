"""Online payments: pages on which an order is paid, the steps it takes, and what needs a person."""

import secrets

import sqlalchemy as sa
from alembic import op

from shop import triggers
from shop.db import BigId, UTCTime, whole

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

# As it was at this version: a later table is guarded by its own migration.
APPEND_ONLY = {
    "shop_stock_move": [
        ("id",),
        ("order_line_id", "reason"),
        ("transfer_line_id",),
        ("arrival_line_id",),
        ("count_line_id",),
        ("delivery_line_id",),
        ("return_line_id",),
    ],
    "shop_payment": [("id",), ("order_id",), ("reference",)],
    "shop_order_step": [("id",)],
    "shop_refund_line": [("id",), ("refund_id", "order_line_id")],
    "shop_return_line": [("id",)],
    "shop_credit_note": [("id",), ("number",), ("refund_id",), ("site", "serial")],
}
STATES = (
    "'placed', 'settled', 'paid', 'owed', 'ready', 'collected', 'posted', 'uncollected', "
    "'refunded', 'cancelled'"
)
KINDS = (
    "'owed', 'uncollected', 'wrong-amount', 'paid-twice', 'unknown-order', 'disputed', "
    "'refund-failed'"
)
PAGES = "'begun', 'open', 'paid', 'expired', 'refused', 'paid-twice', 'wrong-amount'"


def upgrade() -> None:
    connection = op.get_bind()
    _identity(connection)
    _orders()
    _steps()
    _payments()
    _refunds()
    _returns()
    _moves()
    _pages()
    _events()
    _attention()
    _demo()
    # A table that SQLite has rebuilt has lost its guard.
    triggers.install(connection, APPEND_ONLY)


def _identity(connection: sa.Connection) -> None:
    setting = op.create_table(
        "shop_setting",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_shop_setting"),
    )
    connection.execute(
        sa.insert(setting).values(name="shop-uid", value=secrets.token_hex(16))
    )


def _orders() -> None:
    with op.batch_alter_table("shop_order") as table:
        table.drop_constraint(op.f("ck_shop_order_state_known"), type_="check")
        table.drop_constraint(op.f("ck_shop_order_settled_has_time"), type_="check")
        table.add_column(sa.Column("uid", sa.String(), nullable=True))
        table.add_column(sa.Column("fulfilment", sa.String(), nullable=True))
        for name, most in (
            ("postage_pence", 10000000),
            ("postage_vat_bp", 10000),
            ("postage_vat_pence", 10000000),
        ):
            table.add_column(sa.Column(name, sa.Integer(), server_default="0", nullable=False))
            table.create_check_constraint(f"{name}_whole", whole(name, 0, most).sqltext)
        table.create_unique_constraint("uq_shop_order_uid", ["uid"])
        table.create_check_constraint("state_known", f"state IN ({STATES})")
        table.create_check_constraint(
            "settled_has_time", "(state IN ('placed', 'cancelled')) = (settled_at IS NULL)"
        )
        table.create_check_constraint("online_has_uid", "(channel = 'web') = (uid IS NOT NULL)")
        table.create_check_constraint("fulfilment_known", "fulfilment IN ('collect', 'post')")


def _steps() -> None:
    op.create_table(
        "shop_order_step",
        sa.Column("id", BigId, nullable=False),
        sa.Column("order_id", BigId, nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", UTCTime(), nullable=False),
        sa.CheckConstraint(f"state IN ({STATES})", name="state_known"),
        sa.ForeignKeyConstraint(
            ["order_id"], ["shop_order.id"], name="fk_shop_order_step_order_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_shop_order_step"),
    )
    op.create_index("ix_shop_order_step_order_id_id", "shop_order_step", ["order_id", "id"])


def _payments() -> None:
    with op.batch_alter_table("shop_payment") as table:
        table.add_column(sa.Column("reference", sa.String(), nullable=True))
        table.create_unique_constraint("uq_shop_payment_reference", ["reference"])


def _refunds() -> None:
    op.create_table(
        "shop_refund",
        sa.Column("id", BigId, nullable=False),
        sa.Column("order_id", BigId, nullable=False),
        sa.Column("uid", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("press", sa.String(), nullable=True),
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("gateway", sa.String(), nullable=False),
        sa.Column("payment", sa.String(), nullable=True),
        sa.Column("reference", sa.String(), nullable=True),
        sa.Column("amount_pence", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("postage_pence", sa.Integer(), nullable=False),
        sa.Column("postage_vat_pence", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("asked_by", sa.String(), nullable=False),
        sa.Column("asked_at", UTCTime(), nullable=False),
        sa.Column("answered_at", UTCTime(), nullable=True),
        whole("amount_pence", 1, 10000000),
        whole("postage_pence", 0, 10000000),
        whole("postage_vat_pence", 0, 10000000),
        sa.CheckConstraint(
            "state IN ('asked', 'pending', 'succeeded', 'failed')", name="state_known"
        ),
        sa.CheckConstraint("origin IN ('shop', 'stripe', 'dispute')", name="origin_known"),
        sa.CheckConstraint(
            "state NOT IN ('pending', 'succeeded') OR reference IS NOT NULL", name="known_there"
        ),
        sa.CheckConstraint("postage_vat_pence <= postage_pence", name="vat_within_postage"),
        sa.CheckConstraint("postage_pence <= amount_pence", name="postage_within_amount"),
        sa.ForeignKeyConstraint(["order_id"], ["shop_order.id"], name="fk_shop_refund_order_id"),
        sa.PrimaryKeyConstraint("id", name="pk_shop_refund"),
        *(
            sa.UniqueConstraint(name, name=f"uq_shop_refund_{name}")
            for name in ("uid", "key", "press", "reference")
        ),
    )
    for name in ("order_id", "payment", "state"):
        op.create_index(f"ix_shop_refund_{name}", "shop_refund", [name])
    op.create_table(
        "shop_refund_line",
        sa.Column("id", BigId, nullable=False),
        sa.Column("refund_id", BigId, nullable=False),
        sa.Column("order_line_id", BigId, nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("amount_pence", sa.Integer(), nullable=False),
        sa.Column("vat_pence", sa.Integer(), nullable=False),
        whole("units", 0, 99),
        whole("amount_pence", 0, 10000000),
        whole("vat_pence", 0, 10000000),
        sa.CheckConstraint("vat_pence <= amount_pence", name="vat_within_amount"),
        sa.CheckConstraint("units + amount_pence > 0", name="something"),
        sa.ForeignKeyConstraint(
            ["refund_id"], ["shop_refund.id"], name="fk_shop_refund_line_refund_id"
        ),
        sa.ForeignKeyConstraint(
            ["order_line_id"], ["shop_order_line.id"], name="fk_shop_refund_line_order_line_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_shop_refund_line"),
        sa.UniqueConstraint("refund_id", "order_line_id", name="uq_shop_refund_line_refund_id_order_line_id"),
    )
    op.create_index("ix_shop_refund_line_order_line_id", "shop_refund_line", ["order_line_id"])
    op.create_table(
        "shop_credit_note",
        sa.Column("id", BigId, nullable=False),
        sa.Column("site", sa.String(), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("refund_id", BigId, nullable=False),
        sa.Column("issued_by", sa.String(), nullable=False),
        sa.Column("issued_at", UTCTime(), nullable=False),
        whole("serial", 1, 999999999),
        sa.ForeignKeyConstraint(["site"], ["shop_site.id"], name="fk_shop_credit_note_site"),
        sa.ForeignKeyConstraint(
            ["refund_id"], ["shop_refund.id"], name="fk_shop_credit_note_refund_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_shop_credit_note"),
        sa.UniqueConstraint("number", name="uq_shop_credit_note_number"),
        sa.UniqueConstraint("refund_id", name="uq_shop_credit_note_refund_id"),
        sa.UniqueConstraint("site", "serial", name="uq_shop_credit_note_site_serial"),
    )


def _returns() -> None:
    op.create_table(
        "shop_return_line",
        sa.Column("id", BigId, nullable=False),
        sa.Column("order_line_id", BigId, nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("condition", sa.String(), nullable=False),
        sa.Column("from_place", sa.String(), nullable=False),
        sa.Column("to_place", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", UTCTime(), nullable=False),
        whole("units", 1, 99),
        sa.CheckConstraint("condition IN ('sellable', 'damaged')", name="condition_known"),
        sa.ForeignKeyConstraint(
            ["order_line_id"], ["shop_order_line.id"], name="fk_shop_return_line_order_line_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_shop_return_line"),
    )
    op.create_index("ix_shop_return_line_order_line_id", "shop_return_line", ["order_line_id"])


def _moves() -> None:
    with op.batch_alter_table("shop_stock_move") as table:
        table.drop_constraint(op.f("ck_shop_stock_move_sale_has_its_line"), type_="check")
        table.create_check_constraint(
            "sale_has_its_line",
            "(reason IN ('sale', 'kept', 'handed-over', 'uncollected'))"
            " = (order_line_id IS NOT NULL)",
        )
        table.add_column(sa.Column("return_line_id", BigId, nullable=True))
        table.create_foreign_key(
            "fk_shop_stock_move_return_line_id", "shop_return_line", ["return_line_id"], ["id"]
        )
        table.create_unique_constraint("uq_shop_stock_move_return_line_id", ["return_line_id"])
        table.create_check_constraint(
            "brought_back_has_its_line",
            "(reason = 'brought-back') = (return_line_id IS NOT NULL)",
        )


def _pages() -> None:
    op.create_table(
        "shop_payment_session",
        sa.Column("id", BigId, nullable=False),
        sa.Column("order_id", BigId, nullable=False),
        sa.Column("gateway", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("reference", sa.String(), nullable=True),
        sa.Column("payment", sa.String(), nullable=True),
        sa.Column("amount_pence", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("success_url", sa.String(), nullable=False),
        sa.Column("cancel_url", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("begun_at", UTCTime(), nullable=False),
        sa.Column("expires_at", UTCTime(), nullable=False),
        sa.Column("ended_at", UTCTime(), nullable=True),
        whole("amount_pence", 1, 10000000),
        sa.CheckConstraint(f"state IN ({PAGES})", name="state_known"),
        sa.CheckConstraint(
            "(state IN ('paid', 'paid-twice', 'wrong-amount')) = (payment IS NOT NULL)",
            name="paid_by",
        ),
        sa.CheckConstraint("(state IN ('begun', 'open')) = (ended_at IS NULL)", name="ended"),
        sa.CheckConstraint("state <> 'open' OR reference IS NOT NULL", name="open_is_known"),
        sa.ForeignKeyConstraint(
            ["order_id"], ["shop_order.id"], name="fk_shop_payment_session_order_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_shop_payment_session"),
        sa.UniqueConstraint("key", name="uq_shop_payment_session_key"),
        sa.UniqueConstraint("reference", name="uq_shop_payment_session_reference"),
        sa.UniqueConstraint("payment", name="uq_shop_payment_session_payment"),
    )
    op.create_index("ix_shop_payment_session_order_id", "shop_payment_session", ["order_id"])
    op.create_index(
        "ix_shop_payment_session_state_expires_at", "shop_payment_session", ["state", "expires_at"]
    )
    for name, which in (("unfinished", "state IN ('begun', 'open')"), ("paid", "state = 'paid'")):
        where = sa.text(which)
        op.create_index(
            f"uq_shop_payment_session_{name}",
            "shop_payment_session",
            ["order_id"],
            unique=True,
            sqlite_where=where,
            postgresql_where=where,
        )


def _events() -> None:
    op.create_table(
        "shop_gateway_event",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("gateway", sa.String(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("reference", sa.String(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("at", UTCTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_shop_gateway_event"),
    )
    op.create_index("ix_shop_gateway_event_at", "shop_gateway_event", ["at"])


def _attention() -> None:
    op.create_table(
        "shop_attention",
        sa.Column("id", BigId, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("order_id", BigId, nullable=True),
        sa.Column("amount_pence", sa.Integer(), nullable=False),
        sa.Column("raised_at", UTCTime(), nullable=False),
        sa.Column("settled_at", UTCTime(), nullable=True),
        sa.Column("settled_by", sa.String(), nullable=True),
        whole("amount_pence", 0, 10000000),
        sa.CheckConstraint(f"kind IN ({KINDS})", name="kind_known"),
        sa.CheckConstraint(
            "(settled_at IS NULL) = (settled_by IS NULL)", name="settled_by_somebody"
        ),
        sa.ForeignKeyConstraint(["order_id"], ["shop_order.id"], name="fk_shop_attention_order_id"),
        sa.PrimaryKeyConstraint("id", name="pk_shop_attention"),
        sa.UniqueConstraint("kind", "reference", name="uq_shop_attention_kind_reference"),
    )
    op.create_index("ix_shop_attention_order_id", "shop_attention", ["order_id"])
    op.create_index("ix_shop_attention_settled_at", "shop_attention", ["settled_at"])


def _demo() -> None:
    op.create_table(
        "shop_demo_page",
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("shop", sa.String(), nullable=False),
        sa.Column("order_uid", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("amount_pence", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("expires_at", UTCTime(), nullable=False),
        sa.Column("success_url", sa.String(), nullable=False),
        sa.Column("cancel_url", sa.String(), nullable=False),
        whole("amount_pence", 1, 10000000),
        sa.CheckConstraint("state IN ('open', 'paid', 'expired')", name="state_known"),
        sa.PrimaryKeyConstraint("reference", name="pk_shop_demo_page"),
        sa.UniqueConstraint("key", name="uq_shop_demo_page_key"),
    )
