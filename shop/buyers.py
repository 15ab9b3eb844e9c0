"""Who an online order is for: how to reach them, and the code by which they collect it.

Nothing is asked that the order doesn't need. The payment page asks for it, or our own where
somebody pays at the desk; it never says anything about a body.
"""

import secrets
from collections.abc import Callable, Iterable, Mapping

from sqlalchemy import Executable, ForeignKey, case, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from shop.db import Base, BigId, table_of

LONGEST_EMAIL = 200
LONGEST_NAME = 100
LONGEST_ADDRESS = 400
LONGEST_TRACKING = 60
_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # none that is taken for another
CODE_LENGTH = 8


class Buyer(Base):
    """One for each order that was placed on our pages. `code` is shown at the desk."""

    __tablename__ = "shop_buyer"

    order_id: Mapped[int] = mapped_column(BigId, ForeignKey("shop_order.id"), primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    email: Mapped[str] = mapped_column(default="", server_default="", index=True)
    name: Mapped[str] = mapped_column(default="", server_default="")
    address: Mapped[str] = mapped_column(default="", server_default="")
    tracking: Mapped[str] = mapped_column(default="", server_default="")


def learn(
    work: Session, order_id: int, *, email: str = "", name: str = "", address: str = ""
) -> Buyer:
    """Who has this order, as far as it is known now. What was known before stays as it was."""
    told = {
        "order_id": order_id,
        "code": "".join(secrets.choice(_LETTERS) for _ in range(CODE_LENGTH)),
        "email": email[:LONGEST_EMAIL],
        "name": name[:LONGEST_NAME],
        "address": address[:LONGEST_ADDRESS],
    }
    buyer: Buyer = work.scalars(_LEARN[work.get_bind().dialect.name], told).one()
    return buyer


def of_order(work: Session, order_id: int) -> Buyer | None:
    return work.get(Buyer, order_id)


def of_orders(work: Session, order_ids: Iterable[int]) -> Mapping[int, Buyer]:
    """The buyers of these orders in one query, by order."""
    found = work.scalars(select(Buyer).where(Buyer.order_id.in_(sorted(order_ids))))
    return {buyer.order_id: buyer for buyer in found}


def with_code(work: Session, code: str) -> Buyer | None:
    """Whose code this is, typed in any case and with any spaces or hyphens."""
    letters = "".join(code.upper().replace("-", " ").split())
    return work.scalars(select(Buyer).where(Buyer.code == letters)).one_or_none()


def in_groups(code: str) -> str:
    """K7M4-QX2P: as a person reads it out."""
    return f"{code[:4]}-{code[4:]}"


def sent_with(work: Session, order_id: int, tracking: str) -> None:
    """Note the number by which the post finds the parcel."""
    work.execute(update(Buyer).where(Buyer.order_id == order_id).values(tracking=tracking))


def _learning(insert_buyer: Callable[..., postgresql.Insert | sqlite.Insert]) -> Executable:
    row = table_of(Buyer)
    statement = insert_buyer(row)
    known = {
        name: case((row.c[name] == "", statement.excluded[name]), else_=row.c[name])
        for name in _TOLD
    }
    learnt = statement.on_conflict_do_update(index_elements=["order_id"], set_=known)
    fresh = {"populate_existing": True}
    return select(Buyer).from_statement(learnt.returning(row)).execution_options(**fresh)


_TOLD = ("email", "name", "address")
_LEARN = {"sqlite": _learning(sqlite.insert), "postgresql": _learning(postgresql.insert)}
