"""A result that its reader keeps: the page as it was, under a link that only they have."""

from datetime import datetime

from flask import Response, after_this_request, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from catalog import path
from shop import clock, kept_results
from shop.db import reading, transaction
from shop.pages import pages
from shop.pages.form import Form
from shop.pages.front import carried
from shop.pages.front.find import onward
from shop.pages.front.find_result import outcome
from shop.pages.qr import qr
from shop.state import here


@pages.post("/find/keep")
def find_keep() -> ResponseReturnValue:
    """Freeze what the result says now, and lead to its link. The answers are not kept."""
    answers = carried.read()
    Form().sent()
    if path.next_question(answers, here().library):
        return redirect(onward(answers), 303)
    name, known = outcome(answers)
    now = clock.now()
    page = render_template(
        "shop/front/kept_page.html", name=name, last_day=_in_words(now), lasting=True, **known
    )
    with transaction() as work:
        code = kept_results.keep(work, page, at=now)
    return _only_theirs(make_response(redirect(url_for(".find_kept", code=code), 303)))


@pages.get("/find/kept/<code>")
def find_kept(code: str) -> ResponseReturnValue:
    """The frozen page, the same each time, with its link to take along."""
    after_this_request(_only_theirs)
    with reading() as work:
        page = kept_results.read(work, code, at=clock.now())
    link = url_for(".find_kept", code=code, _external=True)
    return render_template(
        "shop/front/kept.html",
        page=Markup(page),  # noqa: S704 - our own template wrote it, and nobody else can seal it
        link=link,
        picture=qr(link, "The link to this result"),
        code=code,
    )


@pages.route("/find/kept/<code>/deletion", methods=["GET", "POST"])
def find_deletion(code: str) -> ResponseReturnValue:
    """Ask once more, then delete it. The link is all that anybody needs for that."""
    after_this_request(_only_theirs_and_sent_back)
    form = Form()
    if form.sent():
        with transaction() as work:
            kept_results.forget(work, code)
        return redirect(url_for(".find_gone"), 303)
    with reading() as work:
        kept_results.read(work, code, at=clock.now())
    return render_template("shop/front/kept_deletion.html", form=form, code=code)


@pages.get("/find/kept/gone")
def find_gone() -> ResponseReturnValue:
    return render_template("shop/front/kept_gone.html")


def _only_theirs(response: Response) -> Response:
    """The address is the key: it goes into no search engine and to no other page."""
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _only_theirs_and_sent_back(response: Response) -> Response:
    """A host's own CSRF check wants to hear which site a form came from, and no more than that."""
    response = _only_theirs(response)
    response.headers["Referrer-Policy"] = "strict-origin"
    return response


def _in_words(now: datetime) -> str:
    last = kept_results.last_day(now)
    return f"{last.day} {last:%B %Y}"
