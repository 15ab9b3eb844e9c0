"""What a unit has cost on average, and so what the stock is worth.

The average moves when units are bought, weighted by what is there: (what is there at the old
average + what came at its cost) / all of it. Selling does not change it, so no sale waits here.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sqlalchemy import BigInteger, ForeignKey, Insert, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from shop.db import Base, table_of, whole
from shop.levels import StockLevel
from shop.money import MOST_PENCE
from shop.places import site_of

FINER = 1_000  # averages are kept in thousandths of a penny


class ProductCost(Base):
    """`average` is in thousandths of a penny, of one unit, over all clinics."""

    __tablename__ = "shop_product_cost"
    __table_args__ = (whole("average", 0, MOST_PENCE * FINER),)

    sku: Mapped[str] = mapped_column(ForeignKey("shop_product.sku"), primary_key=True)
    average: Mapped[int] = mapped_column(BigInteger)


@dataclass(frozen=True, slots=True)
class Value:
    """What stands at a clinic. Units whose cost nobody knows are counted, not guessed."""

    pence: int = 0
    units: int = 0
    units_of_unknown_cost: int = 0


def bought(work: Session, sku: str, units: int, unit_cost_pence: int) -> int:
    """Move a product's average for units that are about to arrive. Gives the new average.

    Units that were there before any cost was known take on the first one.
    """
    cost = unit_cost_pence * FINER
    first = work.scalar(
        _FIRST[work.get_bind().dialect.name].returning(ProductCost.sku),
        {"sku": sku, "average": cost},
    )
    if first is not None:
        return cost
    locked = select(ProductCost.average).where(ProductCost.sku == sku).with_for_update()
    average = work.scalars(locked).one()
    there = work.scalar(select(func.sum(StockLevel.on_hand)).where(StockLevel.sku == sku)) or 0
    moved = _half_up(there * average + units * cost, there + units)
    work.execute(update(ProductCost).where(ProductCost.sku == sku).values(average=moved))
    return moved


def averages(work: Session) -> Mapping[str, int]:
    """Each product's average cost in thousandths of a penny, where one is known."""
    return {each.sku: each.average for each in work.scalars(select(ProductCost))}


def stock_value(work: Session) -> Mapping[str, Value]:
    """What each clinic's stock is worth, wherever it stands or comes from, by site."""
    known = averages(work)
    found: dict[str, Value] = {}
    exact: dict[str, int] = {}
    rows = select(StockLevel.place, StockLevel.sku, StockLevel.on_hand)
    for place, sku, units in work.execute(rows.where(StockLevel.on_hand > 0)):
        site, so_far = site_of(place), found.get(site_of(place), Value())
        exact[site] = exact.get(site, 0) + units * known.get(sku, 0)
        found[site] = Value(
            _half_up(exact[site], FINER),
            so_far.units + units,
            so_far.units_of_unknown_cost + (0 if sku in known else units),
        )
    return found


def _half_up(amount: int, parts: int) -> int:
    return (2 * amount + parts) // (2 * parts)


def _first(insert_cost: Callable[..., postgresql.Insert | sqlite.Insert]) -> Insert:
    return insert_cost(table_of(ProductCost)).on_conflict_do_nothing()


_FIRST = {"sqlite": _first(sqlite.insert), "postgresql": _first(postgresql.insert)}
