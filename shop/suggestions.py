"""What to order and what to move: worked out from rules, shelves and pace, decided by a person."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from shop import cover, purchases, stock, suppliers
from shop.cover import Pace
from shop.purchases import MOST_UNITS, Purchase, Wanted
from shop.stock import Standing
from shop.stock_rules import StockRule

MONTHS = 60  # days of cover, beyond which a clinic can spare some


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One shelf's rule beside what is there, what is coming and how it sells."""

    site: str
    sku: str
    minimum: int
    target: int
    pack: int
    lead_days: int
    free: int
    incoming: int  # from suppliers and from other clinics
    pace: Pace

    @property
    def units(self) -> int:
        """(target - free - incoming), rounded up to whole packs, as far as one order goes."""
        short = max(0, self.target - self.free - self.incoming)
        return min(-(-short // self.pack), MOST_UNITS // self.pack) * self.pack

    @property
    def formula(self) -> str:
        """The same, to be read by whoever decides."""
        short = self.target - self.free - self.incoming
        sum_ = f"{self.target} target − {self.free} free − {self.incoming} coming = {short}"
        most = f", at most {MOST_UNITS:,} at a time" if self.units < short else ""
        return f"{sum_}, in packs of {self.pack}{most}: {self.units}"

    @property
    def days_left(self) -> int | None:
        return self.pace.days_left(self.free)

    @property
    def is_due(self) -> bool:
        """Whether to order now: at the minimum, or out before a delivery could be here."""
        there = self.free + self.incoming
        days = self.pace.days_left(there)
        return there <= self.minimum or (days is not None and days <= self.lead_days)


@dataclass(frozen=True, slots=True)
class Proposal:
    """Units that one clinic can spare and another one needs."""

    sku: str
    from_site: str
    to_site: str
    units: int
    days_there: int | None  # of cover where they would come from; None: it sells none at all
    days_here: int | None


def to_order(
    work: Session, zone: ZoneInfo, *, at: datetime, site_id: str | None = None
) -> Sequence[Suggestion]:
    """Every shelf that is below its target with all that is coming; what is due comes first."""
    found = [each for each in _standing_rules(work, zone, at) if each.units]
    here = [each for each in found if site_id in (None, each.site)]
    return sorted(here, key=lambda each: (not each.is_due, each.site, each.sku))


def to_move(work: Session, zone: ZoneInfo, *, at: datetime) -> Sequence[Proposal]:
    """What a clinic with months of cover could send to one that is due, the neediest first.

    Nobody is left with less than two months, or below their own target.
    """
    rules = {(each.site, each.sku): each for each in _standing_rules(work, zone, at)}
    standings, paces = stock.overview(work, at=at), cover.paces(work, zone, at=at)
    spare = {
        (site, sku): _spare(standing, paces.get((site, sku), Pace()), rules.get((site, sku)))
        for sku, here in standings.items()
        for site, standing in here.items()
    }
    needy = sorted(
        (each for each in rules.values() if each.is_due and each.units),
        key=lambda each: (each.free, each.site, each.sku),
    )
    proposals: list[Proposal] = []
    for need in needy:
        proposals += _fill(need, spare, standings.get(need.sku, {}), paces)
    return proposals


def order_them(
    work: Session, chosen: Iterable[Suggestion], *, by: str, at: datetime
) -> Sequence[Purchase]:
    """Make the chosen suggestions into draft purchase orders, one for each supplier and site.

    What has no supplier is left out: see `without_supplier`.
    """
    known = suppliers.of(work)
    baskets: dict[tuple[int, str], list[Wanted]] = {}
    for each in chosen:
        if supply := known.get(each.sku):
            wanted = Wanted(each.sku, each.units, supply.unit_cost_pence)
            baskets.setdefault((supply.supplier_id, each.site), []).append(wanted)
    return [
        purchases.draft(work, supplier_id, site, wanted, by=by, at=at)
        for (supplier_id, site), wanted in sorted(baskets.items())
    ]


def without_supplier(work: Session, chosen: Iterable[Suggestion]) -> Sequence[Suggestion]:
    """Those of the chosen that nobody is known to supply."""
    known = suppliers.of(work)
    return [each for each in chosen if each.sku not in known]


def _standing_rules(work: Session, zone: ZoneInfo, at: datetime) -> Sequence[Suggestion]:
    standings, ordered = stock.overview(work, at=at), purchases.on_order(work)
    paces = cover.paces(work, zone, at=at)
    found = []
    for rule in work.scalars(select(StockRule).order_by(StockRule.site, StockRule.sku)):
        key = rule.site, rule.sku
        here = standings.get(rule.sku, {}).get(rule.site, Standing())
        found.append(
            Suggestion(
                *key,
                rule.minimum,
                rule.target,
                rule.pack,
                rule.lead_days,
                free=here.free,
                incoming=here.coming + ordered.get(key, 0),
                pace=paces.get(key, Pace()),
            )
        )
    return found


def _spare(here: Standing, pace: Pace, rule: Suggestion | None) -> int:
    keeps = max(pace.units_for(MONTHS), rule.target if rule else 0)
    return max(0, here.free - keeps)


def _fill(
    need: Suggestion,
    spare: dict[tuple[str, str], int],
    standings: Mapping[str, Standing],
    paces: Mapping[tuple[str, str], Pace],
) -> Iterable[Proposal]:
    """Take from who can spare most, until the target is reached. What is taken is not spare."""
    short = need.target - need.free - need.incoming
    for site in sorted(standings, key=lambda other: (-spare.get((other, need.sku), 0), other)):
        units = min(short, spare.get((site, need.sku), 0))
        if site == need.site or units <= 0:
            continue
        short -= units
        spare[site, need.sku] -= units
        there = paces.get((site, need.sku), Pace()).days_left(standings[site].free)
        yield Proposal(need.sku, site, need.site, units, there, need.days_left)
