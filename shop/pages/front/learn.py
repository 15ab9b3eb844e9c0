"""Reading: what a sore spot is, what is thought and what was found, and what keeps it going."""

from flask import render_template
from flask.typing import ResponseReturnValue

from catalog import education
from shop.pages import pages
from shop.state import here


@pages.get("/how-it-works")
def learn() -> ResponseReturnValue:
    """The only page that says how pressure is thought to work: attributed, beside the evidence."""
    rows = education.rows(here().library.lessons)
    return render_template("shop/front/learn.html", rows=rows)


@pages.get("/what-keeps-it-going")
def keeps_going() -> ResponseReturnValue:
    """The advice cards, for everyone: which of them fit is for the reader to say."""
    return render_template("shop/front/keeps_going.html")
