"""The finder: four questions, a screen each, and what the answers lead to.

Each screen takes the answers out of the visitor's cookie, adds one, and sends the visitor
on to the next question that is needed. Nothing is stored.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

from flask import make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from catalog import safety
from catalog.answers import Answers, Position, Press
from catalog.outcomes import Advice, Candidate, Urgent
from catalog.path import next_question, with_regions
from catalog.recommend import recommend
from shop import clock, products, sites, stock
from shop.db import reading
from shop.pages import pages
from shop.pages.form import Form
from shop.pages.front import carried
from shop.pages.front.questions import CheckForm, PositionForm, PressForm, WhereForm
from shop.products import Product
from shop.state import here

SCREENS = {
    "regions": ".find_where",
    "safety": ".find_check",
    "press": ".find_press",
    "positions": ".find_position",
}


@pages.get("/find")
def find() -> ResponseReturnValue:
    return redirect(url_for(".find_where"), 303)


@pages.route("/find/where", methods=["GET", "POST"])
def find_where() -> ResponseReturnValue:
    answers, form = carried.read(), WhereForm()
    form.prepare(answers, here().library)
    if request.method == "GET" and answers.regions:
        form.region.data = answers.regions[0]
    return _ask(
        "regions",
        answers,
        form,
        lambda: with_regions(answers, (form.region.data,), here().library),
        regions=here().library.regions,
    )


@pages.route("/find/check", methods=["GET", "POST"])
def find_check() -> ResponseReturnValue:
    answers, form = carried.read(), CheckForm()
    form.prepare(answers, here().library)
    if request.method == "GET":
        form.safety.show(answers.safety)
    signs = safety.asked(here().library.signs.values(), answers.regions or ())
    return _ask(
        "safety",
        answers,
        form,
        lambda: replace(answers, safety=form.safety.ticked),
        hints={sign.id: sign.hint for sign in signs},
    )


@pages.route("/find/press", methods=["GET", "POST"])
def find_press() -> ResponseReturnValue:
    answers, form = carried.read(), PressForm()
    if request.method == "GET":
        form.press.data = answers.press
    return _ask("press", answers, form, lambda: replace(answers, press=Press(form.press.data)))


@pages.route("/find/position", methods=["GET", "POST"])
def find_position() -> ResponseReturnValue:
    answers, form = carried.read(), PositionForm()
    form.prepare(answers, here().library)
    if request.method == "GET":
        form.positions.show(answers.positions)
    return _ask(
        "positions",
        answers,
        form,
        lambda: replace(answers, positions=frozenset(map(Position, form.positions.ticked))),
    )


@pages.get("/find/result")
def find_result() -> ResponseReturnValue:
    """What may suit, or whom to ask. Leads back to the first question that is still open."""
    answers, library = carried.read(), here().library
    if question := next_question(answers, library):
        return redirect(url_for(SCREENS[question]), 303)
    with reading() as work:
        range_, free = products.listed(work), stock.free(work, at=clock.now())
        clinics = sites.listed(work)
    outcome = recommend(answers, _candidates(range_, free), library)
    told = {"told": _told(answers), "again": Form()}
    if isinstance(outcome, Urgent):
        return render_template("shop/front/urgent.html", urgent=outcome, **told)
    if not isinstance(outcome, Advice):
        return render_template("shop/front/referral.html", referral=outcome, **told)
    return render_template(
        "shop/front/result.html",
        advice=outcome,
        products={product.sku: product for product in range_},
        free=free,
        clinics=clinics,
        **told,
    )


@pages.post("/find/again")
def find_again() -> ResponseReturnValue:
    """Forget the answers, on a phone that is passed on or a tablet in the waiting room."""
    Form().sent()
    return carried.clear(make_response(redirect(url_for(".find_where"), 303)))


def _ask(
    question: str, answers: Answers, form: Form, answered: Callable[[], Answers], **more: object
) -> ResponseReturnValue:
    """Show one question, or take its answer and lead on. Nobody skips a question ahead."""
    earlier = next_question(answers, here().library)
    asked = list(SCREENS)
    if earlier and asked.index(earlier) < asked.index(question):
        return redirect(url_for(SCREENS[earlier]), 303)
    if form.sent():
        after = answered()
        onward = next_question(after, here().library)
        to = url_for(SCREENS[onward]) if onward else url_for(".find_result")
        return carried.write(make_response(redirect(to, 303)), after)
    back = url_for(SCREENS[asked[asked.index(question) - 1]]) if question != asked[0] else None
    page = render_template(f"shop/front/find_{question}.html", form=form, back=back, **more)
    return page, 200 if request.method == "GET" else 400


def _candidates(range_: Sequence[Product], free: dict[str, dict[str, int]]) -> list[Candidate]:
    """The products as the advice sees them. Nobody has chosen a clinic, so all of them count."""
    return [
        Candidate(
            sku=product.sku,
            name=product.name,
            tool=product.tool,
            price_pence=product.price_pence,
            here=sum(free.get(product.sku, {}).values()),
            elsewhere=0,
        )
        for product in range_
    ]


def _told(answers: Answers) -> list[tuple[str, str, str]]:
    """The answers in the person's own words: question, answer, and where to change it."""
    library = here().library
    rows = {
        "regions": [library.regions[region].label for region in answers.regions or ()],
        "safety": [library.signs[sign].label for sign in sorted(answers.safety or ())],
        "press": [answers.press.label] if answers.press else [],
        "positions": [position.label for position in sorted(answers.positions or ())],
    }
    return [
        (_ASKED[name], "; ".join(words) or "None of these", url_for(SCREENS[name]))
        for name, words in rows.items()
        if name not in answers.unanswered
    ]


_ASKED = {
    "regions": "Where",
    "safety": "Safety questions",
    "press": "When pressed",
    "positions": "What you can do",
}
