"""Sets of products: a manager makes them, and stops them. What they take off is in `set_offers`.

A set is never changed: it is stopped, and another one made. It is on sale while nobody has
stopped it and every part of it is on sale.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, select, text, update
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from shop import audit, products
from shop.db import Base, UTCTime, whole
from shop.errors import NotFound, Refusal, Unreadable
from shop.money import MOST_PENCE, in_words
from shop.products import Product
from shop.set_offers import Offer, Part

SHORTEST_CODE = 3
LONGEST_CODE = 20
LONGEST_NAME = 60
LONGEST_SUMMARY = 200
FEWEST_PARTS = 2  # different products
MOST_PARTS = 6
MOST_UNITS = 10  # of one product in a set
_CODE = re.compile(rf"(?=.*[A-Z])[A-Z0-9][A-Z0-9-]{{{SHORTEST_CODE - 1},{LONGEST_CODE - 1}}}")
_RUNS = text("stopped_at IS NULL")


class SetPart(Base):
    """So many of a product in a set. Appended with its set and never changed."""

    __tablename__ = "shop_set_part"
    __table_args__ = (
        UniqueConstraint("set_code", "position"),
        whole("position", 1, MOST_PARTS),
        whole("units", 1, MOST_UNITS),
    )

    set_code: Mapped[str] = mapped_column(ForeignKey("shop_set.code"), primary_key=True)
    sku: Mapped[str] = mapped_column(ForeignKey("shop_product.sku"), primary_key=True)
    position: Mapped[int]
    units: Mapped[int]


class ProductSet(Base):
    """Its code is no product's code or barcode, so that the till's one field can tell them apart.
    Of those that run, no two have the same name."""

    __tablename__ = "shop_set"
    __table_args__ = (
        whole("price_pence", 1, MOST_PENCE),
        CheckConstraint("(stopped_at IS NULL) = (stopped_by IS NULL)", name="stopped_by_somebody"),
        Index(
            "ix_shop_set_running_name", "name", unique=True,
            sqlite_where=_RUNS, postgresql_where=_RUNS,
        ),
    )  # fmt: skip

    code: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    summary: Mapped[str]
    price_pence: Mapped[int]
    made_by: Mapped[str]
    made_at: Mapped[datetime] = mapped_column(UTCTime)
    stopped_by: Mapped[str | None]
    stopped_at: Mapped[datetime | None] = mapped_column(UTCTime)

    parts: Mapped[list[SetPart]] = relationship(order_by=SetPart.position, lazy="selectin")


def make(
    work: Session,
    code: str,
    name: str,
    parts: Mapping[str, int],
    *,
    price_pence: int,
    summary: str = "",
    by: str,
    at: datetime,
) -> ProductSet:
    """Offer these units by sku together for one price, from now on. Nobody can change it after.

    Raises Unreadable for what can be no set, and Refusal for a code or a name that is taken, or a
    part that is not on sale. Nothing of it is kept then.
    """
    code, name = code.strip().upper(), name.strip()
    _require_readable(code, name, summary, parts)
    _require_price(work, parts, price_pence)
    if work.get(ProductSet, code) is not None:
        raise Refusal("There is, or was, a set with that code. Choose another one.")
    namesake = select(ProductSet.code).where(ProductSet.name == name, _RUNS)
    if work.scalar(namesake) is not None:
        raise Refusal("There is a set with that name. Stop it first, or choose another name.")
    made = ProductSet(
        code=code, name=name, summary=summary.strip(), price_pence=price_pence, made_by=by,
        made_at=at,
    )  # fmt: skip
    work.add(made)
    work.flush()  # from here on who makes a product with this code waits for us, and sees it
    if products.scanned(work, code) is not None:
        raise Refusal("A product has that code or barcode. Choose another code.")
    made.parts = [
        SetPart(set_code=code, sku=sku, position=n, units=units)
        for n, (sku, units) in enumerate(parts.items(), 1)
    ]
    work.flush()
    audit.record(work, "set made", code, by=by, at=at)
    return made


def stop(work: Session, code: str, *, by: str, at: datetime) -> None:
    """Nobody can buy it as a set any more. What was ordered stays as it is. Harmless again."""
    code = code.strip().upper()
    if work.get(ProductSet, code) is None:
        raise NotFound("There is no set with that code.")
    running = update(ProductSet).where(ProductSet.code == code, _RUNS)
    stopped = running.values(stopped_at=at, stopped_by=by).returning(ProductSet.code)
    if work.execute(stopped).one_or_none():
        audit.record(work, "set stopped", code, by=by, at=at)


def listed(work: Session, *, most: int) -> Sequence[ProductSet]:
    """The sets that were ever made, the latest first."""
    latest = select(ProductSet).order_by(ProductSet.made_at.desc(), ProductSet.code)
    return work.scalars(latest.limit(most)).all()


def offers(work: Session, goods: Mapping[str, Product]) -> tuple[Offer, ...]:
    """The sets on sale by name, at today's prices of these products. One statement."""
    its = (ProductSet.code, ProductSet.name, ProductSet.summary, ProductSet.price_pence)
    running = select(*its, SetPart.sku, SetPart.units).where(_RUNS)
    joined = running.join(SetPart, SetPart.set_code == ProductSet.code)
    parts: dict[tuple[str, str, str, int], list[Part]] = {}
    rows = work.execute(joined.order_by(ProductSet.name, SetPart.position))
    for code, name, summary, pence, sku, units in rows:
        part = Part(sku, units, goods[sku].price_pence)
        parts.setdefault((code, name, summary, pence), []).append(part)
    return tuple(
        Offer(*terms, tuple(of_it))
        for terms, of_it in parts.items()
        if all(goods[part.sku].on_sale for part in of_it)
    )


def among(work: Session, codes: Iterable[str]) -> set[str]:
    """Those of these codes that are a set's, also of one that was stopped."""
    return set(work.scalars(select(ProductSet.code).where(ProductSet.code.in_(sorted(codes)))))


def _require_readable(code: str, name: str, summary: str, parts: Mapping[str, int]) -> None:
    if not _CODE.fullmatch(code):
        raise Unreadable(
            f"A code has {SHORTEST_CODE} to {LONGEST_CODE} letters, digits and hyphens, "
            "like SET-NECK."
        )
    if not 1 <= len(name) <= LONGEST_NAME:
        raise Unreadable(f"Give it a name of up to {LONGEST_NAME} characters.")
    if len(summary.strip()) > LONGEST_SUMMARY:
        raise Unreadable(f"Say what it is for in up to {LONGEST_SUMMARY} characters.")
    if not FEWEST_PARTS <= len(parts) <= MOST_PARTS:
        raise Unreadable(f"A set has {FEWEST_PARTS} to {MOST_PARTS} different products.")
    if not all(1 <= units <= MOST_UNITS for units in parts.values()):
        raise Unreadable(f"Put 1 to {MOST_UNITS} of each product in.")


def _require_price(work: Session, parts: Mapping[str, int], price_pence: int) -> None:
    known = products.by_sku(work, parts)
    for sku in parts:
        if sku not in known or not known[sku].on_sale:
            raise Refusal(f"{known[sku].name if sku in known else sku} is not on sale.")
    full = sum(known[sku].price_pence * units for sku, units in parts.items())
    if not 1 <= price_pence <= full:
        raise Unreadable(f"Its parts cost {in_words(full)}. Ask for a price up to that.")
