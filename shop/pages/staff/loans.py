"""Demo units: try one in the treatment room, tick that it is clean, lend it, and have it back."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flask import url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from wtforms import DateField, HiddenField, StringField
from wtforms.validators import AnyOf, InputRequired

from shop import clock, loan_sales, loans, products, till
from shop.db import reading, retried, transaction
from shop.errors import NotFound, Refusal, Unreadable
from shop.gateways import counter
from shop.loans import Loan
from shop.money import MOST_PENCE
from shop.pages import pages
from shop.pages.staff import site_here, staff_here
from shop.pages.staff.basket import selling_at
from shop.pages.staff.frame import show
from shop.pages.staff.listing import ListForm, hits, wanted, words
from shop.pages.staff.press import PressForm, act_once, answer, blank
from shop.pages.staff.said import said, say
from shop.pages.text import whole_number
from shop.state import here

DAYS = 14  # for which a tool is lent, unless somebody chooses another day
_LAST_NUMBER = 2_000_000_000


class DemoForm(PressForm):
    """One demo unit: each button does one thing with it. `sku` says which product."""

    sku = StringField(validators=[InputRequired("Choose a product.")])
    act = StringField(validators=[AnyOf(["lend", "clean"], "Lend it, or tick that it is clean.")])
    due = DateField("Bring it back by", validators=[])

    def refused(self, refusal: Refusal) -> None:
        self.refuse(self.due, str(refusal))


class LoanForm(PressForm):
    """`seen` is the price that the person saw."""

    seen = HiddenField()
    act = StringField(validators=[AnyOf(["back", "clean", "lost", "card", "cash"], "Choose one.")])


@dataclass(frozen=True, slots=True)
class Demo:
    """A product's demo units that are in the clinic now."""

    sku: str
    name: str
    here: int
    cleaned: datetime | None


@dataclass(frozen=True, slots=True)
class Lent:
    number: int
    name: str
    due_on: date
    late: bool


@pages.get("/staff/loans")
def loans_list() -> ResponseReturnValue:
    staff_here()
    return _draw(blank(ListForm), words())


@pages.post("/staff/loans")
@retried
def loans_try() -> ResponseReturnValue:
    """Take what was scanned off the shelf, for the treatment room."""
    form = ListForm()

    def try_here() -> str:
        with transaction() as work:
            site, now = selling_at(work), clock.now()
            item = wanted(work, form)
            if item is None:
                return url_for(".loans_list", q=form.typed())
            if form.first_of(work, item.product, at=now):
                loans.try_here(work, site.id, item.product.sku, by=staff_here().name, at=now)
                say(f"{item.product.name} is a demo unit now.")
        return url_for(".loans_list")

    return answer(form, try_here, _draw)


@pages.post("/staff/loans/demo")
@retried
def loans_demo() -> ResponseReturnValue:
    """Lend a demo unit, or tick that it was cleaned."""
    form = DemoForm()
    if form.act.data != "lend":
        return act_once(form, lambda work: _clean(work, form), url_for(".loans_list"), _again)

    def lend() -> str:
        with transaction() as work:
            now = clock.now()
            if not form.first(work, at=now):
                return url_for(".loans_list")
            loan = _lend(work, form, now)
        return url_for(".loan", number=loan.number)

    return answer(form, lend, _again)


def _lend(work: Session, form: DemoForm, now: datetime) -> Loan:
    if form.due.data is None:
        raise Unreadable("Choose the day by which it comes back.")
    today = clock.day_of(now, here().settings.zone)
    return loans.lend(
        work, selling_at(work).id, form.sku.data, due_on=form.due.data, today=today,
        by=staff_here().name, at=now,
    )  # fmt: skip


def _clean(work: Session, form: DemoForm) -> None:
    product = products.get(work, form.sku.data)
    loans.clean(work, selling_at(work).id, product.sku, by=staff_here().name, at=clock.now())
    say(f"{product.name} is noted as clean.")


@pages.get("/staff/loans/<number>")
def loan(number: str) -> ResponseReturnValue:
    """One loan, and the slip that goes along with it."""
    return _draw_loan(number, blank(LoanForm))


@pages.post("/staff/loans/<number>")
@retried
def loan_act(number: str) -> ResponseReturnValue:
    """It is back, was cleaned, is lost, or is kept and paid for."""
    form = LoanForm()

    def act(work: Session) -> None:
        of, who, now = _of_here(work, number), staff_here().name, clock.now()
        match form.act.data:
            case "back":
                loans.bring_back(work, of.number, by=who, at=now)
                say(f"Loan {number} is back. Clean it before it is lent again.")
            case "clean":
                loans.clean(work, of.site, of.sku, of.id, by=who, at=now)
                say("It is noted as clean.")
            case "lost":
                staff_here().require_stock_at(of.site, site_here(work).name)
                loans.lose(work, of.number, by=who, at=now)
                say(f"Loan {number} is lost, and off the books.")
            case method:
                say(f"Sold. Receipt {_sell(work, of, counter.Method(method), form)}.")

    return act_once(form, act, url_for(".loan", number=number), lambda f: _draw_loan(number, f))


def _sell(work: Session, of: Loan, method: counter.Method, form: LoanForm) -> str:
    settings, drawer = here().settings, till.taking(work, of.site)
    seen, press = whole_number(form.seen.data or "", 0, MOST_PENCE), form.press.data
    return loan_sales.sell(
        work, of, method, seen_pence=seen, currency=settings.currency,
        vat_registered=bool(settings.vat_number), zone=settings.zone, session_id=drawer,
        press=f"loan {press}", by=staff_here().name, at=clock.now(),
    )  # fmt: skip


def _of_here(work: Session, number: str) -> Loan:
    """This clinic's loan with that number. Raises NotFound."""
    site = selling_at(work)
    try:
        found = loans.numbered(work, whole_number(number, 1, _LAST_NUMBER))
    except Unreadable as refusal:
        raise NotFound("There is no loan with that number.") from refusal
    if found.site != site.id:
        raise NotFound(f"That loan is not {site.name}’s. Choose its clinic first.")
    return found


def _again(form: DemoForm) -> str:
    return _draw(blank(ListForm), demo_form=form)


def _draw(form: ListForm, typed: str = "", *, demo_form: DemoForm | None = None) -> str:
    today = clock.day_of(clock.now(), here().settings.zone)
    with reading() as work:
        site = selling_at(work)
        demos, out = loans.here(work, site.id), loans.out(work, site.id)
        dirty, cleaned = loans.to_clean(work, site.id), loans.last_cleaned(work, site.id)
        known = products.by_sku(work, {*demos, *(each.sku for each in (*out, *dirty))})
        found = hits(work, typed)
    lent = [Lent(each.number, known[each.sku].name, each.due_on, each.due_on < today)
            for each in out]  # fmt: skip
    to_clean = [Lent(each.number, known[each.sku].name, each.due_on, False) for each in dirty]
    units = [Demo(sku, known[sku].name, n, cleaned.get(sku)) for sku, n in demos.items()]
    if demo_form is None:
        demo_form = blank(DemoForm)
        demo_form.due.data = today + timedelta(days=DAYS)
    return show("loans", site, form=form, demo_form=demo_form, hits=found, words=typed, units=units,
                lent=lent, to_clean=to_clean, said=said())  # fmt: skip


def _draw_loan(number: str, form: LoanForm) -> str:
    with reading() as work:
        of, site = _of_here(work, number), selling_at(work)
        product = products.get(work, of.sku)
        dirty = of.id in {each.id for each in loans.to_clean(work, site.id)}
    form.seen.data = str(product.price_pence)
    today = clock.day_of(clock.now(), here().settings.zone)
    late = of.ended_at is None and of.due_on < today
    may_lose = staff_here().may_handle_stock_at(site.id)
    return show("loan", site, form=form, loan=of, product=product, dirty=dirty, late=late,
                may_lose=may_lose, said=said())  # fmt: skip
