"""Stock on screen: every clinic's shelf in one row, and why a number is what it is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from flask import request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from shop import clock, places, products, receipts, sites
from shop import stock as shelves
from shop.db import reading
from shop.ledger import MoveReason, StockMove
from shop.levels import StockLevel
from shop.pages import pages
from shop.pages.staff import site_here, staff_here
from shop.pages.staff.frame import show
from shop.pages.text import line, whole_number
from shop.sites import Site

MOST_FOUND = 200
MOVES_A_PAGE = 50
LAST_MOVE = 999_999_999


class Shelf(StrEnum):
    OUT = "Out"
    LOW = "Low"
    OK = "In stock"


@dataclass(frozen=True, slots=True)
class Row:
    """One product's free units, in the order of the table's clinics: ours first."""

    sku: str
    name: str
    price_pence: int
    free: tuple[int, ...]
    state: Shelf

    @property
    def total(self) -> int:
        return sum(self.free)


@dataclass(frozen=True, slots=True)
class Level:
    place: str
    on_hand: int
    held: int

    @property
    def free(self) -> int:
        return self.on_hand - self.held


@dataclass(frozen=True, slots=True)
class Move:
    """A line of the ledger in words. `change` is what it did to a shelf: +8 came, -1 left."""

    at: datetime
    cause: str
    receipt: str | None
    from_place: str
    to_place: str
    change: str
    by: str


@pages.get("/staff/stock")
def stock() -> ResponseReturnValue:
    """What each clinic can sell, of everything or of what the words fit."""
    staff_here()
    words = line(request.args.get("q", ""))
    with reading() as work:
        site = site_here(work)
        clinics = sorted(sites.listed(work), key=lambda clinic: clinic.id != site.id)
        found = products.search(work, words, most=MOST_FOUND) if words else products.listed(work)
        skus = [product.sku for product in found] if words else None
        free = shelves.free(work, skus, at=clock.now())
    rows = [_row(product, free.get(product.sku, {}), clinics) for product in found]
    return show("stock", site, words=words, clinics=clinics, rows=rows, Shelf=Shelf)


@pages.get("/staff/stock/<sku>")
def stock_item(sku: str) -> ResponseReturnValue:
    """One product's places, and the moves that made each number; older ones by `before`."""
    staff_here()
    before = request.args.get("before")
    before_id = None if before is None else whole_number(before, 1, LAST_MOVE)
    with reading() as work:
        site = site_here(work)
        product = products.get(work, sku)
        clinics = sites.listed(work)
        levels = shelves.levels_of(work, sku)
        moves = shelves.history(work, sku, before=before_id, most=MOVES_A_PAGE + 1)
        shown = moves[:MOVES_A_PAGE]
        history = _in_words(work, shown, clinics)
    return show(
        "stock_item",
        site,
        product=product,
        levels=_levels(levels, clinics),
        history=history,
        latest=before_id is None,
        older=shown[-1].id if len(moves) > len(shown) else None,
    )


def _row(product: products.Product, free: Mapping[str, int], clinics: Sequence[Site]) -> Row:
    units = tuple(free.get(clinic.id, 0) for clinic in clinics)
    state = Shelf.OUT if not units[0] else Shelf.LOW if units[0] <= shelves.LOW else Shelf.OK
    return Row(product.sku, product.name, product.price_pence, units, state)


def _levels(levels: Sequence[StockLevel], clinics: Sequence[Site]) -> list[Level]:
    """Every clinic's shelf, empty or not, then the other places that hold some."""
    held = {level.place: level for level in levels}
    shown = dict.fromkeys([places.shelf(clinic.id) for clinic in clinics] + sorted(held))
    return [
        Level(_place(place, clinics), held[place].on_hand, held[place].held)
        if place in held
        else Level(_place(place, clinics), 0, 0)
        for place in shown
    ]


def _in_words(work: Session, moves: Sequence[StockMove], clinics: Sequence[Site]) -> list[Move]:
    staff = staff_here()
    numbers = receipts.of_lines(work, [m.order_line_id for m in moves if m.order_line_id])
    lines = []
    for move in moves:
        number = numbers.get(move.order_line_id or 0)
        site_id = move.from_place.partition(":")[2]
        lines.append(
            Move(
                at=move.at,
                cause=f"{_REASONS[MoveReason(move.reason)]} {number or ''}".strip(),
                receipt=number if staff.role_at(site_id) else None,
                from_place=_place(move.from_place, clinics),
                to_place=_place(move.to_place, clinics),
                change=_change(move),
                by=move.by,
            )
        )
    return lines


_REASONS = {
    MoveReason.OPENING: "Opening stock",
    MoveReason.DELIVERY: "Delivery",
    MoveReason.SALE: "Sale",
    MoveReason.FOUND: "Found",
    MoveReason.USED: "Used in the clinic",
    MoveReason.LOST: "Lost or stolen",
    MoveReason.SUPPLIER_ERROR: "Supplier's mistake",
    MoveReason.DAMAGED: "Damaged",
    MoveReason.DEMO: "For the demo",
    MoveReason.BACK: "Back for sale",
    MoveReason.WRITTEN_OFF: "Written off",
    MoveReason.SENT: "Sent to another clinic",
    MoveReason.ARRIVED: "Arrived from another clinic",
    MoveReason.BROKEN: "Broken on the way",
    MoveReason.LOST_ON_THE_WAY: "Lost on the way",
    MoveReason.RETURNED: "Came back",
    MoveReason.COUNT: "Counted",
}


def _place(place: str, clinics: Sequence[Site]) -> str:
    """Cambridge shelf, Supplier, Customer."""
    kind, _, site_id = place.partition(":")
    if not site_id:
        return kind.capitalize()
    name = next((clinic.name for clinic in clinics if clinic.id == site_id), site_id)
    return f"{name} {kind}"


def _change(move: StockMove) -> str:
    """Signed for the shelf it touched; between two shelves it is both."""
    leaves, arrives = move.from_place not in places.OUTSIDE, move.to_place not in places.OUTSIDE
    return {(True, True): "±", (True, False): "−", (False, True): "+"}[leaves, arrives] + str(
        move.units
    )
