"""The clinical content as staff see it: what comes out, what waits for a clinician, who signed."""

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import Field, HiddenField, StringField
from wtforms.validators import StopValidation

from catalog.reviews import waiting
from shop import clock, content_reviews, products, sites, stock
from shop.content_reviews import LONGEST_NAME
from shop.db import reading, transaction
from shop.errors import Unreadable
from shop.pages import pages
from shop.pages.form import Form
from shop.pages.front.muscles import muscles_shown, show_muscles
from shop.pages.staff import site_here, staff_here
from shop.pages.staff.board import areas, looks
from shop.pages.staff.frame import show
from shop.pages.text import line
from shop.sites import Site
from shop.state import here


def _a_name(form: Form, field: Field) -> None:
    try:
        field.data = line(field.data or "")
    except Unreadable as refusal:
        raise StopValidation(str(refusal)) from refusal
    if not 1 <= len(field.data) <= LONGEST_NAME:
        raise StopValidation(f"Enter the reviewer’s name, up to {LONGEST_NAME} characters")


def _registered(form: Form, field: Field) -> None:
    try:
        field.data = content_reviews.registration_number(field.data or "")
    except Unreadable as refusal:
        raise StopValidation(str(refusal)) from refusal


class ReviewForm(Form):
    """`version` is the content that the person at the desk was looking at."""

    reviewer = StringField("Name of the clinician who reviewed it", [_a_name])
    registration = StringField("Their registration number", [_registered])
    version = HiddenField()


class MusclesForm(Form):
    """`shown` is "yes" on the button that switches them on."""

    shown = HiddenField()


@pages.route("/staff/content", methods=["GET", "POST"])
def content() -> ResponseReturnValue:
    """The board; and, for managers and owners, the form that records a review of this version."""
    staff = staff_here()
    with reading() as work:
        site = site_here(work)
    staff.require_content_at(site.id, site.name)
    form = ReviewForm()
    if request.method == "POST":
        staff.require_reviews_at(site.id, site.name)
        if form.sent() and _recorded(form):
            return redirect(url_for(".content"), 303)
    return _show(form, site), 200 if request.method == "GET" else 400


@pages.post("/staff/content/muscles")
def content_muscles() -> ResponseReturnValue:
    """Go through the finder with a patient, muscle names shown; or end that."""
    staff, form = staff_here(), MusclesForm()
    with reading() as work:
        site = site_here(work)
    staff.require_content_at(site.id, site.name)
    form.sent()
    wanted = form.shown.data == "yes"
    show_muscles(wanted)
    return redirect(url_for(".find_where" if wanted else ".content"), 303)


def _recorded(form: ReviewForm) -> bool:
    """Write the review down. A form of other content says so instead: they read something else."""
    version = here().library.version
    if form.version.data != version:
        form.refuse(form.reviewer, "The content is another one by now. Read this version first.")
        return False
    with transaction() as work:
        content_reviews.record(
            work,
            version,
            reviewer=form.reviewer.data,
            registration=form.registration.data,
            by=staff_here().name,
            at=clock.now(),
        )
    return True


def _show(form: ReviewForm, site: Site) -> str:
    library = here().library
    with reading() as work:
        range_, clinics = products.listed(work), sites.listed(work)
        free = stock.free(work, at=clock.now())
        reviews = content_reviews.of_version(work, library.version)
    form.version.data = library.version
    today = clock.day_of(clock.now(), here().settings.zone)
    board = areas(range_, free, clinics, library)
    return show(
        "content",
        site,
        form=form,
        muscles_form=MusclesForm(formdata=None),
        patient=muscles_shown(),
        reviews=reviews,
        waiting=list(waiting(library, today, signed_off=bool(reviews))),
        areas=board,
        looks=looks(board),
    )
