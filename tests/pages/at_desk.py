"""What the desk's tests share: shelves to look at, sales to make, people to be."""

from collections.abc import Callable
from contextlib import AbstractContextManager

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update
from werkzeug.test import TestResponse

from shop import accounts, clock, places, stock
from shop.levels import StockLevel
from shop.order_states import OrderState
from shop.orders import Order
from shop.products import Product
from shop.staff import Role
from tests.conftest import database_of

Post = Callable[..., TestResponse]
Statements = Callable[[], AbstractContextManager[list[str]]]
BALL, BALL_NAME, BALL_PENCE = "BALL-65-S", "Soft ball 6.5 cm", 550
BARCODE = "2000000010014"
PASSWORD = "a long enough password"


def shelf(app: Flask, site: str, sku: str = BALL) -> int:
    with database_of(app).reading() as work:
        return stock.free(work, [sku], at=clock.now()).get(sku, {}).get(site, 0)


def shelves(app: Flask) -> dict[str, dict[str, int]]:
    with database_of(app).reading() as work:
        return stock.free(work, at=clock.now())


def deliver(app: Flask, site: str, units: int, sku: str = BALL) -> None:
    with database_of(app).transaction() as work:
        stock.receive(work, site, {sku: units}, by="Morgan Lee", at=clock.now())


def keep_all_but(app: Flask, site: str, units: int, sku: str = BALL) -> None:
    """Leave exactly so many free to sell, the rest being kept for somebody."""
    if missing := max(0, units - shelf(app, site, sku)):
        deliver(app, site, missing, sku)
    with database_of(app).transaction() as work:
        here = (StockLevel.place == places.shelf(site), StockLevel.sku == sku)
        work.execute(update(StockLevel).where(*here).values(held=StockLevel.on_hand - units))


def change_product(app: Flask, sku: str = BALL, **values: object) -> None:
    with database_of(app).transaction() as work:
        work.execute(update(Product).where(Product.sku == sku).values(**values))


def sales(app: Flask) -> int:
    with database_of(app).reading() as work:
        settled = select(func.count()).where(Order.state == OrderState.SETTLED)
        return work.scalar(settled) or 0


def sell(desk: FlaskClient, post: Post, *codes: str, method: str = "card") -> str:
    """Sell these codes, each scanned once; the receipt's number."""
    for code in codes or (BARCODE,):
        assert post(desk, "/staff/till", code=code).status_code == 303
    paid = post(desk, "/staff/till/pay", code="", method=method)
    assert paid.status_code == 303, paid.text
    return paid.location.partition("sold=")[2]


def sign_in(app: Flask, post: Post, roles: dict[str, Role], name: str = "Sam Reed") -> FlaskClient:
    """A new person with these roles, signed in on a device of their own."""
    email = f"{name.split()[0].lower()}@clinic.example"
    with database_of(app).transaction() as work:
        accounts.add(work, email, name, PASSWORD, roles, by="test", at=clock.now())
    client = app.test_client()
    signed_in = post(client, "/staff/sign-in", email=email, password=PASSWORD)
    assert signed_in.status_code == 303, signed_in.text
    return client
