"""What a plan suggests: tools, and guides with how much of each. Frozen once it is written.

A plan's version and a template's version both point at one. It says where on the body, and
nothing of whom it is for.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import ForeignKey, Row, UniqueConstraint, insert, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from shop import products
from shop.db import Base, BigId, table_of, whole
from shop.errors import NotFound, Unreadable

MOST_TOOLS = 3
MOST_GUIDES = 3  # what one sheet of paper has room for
MOST_SECONDS = 120  # of one hold
MOST_REPEATS = 20
MOST_TIMES = 4  # a day
MOST_WEEKS = 12


class PlanSet(Base):
    """`area` is a region of the body; a region that the content has no more is shown without."""

    __tablename__ = "shop_plan_set"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    area: Mapped[str]


class PlanTool(Base):
    __tablename__ = "shop_plan_tool"
    __table_args__ = (UniqueConstraint("set_id", "sku"), whole("position", 1, MOST_TOOLS))

    set_id: Mapped[int] = mapped_column(BigId, ForeignKey("shop_plan_set.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    sku: Mapped[str] = mapped_column(ForeignKey("shop_product.sku"))


class PlanGuide(Base):
    """A guide by its id in the content, and the dose that the practitioner gave it."""

    __tablename__ = "shop_plan_guide"
    __table_args__ = (
        UniqueConstraint("set_id", "guide"),
        whole("position", 1, MOST_GUIDES),
        whole("hold_seconds", 1, MOST_SECONDS),
        whole("repeats", 0, MOST_REPEATS),
        whole("times_a_day", 1, MOST_TIMES),
        whole("weeks", 1, MOST_WEEKS),
    )

    set_id: Mapped[int] = mapped_column(BigId, ForeignKey("shop_plan_set.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    guide: Mapped[str]
    hold_seconds: Mapped[int]
    repeats: Mapped[int]
    times_a_day: Mapped[int]
    weeks: Mapped[int]


@dataclass(frozen=True, slots=True)
class Dosed:
    """One guide with how much of it: seconds of a hold, slow movements, times a day, weeks."""

    guide: str
    hold_seconds: int
    repeats: int
    times_a_day: int
    weeks: int


@dataclass(frozen=True, slots=True)
class Items:
    """What is suggested for an area: products by sku, and guides, both in the order shown."""

    area: str
    tools: tuple[str, ...] = ()
    guides: tuple[Dosed, ...] = ()


def write(work: Session, items: Items, *, there: Iterable[str] = ()) -> int:
    """Write down what is suggested, and give its id.

    Raises Unreadable where it is nothing or too much, and NotFound for a product that we don't
    sell, unless it was `there` before and stays.
    """
    _check(work, items, set(there))
    new = insert(_SET).values(area=items.area).returning(_SET.c.id)
    set_id: int = work.execute(new).scalar_one()
    tools = [{"set_id": set_id, "position": n, "sku": sku} for n, sku in enumerate(items.tools, 1)]
    guides = [
        {"set_id": set_id, "position": n, **asdict(dosed)}
        for n, dosed in enumerate(items.guides, 1)
    ]
    for table, rows in ((_TOOL, tools), (_GUIDE, guides)):
        if rows:
            work.execute(insert(table), rows)
    return set_id


def read(work: Session, set_ids: Iterable[int]) -> Mapping[int, Items]:
    """What these suggest, by id."""
    ids = list(set_ids)
    areas = dict(work.execute(select(_SET.c.id, _SET.c.area).where(_SET.c.id.in_(ids))).all())
    tools = _by_set(work.execute(_TOOLS.where(_TOOL.c.set_id.in_(ids))))
    guides = _by_set(work.execute(_GUIDES.where(_GUIDE.c.set_id.in_(ids))))
    return {
        id_: Items(
            area,
            tuple(row[0] for row in tools.get(id_, ())),
            tuple(Dosed(*row) for row in guides.get(id_, ())),
        )
        for id_, area in areas.items()
    }


def one(work: Session, set_id: int) -> Items:
    found = read(work, [set_id])
    if set_id not in found:
        raise NotFound("There is no such suggestion any more.")
    return found[set_id]


def _by_set(rows: Iterable[Row[Any]]) -> dict[int, list[tuple[Any, ...]]]:
    found: dict[int, list[tuple[Any, ...]]] = {}
    for row in rows:
        found.setdefault(row[0], []).append(tuple(row)[1:])
    return found


def _check(work: Session, items: Items, there: set[str]) -> None:
    if not items.tools and not items.guides:
        raise Unreadable("Choose a tool or a guide. There is nothing in this plan yet.")
    if len(items.tools) > MOST_TOOLS:
        raise Unreadable(f"Choose {MOST_TOOLS} tools at most, so that the sheet stays one page.")
    if len(items.guides) > MOST_GUIDES:
        raise Unreadable(f"Choose {MOST_GUIDES} guides at most, so that the sheet stays one page.")
    known = products.by_sku(work, items.tools)
    for sku in items.tools:
        if sku not in there and (sku not in known or not known[sku].on_sale):
            raise NotFound(f"{known[sku].name if sku in known else sku} is no longer on sale.")


_SET, _TOOL, _GUIDE = table_of(PlanSet), table_of(PlanTool), table_of(PlanGuide)
_TOOLS = select(_TOOL.c.set_id, _TOOL.c.sku).order_by(_TOOL.c.set_id, _TOOL.c.position)
_GUIDES = select(
    _GUIDE.c.set_id,
    _GUIDE.c.guide,
    _GUIDE.c.hold_seconds,
    _GUIDE.c.repeats,
    _GUIDE.c.times_a_day,
    _GUIDE.c.weeks,
).order_by(_GUIDE.c.set_id, _GUIDE.c.position)
