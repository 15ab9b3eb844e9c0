"""The frame of every desk screen: who is signed in, at which clinic, and the way out."""

from flask import current_app, render_template, request

from shop import alerts
from shop.db import reading
from shop.pages.form import Form
from shop.pages.staff import staff_here
from shop.pages.when import day_in_words, time_in_words
from shop.sites import Site


def show(template: str, site: Site | None, **values: object) -> str:
    """Draw a desk screen, with what its frame and its dates need."""
    return render_template(
        f"shop/staff/{template}.html",
        staff=staff_here(),
        site=site,
        low_here=_low(site),
        way_out=Form() if _has_own_door() else None,
        day_in_words=day_in_words,
        time_in_words=time_in_words,
        **values,
    )


def _low(site: Site | None) -> int:
    """How many products are low here, for the badge in the header."""
    if site is None:
        return 0
    with reading() as work:
        return alerts.badge(work, site.id)


def _has_own_door() -> bool:
    """Whether signing out is ours; in a host's site it is the host's."""
    return f"{request.blueprint}.sign_out" in current_app.view_functions
