"""What is kept for a plan: one of each of its tools, until it is bought, revoked or too late.

Each hold is a row of `holds.py` like an order's. When the plan is bought, its units pass to the
order in the order's own transaction, so that there is no moment at which another one gets them.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.orm import Session

from shop import clock, demand, holds, places, sites
from shop.db import UTCTime, table_of
from shop.holds import Ending, Hold
from shop.levels import Shift


def keep(
    work: Session, place: str, sku: str, *, plan_id: int, until: datetime, at: datetime
) -> bool:
    """Keep one of a product for a plan, if one is free. False, and nothing changed, if none is."""
    if not holds.shift(work, Shift(place, sku, held=1), at=at):
        return False
    terms = {"place": place, "sku": sku, "units": 1, "made_at": at, "until": until}
    work.execute(_KEEP, {**terms, "plan_id": plan_id})
    return True


def keep_each(
    work: Session,
    plan_id: int,
    site_id: str,
    skus: Iterable[str],
    *,
    ends_at: datetime,
    zone: ZoneInfo,
    at: datetime,
) -> tuple[str, ...]:
    """Keep one of each at a clinic until the end of its next opening day. Gives those that are out.

    What is out counts as missed there.
    """
    site, today, out = sites.get(work, site_id), clock.day_of(at, zone), list[str]()
    until = min(clock.bounds(sites.next_opening(site, today), zone)[1], ends_at)
    for sku in sorted(skus):
        if not keep(work, places.shelf(site.id), sku, plan_id=plan_id, until=until, at=at):
            demand.missed(work, site.id, sku, demand.Source.PLAN, day=today)
            out.append(sku)
    return tuple(out)


def release(work: Session, plan_id: int, *, at: datetime, but: Iterable[str] = ()) -> None:
    """Let go of what is kept for a plan, all of it or all `but` these products. Harmless twice."""
    values = {"plan": plan_id, "now": at, "but": list(but)}
    for place, sku, units in sorted(work.execute(_RELEASE, values).all()):
        _let_go(work, place, sku, units, at)


def take_over(
    work: Session, plan_ids: Iterable[int], place: str, skus: Iterable[str], *, at: datetime
) -> dict[str, int]:
    """An order buys these products of some plans: what was kept for them is the order's now.

    Gives the units at the order's own place, which its level still counts as held: hand them to
    `holds.make` in the same transaction. What was kept elsewhere is let go.
    """
    values = {"plans": list(plan_ids), "skus": list(skus)}
    given: dict[str, int] = {}
    for was_at, sku, units in sorted(work.execute(_PASS, values).all()):
        if was_at == place:
            given[sku] = given.get(sku, 0) + units
        else:
            _let_go(work, was_at, sku, units, at)
    return given


def kept(
    work: Session, plan_ids: Iterable[int], *, at: datetime
) -> Mapping[int, Mapping[str, tuple[str, datetime]]]:
    """Where each product of these plans is kept for it now, and until when, by plan and sku."""
    found: dict[int, dict[str, tuple[str, datetime]]] = {}
    for plan_id, sku, place, until in work.execute(_KEPT, {"plans": list(plan_ids), "now": at}):
        found.setdefault(plan_id, {})[sku] = (places.site_of(place), until)
    return found


def _let_go(work: Session, place: str, sku: str, units: int, at: datetime) -> None:
    let_go = holds.shift(work, Shift(place, sku, held=-units), at=at)
    assert let_go, f"{place} holds fewer {sku} than its holds say"


_HOLD = table_of(Hold)
_KEEP = insert(_HOLD)
_RELEASE = (
    update(_HOLD)
    .where(
        _HOLD.c.ended_at.is_(None),
        _HOLD.c.plan_id == bindparam("plan"),
        _HOLD.c.sku.not_in(bindparam("but", expanding=True)),
    )
    .values(ended_at=bindparam("now"), ending=Ending.RELEASED.value)
    .returning(_HOLD.c.place, _HOLD.c.sku, _HOLD.c.units)
)
_PASS = (
    update(_HOLD)
    .where(
        _HOLD.c.ended_at.is_(None),
        _HOLD.c.plan_id.in_(bindparam("plans", expanding=True)),
        _HOLD.c.sku.in_(bindparam("skus", expanding=True)),
    )
    .values(ended_at=_HOLD.c.made_at, ending=Ending.PASSED.value)
    .returning(_HOLD.c.place, _HOLD.c.sku, _HOLD.c.units)
)
_KEPT = select(_HOLD.c.plan_id, _HOLD.c.sku, _HOLD.c.place, _HOLD.c.until).where(
    _HOLD.c.ended_at.is_(None),
    _HOLD.c.until > bindparam("now", type_=UTCTime),
    _HOLD.c.plan_id.in_(bindparam("plans", expanding=True)),
)
