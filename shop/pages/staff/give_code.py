"""A code that no product has: a manager gives it to one, and that one is in the basket."""

from flask import request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from wtforms import HiddenField, StringField

from shop import barcodes, baskets, clock, products
from shop.db import reading, retried
from shop.errors import NotAllowed, Refusal
from shop.pages import pages
from shop.pages.form import Form
from shop.pages.staff import staff_here
from shop.pages.staff.basket import device
from shop.pages.staff.frame import show
from shop.pages.staff.press import PressForm, act_once, blank, managing_at
from shop.pages.staff.said import say
from shop.pages.text import line
from shop.staff import Role


class GiveForm(PressForm):
    """`old` is the code that the product had on the page, which it loses."""

    code = HiddenField()
    product = HiddenField()
    old = HiddenField()


class FindForm(Form):
    """Part of a name, to find the product by."""

    q = StringField("Part of the product’s name")


@pages.get("/staff/till/code")
def give_code() -> ResponseReturnValue:
    """The code, a field to find the product with, and then the one that was picked."""
    staff_here()
    return _draw(blank(GiveForm), _asked("code"), _asked("product"), _asked("q"))


@pages.post("/staff/till/code")
@retried
def give_code_now() -> ResponseReturnValue:
    """The product has the code from now on, and one of it is in the basket."""
    form = GiveForm()

    def give(work: Session) -> None:
        site, who = managing_at(work), staff_here()
        old, code = line(form.old.data or "") or None, line(form.code.data or "")
        if old and who.role_at(site.id) is not Role.OWNER:
            raise NotAllowed("Only the owner puts another code in the place of one that is there.")
        now, sku = clock.now(), line(form.product.data or "")
        product = barcodes.give(work, sku, code, replacing=old, by=who.name, at=now)
        baskets.add(work, device(), product.sku, 1, at=now)
        say(f"{product.name} has the code {code} now, and one is in the basket.")

    def draw(refused: GiveForm) -> str:
        return _draw(refused, refused.code.data or "", refused.product.data or "", "")

    return act_once(form, give, url_for(".till"), draw)


def _asked(name: str) -> str:
    return line(request.args.get(name, ""))


def _draw(form: GiveForm, code: str, sku: str, words: str) -> str:
    with reading() as work:
        site = managing_at(work)
        picked = products.by_sku(work, [sku]).get(sku)
        found = products.search(work, words) if words else []
        try:
            barcodes.require_free(work, code)
            wrong = ""
        except Refusal as refusal:
            wrong = str(refusal)
    if wrong and not form.problems and code:
        form.refuse(form.code, wrong)
    form.code.data, form.product.data = code, sku
    form.old.data = picked.barcode if picked else ""
    find = FindForm(formdata=None)
    find.q.data = words
    return show(
        "give_code",
        site,
        form=form,
        find=find,
        code="" if wrong else code,
        words=words,
        found=found,
        picked=None if wrong else picked,
        good=not wrong,
        may_replace=staff_here().role_at(site.id) is Role.OWNER,
    )
