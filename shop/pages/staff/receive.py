"""Receiving: boxes that are being unpacked here, and the scan that opens another one."""

from dataclasses import dataclass
from datetime import datetime

from flask import request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice

from shop import clock, purchase_list, purchases, suppliers, unpackings
from shop.db import reading, retried, transaction
from shop.pages import pages
from shop.pages.staff import site_here, staff_here
from shop.pages.staff.frame import show
from shop.pages.staff.listing import ListForm, hits, wanted, words
from shop.pages.staff.press import answer, blank, handling_at
from shop.pages.staff.said import said, say
from shop.pages.text import line, whole_number
from shop.purchases import PurchaseState
from shop.sites import Site

NO_ORDER = "none"
LAST_NUMBER = 999_999_999


class OpenForm(ListForm):
    """The first scan opens the box. Unless somebody says which, it finds the order by itself."""

    purchase = SelectField("Purchase order")


@dataclass(frozen=True, slots=True)
class Box:
    id: int
    purchase: int | None
    by: str
    at: datetime
    units: int


@pages.get("/staff/stock/receive")
def receive() -> ResponseReturnValue:
    """Go on with a box, or open one with its first scan."""
    staff_here()
    form = blank(OpenForm)
    form.purchase.data = line(request.args.get("purchase", ""))
    return _draw(form, words())


@pages.post("/staff/stock/receive")
@retried
def receive_open() -> ResponseReturnValue:
    """Open a box. What was scanned is its first unit."""
    staff_here()
    form = OpenForm()
    with reading() as work:
        _offer(work, form, site_here(work))
    return answer(form, lambda: _open(form), _draw)


def _open(form: OpenForm) -> str:
    with transaction() as work:
        site, now, who = handling_at(work), clock.now(), staff_here().name
        item = wanted(work, form)
        if item is None:
            return url_for(".receive", q=form.typed(), purchase=form.purchase.data or None)
        if not form.first_of(work, item.product, at=now):
            return url_for(".receive")
        number = _purchase(work, form.purchase.data, site, item.product.sku)
        box = unpackings.begin(work, site.id, number, by=who, at=now)
        total = unpackings.scan(work, box.id, item.product.sku, item.units, at=now)
    say(f"{item.product.name}: {total}.")
    return url_for(".unpacking", number=box.id)


def _purchase(work: Session, chosen: str, site: Site, sku: str) -> int | None:
    """The order that was chosen, or the oldest one that expects what was scanned."""
    if chosen == NO_ORDER:
        return None
    if chosen:
        return whole_number(chosen, 1, LAST_NUMBER)
    expecting = purchases.expected(work, site.id, sku)
    return expecting[0].number if expecting else None


def _offer(work: Session, form: OpenForm, site: Site) -> None:
    names = {each.id: each.name for each in suppliers.listed(work)}
    form.purchase.choices = [
        SelectChoice("", "Find it by the scan"),
        SelectChoice(NO_ORDER, "Without an order"),
    ] + [
        SelectChoice(str(each.number), f"Order {each.number}, {names[each.supplier_id]}")
        for each in purchase_list.of_site(work, site.id, PurchaseState.ORDERED)
    ]


def _draw(form: OpenForm, typed: str = "") -> str:
    staff = staff_here()
    with reading() as work:
        site = site_here(work)
        _offer(work, form, site)
        boxes = [
            Box(
                each.id,
                each.purchase_number,
                each.begun_by,
                each.begun_at,
                sum(line.units for line in unpackings.lines_of(work, each.id)),
            )
            for each in unpackings.open_at(work, site.id)
        ]
        found = hits(work, typed)
    return show(
        "receive",
        site,
        form=form,
        hits=found,
        words=typed,
        boxes=boxes,
        may_handle=staff.may_handle_stock_at(site.id),
        said=said(),
    )
