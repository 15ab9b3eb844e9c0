"""Run by Alembic, on the connection and in the transaction that `upgrade` opened."""

from alembic import context

import shop.tables  # noqa: F401 - so that the metadata knows every table
from shop import failpoints
from shop.db import Base
from shop.migrations import VERSION_TABLE


def ours(name: str | None, kind: str, parents: object) -> bool:
    """In a shared database the host's own tables are none of our business."""
    return kind != "table" or str(name).startswith("shop_")


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    version_table=VERSION_TABLE,
    include_name=ours,
    render_as_batch=connection.dialect.name == "sqlite",
    transactional_ddl=True,
    on_version_apply=lambda **step: failpoints.reached("migrate.step"),
)
context.run_migrations()
