"""Plans: what a practitioner suggests, under a code and no name; and what is kept for it."""

import sqlalchemy as sa
from alembic import op

from shop.db import BigId, UTCTime, whole

revision = "0015"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _sites()
    _plans()
    _templates()
    _counts()
    _holds()


def _sites() -> None:
    with op.batch_alter_table("shop_site") as table:
        table.add_column(sa.Column("open_days", sa.Integer(), server_default="63", nullable=False))
        table.create_check_constraint("open_days_whole", whole("open_days", 1, 127).sqltext)


def _plans() -> None:
    op.create_table(
        "shop_plan_set",
        sa.Column("id", BigId, nullable=False),
        sa.Column("area", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_shop_plan_set"),
    )
    op.create_table(
        "shop_plan_tool",
        sa.Column("set_id", BigId, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("sku", sa.String(), nullable=False),
        whole("position", 1, 3),
        _to("shop_plan_tool", "set_id", "shop_plan_set.id"),
        _to("shop_plan_tool", "sku", "shop_product.sku"),
        sa.PrimaryKeyConstraint("set_id", "position", name="pk_shop_plan_tool"),
        sa.UniqueConstraint("set_id", "sku", name="uq_shop_plan_tool_set_id_sku"),
    )
    op.create_table(
        "shop_plan_guide",
        sa.Column("set_id", BigId, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("guide", sa.String(), nullable=False),
        sa.Column("hold_seconds", sa.Integer(), nullable=False),
        sa.Column("repeats", sa.Integer(), nullable=False),
        sa.Column("times_a_day", sa.Integer(), nullable=False),
        sa.Column("weeks", sa.Integer(), nullable=False),
        whole("position", 1, 3),
        whole("hold_seconds", 1, 120),
        whole("repeats", 0, 20),
        whole("times_a_day", 1, 4),
        whole("weeks", 1, 12),
        _to("shop_plan_guide", "set_id", "shop_plan_set.id"),
        sa.PrimaryKeyConstraint("set_id", "position", name="pk_shop_plan_guide"),
        sa.UniqueConstraint("set_id", "guide", name="uq_shop_plan_guide_set_id_guide"),
    )
    op.create_table(
        "shop_plan",
        sa.Column("id", BigId, nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("site", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("made_at", UTCTime(), nullable=False),
        sa.Column("ends_at", UTCTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("revoked_at", UTCTime(), nullable=True),
        sa.Column("revoked_by", sa.String(), nullable=True),
        sa.Column("opened", sa.Boolean(), nullable=False),
        sa.Column("bought", sa.Boolean(), nullable=False),
        whole("version", 1, 999),
        sa.CheckConstraint("length(code) = 8", name="code_whole"),
        sa.CheckConstraint("made_at < ends_at", name="ends_later"),
        sa.CheckConstraint("(revoked_at IS NULL) = (revoked_by IS NULL)", name="revoked_by_somebody"),
        _to("shop_plan", "site", "shop_site.id"),
        sa.PrimaryKeyConstraint("id", name="pk_shop_plan"),
        sa.UniqueConstraint("code", name="uq_shop_plan_code"),
    )
    op.create_index("ix_shop_plan_site_made_at", "shop_plan", ["site", "made_at"])
    op.create_index("ix_shop_plan_by_made_at", "shop_plan", ["by", "made_at"])
    op.create_index("ix_shop_plan_ends_at", "shop_plan", ["ends_at"])
    op.create_table(
        "shop_plan_version",
        sa.Column("plan_id", BigId, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("set_id", BigId, nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", UTCTime(), nullable=False),
        whole("version", 1, 999),
        sa.CheckConstraint("length(note) <= 200", name="note_short"),
        _to("shop_plan_version", "plan_id", "shop_plan.id"),
        _to("shop_plan_version", "set_id", "shop_plan_set.id"),
        sa.PrimaryKeyConstraint("plan_id", "version", name="pk_shop_plan_version"),
    )
    op.create_table(
        "shop_plan_link",
        sa.Column("link_hash", sa.String(), nullable=False),
        sa.Column("plan_id", BigId, nullable=False),
        _to("shop_plan_link", "plan_id", "shop_plan.id"),
        sa.PrimaryKeyConstraint("link_hash", name="pk_shop_plan_link"),
    )
    op.create_index("ix_shop_plan_link_plan_id", "shop_plan_link", ["plan_id"])
    op.create_table(
        "shop_basket_plan",
        sa.Column("basket_id", BigId, nullable=False),
        sa.Column("plan_id", BigId, nullable=False),
        _to("shop_basket_plan", "basket_id", "shop_basket.id", ondelete="CASCADE"),
        _to("shop_basket_plan", "plan_id", "shop_plan.id"),
        sa.PrimaryKeyConstraint("basket_id", "plan_id", name="pk_shop_basket_plan"),
    )


def _templates() -> None:
    op.create_table(
        "shop_plan_template",
        sa.Column("id", BigId, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("retired_at", UTCTime(), nullable=True),
        sa.Column("retired_by", sa.String(), nullable=True),
        whole("version", 1, 999),
        sa.CheckConstraint("(retired_at IS NULL) = (retired_by IS NULL)", name="retired_by_somebody"),
        sa.PrimaryKeyConstraint("id", name="pk_shop_plan_template"),
        sa.UniqueConstraint("name", name="uq_shop_plan_template_name"),
    )
    op.create_table(
        "shop_plan_template_version",
        sa.Column("template_id", BigId, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("set_id", BigId, nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", UTCTime(), nullable=False),
        whole("version", 1, 999),
        _to("shop_plan_template_version", "template_id", "shop_plan_template.id"),
        _to("shop_plan_template_version", "set_id", "shop_plan_set.id"),
        sa.PrimaryKeyConstraint("template_id", "version", name="pk_shop_plan_template_version"),
    )


def _counts() -> None:
    op.create_table(
        "shop_plan_count",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("site", sa.String(), nullable=False),
        sa.Column("area", sa.String(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("written", "opened", "bought")),
        *(whole(name, 0, 2_000_000_000) for name in ("written", "opened", "bought")),
        _to("shop_plan_count", "site", "shop_site.id"),
        sa.PrimaryKeyConstraint("day", "site", "area", name="pk_shop_plan_count"),
    )
    with op.batch_alter_table("shop_demand_count") as table:
        table.drop_constraint(op.f("ck_shop_demand_count_source_known"), type_="check")
        table.create_check_constraint("source_known", "source IN ('finder', 'till', 'plan')")


def _holds() -> None:
    with op.batch_alter_table("shop_hold") as table:
        table.alter_column("order_number", existing_type=sa.Integer(), nullable=True)
        table.add_column(sa.Column("plan_id", BigId, nullable=True))
        table.create_foreign_key("fk_shop_hold_plan_id", "shop_plan", ["plan_id"], ["id"])
        table.drop_constraint(op.f("ck_shop_hold_ending_known"), type_="check")
        table.create_check_constraint(
            "ending_known", "ending IN ('settled', 'released', 'expired', 'passed')"
        )
        table.create_check_constraint(
            "order_or_plan", "(order_number IS NULL) <> (plan_id IS NULL)"
        )
    active = sa.text("ended_at IS NULL")
    op.create_index(
        "uq_shop_hold_active_plan",
        "shop_hold",
        ["plan_id", "place", "sku"],
        unique=True,
        sqlite_where=active,
        postgresql_where=active,
    )


def _to(table: str, column: str, there: str, *, ondelete: str | None = None) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [there], name=f"fk_{table}_{column}", ondelete=ondelete
    )
