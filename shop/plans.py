"""Plans: what a practitioner suggests at the end of an appointment, under a code and no name.

A plan keeps one of each of its tools at its clinic until the end of the next day on which that is
open. It can be changed under the same code, revoked, and ends by itself after 90 days. Looking at
it uses nothing up. When it is bought, a counter rises, and the order knows nothing of it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import CheckConstraint, ForeignKey, Index, Select, delete, insert, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from shop import (
    audit,
    clock,
    failpoints,
    plan_codes,
    plan_counts,
    plan_holds,
    plan_items,
    sites,
)
from shop.db import Base, BigId, UTCTime, whole
from shop.errors import Gone, NotFound, Refusal, Unreadable
from shop.plan_items import Items

DAYS = 90  # and to the end of the last one
LONGEST_NOTE = 200
MOST_VERSIONS = 999


class Plan(Base):
    """`day` is the business day on which it was written. `opened` and `bought` say that it was
    counted as that, once; when, and by whom, is nowhere."""

    __tablename__ = "shop_plan"
    __table_args__ = (
        whole("version", 1, MOST_VERSIONS),
        CheckConstraint("length(code) = 8", name="code_whole"),
        CheckConstraint("made_at < ends_at", name="ends_later"),
        CheckConstraint("(revoked_at IS NULL) = (revoked_by IS NULL)", name="revoked_by_somebody"),
        Index("ix_shop_plan_site_made_at", "site", "made_at"),
        Index("ix_shop_plan_by_made_at", "by", "made_at"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    site: Mapped[str] = mapped_column(ForeignKey("shop_site.id"))
    day: Mapped[date]
    by: Mapped[str]
    made_at: Mapped[datetime] = mapped_column(UTCTime)
    ends_at: Mapped[datetime] = mapped_column(UTCTime, index=True)
    version: Mapped[int]
    revoked_at: Mapped[datetime | None] = mapped_column(UTCTime)
    revoked_by: Mapped[str | None]
    opened: Mapped[bool]
    bought: Mapped[bool]

    def in_force(self, at: datetime) -> bool:
        return self.revoked_at is None and at < self.ends_at


class PlanVersion(Base):
    """What a plan said from a time on. The note goes when the plan has ended."""

    __tablename__ = "shop_plan_version"
    __table_args__ = (
        whole("version", 1, MOST_VERSIONS),
        CheckConstraint(f"length(note) <= {LONGEST_NOTE}", name="note_short"),
    )

    plan_id: Mapped[int] = mapped_column(BigId, ForeignKey("shop_plan.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    set_id: Mapped[int] = mapped_column(BigId, ForeignKey("shop_plan_set.id"))
    note: Mapped[str]
    by: Mapped[str]
    at: Mapped[datetime] = mapped_column(UTCTime)


class PlanLink(Base):
    """A long link to a plan. Only its hash is kept, and every sheet that is printed has its own."""

    __tablename__ = "shop_plan_link"

    link_hash: Mapped[str] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(BigId, ForeignKey("shop_plan.id"), index=True)


@dataclass(frozen=True, slots=True)
class Issued:
    """A plan's code, and the tools of it of which none was free to keep."""

    code: str
    not_kept: tuple[str, ...]


def issue(
    work: Session,
    site_id: str,
    items: Items,
    *,
    note: str = "",
    by: str,
    zone: ZoneInfo,
    at: datetime,
) -> Issued:
    """Write a plan, and keep one of each of its tools here. What is out counts as missed.

    Raises Unreadable for an empty plan or too long a note, NotFound for what is not on sale.
    """
    site, day = sites.get(work, site_id), clock.day_of(at, zone)
    ends_at = clock.bounds(day + timedelta(days=DAYS), zone)[1]
    set_id = plan_items.write(work, items)
    plan = Plan(
        code=_new_code(work), site=site.id, day=day, by=by, made_at=at, ends_at=ends_at,
        version=1, opened=False, bought=False,
    )  # fmt: skip
    work.add(plan)
    work.flush()
    write_version(work, plan, set_id, note, by, at)
    plan_counts.add(work, day, site.id, items.area, written=1)
    failpoints.reached("plan.after_rows", work)
    out = plan_holds.keep_each(
        work, plan.id, site.id, items.tools, ends_at=ends_at, zone=zone, at=at
    )
    failpoints.reached("plan.after_holds", work)
    return Issued(plan.code, out)


def change(
    work: Session, code: str, items: Items, *, note: str = "", by: str, zone: ZoneInfo, at: datetime
) -> Issued:
    """Say something else under the same code, as its next version. The area stays.

    What it no longer suggests is let go, and one of each new tool is kept. Raises Refusal for a
    plan that was changed too often.
    """
    plan = locked(work, code, at=at)
    if plan.version >= MOST_VERSIONS:
        raise Refusal("This plan was changed too often. Take it back and write another one.")
    before = current(work, [plan])[plan.id][1]
    set_id = plan_items.write(work, Items(before.area, items.tools, items.guides))
    plan.version += 1
    work.flush()
    write_version(work, plan, set_id, note, by, at)
    plan_holds.release(work, plan.id, at=at, but=items.tools)
    new = [sku for sku in items.tools if sku not in before.tools]
    out = plan_holds.keep_each(
        work, plan.id, plan.site, new, ends_at=plan.ends_at, zone=zone, at=at
    )
    return Issued(plan.code, out)


def revoke(work: Session, code: str, *, by: str, at: datetime) -> None:
    """Take it back: nobody can open it any more, and nothing is kept for it. Harmless twice."""
    plan = with_code(work, code, lock=True)
    if plan.revoked_at is not None:
        return
    plan.revoked_at, plan.revoked_by = at, by
    work.flush()
    plan_holds.release(work, plan.id, at=at)
    audit.record(work, "plan.revoked", f"plan {plan.code}", by=by, at=at)


def mint(work: Session, code: str, *, at: datetime) -> str:
    """A new long link to a plan, for a sheet or a screen. Those from before still lead to it."""
    plan, link = locked(work, code, at=at), plan_codes.new_link()
    work.execute(insert(PlanLink).values(link_hash=plan_codes.hashed(link), plan_id=plan.id))
    return link


def find(work: Session, typed: str, *, at: datetime) -> Plan:
    """The plan in force with this code or this long link.

    Raises NotFound, which says what to check, and Gone for one that has ended or was taken back.
    """
    plan = with_link(work, typed) if plan_codes.is_link(typed) else with_code(work, typed)
    if not plan.in_force(at):
        raise Gone("This code has ended. Ask the desk for a new one.")
    return plan


def with_code(work: Session, code: str, *, lock: bool = False) -> Plan:
    """A plan in force or not, with `lock` for this transaction alone."""
    return _first(work, select(Plan).where(Plan.code == plan_codes.read(code)), lock)


def with_link(work: Session, link: str) -> Plan:
    its = PlanLink.link_hash == plan_codes.hashed(link)
    return _first(work, select(Plan).join(PlanLink, PlanLink.plan_id == Plan.id).where(its), False)


def locked(work: Session, code: str, *, at: datetime) -> Plan:
    """A plan in force that nobody else can change until this transaction ends."""
    plan = with_code(work, code, lock=True)
    if not plan.in_force(at):
        raise Gone("This plan has ended. Make a new one.")
    return plan


def current(work: Session, plans: Iterable[Plan]) -> dict[int, tuple[PlanVersion, Items]]:
    """What these plans say now, by plan."""
    ids = [plan.id for plan in plans]
    its = select(PlanVersion).join(
        Plan, (Plan.id == PlanVersion.plan_id) & (Plan.version == PlanVersion.version)
    )
    versions = work.scalars(its.where(Plan.id.in_(ids))).all()
    items = plan_items.read(work, {version.set_id for version in versions})
    return {version.plan_id: (version, items[version.set_id]) for version in versions}


def forget(work: Session, *, at: datetime) -> int:
    """Blank the notes and drop the links of plans that have ended. Say how many they were."""
    over = select(Plan.id).where((Plan.ends_at <= at) | Plan.revoked_at.is_not(None))
    noted = update(PlanVersion).where(PlanVersion.plan_id.in_(over), PlanVersion.note != "")
    work.execute(noted.values(note=""))
    gone = delete(PlanLink).where(PlanLink.plan_id.in_(over))
    return len(set(work.scalars(gone.returning(PlanLink.plan_id)).all()))


def write_version(work: Session, plan: Plan, set_id: int, note: str, by: str, at: datetime) -> None:
    """Write what a plan says from its present version on. Raises Unreadable for too long a note."""
    if len(note) > LONGEST_NOTE:
        raise Unreadable(f"A note has at most {LONGEST_NOTE} characters.")
    values = {"plan_id": plan.id, "version": plan.version, "set_id": set_id, "note": note}
    work.execute(insert(PlanVersion).values(**values, by=by, at=at))


def _new_code(work: Session) -> str:
    """A code that no plan has or had: one that was said aloud never leads to another's."""
    while work.scalar(select(Plan.id).where(Plan.code == (code := plan_codes.new_code()))):
        pass
    return code


def _first(work: Session, statement: Select[Plan], lock: bool) -> Plan:
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    plan = work.scalars(statement).one_or_none()
    if plan is None:
        raise NotFound(plan_codes.NOT_FOUND)
    return plan
