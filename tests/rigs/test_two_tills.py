"""Two tills of a served shop and one last ball: one sale, one clear no, on both databases."""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
import requests
from sqlalchemy import URL

from shop import checks, clock, stock
from shop.db import Database
from tests import databases
from tests.conftest import fill_with_demo
from tests.pages.conftest import hidden_fields
from tests.served import gunicorn
from tests.shop.selling import sell

ROUNDS = int(os.environ.get("RIG_ROUNDS", "20")) // 4
BALL, SITE = "BALL-63-F", "newmarket"
PATIENCE = 30


class Till:
    """A signed-in browser at Newmarket's desk."""

    def __init__(self, address: str, role: str) -> None:
        self.address, self.http = address, requests.Session()
        login = {"email": f"{role}@demo.example", "password": f"{role}-demo-only"}
        self.post("/staff/sign-in", login)
        self.post("/staff/site", {"site": SITE})

    def post(self, path: str, values: dict[str, str]) -> requests.Response:
        page = self.http.get(self.address + path, timeout=PATIENCE).text
        return self.send(path, {**hidden_fields(page), **values})

    def send(self, path: str, form: dict[str, str]) -> requests.Response:
        return self.http.post(self.address + path, form, allow_redirects=False, timeout=PATIENCE)

    def ready_to_pay(self) -> dict[str, str]:
        """One ball on the counter, whatever the last round left there, and the pay page open."""
        shown = self.http.get(f"{self.address}/staff/till", timeout=PATIENCE).text
        if "Nothing in it yet" not in shown:
            self.send("/staff/till/line", {**hidden_fields(shown), "remove": BALL})
        self.post("/staff/till", {"code": BALL})
        page = self.http.get(f"{self.address}/staff/till/pay", timeout=PATIENCE).text
        return {**hidden_fields(page), "code": "", "method": "card"}


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest) -> Iterator[URL]:
    url = databases.copier(fill_with_demo, request.param)()
    yield url
    databases.drop(url)


def test_two_tills_and_one_last_ball(url: URL) -> None:
    database = Database(url)
    with gunicorn("app:app", url, workers=2) as port, ThreadPoolExecutor(2) as people:
        tills = [Till(f"http://127.0.0.1:{port}", role) for role in ("reception", "manager")]
        for _ in range(ROUNDS):
            _leave_one(database)
            forms = [till.ready_to_pay() for till in tills]
            together = Barrier(2)

            answers = people.map(_pay, tills, forms, [together, together])
            sold, refused = sorted(answers, key=lambda answer: answer.status_code)

            assert (sold.status_code, refused.status_code) == (303, 409)
            assert "sold=NEW-" in sold.headers["Location"]
            assert "left at Newmarket, and you asked for 1. Nothing was sold." in refused.text
            with database.reading() as work:
                assert stock.free(work, [BALL], at=clock.now())[BALL][SITE] == 0

    assert [check for check in checks.verify(database) if not check.ok] == []
    database.dispose()


def _pay(till: Till, form: dict[str, str], together: Barrier) -> requests.Response:
    together.wait(PATIENCE)
    return till.send("/staff/till/pay", form)


def _leave_one(database: Database) -> None:
    with database.transaction() as work:
        now = clock.now()
        free = stock.free(work, [BALL], at=now)[BALL].get(SITE, 0)
        if free == 0:
            stock.receive(work, SITE, {BALL: 1}, by="Morgan Lee", at=now)
        elif free > 1:
            sell(work, {BALL: free - 1}, site=SITE, by="Morgan Lee", at=now)
