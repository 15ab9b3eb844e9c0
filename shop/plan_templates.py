"""The clinic's own sets of tools and guides, each under a name, for everybody who writes plans."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, insert, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from shop import plan_items
from shop.db import Base, BigId, UTCTime, whole
from shop.errors import NotFound, Refusal, Unreadable
from shop.plan_items import Items

LONGEST_NAME = 60
MOST_TEMPLATES = 30
MOST_VERSIONS = 999


class PlanTemplate(Base):
    """`version` is the one that is used now. One that was retired keeps its name and versions."""

    __tablename__ = "shop_plan_template"
    __table_args__ = (
        whole("version", 1, MOST_VERSIONS),
        CheckConstraint("(retired_at IS NULL) = (retired_by IS NULL)", name="retired_by_somebody"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    version: Mapped[int]
    retired_at: Mapped[datetime | None] = mapped_column(UTCTime)
    retired_by: Mapped[str | None]


class PlanTemplateVersion(Base):
    __tablename__ = "shop_plan_template_version"
    __table_args__ = (whole("version", 1, MOST_VERSIONS),)

    template_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("shop_plan_template.id"), primary_key=True
    )
    version: Mapped[int] = mapped_column(primary_key=True)
    set_id: Mapped[int] = mapped_column(BigId, ForeignKey("shop_plan_set.id"))
    by: Mapped[str]
    at: Mapped[datetime] = mapped_column(UTCTime)


@dataclass(frozen=True, slots=True)
class Template:
    """A template as it is used now."""

    id: int
    name: str
    version: int
    set_id: int
    by: str
    at: datetime
    items: Items


def save(work: Session, name: str, items: Items, *, by: str, at: datetime) -> int:
    """Keep these under a name, and give the version. A name that is there gets its next version.

    Plans that were written from an earlier version stay as they are. Raises Unreadable for a name
    that is no name, and Refusal where there are too many.
    """
    if not 1 <= len(name) <= LONGEST_NAME:
        raise Unreadable(f"Give it a name of 1 to {LONGEST_NAME} characters.")
    its = select(PlanTemplate).where(PlanTemplate.name == name).with_for_update()
    template = work.scalars(its).one_or_none()
    new = template is None or template.retired_at is not None
    if new and len(listed(work)) >= MOST_TEMPLATES:
        raise Refusal(f"There are {MOST_TEMPLATES} templates already. Retire one first.")
    if template is None:
        template = PlanTemplate(name=name, version=1)
        work.add(template)
    else:
        template.version += 1
        template.retired_at = template.retired_by = None
    work.flush()
    values = {"template_id": template.id, "version": template.version, "by": by, "at": at}
    set_id = plan_items.write(work, items)
    work.execute(insert(PlanTemplateVersion).values(**values, set_id=set_id))
    return template.version


def retire(work: Session, template_id: int, *, by: str, at: datetime) -> str:
    """Offer it no more, and give its name. Harmless twice."""
    template = work.get(PlanTemplate, template_id, with_for_update=True)
    if template is None:
        raise NotFound("There is no such template.")
    if template.retired_at is None:
        template.retired_at, template.retired_by = at, by
        work.flush()
    return template.name


def listed(work: Session) -> Sequence[Template]:
    """Those in use, by name."""
    its = (
        select(PlanTemplate, PlanTemplateVersion)
        .join(
            PlanTemplateVersion,
            (PlanTemplateVersion.template_id == PlanTemplate.id)
            & (PlanTemplateVersion.version == PlanTemplate.version),
        )
        .where(PlanTemplate.retired_at.is_(None))
        .order_by(PlanTemplate.name)
    )
    found = work.execute(its).all()
    items = plan_items.read(work, [version.set_id for _, version in found])
    return [
        Template(t.id, t.name, v.version, v.set_id, v.by, v.at, items[v.set_id]) for t, v in found
    ]
