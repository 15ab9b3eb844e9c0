"""Plans in the desk's one field: a code that was typed, or the address in a scanned QR code."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from shop import plan_codes, plan_list, plans, products
from shop.errors import NotFound
from shop.plans import Plan

_IN_ADDRESS = "/p/"  # before the code or the link, in the address that a QR code has


@dataclass(frozen=True, slots=True)
class Waiting:
    """A plan for which something is kept here, in words."""

    code: str
    words: str


def could_be_plan(typed: str) -> bool:
    """Whether it looks like a plan's code or address, so that no other scan asks for one."""
    return _IN_ADDRESS in typed or plan_codes.is_code(typed)


def plan_meant(work: Session, typed: str) -> Plan | None:
    """The plan that this means, in force or not. None for what is no plan's code.

    Raises NotFound for an address of ours that leads to no plan.
    """
    _, in_address, last = typed.rpartition(_IN_ADDRESS)
    if in_address:
        key = last.partition("/")[0].partition("?")[0]
        if plan_codes.is_link(key):
            return plans.with_link(work, key)
        return plans.with_code(work, key)
    if not plan_codes.is_code(typed):
        return None
    try:
        return plans.with_code(work, typed)
    except NotFound:
        return None


def waiting(work: Session, site_id: str, *, at: datetime) -> list[Waiting]:
    """What waits at the desk, the latest first."""
    found = plan_list.waiting(work, site_id, at=at)
    names = products.by_sku(work, {sku for each in found for sku in each.items.tools})
    return [
        Waiting(each.plan.code, ", ".join(names[sku].name for sku in each.items.tools))
        for each in found
    ]
