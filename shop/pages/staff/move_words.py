"""The ledger in words: where, why, who, and from how many to how many."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import url_for

from shop import places
from shop.causes import Cause, Kind
from shop.ledger import MoveReason
from shop.sites import Site
from shop.staff import Staff
from shop.stock_card import Entry

_REASONS = {
    MoveReason.OPENING: "Opening stock",
    MoveReason.DELIVERY: "Delivery",
    MoveReason.SALE: "Sale",
    MoveReason.KEPT: "Put aside",
    MoveReason.HANDED_OVER: "Handed over",
    MoveReason.UNCOLLECTED: "Not collected",
    MoveReason.BROUGHT_BACK: "Brought back",
    MoveReason.FOUND: "Found",
    MoveReason.USED: "Used in the clinic",
    MoveReason.LOST: "Lost or stolen",
    MoveReason.SUPPLIER_ERROR: "Supplier’s mistake",
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
# What somebody did, for "Anna sold 1".
_DID = {
    MoveReason.SALE: "sold",
    MoveReason.UNCOLLECTED: "put back",
    MoveReason.BROUGHT_BACK: "took back",
    MoveReason.DELIVERY: "received",
    MoveReason.OPENING: "entered",
    MoveReason.SENT: "sent off",
    MoveReason.ARRIVED: "received",
    MoveReason.FOUND: "found",
    MoveReason.LOST: "lost",
    MoveReason.USED: "used",
    MoveReason.DAMAGED: "set aside as damaged",
    MoveReason.DEMO: "took for the demo",
    MoveReason.BACK: "put back",
}
_KINDS = {
    places.Kind.SHELF: "shelf",
    places.Kind.KEPT: "kept for orders",
    places.Kind.DEMO: "demo",
    places.Kind.DAMAGED: "damaged",
    places.Kind.TRANSIT: "on the way to",
}

_SCREENS = {
    Kind.SALE: ".sale",
    Kind.TRANSFER: ".transfer",
    Kind.COUNT: ".count",
    Kind.DELIVERY: ".delivery",
}


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a place's ledger. `address` leads to the cause, for who may open it."""

    at: datetime
    why: str
    address: str | None
    other_place: str
    change: str
    before: int
    after: int
    by: str
    note: str


def reason(why: MoveReason) -> str:
    return _REASONS[why]


def place(of: str, clinics: Sequence[Site]) -> str:
    """Cambridge shelf, On the way to Ely, Supplier."""
    kind, site_id = places.kind_of(of), places.site_of(of)
    if not site_id:
        return kind.capitalize()
    name = next((clinic.name for clinic in clinics if clinic.id == site_id), site_id)
    if kind == places.Kind.TRANSIT:
        return f"On the way to {name}"
    return f"{name} {_KINDS[places.Kind(kind)]}"


def lines(
    entries: Iterable[Entry],
    causes: Mapping[int, Cause],
    here: str,
    clinics: Sequence[Site],
    staff: Staff,
) -> list[Line]:
    """A place's moves as its people read them."""
    shown = []
    for entry in entries:
        move, cause = entry.move, causes.get(entry.move.id)
        other = move.to_place if move.from_place == here else move.from_place
        shown.append(
            Line(
                at=move.at,
                why=f"{reason(MoveReason(move.reason))} {cause.number if cause else ''}".strip(),
                address=_address(cause, staff),
                other_place=place(other, clinics),
                change=f"{'+' if entry.after > entry.before else '−'}{move.units}",
                before=entry.before,
                after=entry.after,
                by=move.by,
                note=move.note or "",
            )
        )
    return shown


def since(entries: Iterable[Entry]) -> str:
    """What was done, oldest first: "Rae Ellis sold 1 and Morgan Lee received 3"."""
    done = " and ".join(_act(entry) for entry in reversed(list(entries)))
    return done[:1].upper() + done[1:]


def _act(entry: Entry) -> str:
    move, reason = entry.move, MoveReason(entry.move.reason)
    if reason == MoveReason.KEPT:  # nobody at a desk did it: it was paid for
        return f"an online order took {move.units}"
    if did := _DID.get(reason):
        return f"{move.by} {did} {move.units}"
    return f"{move.by} made it {entry.after - entry.before:+d}"


def _address(cause: Cause | None, staff: Staff) -> str | None:
    """Where the cause is shown, for people of one of its clinics."""
    if cause is None or not any(staff.role_at(site) for site in cause.sites):
        return None
    return url_for(_SCREENS[cause.kind], number=cause.number)
