"""Pages over HTTP, against bare Flask and Jinja that write as many bytes from memory."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask

from tests import databases
from tests.bench.pairs import Pair, Rate
from tests.bench.visitor import Visitor
from tests.conftest import fill_with_demo, make_app
from tests.served import gunicorn

BARE = """<!doctype html><html lang="en"><head><title>{{ title }}</title></head><body><ul>
{% for item in items %}<li><a href="/shop/{{ item.slug }}">{{ item.name }}</a>
<p>{{ item.price }}</p><div>{{ item.text }}</div></li>{% endfor %}</ul></body></html>"""
CARDS = 24
FINDER = (
    ("/find/where", "regions", "blade_spine"),
    ("/find/check", "safety", "none"),
    ("/find/spot", "spots-blade_spine", "blade_spine"),
    ("/find/press", "press", "quite-sore"),
    ("/find/position", "positions", "wall"),
)
# The least share of a bare page's speed. The finder's result also opens a cookie and decides.
GATES = {
    "sqlite": {"product list": 0.30, "product page": 0.30, "finder result": 0.20},
    "postgresql": {"product list": 0.20, "product page": 0.20, "finder result": 0.15},
}


def served() -> Flask:
    """The shop with one more page, for gunicorn: `tests.bench.pages:served()`."""
    import os

    from sqlalchemy import make_url

    app = make_app(make_url(os.environ["DATABASE_URL"]))
    app.testing = False

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
    visitor = Visitor(port)
    first = visitor.page("/shop").partition('href="/shop/')[2].partition('"')[0]
    for path, field, value in FINDER:
        visitor.send(path, **{field: value})
    for name, path in (
        ("product list", "/shop"),
        ("product page", f"/shop/{first}"),
        ("finder result", "/find/result"),
    ):
        yield name, visitor.fetching(path), bare_page(visitor, path)


def bare_page(visitor: Visitor, path: str) -> Rate:
    """The bare page that is as long as this one."""
    size = len(visitor.page(path).encode())
    return Visitor(visitor.port).fetching(f"/bench/bare/{size}")
