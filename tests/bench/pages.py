"""Pages over HTTP, against bare Flask and Jinja that write as many bytes from memory."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from typing import Any

from flask import Flask

from tests import databases
from tests.bench.pairs import Pair, Rate, rate
from tests.conftest import fill_with_demo, make_app
from tests.pages.forms_on import forms_on
from tests.served import gunicorn

BARE = """<!doctype html><html lang="en"><head><title>{{ title }}</title></head><body><ul>
{% for item in items %}<li><a href="/shop/{{ item.slug }}">{{ item.name }}</a>
<p>{{ item.price }}</p><div>{{ item.text }}</div></li>{% endfor %}</ul></body></html>"""
CARDS = 24
# The least share of a bare page's speed. The finder's result also opens a cookie and decides.
GATES = {
    "sqlite": {"product list": 0.30, "product page": 0.30, "finder result": 0.20},
    "postgresql": {"product list": 0.20, "product page": 0.20, "finder result": 0.15},
}


def served() -> Flask:
    """The shop with one more page, for gunicorn: `tests.bench.pages:served()`."""
    import os

    from sqlalchemy import make_url

    app = make_app(make_url(os.environ["DATABASE_URL"]), TESTING="")

    template = app.jinja_env.from_string(BARE)

    @app.get("/bench/bare/<int:size>")
    def bare(size: int) -> str:
        filler = "x" * max(0, (size - 3000) // CARDS)
        items = [
            {"slug": f"ball-{n}", "name": f"Ball {n}", "price": f"£{n}.00", "text": filler}
            for n in range(CARDS)
        ]
        return template.render(title="Bare", items=items)

    return app


@contextmanager
def pairs() -> Iterator[list[Pair]]:
    """The list, a product and a finder result, on each database."""
    with gunicorn_of("sqlite") as lite, gunicorn_of("postgresql") as postgres:
        yield [
            Pair(f"{name}, {kind}, of a bare page as long", page, bare, GATES[kind][name])
            for kind, port in (("sqlite", lite), ("postgresql", postgres))
            for name, page, bare in _against_bare(port)
        ]


@contextmanager
def gunicorn_of(kind: str) -> Iterator[int]:
    url = databases.copier(fill_with_demo, kind)()
    with gunicorn("tests.bench.pages:served()", url, workers=1) as port:
        yield port
    databases.drop(url)


def _against_bare(port: int) -> Iterator[tuple[str, Rate, Rate]]:
    slug = _some_product(port)
    cookie = _answers(port)
    for name, path, headers in (
        ("product list", "/shop", {}),
        ("product page", f"/shop/{slug}", {}),
        ("finder result", "/find/result", {"Cookie": cookie}),
    ):
        size = len(_get(port, path, headers)[1])
        yield name, _fetching(port, path, headers), _fetching(port, f"/bench/bare/{size}", {})


def _fetching(port: int, path: str, headers: dict[str, str]) -> Rate:
    def fetch() -> None:
        status, _, _ = _get(port, path, headers)
        assert status == 200, (path, status)

    return rate(fetch)


def _get(port: int, path: str, headers: dict[str, str]) -> tuple[int, bytes, Any]:
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer.status, body, answer.headers


def _some_product(port: int) -> str:
    page = _get(port, "/shop", {})[1].decode()
    return page.partition('href="/shop/')[2].partition('"')[0]


def _answers(port: int) -> str:
    """Go through the finder as a browser would, and keep its cookies."""
    jar: dict[str, str] = {}
    for path, field, value in (
        ("/find/where", "regions", "blade_spine"),
        ("/find/check", "safety", "none"),
        ("/find/spot", "spots-blade_spine", "blade_spine"),
        ("/find/press", "press", "quite-sore"),
        ("/find/position", "positions", "wall"),
    ):
        _, body, headers = _get(port, path, _cookies(jar))
        _keep(jar, headers)
        token = forms_on(body.decode(), path)[0].values["csrf_token"][0]
        connection = HTTPConnection("127.0.0.1", port, timeout=30)
        form = f"csrf_token={token}&{field}={value}"
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        connection.request("POST", path, form, {**_cookies(jar), **kind})
        answer = connection.getresponse()
        answer.read()
        assert answer.status == 303, path
        _keep(jar, answer.headers)
        connection.close()
    return _cookies(jar)["Cookie"]


def _keep(jar: dict[str, str], headers: Any) -> None:
    for cookie in headers.get_all("Set-Cookie") or []:
        name, _, value = cookie.partition(";")[0].partition("=")
        jar[name] = value


def _cookies(jar: dict[str, str]) -> dict[str, str]:
    return {"Cookie": "; ".join(f"{name}={value}" for name, value in jar.items())}
