"""The first page: three doors, and the clinics behind them."""

from flask import render_template
from flask.typing import ResponseReturnValue

from shop import product_range
from shop.db import reading
from shop.pages import pages
from shop.state import here


@pages.get("/")
def home() -> ResponseReturnValue:
    with reading() as work:
        clinics = product_range.now(work).clinics
    drawn = next((guide for guide in here().library.guides.values() if guide.figure), None)
    return render_template("shop/front/home.html", clinics=clinics, drawn=drawn)
