"""Screens: one file each, with its form and its routes. This file lists them."""

from importlib import import_module
from pathlib import Path

from flask import Blueprint

HERE = Path(__file__).parent
# In a wheel the templates lie inside the package; in a checkout they stand at the top level.
TEMPLATES = next(
    folder
    for folder in (HERE.parent / "templates", HERE.parent.parent / "templates")
    if folder.exists()
)

pages = Blueprint("shop", __name__, template_folder=str(TEMPLATES))

SCREENS = (
    "frame",
    "assets",
    "kept",
    "health",
    "front.pictures",
    "front.photos",
    "front.home",
    "front.find",
    "front.find_result",
    "front.find_kept",
    "front.muscles",
    "front.shop",
    "front.set",
    "front.guides",
    "front.learn",
    "front.search",
    "front.help",
    "front.plan",
    "front.basket",
    "front.checkout_page",
    "front.checkout",
    "front.checkout_return",
    "front.checkout_code",
    "front.order",
    "front.papers",
    "front.back_in_stock",
    "front.demo_pay",
    "front.webhook",
    "staff.sign_in",
    "staff.serving",
    "staff.short_code",
    "staff.today",
    "staff.site",
    "staff.till",
    "staff.till_open",
    "staff.drawer",
    "staff.till_close",
    "staff.closing",
    "staff.loans",
    "staff.sales_list",
    "staff.parking",
    "staff.give_code",
    "staff.scanner",
    "staff.instead",
    "staff.posting",
    "staff.collect",
    "staff.pay",
    "staff.cash",
    "staff.split",
    "staff.discount",
    "staff.sales",
    "staff.exchange",
    "staff.receipt_sent",
    "staff.papers",
    "staff.online",
    "staff.online_order",
    "staff.online_refund",
    "staff.substitute",
    "staff.attention",
    "staff.mail",
    "staff.collecting",
    "staff.stock",
    "staff.photo",
    "staff.stock_item",
    "staff.stock_change",
    "staff.labels",
    "staff.transfers",
    "staff.transfer",
    "staff.counts",
    "staff.count",
    "staff.receive",
    "staff.unpacking",
    "staff.delivery",
    "staff.alerts",
    "staff.rule",
    "staff.orders",
    "staff.order",
    "staff.suppliers",
    "staff.vouchers",
    "staff.sets",
    "staff.value",
    "staff.imports",
    "staff.plans",
    "staff.plans_withdrawn",
    "staff.plan_new",
    "staff.plan",
    "staff.plan_templates",
    "staff.opening_days",
    "staff.letter",
    "staff.style",
    "staff.content",
    "staff.drawings",
)


def all_pages() -> Blueprint:
    """The blueprint with every screen's routes on it."""
    for screen in SCREENS:
        import_module(f"{__name__}.{screen}")
    return pages
