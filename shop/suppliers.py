"""Who the clinic buys from, and what it usually pays them for which product."""

from collections.abc import Mapping, Sequence

from sqlalchemy import ForeignKey, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from shop import products
from shop.db import Base, BigId, whole
from shop.errors import NotFound, Refusal, Unreadable
from shop.money import MOST_PENCE

LONGEST_NAME = 100  # characters


class Supplier(Base):
    __tablename__ = "shop_supplier"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    email: Mapped[str]
    phone: Mapped[str]


class Supply(Base):
    """The supplier a product is usually ordered from, its code there, and its usual cost."""

    __tablename__ = "shop_supply"
    __table_args__ = (whole("unit_cost_pence", 0, MOST_PENCE),)

    sku: Mapped[str] = mapped_column(ForeignKey("shop_product.sku"), primary_key=True)
    supplier_id: Mapped[int] = mapped_column(BigId, ForeignKey("shop_supplier.id"))
    code: Mapped[str]
    unit_cost_pence: Mapped[int]


def add(work: Session, name: str, *, email: str = "", phone: str = "") -> Supplier:
    """Write down somebody the clinic buys from. Raises Refusal for a name that is taken."""
    name = name.strip()
    if not 1 <= len(name) <= LONGEST_NAME:
        raise Unreadable(f"A supplier has a name of up to {LONGEST_NAME} characters.")
    if work.scalar(select(Supplier.id).where(Supplier.name == name)):
        raise Refusal(f"{name} is a supplier already.")
    supplier = Supplier(name=name, email=email.strip(), phone=phone.strip())
    work.add(supplier)
    work.flush()
    return supplier


def get(work: Session, supplier_id: int) -> Supplier:
    found = work.get(Supplier, supplier_id)
    if found is None:
        raise NotFound("There is no such supplier.")
    return found


def listed(work: Session) -> Sequence[Supplier]:
    return work.scalars(select(Supplier).order_by(Supplier.name)).all()


def supplies(
    work: Session, supplier_id: int, sku: str, *, unit_cost_pence: int, code: str = ""
) -> None:
    """From now on this product is ordered from this supplier."""
    get(work, supplier_id), products.get(work, sku)
    if not 0 <= unit_cost_pence <= MOST_PENCE:
        raise Unreadable("A cost is an amount of money, and not below nothing.")
    work.merge(Supply(sku=sku, supplier_id=supplier_id, code=code, unit_cost_pence=unit_cost_pence))
    work.flush()


def usual_cost(work: Session, supplier_id: int, sku: str) -> int:
    """What one unit usually costs there, in pence; nothing where nobody has said."""
    found = work.get(Supply, sku)
    return found.unit_cost_pence if found and found.supplier_id == supplier_id else 0


def of(work: Session) -> Mapping[str, Supply]:
    """Each product's usual supplier, where it has one."""
    return {each.sku: each for each in work.scalars(select(Supply))}
