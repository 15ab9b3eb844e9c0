"""Till sessions: each drawer's float, what is put in and taken out, its counts and its Z report."""

import sqlalchemy as sa
from alembic import op

from shop import triggers
from shop.db import BigId, UTCTime, whole

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

# As it was at this version: a later table is guarded by its own migration.
APPEND_ONLY = {
    "shop_payment": [("id",), ("order_id", "position"), ("reference",)],
    "shop_cash_count": [("session_id", "occasion", "denomination_pence")],
    "shop_cash_move": [("id",)],
    "shop_z_report": [("id",), ("number",), ("session_id",), ("site", "serial")],
    "shop_z_line": [("z_report_id", "method")],
    "shop_closing_step": [("z_report_id", "step")],
    "shop_cleaning": [("id",)],
}
DENOMINATIONS = "5000, 2000, 1000, 500, 200, 100, 50, 20, 10, 5, 2, 1"
TAKEN_AT_MOST = 2_000_000_000


def upgrade() -> None:
    _sessions()
    _drawers()
    _reports()
    _closing()
    _loans()
    for table in ("shop_payment", "shop_refund"):
        _name_the_session(table)
    # A table that SQLite has rebuilt has lost its guard.
    triggers.install(op.get_bind(), APPEND_ONLY)


def _pence(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=False)


def _text(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(), nullable=nullable)


def _sessions() -> None:
    op.create_table(
        "shop_till_session",
        sa.Column("id", BigId, nullable=False),
        _text("site"),
        _pence("float_pence"),
        _text("opened_by"),
        sa.Column("opened_at", UTCTime(), nullable=False),
        _text("closed_by", nullable=True),
        sa.Column("closed_at", UTCTime(), nullable=True),
        sa.CheckConstraint(
            whole("float_pence", 0, 10000000).sqltext,
            name="float_pence_whole",
        ),
        sa.CheckConstraint(
            "(closed_at IS NULL) = (closed_by IS NULL)",
            name="closed_by_somebody",
        ),
        sa.ForeignKeyConstraint(["site"], ["shop_site.id"], name="fk_shop_till_session_site"),
        sa.PrimaryKeyConstraint("id", name="pk_shop_till_session"),
    )
    is_open = sa.text("closed_at IS NULL")
    op.create_index(
        "uq_shop_till_session_open", "shop_till_session", ["site"],
        unique=True, sqlite_where=is_open, postgresql_where=is_open,
    )
    op.create_index("ix_shop_till_session_site_id", "shop_till_session", ["site", "id"])


def _drawers() -> None:
    op.create_table(
        "shop_cash_move",
        sa.Column("id", BigId, nullable=False),
        sa.Column("session_id", BigId, nullable=False),
        _text("way"),
        _pence("amount_pence"),
        _text("reason"),
        _text("by"),
        sa.Column("at", UTCTime(), nullable=False),
        sa.CheckConstraint("way IN ('in', 'out')", name="way_known"),
        sa.CheckConstraint("reason <> ''", name="reason_given"),
        sa.CheckConstraint(
            whole("amount_pence", 1, 10000000).sqltext,
            name="amount_pence_whole",
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["shop_till_session.id"], name="fk_shop_cash_move_session_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_shop_cash_move"),
    )
    op.create_index("ix_shop_cash_move_session_id", "shop_cash_move", ["session_id"])
    op.create_table(
        "shop_cash_count",
        sa.Column("session_id", BigId, autoincrement=False, nullable=False),
        _text("occasion"),
        sa.Column("denomination_pence", sa.Integer(), autoincrement=False, nullable=False),
        _pence("pieces"),
        sa.CheckConstraint(
            "occasion IN ('opened', 'closed')", name="occasion_known"
        ),
        sa.CheckConstraint(
            f"denomination_pence IN ({DENOMINATIONS})",
            name="denomination_known",
        ),
        sa.CheckConstraint(
            whole("pieces", 1, 9999).sqltext, name="pieces_whole"
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["shop_till_session.id"], name="fk_shop_cash_count_session_id"
        ),
        sa.PrimaryKeyConstraint(
            "session_id", "occasion", "denomination_pence", name="pk_shop_cash_count"
        ),
    )


def _reports() -> None:
    bounds = {
        "serial": (1, 999_999_999),
        "float_pence": (0, 10_000_000),
        "cash_in_pence": (0, TAKEN_AT_MOST),
        "cash_out_pence": (0, TAKEN_AT_MOST),
        "expected_pence": (-TAKEN_AT_MOST, TAKEN_AT_MOST),
        "counted_pence": (0, 10_000_000),
    }
    op.create_table(
        "shop_z_report",
        sa.Column("id", BigId, nullable=False),
        _text("site"),
        _pence("serial"),
        _text("number"),
        sa.Column("session_id", BigId, nullable=False),
        *(_pence(name) for name in bounds if name != "serial"),
        _pence("variance_pence"),
        _text("note"),
        _text("issued_by"),
        sa.Column("issued_at", UTCTime(), nullable=False),
        *(
            sa.CheckConstraint(
                whole(name, low, high).sqltext, name=f"{name}_whole"
            )
            for name, (low, high) in bounds.items()
        ),
        sa.CheckConstraint(
            "variance_pence = counted_pence - expected_pence",
            name="variance_is",
        ),
        sa.ForeignKeyConstraint(["site"], ["shop_site.id"], name="fk_shop_z_report_site"),
        sa.ForeignKeyConstraint(
            ["session_id"], ["shop_till_session.id"], name="fk_shop_z_report_session_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_shop_z_report"),
        sa.UniqueConstraint("number", name="uq_shop_z_report_number"),
        sa.UniqueConstraint("session_id", name="uq_shop_z_report_session_id"),
        sa.UniqueConstraint("site", "serial", name="uq_shop_z_report_site_serial"),
    )
    figures = ("sales", "sales_pence", "refunds", "refunds_pence")
    op.create_table(
        "shop_z_line",
        sa.Column("z_report_id", BigId, autoincrement=False, nullable=False),
        _text("method"),
        *(_pence(name) for name in figures),
        *(
            sa.CheckConstraint(
                whole(name, 0, TAKEN_AT_MOST).sqltext, name=f"{name}_whole"
            )
            for name in figures
        ),
        sa.ForeignKeyConstraint(
            ["z_report_id"], ["shop_z_report.id"], name="fk_shop_z_line_z_report_id"
        ),
        sa.PrimaryKeyConstraint("z_report_id", "method", name="pk_shop_z_line"),
    )


def _closing() -> None:
    op.create_table(
        "shop_closing_step",
        sa.Column("z_report_id", BigId, autoincrement=False, nullable=False),
        _text("step"),
        _text("by"),
        sa.Column("at", UTCTime(), nullable=False),
        sa.CheckConstraint("step IN ('holds', 'count', 'tomorrow')", name="step_known"),
        sa.ForeignKeyConstraint(
            ["z_report_id"], ["shop_z_report.id"], name="fk_shop_closing_step_z_report_id"
        ),
        sa.PrimaryKeyConstraint("z_report_id", "step", name="pk_shop_closing_step"),
    )


def _loans() -> None:
    op.create_table(
        "shop_loan",
        sa.Column("id", BigId, nullable=False),
        _pence("number"),
        _text("site"),
        _text("sku"),
        sa.Column("due_on", sa.Date(), nullable=False),
        _text("lent_by"),
        sa.Column("lent_at", UTCTime(), nullable=False),
        _text("ending", nullable=True),
        _text("ended_by", nullable=True),
        sa.Column("ended_at", UTCTime(), nullable=True),
        sa.Column("order_id", BigId, nullable=True),
        sa.CheckConstraint(whole("number", 1, 2000000000).sqltext, name="number_whole"),
        sa.CheckConstraint("ending IN ('back', 'sold', 'lost')", name="ending_known"),
        sa.CheckConstraint("(ended_at IS NULL) = (ending IS NULL)", name="ended_somehow"),
        sa.CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name="ended_by_somebody"),
        sa.CheckConstraint(
            "(order_id IS NOT NULL) = (COALESCE(ending, '') = 'sold')", name="sold_has_order"
        ),
        sa.ForeignKeyConstraint(["site"], ["shop_site.id"], name="fk_shop_loan_site"),
        sa.ForeignKeyConstraint(["sku"], ["shop_product.sku"], name="fk_shop_loan_sku"),
        sa.ForeignKeyConstraint(["order_id"], ["shop_order.id"], name="fk_shop_loan_order_id"),
        sa.PrimaryKeyConstraint("id", name="pk_shop_loan"),
        sa.UniqueConstraint("number", name="uq_shop_loan_number"),
        sa.UniqueConstraint("order_id", name="uq_shop_loan_order_id"),
    )
    op.create_index("ix_shop_loan_site_sku_ended_at", "shop_loan", ["site", "sku", "ended_at"])
    op.create_table(
        "shop_cleaning",
        sa.Column("id", BigId, nullable=False),
        _text("site"),
        _text("sku"),
        sa.Column("loan_id", BigId, nullable=True),
        _text("by"),
        sa.Column("at", UTCTime(), nullable=False),
        sa.ForeignKeyConstraint(["site"], ["shop_site.id"], name="fk_shop_cleaning_site"),
        sa.ForeignKeyConstraint(["sku"], ["shop_product.sku"], name="fk_shop_cleaning_sku"),
        sa.ForeignKeyConstraint(["loan_id"], ["shop_loan.id"], name="fk_shop_cleaning_loan_id"),
        sa.PrimaryKeyConstraint("id", name="pk_shop_cleaning"),
    )
    op.create_index("ix_shop_cleaning_site_sku", "shop_cleaning", ["site", "sku"])
    op.create_index("ix_shop_cleaning_loan_id", "shop_cleaning", ["loan_id"])


def _name_the_session(table_name: str) -> None:
    with op.batch_alter_table(table_name) as table:
        table.add_column(sa.Column("session_id", BigId, nullable=True))
        table.create_foreign_key(
            f"fk_{table_name}_session_id", "shop_till_session", ["session_id"], ["id"]
        )
        table.create_check_constraint(
            "session_at_the_desk", "session_id IS NULL OR gateway = 'counter'"
        )
        table.create_index(f"ix_{table_name}_session_id", ["session_id"])
