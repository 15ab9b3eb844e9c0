"""Shelf labels: a product's name, price and barcode, for a sheet of A4 or a label printer."""

from enum import StrEnum

from flask import request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from werkzeug.datastructures import MultiDict
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice

from catalog.drawing import barcode
from shop import products
from shop.db import reading
from shop.pages import pages
from shop.pages.fields import WholeField
from shop.pages.form import Form
from shop.pages.qr import qr
from shop.pages.staff import site_here, staff_here
from shop.pages.staff.frame import show
from shop.products import Product

A_SHEET = 21  # labels of 63.5 by 38.1 mm on A4, three across
MOST_LABELS = 210
BARS_MM = 57.0  # the room for a barcode on either kind of label


class Paper(StrEnum):
    A4 = "a4"
    SINGLE = "single"


class Code(StrEnum):
    """What a label carries: bars for the till's scanner, or a QR code for somebody's phone."""

    BARS = "bars"
    QR = "qr"


class LabelForm(Form):
    """Asked for in the address: a label changes nothing, so it needs no token."""

    class Meta(Form.Meta):
        csrf = False

    paper = SelectField(
        "Paper",
        choices=[
            SelectChoice(Paper.A4.value, "A4 sheet of 21, 63.5 × 38.1 mm"),
            SelectChoice(Paper.SINGLE.value, "Label printer, 62 × 29 mm"),
        ],
    )
    what = SelectField(
        "What is on it",
        choices=[
            SelectChoice(Code.BARS.value, "Barcode, for the till"),
            SelectChoice(Code.QR.value, "QR code, to the guides for it"),
        ],
    )
    copies = WholeField("How many?", low=1, high=MOST_LABELS)
    first = WholeField("First free label of the sheet", low=1, high=A_SHEET)


@pages.get("/staff/stock/<sku>/labels")
def labels(sku: str) -> ResponseReturnValue:
    """A preview that prints exactly as it is drawn."""
    staff_here()
    usual = {"paper": Paper.A4.value, "what": Code.BARS.value, "copies": str(A_SHEET), "first": "1"}
    form = LabelForm(MultiDict({**usual, **request.args}))
    good = form.validate()
    with reading() as work:
        site, product = site_here(work), products.get(work, sku)
    page = show(
        "labels",
        site,
        form=form,
        product=product,
        code=_code(product),
        bars=_bars(product),
        picture=_picture(product) if good and form.what.data == Code.QR else None,
        paper=Paper(form.paper.data) if good else Paper.A4,
        sheets=_sheets(form) if good else [],
    )
    return page, 200 if good else 400


def _code(product: Product) -> str:
    """What a scanner sends: the maker's barcode, or our own code where there is none."""
    return product.barcode or product.sku


def _bars(product: Product) -> Markup | None:
    """The barcode, or nothing where the code is too long for a label and has to be typed."""
    code = _code(product)
    if not barcode.fits(code, BARS_MM):
        return None
    return Markup(barcode.svg(code, most_mm=BARS_MM))  # noqa: S704 - our own drawing


def _picture(product: Product) -> Markup:
    """A QR code to the product's page: its guides, other sizes, and the questionnaire."""
    address = url_for(".product", slug=product.slug, _external=True)
    return qr(address, f"The page of {product.name}")


def _sheets(form: LabelForm) -> list[list[bool]]:
    """Sheets of places on the paper: False for a label that was used before."""
    copies = form.copies.number
    if form.paper.data == Paper.SINGLE:
        return [[True]] * copies
    places = [False] * (form.first.number - 1) + [True] * copies
    return [places[at : at + A_SHEET] for at in range(0, len(places), A_SHEET)]
