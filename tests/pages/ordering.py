"""A customer with a browser of their own: fills a basket, orders, pays on the demo's page."""

import re
from dataclasses import dataclass

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from werkzeug.test import TestResponse

from tests.conftest import database_of
from tests.pages.conftest import hidden_fields
from tests.pages.forms_on import forms_on

EMAIL = "pat@customer.example"
WAY = re.compile(r'name="way"[^>]*value="([^"]+)"')


@dataclass
class Customer:
    client: FlaskClient

    def send(self, page: str, action: str, **values: str) -> TestResponse:
        """Press a form's button as it stands on a page, with these values in it."""
        forms = forms_on(self.client.get(page).text, page)
        shown = next(form for form in forms if form.action.partition("?")[0] == action)
        kept = {name: given[0] for name, given in shown.values.items()}
        return self.client.post(action, data={**kept, **values})

    def add(self, slug: str, units: int = 1) -> TestResponse:
        return self.send(f"/shop/{slug}", "/basket/add", units=str(units))

    def ways(self) -> list[str]:
        return WAY.findall(self.client.get("/checkout").text)

    def press_pay(self, start: str, **values: str) -> TestResponse:
        """Choose the way that begins so, and press Pay."""
        way = next(way for way in self.ways() if way.startswith(start))
        fields = hidden_fields(self.client.get("/checkout").text)
        return self.client.post("/checkout/pay", data={**fields, "way": way, **values})

    def pay(self, page: str, **person: str) -> str:
        """Pay on the demo's page; the address of the order's own page."""
        told = {"email": EMAIL, "buyer": "Pat Poole", **person}
        fields = hidden_fields(self.client.get(page).text)
        paid = self.client.post(page, data={**fields, **told, "press": "pay"})
        assert paid.status_code == 303, paid.text
        back = self.client.get(paid.location)
        assert back.status_code == 303, back.text
        return str(back.location)

    def order(self, slug: str = "soft-ball-65", start: str = "collect:cambridge") -> str:
        """Buy one of a product; the address of the order's own page."""
        assert self.add(slug).status_code == 303
        return self.pay(self.press_pay(start).location)


def rows(app: Flask, sql: str) -> list[tuple[object, ...]]:
    with database_of(app).reading() as work:
        return [tuple(row) for row in work.execute(text(sql)).all()]
