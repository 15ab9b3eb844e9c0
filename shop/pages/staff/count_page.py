"""A count's page. Who counts is never shown what to expect; who looks at what differs, is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import request
from sqlalchemy.orm import Session
from wtforms import HiddenField

from shop import count_progress, counts, products
from shop.count_scope import COUNTED
from shop.counts import Count, CountLine, CountState
from shop.db import reading
from shop.errors import NotFound, Unreadable
from shop.pages.fields import WholeField
from shop.pages.form import Form
from shop.pages.staff import site_here, staff_here
from shop.pages.staff.frame import show
from shop.pages.staff.listing import ListForm, hits, words
from shop.pages.staff.press import PressForm, blank
from shop.pages.staff.said import said
from shop.pages.text import line, whole_number
from shop.places import Kind, kind_of
from shop.sites import Site

LAST_NUMBER = 999_999_999


class CountForm(ListForm):
    """One scan, of a unit on the shelf or of one that is kept for an order."""

    kind = HiddenField(default=Kind.SHELF)


class PutForm(PressForm):
    """So many of a product are there, whatever was counted before."""

    sku = HiddenField()
    kind = HiddenField(default=Kind.SHELF)
    units = WholeField("How many are there?", low=0, high=counts.MOST_UNITS)


@dataclass(frozen=True, slots=True)
class Line:
    """One product of a count as who counts may see it: no word of what the books say."""

    sku: str
    name: str
    kind: Kind
    counted: int
    by: str
    at: datetime | None

    @property
    def where(self) -> str:
        return "" if self.kind == Kind.SHELF else "kept for orders"


@dataclass(frozen=True, slots=True)
class Difference:
    name: str
    where: str
    expected: int
    counted: int
    difference: str


def kind_of_form(typed: str | None) -> Kind:
    """Shelf or kept. Raises Unreadable for a place that is not counted."""
    if typed not in COUNTED:
        raise Unreadable("Count what stands on the shelf, or what is kept for collection.")
    return Kind(typed)


def of_staff(work: Session, number: str) -> Count:
    """The count an address names, for people of its clinic."""
    count = counts.get(work, whole_number(number, 1, LAST_NUMBER))
    if not staff_here().role_at(count.site):
        raise NotFound("There is no count with that number.")
    return count


def draw(number: str, form: Form | None = None) -> str:
    """The page to count on. `form` is the one that was sent and refused."""
    typed = words()
    with reading() as work:
        site, count = site_here(work), of_staff(work, number)
        so_far = count_progress.of(work, count.number)
        left = seen(work, count_progress.left(work, count.number))
        counted = seen(work, count_progress.counted(work, count.number))
        putting = _putting(form, work, count)
        found = hits(work, typed)
        name = _name(work, putting)
    return show(
        "count",
        site,
        form=form or Form(formdata=None),
        count=count,
        open_here=_open_here(count, site),
        left=left,
        counted=counted,
        so_far=so_far,
        list_form=_scanning(form),
        put_form=putting,
        put_name=name,
        press_form=blank(PressForm),
        hits=found,
        words=typed,
        said=said(),
    )


def _open_here(count: Count, site: Site) -> bool:
    handles = staff_here().may_handle_stock_at(site.id)
    return handles and count.state == CountState.OPEN and count.site == site.id


def _scanning(form: Form | None) -> CountForm:
    if isinstance(form, CountForm):
        return form
    fresh = blank(CountForm)
    fresh.kind.data = _asked_kind()
    return fresh


def _asked_kind() -> Kind:
    asked = line(request.args.get("where", ""))
    return kind_of_form(asked) if asked else Kind.SHELF


def _putting(form: Form | None, work: Session, count: Count) -> PutForm | None:
    """The form for one product's number, where somebody asked for it by `line`."""
    if isinstance(form, PutForm):
        return form
    asked = line(request.args.get("line", ""))
    if not asked or count_progress.line_of(work, count.number, asked) is None:
        return None
    fresh = blank(PutForm)
    fresh.sku.data, fresh.kind.data = asked, _asked_kind()
    return fresh


def _name(work: Session, putting: PutForm | None) -> str:
    """What the product is called whose number is typed; what was sent, where there is none."""
    sku = (putting.sku.data or "") if putting else ""
    known = products.by_sku(work, [sku])
    return known[sku].name if sku in known else sku


def seen(work: Session, found: Sequence[CountLine]) -> list[Line]:
    """These lines as who counts may see them."""
    known = products.by_sku(work, [each.sku for each in found])
    return [
        Line(
            each.sku,
            known[each.sku].name,
            Kind(kind_of(each.place)),
            each.counted,
            each.counted_by or "",
            each.counted_at,
        )
        for each in found
    ]


def differences(work: Session, lines: Sequence[CountLine]) -> list[Difference]:
    """These lines, which are not as the books said when they were counted."""
    known = products.by_sku(work, [each.sku for each in lines])
    return [
        Difference(
            known[each.sku].name,
            "shelf" if kind_of(each.place) == Kind.SHELF else "kept for orders",
            each.expected,
            each.counted,
            f"{each.difference:+d}".replace("-", "−"),
        )
        for each in lines
    ]
