"""What somebody's physiotherapist suggests: their page, its sheet, and what to do with it.

Looking uses nothing up. Buying puts the tools into the visitor's basket and leads to the checkout;
the code is typed or scanned, and no name is asked for, here or on the sheet.
"""

from datetime import timedelta

from flask import Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from wtforms import StringField

from shop import baskets, clock, plan_codes, plan_progress, plans
from shop.db import reading, retried, transaction
from shop.errors import Refusal, Unreadable
from shop.pages import pages
from shop.pages.fields import LineField
from shop.pages.form import Form
from shop.pages.front import basket_cookie, calendar
from shop.pages.front.visitor import slow_down
from shop.pages.plan_page import Shown, shown
from shop.pages.qr import qr
from shop.pages.staff import signed_in
from shop.pages.text import line
from shop.pages.when import day_in_words
from shop.plans import Plan
from shop.ways import Way

MOST_CODES = 100  # typed from one address in an hour: a clinic's waiting room has one
PAPERS = ("a4", "a5")
DAYS_TO_TICK = 14


class CodeForm(Form):
    class Meta(Form.Meta):
        csrf = False  # it only leads to an address

    code = LineField("Your code", most=40)


class BuyForm(Form):
    """`way` is how to have it, as `collect:cambridge` or `post`; `only` is one tool of several."""

    way = StringField()
    only = StringField()


@pages.get("/p")
def plan_code() -> ResponseReturnValue:
    """Where a code is typed."""
    form = CodeForm(request.args)
    if "code" not in request.args:
        return _theirs(render_template("shop/front/plan_code.html", form=form))
    try:
        if form.validate():
            code = plan_codes.read(form.code.data)
            return redirect(url_for(".plan_page", code=code), 303)
        status = 400
    except Refusal as refusal:
        form.refuse(form.code, str(refusal))
        status = refusal.status
    return _theirs(render_template("shop/front/plan_code.html", form=form), status)


@pages.get("/p/<code>")
def plan_page(code: str) -> ResponseReturnValue:
    """What was suggested, and what can be done with it; with `have`, for who has one already."""
    with reading() as work:
        seen = _look(work, code)
    if not seen.plan.opened and signed_in() is None:
        _count(seen.plan.id)
    return _theirs(_draw(code, seen, BuyForm(formdata=None)))


@pages.post("/p/<code>/basket")
@retried
def plan_buy(code: str) -> ResponseReturnValue:
    """Put what was suggested into the basket, and go on to pay for it."""
    form, token = BuyForm(), basket_cookie.token_or_new()
    now = clock.now()
    with reading() as work:
        seen = _look(work, code)
    try:
        if not form.sent():
            raise Unreadable("Choose how you would like to have it.")
        skus = [sku for sku in seen.skus if form.only.data in ("", None, sku)]
        if not skus:
            raise Unreadable("There is nothing to buy in this plan.")
        with transaction() as work:
            baskets.tidy(work, token, at=now)
            baskets.load(work, token, seen.plan.id, skus, at=now)
    except Refusal as refusal:
        form.refuse(form.way, str(refusal))
        return _theirs(_draw(code, seen, form), refusal.status)
    way = line(form.way.data or "") or None
    response = make_response(redirect(url_for(".checkout_page", way=way), 303))
    return basket_cookie.keep(response, token)


@pages.get("/p/<code>/sheet")
def plan_sheet(code: str) -> ResponseReturnValue:
    """The same for paper, with a line for a name that is written there and nowhere else."""
    with reading() as work:
        seen = _look(work, code)
    paper = line(request.args.get("paper", ""))
    page = render_template(
        "shop/front/plan_sheet.html",
        shown=seen,
        code=code,
        paper=paper if paper in PAPERS else PAPERS[0],
        picture=qr(url_for(".plan_page", code=code, _external=True), "The link to this plan"),
        days=range(1, DAYS_TO_TICK + 1),
        day_in_words=day_in_words,
    )
    return _theirs(page)


@pages.get("/p/<code>/reminders.ics")
def plan_reminders(code: str) -> ResponseReturnValue:
    """A calendar file of our own making: once a day, in words that say nothing to who looks on."""
    with reading() as work:
        seen = _look(work, code)
    weeks = max((each.dosed.weeks for each in seen.exercises), default=2)
    response = make_response(calendar.daily(weeks * 7, at=clock.now()))
    response.headers["Content-Type"] = "text/calendar; charset=utf-8"
    response.headers["Content-Disposition"] = 'attachment; filename="reminders.ics"'
    return _only_theirs(response)


def _look(work: Session, code: str) -> Shown:
    return shown(work, _found(work, code), at=clock.now())


def _found(work: Session, code: str) -> Plan:
    """The plan under a typed code or a scanned link. Only codes can be guessed, so only their
    tries are counted."""
    if not plan_codes.is_link(code):
        slow_down("plan-code", most=MOST_CODES, window=timedelta(hours=1))
    return plans.find(work, code, at=clock.now())


@retried
def _count(plan_id: int) -> None:
    with transaction() as work:
        plan_progress.opened(work, plan_id)


def _draw(code: str, seen: Shown, form: BuyForm) -> str:
    return render_template(
        "shop/front/plan.html",
        shown=seen,
        form=form,
        code=code,
        have="have" in request.args,
        ways=[(value(way), way) for way in _nearest_first(seen)],
        day_in_words=day_in_words,
    )


def _nearest_first(seen: Shown) -> list[Way]:
    """The clinic of the appointment first, since the person stands there."""
    others = seen.offered.posts[1:]  # the last page asks where to
    ways = [way for way in seen.offered.ways if way not in others]
    return sorted(ways, key=lambda way: way.site.id != seen.site.id)


def value(way: Way) -> str:
    return f"{way.fulfilment}:{way.site.id}"


def _theirs(page: str, status: int = 200) -> Response:
    return _only_theirs(make_response(page, status))


def _only_theirs(response: Response) -> Response:
    """The address is the key: it goes into no search engine and to no other site."""
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers["Referrer-Policy"] = "strict-origin"
    return response
