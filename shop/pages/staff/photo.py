"""A product's photo: added, replaced, described or taken away, by a manager."""

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.file import FileField
from wtforms import StringField
from wtforms.validators import DataRequired

from shop import clock, photos, products
from shop.db import reading, retried, transaction
from shop.errors import Refusal, Unreadable
from shop.pages import pages, upload
from shop.pages.form import Form, one_line
from shop.pages.staff import site_here, staff_here
from shop.pages.staff.frame import show
from shop.pages.upload import taking_file
from shop.photos import LONGEST_ALT, Ready
from shop.products import Product
from shop.sites import Site
from shop.staff import Staff


class PhotoForm(Form):
    photo = FileField("Photo")
    alt = StringField(
        "What the photo shows",
        [DataRequired("Say what the photo shows"), one_line(LONGEST_ALT, "what the photo shows")],
    )


@pages.route("/staff/stock/<sku>/photo", methods=["GET", "POST"])
@taking_file
def product_photo(sku: str) -> ResponseReturnValue:
    """The photo that is there and the form for another. Without a file only its words change."""
    staff, site, product = _keeper(sku)
    if request.method == "GET":
        form = PhotoForm()
        form.alt.data = product.photo.alt if product.photo else ""
        return _page(site, product, form)
    upload.open_form()
    form = PhotoForm()
    if not form.sent():
        return _page(site, product, form, 400)
    try:
        file = upload.sent_file("photo")
        if not file and not product.photo:
            raise Unreadable("Choose a photo")
        _save(staff, product, photos.prepare(file) if file else None, form.alt.data)
    except Refusal as refusal:
        form.refuse(form.photo, str(refusal))
        return _page(site, product, form, refusal.status)
    return redirect(url_for(".product_photo", sku=sku), 303)


@pages.post("/staff/stock/<sku>/photo/remove")
def remove_photo(sku: str) -> ResponseReturnValue:
    """The drawing alone is shown again."""
    staff, _, product = _keeper(sku)
    Form().sent()
    with transaction() as work:
        photos.remove(work, product.sku, by=staff.name, at=clock.now())
    return redirect(url_for(".product_photo", sku=sku), 303)


def _keeper(sku: str) -> tuple[Staff, Site, Product]:
    """Who is there, if they may change this product, before anything they sent is read."""
    staff = staff_here()
    with reading() as work:
        site = site_here(work)
        staff.require_products_at(site.id, site.name)
        return staff, site, products.get(work, sku)


@retried
def _save(staff: Staff, product: Product, photo: Ready | None, alt: str) -> None:
    with transaction() as work:
        if photo:
            photos.put(work, product.sku, photo, alt, by=staff.name, at=clock.now())
        elif product.photo and product.photo.alt != alt:
            photos.describe(work, product.sku, alt, by=staff.name, at=clock.now())


def _page(site: Site, product: Product, form: PhotoForm, status: int = 200) -> tuple[str, int]:
    page = show("photo", site, product=product, form=form, again=Form(formdata=None))
    return page, status
