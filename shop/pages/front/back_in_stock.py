"""Tell me when it is back: one address, one clinic, one mail."""

from datetime import timedelta

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from wtforms import RadioField
from wtforms.validators import DataRequired

from shop import back_in_stock, clock, mail_address, product_range, products, sites, stock
from shop.buyers import LONGEST_EMAIL
from shop.db import reading, retried, transaction
from shop.errors import Refusal
from shop.pages import pages
from shop.pages.fields import LineField
from shop.pages.form import Form
from shop.pages.front.visitor import slow_down

MOST_ASKED = 20  # times that one visitor asks in an hour


class WaitForm(Form):
    site = RadioField("At which clinic?", [DataRequired("Choose a clinic")])
    email = LineField("Your email address", most=LONGEST_EMAIL)


@pages.route("/shop/<slug>/back", methods=["GET", "POST"])
@retried
def back_when(slug: str) -> ResponseReturnValue:
    """Ask to be told. The same answer for everybody: the link that ends it."""
    form, at, status = WaitForm(), clock.now(), 200
    with reading() as work:
        product = product_range.now(work).at(slug)
        free = stock.free(work, [product.sku], at=at).get(product.sku, {})
        out = [site for site in sites.listed(work) if not free.get(site.id)]
    if not out:
        return redirect(url_for(".product", slug=slug), 303)
    form.site.choices = [(site.id, site.name) for site in out]
    if len(out) == 1 and not form.site.data:
        form.site.data = out[0].id
    try:
        if form.sent():
            slow_down("back-in-stock", most=MOST_ASKED, window=timedelta(hours=1))
            email = mail_address.checked(form.email.data).lower()
            with transaction() as work:
                token = back_in_stock.ask(work, product.sku, form.site.data, email, at=at)
            return redirect(url_for(".back_asked", token=token), 303)
        status = 400 if form.is_submitted() else 200
    except Refusal as refusal:
        form.refuse(form.email, str(refusal))
        status = refusal.status
    return render_template("shop/front/back_when.html", form=form, product=product), status


@pages.get("/back/<token>")
def back_asked(token: str) -> ResponseReturnValue:
    """What was asked for, and how to end it."""
    with reading() as work:
        wait = back_in_stock.of_token(work, token)
        product, site = products.get(work, wait.sku), sites.get(work, wait.site)
    form = Form(formdata=None)
    return render_template(
        "shop/front/back_asked.html", form=form, token=token, product=product, site=site
    )


@pages.post("/back/<token>")
@retried
def back_end(token: str) -> ResponseReturnValue:
    """They don't want to know any more."""
    if not Form().sent():
        return redirect(url_for(".back_asked", token=token), 303)
    with transaction() as work:
        back_in_stock.end(work, token)
    return redirect(url_for(".shop"), 303)
