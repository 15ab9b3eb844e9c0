"""Help: whom to ring, where the clinics are, how buying works, and what we keep of a visit."""

from flask import render_template
from flask.typing import ResponseReturnValue

from shop import product_range
from shop.db import reading
from shop.pages import pages


@pages.get("/help")
def help() -> ResponseReturnValue:
    with reading() as work:
        clinics = product_range.now(work).clinics
    return render_template("shop/front/help.html", clinics=clinics)


@pages.get("/returns")
def returns() -> str:
    return render_template("shop/front/returns.html")


@pages.get("/privacy")
def privacy() -> ResponseReturnValue:
    return render_template("shop/front/privacy.html")
