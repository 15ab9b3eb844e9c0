"""Clients: a stranger, and reception at Cambridge's desk."""

import re
from collections.abc import Callable
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.pages.finding import Finder

Post = Callable[..., TestResponse]
_HIDDEN = re.compile(r'<input(?=[^>]*type="hidden")[^>]*>')
_ATTRIBUTE = re.compile(r'(\w+)="([^"]*)"')


def hidden_fields(page: str) -> dict[str, str]:
    """The hidden fields of a page, as a browser would send them back."""
    tags = (dict(_ATTRIBUTE.findall(tag)) for tag in _HIDDEN.findall(page))
    return {tag["name"]: unescape(tag.get("value", "")) for tag in tags}


@pytest.fixture
def post() -> Post:
    """Post a form the way a browser does: fetch its page, keep its hidden fields, fill the rest."""

    def send(client: FlaskClient, url: str, *, page: str = "", **fields: object) -> TestResponse:
        shown = client.get(page or url).text
        data = {**hidden_fields(shown), **fields}
        return client.post(url, data={k: v for k, v in data.items() if v is not None})

    return send


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def desk(app: Flask, post: Post) -> FlaskClient:
    """Reception of the demo, signed in, with Cambridge chosen."""
    client = app.test_client()
    signed_in = post(
        client,
        "/staff/sign-in",
        email="reception@demo.example",
        password="reception-demo-only",
    )
    assert signed_in.status_code == 303, signed_in.text
    chosen = post(client, "/staff/site", site="cambridge")
    assert chosen.status_code == 303, chosen.text
    return client


@pytest.fixture
def finder(client: FlaskClient, post: Post) -> Finder:
    return Finder(client, post)
