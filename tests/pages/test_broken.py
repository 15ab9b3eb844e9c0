"""When it is our fault: a page of ours with a sentence, and nothing about how it broke."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import URL, make_url

from shop import sites
from tests import databases
from tests.conftest import database_of, make_app


@pytest.fixture
def served(demo_copy: Callable[[], URL]) -> Iterator[Flask]:
    """The demo as a server runs it: a bug is answered, not raised into the test."""
    url = demo_copy()
    app = make_app(url)
    app.testing = False
    yield app
    database_of(app).dispose()
    databases.drop(url)


def test_a_bug_is_answered_with_our_page_and_without_its_inside(
    served: Flask, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def bug(work: object) -> None:
        raise RuntimeError("the inside of a bug")

    monkeypatch.setattr(sites, "listed", bug)

    answer = served.test_client().get("/")

    assert answer.status_code == 500
    assert "Something went wrong on our side. Nothing was changed." in answer.text
    assert "01632 960100" in answer.text
    assert "inside of a bug" not in answer.text
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "inside of a bug" in caplog.text  # the log has it


def test_a_database_that_is_not_ready_is_answered_with_our_page_and_a_time_to_wait(
    tmp_path: Path,
) -> None:
    app = make_app(make_url(f"sqlite:///{tmp_path / 'empty.sqlite'}"))
    app.testing = False
    client = app.test_client()

    answer = client.get("/shop")

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10")
    assert "can&#39;t reach our records" in answer.text
    assert client.get("/readyz").status_code == 503
    assert client.get("/healthz").status_code == 200
    assert client.get("/guides").status_code == 200  # the guides need no database
    database_of(app).dispose()
