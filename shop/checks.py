"""Proof that the books are right: every invariant that can be asked of a database.

A check is a question whose right answer is no rows. The rows it does return are what is
wrong, so they can be looked at.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from alembic.runtime.migration import MigrationContext
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from shop import range_triggers, seals, triggers
from shop.db import Database
from shop.migrations import VERSION_TABLE, head
from shop.money_questions import MONEY_QUESTIONS
from shop.questions import MOVED, MOVED_QUESTION, STOCK_QUESTIONS
from shop.till_questions import TILL_QUESTIONS

Rows = Sequence[str]
QUESTIONS = {**STOCK_QUESTIONS, **MONEY_QUESTIONS, **TILL_QUESTIONS}
HISTORY = "I7 history can't be changed, and is as it was sealed"


@dataclass(frozen=True, slots=True)
class Check:
    """`name` is the invariant; `wrong` are the rows that break it, one line each."""

    name: str
    wrong: Rows

    @property
    def ok(self) -> bool:
        return not self.wrong


def version(database: Database) -> str | None:
    """The version of the tables, None where there are none. Makes no file to look at.

    Raises DBAPIError when the database does not answer.
    """
    url = database.engine.url
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").exists():
        return None
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE})
        return context.get_current_revision()


def ready(database: Database) -> bool:
    """Whether the database answers and its tables are this version's."""
    try:
        return version(database) == head()
    except DBAPIError:
        return False


def verify(database: Database) -> list[Check]:
    """Ask every question. Looks only; safe while the shop sells."""
    with database.reading() as work:
        questions = {**QUESTIONS, MOVED: MOVED_QUESTION[work.get_bind().dialect.name]}
        found = [Check(name, _ask(work, sql)) for name, sql in questions.items()]
        lost = [*triggers.missing(work), *range_triggers.missing(work)]
        return [*found, Check(HISTORY, [*lost, *seals.broken(work)])]


def _ask(work: Session, sql: str) -> Rows:
    rows = work.execute(text(sql)).mappings().all()
    return [", ".join(f"{key} {value}" for key, value in row.items()) for row in rows]
