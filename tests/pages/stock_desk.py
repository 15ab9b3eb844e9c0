"""What the tests of the stock screens share: places, people, and forms filled in as shown."""

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from werkzeug.test import TestResponse

from shop import clock, holds, places, plan_holds, stock
from shop.ledger import MoveReason
from tests.conftest import database_of
from tests.pages.at_desk import BALL, shelf
from tests.pages.forms_on import ShownForm, forms_on


def level(app: Flask, place: str, sku: str = BALL) -> int:
    with database_of(app).reading() as work:
        return next((each.on_hand for each in stock.levels_of(work, sku) if each.place == place), 0)


def put(app: Flask, site: str, units: int, sku: str = BALL) -> None:
    """Make it so many on a shelf, and all of them free: no plan keeps any of them."""
    with database_of(app).transaction() as work:
        for hold in holds.waiting(work, places.shelf(site), sku, at=clock.now()):
            if hold.plan_id:
                plan_holds.release(work, hold.plan_id, at=clock.now())
    change = units - shelf(app, site, sku)
    if change:
        reason = MoveReason.FOUND if change > 0 else MoveReason.LOST
        with database_of(app).transaction() as work:
            stock.adjust(work, site, sku, change, reason, by="test", at=clock.now())


def form_on(client: FlaskClient, page: str, action: str) -> ShownForm:
    """The form of a page that is sent there."""
    shown = forms_on(client.get(page).text, page)
    return next(form for form in shown if form.action.partition("?")[0] == action)


def fill(form: ShownForm, **fields: object) -> dict[str, object]:
    """What a browser sends: the first value of each field, unless it is typed over. No buttons."""
    buttons = ("add", "more", "less", "remove")
    shown = {name: given[0] for name, given in form.values.items() if name not in buttons}
    return {**shown, **fields}


def press(client: FlaskClient, page: str, action: str, **fields: object) -> TestResponse:
    """Fill in one form of a page and press its button."""
    return client.post(action, data=fill(form_on(client, page, action), **fields))


def count(app: Flask, table: str) -> int:
    with database_of(app).reading() as work:
        return work.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()
