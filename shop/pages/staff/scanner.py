"""Trying a scanner out: what it sends, how it ends, and whether the field shows a keyboard here."""

from dataclasses import dataclass

from flask import session, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from wtforms import BooleanField, TextAreaField

from shop import products
from shop.db import reading
from shop.errors import Unreadable
from shop.pages import pages
from shop.pages.staff import site_here, staff_here
from shop.pages.staff.frame import show
from shop.pages.staff.press import PressForm, answer, blank
from shop.pages.staff.said import said, say
from shop.pages.staff.scan import SCANNER_ONLY

LONGEST_TRIED = 200  # characters of a scan that is tried out


class ScannerForm(PressForm):
    only = BooleanField("Scanner only on this tablet: the till shows no keyboard")


class TryForm(PressForm):
    """Of several lines, so that every Enter of the scanner can be seen."""

    tried = TextAreaField("Scan a product here, then press Show")


@dataclass(frozen=True, slots=True)
class Seen:
    """What arrived: its text, the characters before the barcode, how often Enter came after it."""

    text: str
    prefix: str
    product: str
    enters: int


@pages.get("/staff/settings/scanner")
def scanner() -> ResponseReturnValue:
    staff_here()
    return _draw(blank(ScannerForm))


@pages.post("/staff/settings/scanner")
def scanner_save() -> ResponseReturnValue:
    """Have this device show a keyboard in the till's field, or none."""
    form = ScannerForm()

    def save() -> str:
        session[SCANNER_ONLY] = form.only.data
        say("That is saved for this device.")
        return url_for(".scanner")

    return answer(form, save, _draw)


@pages.post("/staff/settings/scanner/try")
def scanner_try() -> ResponseReturnValue:
    """Say what arrived. Nothing is added to any basket, and nothing is kept."""
    staff_here()
    form = TryForm()
    if not form.sent():
        return _draw(form), 400
    with reading() as work:
        try:
            seen = _seen(work, form.tried.data or "")
        except Unreadable as refusal:
            form.refuse(form.tried, str(refusal))
            return _draw(form), 400
    return _draw(blank(TryForm), seen)


def _seen(work: Session, sent: str) -> Seen:
    lines = sent.replace("\r\n", "\n").replace("\r", "\n")
    text = lines.strip()
    if not text or len(text) > LONGEST_TRIED or "\n" in text:
        raise Unreadable("Scan one product, with the field empty before it.")
    for start in range(len(text)):
        if found := products.scanned(work, text[start:]):
            break
    else:
        start, found = 0, None
    enters = len(lines) - len(lines.rstrip("\n"))
    return Seen(text, text[:start], found.name if found else "", enters)


def _draw(form: PressForm, seen: Seen | None = None) -> str:
    with reading() as work:
        site = site_here(work)
    only = form if isinstance(form, ScannerForm) else blank(ScannerForm)
    if only is not form or not form.errors:
        only.only.data = bool(session.get(SCANNER_ONLY))
    return show(
        "scanner",
        site,
        form=form,
        only_form=only,
        try_form=form if isinstance(form, TryForm) else blank(TryForm),
        seen=seen,
        said=said(),
    )
