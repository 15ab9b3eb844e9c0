"""Two people put one shelf right at once: the second one is asked, and nothing is overwritten."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import URL

from shop import levels
from shop.staff import Role
from tests import databases
from tests.conftest import database_of, fill_with_demo, make_app
from tests.pages.at_desk import BALL, Post, sign_in
from tests.pages.conftest import hidden_fields, post
from tests.pages.stock_desk import level
from tests.rigs.test_locks import until, waiting_in

__all__ = ["post"]
SHELF, PAGE = "shelf:cambridge", f"/staff/stock/{BALL}"


@pytest.fixture
def app() -> Iterator[Flask]:
    """The demo clinic on PostgreSQL, which alone lets two write at once."""
    url: URL = databases.copier(fill_with_demo, "postgresql")()
    app = make_app(url)
    yield app
    database_of(app).dispose()
    databases.drop(url)


def test_of_two_who_put_a_shelf_right_at_once_the_second_is_asked(app: Flask, post: Post) -> None:
    there, database = level(app, SHELF), database_of(app)
    people = [sign_in(app, post, {"cambridge": Role.RECEPTION}, name) for name in ("Al A", "Bo B")]
    forms = [hidden_fields(client.get(PAGE).text) for client in people]
    assert [form["seen"] for form in forms] == [str(there)] * 2

    def save(client: FlaskClient, form: dict[str, str]) -> int:
        wanted = {"number": str(there + 5), "reason": "found", "note": ""}
        return client.post(f"{PAGE}/adjust", data={**form, **wanted}).status_code

    with ThreadPoolExecutor(2) as together:
        with database.transaction() as work:
            levels.locked(work, SHELF, BALL)
            answers = [together.submit(save, *each) for each in zip(people, forms, strict=True)]
            until(lambda: waiting_in(database) >= 2)
        told = sorted(answer.result(60) for answer in answers)

    assert told == [303, 409]
    assert level(app, SHELF) == there + 5
