"""One product's stock: where it is, why each number is what it is, and what can be done."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from flask import request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from shop import causes, clock, holds, lent, places, products, sites, stock, stock_card
from shop.db import reading
from shop.errors import NotFound
from shop.levels import StockLevel
from shop.pages import pages
from shop.pages.form import Form
from shop.pages.staff import move_words, site_here, staff_here
from shop.pages.staff.frame import show
from shop.pages.staff.press import PressForm, blank
from shop.pages.staff.said import said
from shop.pages.staff.stock_forms import AdjustForm, MoveForm
from shop.pages.text import line, whole_number
from shop.places import Kind
from shop.sites import Site

MOVES_A_PAGE = 50
LAST_MOVE = 999_999_999


@dataclass(frozen=True, slots=True)
class Level:
    """`whom` is for whom what is held there is kept, in words: "order 1043", "2 plans".

    `lent` are those that a patient has at home: in the books here, and in nobody's hand.
    """

    place: str
    name: str
    on_hand: int
    held: int
    whom: tuple[str, ...] = ()
    lent: int = 0

    @property
    def free(self) -> int:
        return self.on_hand - self.held - self.lent


@dataclass(frozen=True, slots=True)
class Offer:
    """A clinic that has one to spare, and the way it would come."""

    clinic: str
    way: str


@dataclass(frozen=True, slots=True)
class Card:
    """The history of one place, a page of it, and where the next older page begins."""

    place: str
    name: str
    lines: Sequence[move_words.Line]
    latest: bool
    older: int | None


@pages.get("/staff/stock/<sku>")
def stock_item(sku: str) -> ResponseReturnValue:
    """Every place of one product, and the history of one of them: our shelf, or `place`."""
    return draw(sku)


def draw(
    sku: str, form: Form | None = None, *, question: str = "", elsewhere: Collection[str] = ()
) -> str:
    """The product's page. `form` is the one that was sent and refused, with its `question`.

    `elsewhere` are the names of clinics that one could be asked for.
    """
    staff = staff_here()
    with reading() as work:
        site, clinics = site_here(work), sites.listed(work)
        product = products.get(work, sku)
        levels = _levels(work, sku, clinics)
        card = _card(work, sku, _place(site, levels), clinics)
        here = next(each for each in levels if each.place == places.shelf(site.id))
        free = stock.free(work, [sku], at=clock.now()).get(sku, {}).get(site.id, 0)
    return show(
        "stock_item",
        site,
        form=form or Form(formdata=None),
        product=product,
        levels=levels,
        card=card,
        none_free=free <= 0,
        may_handle=staff.may_handle_stock_at(site.id),
        adjust_form=_adjusting(form, here.on_hand),
        move_form=form if isinstance(form, MoveForm) else blank(MoveForm),
        press_form=blank(PressForm),
        question=question,
        offers=[
            Offer(clinic.name, f"{clinic.id}>{site.id}")
            for clinic in clinics
            if clinic.name in elsewhere
        ],
        said=said(),
    )


def _adjusting(form: Form | None, on_shelf: int) -> AdjustForm:
    """The form that was refused, as it was typed, or an empty one that knows what it saw."""
    if isinstance(form, AdjustForm):
        return form
    fresh = blank(AdjustForm)
    fresh.seen.data = str(on_shelf)
    return fresh


def _levels(work: Session, sku: str, clinics: Sequence[Site]) -> list[Level]:
    """Every clinic's shelf, empty or not, then the other places that hold some or ever did."""
    held = {level.place: level for level in stock.levels_of(work, sku)}
    shown = dict.fromkeys([places.shelf(clinic.id) for clinic in clinics] + sorted(held))
    tried = any(level.on_hand for of, level in held.items() if places.kind_of(of) == Kind.DEMO)
    away = lent.of_product(work, sku) if tried else {}
    none = StockLevel(on_hand=0, held=0)
    some = any(level.held for level in held.values())
    kept = holds.of_product(work, sku, at=clock.now()) if some else ()
    return [
        Level(
            of,
            move_words.place(of, clinics),
            level.on_hand,
            level.held,
            _whom([hold.whom for hold in kept if hold.place == of]),
            away.get(of, 0),
        )
        for of in shown
        for level in [held.get(of, none)]
    ]


def _whom(kept_for: Sequence[str]) -> tuple[str, ...]:
    """Each order by its number, and how many plans: a plan has no name to say."""
    orders = [whom for whom in kept_for if whom.startswith("order")]
    plans = len(kept_for) - len(orders)
    return (*orders, *(["a plan"] if plans == 1 else [f"{plans} plans"] if plans else []))


def _place(site: Site, levels: Sequence[Level]) -> str:
    """The place whose history is asked for. Raises NotFound for one that there is none of."""
    asked = line(request.args.get("place", "")) or places.shelf(site.id)
    if not any(level.place == asked for level in levels):
        raise NotFound("There is no such place for this product.")
    return asked


def _card(work: Session, sku: str, of: str, clinics: Sequence[Site]) -> Card:
    before = request.args.get("before")
    before_id = None if before is None else whole_number(before, 1, LAST_MOVE)
    found = stock_card.entries(work, of, sku, before=before_id, most=MOVES_A_PAGE + 1)
    shown = found[:MOVES_A_PAGE]
    because = causes.of_moves(work, [entry.move.id for entry in shown])
    return Card(
        place=of,
        name=move_words.place(of, clinics),
        lines=move_words.lines(shown, because, of, clinics, staff_here()),
        latest=before_id is None,
        older=shown[-1].move.id if len(found) > len(shown) else None,
    )
