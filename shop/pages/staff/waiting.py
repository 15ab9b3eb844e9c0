"""An order that somebody has come for, as the till shows it."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from shop import order_lines, reservations, substitutes
from shop.errors import Refusal
from shop.pages.staff.codes import COLLECTS
from shop.pages.staff.online_page import of_staff
from shop.sites import Site


@dataclass(frozen=True, slots=True)
class Waiting:
    """`due_pence` is what is still to be paid here, nothing for one that was paid online."""

    number: int
    what: tuple[str, ...]
    due_pence: int


def waiting(work: Session, number: str, site: Site) -> Waiting | None:
    """The order that an address of the till names, if it is to be handed over here."""
    try:
        order = of_staff(work, number)
    except Refusal:
        return None
    if order.site != site.id or order.state not in COLLECTS:
        return None
    lines = order_lines.lines_of(work, [order.id])
    instead = substitutes.of_lines(work, [line.id for line in lines])
    what = tuple(f"{line.units} × {instead.get(line.id, line).name}" for line in lines)
    due = order.total_pence if reservations.is_reservation(work, order) else 0
    return Waiting(order.number, what, due)
