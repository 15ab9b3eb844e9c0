"""The finder: a few questions, a screen each, and a second safety step for who needs it.

Each screen takes the answers out of the visitor's cookie, adds one, and sends the visitor
on to the next question that is needed. Nothing is stored.
"""

from collections.abc import Callable
from dataclasses import replace

from flask import make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from catalog import path
from catalog.answers import Answers, Position, Press
from shop.pages import pages
from shop.pages.form import Form
from shop.pages.front import carried
from shop.pages.front.questions import (
    CheckForm,
    PositionForm,
    PressForm,
    Question,
    WhereForm,
    asked,
    spot_form,
    which_form,
)
from shop.pages.text import line
from shop.state import here

SCREENS = {
    "regions": ".find_where",
    "safety": ".find_check",
    "signs": ".find_which",
    "spots": ".find_spot",
    "press": ".find_press",
    "positions": ".find_position",
}


@pages.get("/find")
def find() -> ResponseReturnValue:
    """Lead to the first question. `have` is what a label or a product's page says somebody has:
    it counts as an answer, in their own cookie, and is as little stored as any other."""
    onward, have = redirect(url_for(".find_where"), 303), line(request.args.get("have", ""))
    if have not in here().library.own_tools:
        return onward
    answers = carried.read()
    known = replace(answers, owns=(answers.owns or frozenset()) | {have})
    return carried.write(make_response(onward), known)


@pages.route("/find/where", methods=["GET", "POST"])
def find_where() -> ResponseReturnValue:
    """Up to three places. "I'm not sure" is one of them, and leads on like any other."""
    answers, form, library = carried.read(), WhereForm(), here().library
    form.prepare(answers, library)
    if request.method == "GET":
        form.regions.show(answers.regions)
    return _ask(
        "regions",
        answers,
        form,
        lambda: path.with_regions(answers, tuple(form.regions.data), library),
        groups=form.groups(library),
    )


@pages.route("/find/check", methods=["GET", "POST"])
def find_check() -> ResponseReturnValue:
    """The first safety step: a few broad items, and "None of these" that has to be ticked."""
    answers, form, library = carried.read(), CheckForm(), here().library
    form.prepare(answers, library)
    if request.method == "GET":
        form.safety.show(answers.safety)
    return _ask(
        "safety",
        answers,
        form,
        lambda: path.with_safety(answers, form.safety.ticked, library),
        hints={topic.id: topic.hint for topic in asked(answers, library)},
    )


@pages.route("/find/check/more", methods=["GET", "POST"])
def find_which() -> ResponseReturnValue:
    """The second safety step: which sign it is, for each topic that was ticked and asks."""
    answers = carried.read()
    form = which_form(answers, here().library)
    if request.method == "GET":
        form.show(answers.signs)
    return _ask(
        "signs",
        answers,
        form,
        lambda: replace(answers, signs=form.ticked),
        hints={id_: sign.hint for id_, sign in here().library.rules.signs.items()},
    )


@pages.route("/find/spot", methods=["GET", "POST"])
def find_spot() -> ResponseReturnValue:
    """Where pressing brings on the pain they know, where it may come from somewhere else."""
    answers = carried.read()
    form = spot_form(answers, here().library)
    if request.method == "GET":
        form.show(answers)
    return _ask("spots", answers, form, lambda: replace(answers, spots=form.told))


@pages.route("/find/press", methods=["GET", "POST"])
def find_press() -> ResponseReturnValue:
    answers, form = carried.read(), PressForm()
    if request.method == "GET":
        form.press.data = answers.press
    return _ask(
        "press",
        answers,
        form,
        lambda: replace(answers, press=Press(form.press.data)),
        several=len(answers.regions or ()) > 1,
    )


@pages.route("/find/position", methods=["GET", "POST"])
def find_position() -> ResponseReturnValue:
    answers, form = carried.read(), PositionForm()
    form.prepare()
    if request.method == "GET":
        form.positions.show(answers.positions)
    return _ask(
        "positions",
        answers,
        form,
        lambda: replace(answers, positions=frozenset(map(Position, form.positions.ticked))),
    )


@pages.post("/find/again")
def find_again() -> ResponseReturnValue:
    """Forget the answers, on a phone that is passed on or a tablet in the waiting room."""
    Form().sent()
    return carried.clear(make_response(redirect(url_for(".find_where"), 303)))


def onward(answers: Answers) -> str:
    """The address of the next question that is needed, or of the result."""
    question = path.next_question(answers, here().library)
    return url_for(SCREENS[question] if question else ".find_result")


def _ask(
    question: str,
    answers: Answers,
    form: Question,
    answered: Callable[[], Answers],
    **more: object,
) -> ResponseReturnValue:
    """Show one question, or take its answer and lead on. Nobody skips a question ahead."""
    reached = path.reached(answers, here().library)
    if question not in reached:
        return redirect(onward(answers), 303)
    if form.sent():
        after = answered()
        return carried.write(make_response(redirect(onward(after), 303)), after)
    step = reached.index(question)
    back = url_for(SCREENS[reached[step - 1]]) if step else None
    page = render_template(f"shop/front/find_{question}.html", form=form, back=back, **more)
    return page, 200 if request.method == "GET" else 400
