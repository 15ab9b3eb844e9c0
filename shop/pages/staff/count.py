"""What is done with one count: scanned, typed, looked through, posted, thrown away."""

from collections.abc import Callable
from functools import partial

from flask import redirect, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from shop import clock, count_progress, products, tallies, variances
from shop.counts import Count, CountState
from shop.db import reading, retried, transaction
from shop.errors import Refusal
from shop.pages import pages
from shop.pages.staff import site_here, staff_here
from shop.pages.staff.count_page import (
    CountForm,
    PutForm,
    differences,
    draw,
    kind_of_form,
    of_staff,
    seen,
)
from shop.pages.staff.frame import show
from shop.pages.staff.listing import wanted
from shop.pages.staff.press import PressForm, act_once, answer, blank, handling_at
from shop.pages.staff.said import said, say


@pages.get("/staff/stock/counts/<number>")
def count(number: str) -> ResponseReturnValue:
    """Count here, or see what a count found."""
    staff_here()
    with reading() as work:
        over = of_staff(work, number).state == CountState.POSTED
    return redirect(url_for(".count_review", number=number), 303) if over else draw(number)


@pages.post("/staff/stock/counts/<number>/scan")
@retried
def count_scan(number: str) -> ResponseReturnValue:
    """One more of what was scanned, or so many with a star."""
    form = CountForm()
    return answer(form, lambda: _scan(form, number), partial(draw, number))


def _scan(form: CountForm, number: str) -> str:
    kind, where = kind_of_form(form.kind.data), form.kind.data
    with transaction() as work:
        of, item = _counting(work, number), wanted(work, form)
        if item is None:
            return url_for(".count", number=number, q=form.typed(), where=where)
        sku, now = item.product.sku, clock.now()
        if form.first_of(work, item.product, at=now):
            who = staff_here().name
            line = tallies.scan(work, of.number, sku, item.units, kind, by=who, at=now)
            say(f"{item.product.name}: {line.counted}.")
    return url_for(".count", number=number, where=where)


@pages.post("/staff/stock/counts/<number>/put")
@retried
def count_put(number: str) -> ResponseReturnValue:
    """So many are there: a new tally of one product."""
    form = PutForm()

    def put(work: Session) -> None:
        of, kind, sku = _counting(work, number), kind_of_form(form.kind.data), form.sku.data or ""
        product, who, units = products.get(work, sku), staff_here().name, form.units.number
        line = tallies.put(work, of.number, sku, units, kind, by=who, at=clock.now())
        say(f"{product.name}: {line.counted}.")

    return _act(number, form, put)


@pages.get("/staff/stock/counts/<number>/review")
def count_review(number: str) -> ResponseReturnValue:
    """What differs, for one confirmation. Nothing is shown while something is to be recounted."""
    staff_here()
    return _review(number)


@pages.post("/staff/stock/counts/<number>/post")
@retried
def count_post(number: str) -> ResponseReturnValue:
    """Write the differences into the books."""
    form = PressForm()

    def post(work: Session) -> None:
        of, now = _counting(work, number), clock.now()
        differing = variances.post(work, of.number, by=staff_here().name, at=now)
        what = "1 product was" if differing == 1 else f"{differing:,} products were"
        say(f"Count {of.number} is posted. {what} put right.")

    return _act(number, form, post, refused=_review)


@pages.post("/staff/stock/counts/<number>/cancel")
@retried
def count_cancel(number: str) -> ResponseReturnValue:
    """Throw the count away. The books stay as they are."""

    def cancel(work: Session) -> None:
        of = _counting(work, number)
        variances.cancel(work, of.number, by=staff_here().name, at=clock.now())
        say(f"Count {of.number} is thrown away. Nothing was changed.")

    return _act(number, PressForm(), cancel, then=".counts_list")


def _act(
    number: str,
    form: PressForm,
    act: Callable[[Session], None],
    *,
    then: str = ".count",
    refused: Callable[[str, PressForm], str] = draw,
) -> ResponseReturnValue:
    address = url_for(then) if then == ".counts_list" else url_for(then, number=number)
    return act_once(form, act, address, partial(refused, number))


def _counting(work: Session, number: str) -> Count:
    """The count, if it is one of this device's clinic."""
    of, site = of_staff(work, number), handling_at(work)
    if of.site != site.id:
        raise Refusal(f"Count {of.number} is not one of {site.name}. Change the clinic first.")
    return of


def _review(number: str, form: PressForm | None = None) -> str:
    with reading() as work:
        site, of = site_here(work), of_staff(work, number)
        so_far = count_progress.of(work, of.number)
        is_open = of.state == CountState.OPEN
        again = seen(work, variances.surprises(work, of.number)) if is_open else []
        differing = [] if again else differences(work, variances.differing(work, of.number))
    handles = staff_here().may_handle_stock_at(site.id)
    return show(
        "count_review",
        site,
        form=form or blank(PressForm),
        count=of,
        again=again,
        left=so_far.left if is_open else 0,
        counted=so_far.counted,
        differed=so_far.differing,
        differing=differing,
        may_post=is_open and handles and of.site == site.id and not again,
        press_form=blank(PressForm),
        said=said(),
    )
