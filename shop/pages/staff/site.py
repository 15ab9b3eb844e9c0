"""Which clinic this device stands in: asked once, then remembered."""

from flask import redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from wtforms import RadioField
from wtforms.validators import InputRequired

from shop import sites
from shop.db import reading
from shop.errors import NotAllowed
from shop.pages import pages
from shop.pages.form import Form
from shop.pages.staff import site_key, staff_here
from shop.pages.staff.frame import show


class SiteForm(Form):
    site = RadioField(
        "Which clinic is this device in?", [InputRequired("Select the clinic this device is in")]
    )


@pages.route("/staff/site", methods=["GET", "POST"])
def choose_site() -> ResponseReturnValue:
    """Offer the clinics where this person has a role. Raises NotAllowed where there is none."""
    staff, form = staff_here(), SiteForm()
    with reading() as work:
        allowed = [site for site in sites.listed(work) if staff.role_at(site.id)]
    if not allowed:
        raise NotAllowed("You have no role at any clinic yet. Ask the owner to give you one.")
    form.site.choices = [(site.id, site.name) for site in allowed]
    if form.sent():
        session[site_key()] = form.site.data
        return redirect(url_for(".today"), 303)
    now = next((site for site in allowed if site.id == session.get(site_key())), None)
    if request.method == "GET":
        form.site.data = now.id if now else None
    return show("site", now, form=form), 200 if request.method == "GET" else 400
