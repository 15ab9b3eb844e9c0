"""Who the clinic buys from."""

from flask import redirect, url_for
from flask.typing import ResponseReturnValue

from shop import clock, mail_address, suppliers
from shop.db import reading, retried, transaction
from shop.errors import Refusal
from shop.pages import pages
from shop.pages.fields import LineField
from shop.pages.staff import site_here, staff_here
from shop.pages.staff.frame import show
from shop.pages.staff.press import PressForm, blank, managing_at
from shop.pages.staff.said import said, say
from shop.suppliers import LONGEST_NAME

LONGEST_ADDRESS = 200  # characters of an email address


class SupplierForm(PressForm):
    name = LineField("Name", most=LONGEST_NAME)
    email = LineField("Email for orders (optional)", most=LONGEST_ADDRESS)
    phone = LineField("Phone (optional)", most=LONGEST_NAME)


@pages.route("/staff/stock/suppliers", methods=["GET", "POST"])
@retried
def stock_suppliers() -> ResponseReturnValue:
    """Every supplier, and a form for another one."""
    staff, form = staff_here(), SupplierForm()
    try:
        if form.sent():
            _add(form)
            return redirect(url_for(".stock_suppliers"), 303)
        status = 200 if not form.is_submitted() else 400
    except Refusal as refusal:
        form.refuse(form.name, str(refusal))
        status = refusal.status
    form.renew()
    with reading() as work:
        site, found = site_here(work), suppliers.listed(work)
    page = show(
        "suppliers",
        site,
        form=form if status != 200 else blank(SupplierForm),
        suppliers=found,
        may_decide=staff.may_decide_stock_at(site.id),
        said=said(),
    )
    return page, status


def _add(form: SupplierForm) -> None:
    with transaction() as work:
        managing_at(work)
        if not form.first(work, at=clock.now()):
            return
        email = mail_address.checked(form.email.data) if form.email.data else ""
        added = suppliers.add(work, form.name.data, email=email, phone=form.phone.data)
    say(f"{added.name} is a supplier now. Say on a product’s stock page that it comes from them.")
