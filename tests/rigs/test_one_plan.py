"""Two tills, one phone, one plan and one last ball of a served shop: exactly one gets it.

The ball is kept for the plan. One till has loaded the plan, as the phone has; the other till sells
to somebody who just picked the ball up. On both databases, over HTTP, all three at once.
"""

import os
import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
import requests
from sqlalchemy import URL

from shop import checks, clock, plans, stock
from shop.db import Database
from shop.plan_items import Items
from tests import databases
from tests.conftest import fill_with_demo
from tests.pages.conftest import hidden_fields
from tests.rigs.test_two_tills import BALL, PATIENCE, SITE, Till, _leave_one
from tests.served import gunicorn
from tests.shop.conftest import LONDON

ROUNDS = max(3, int(os.environ.get("RIG_ROUNDS", "20")) // 4)
PRICE = re.compile(rf'value="(collect:{SITE}:\d+)"')


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest) -> Iterator[URL]:
    url = databases.copier(fill_with_demo, request.param)()
    yield url
    databases.drop(url)


def test_one_of_two_tills_and_a_phone_gets_the_last_ball_of_a_plan(url: URL) -> None:
    database = Database(url)
    winners: list[str] = []
    with gunicorn("app:app", url, workers=3) as port, ThreadPoolExecutor(3) as people:
        address = f"http://127.0.0.1:{port}"
        tills = [Till(address, role) for role in ("reception", "manager")]
        for _ in range(ROUNDS):
            _leave_one(database)
            code = _plan(database)
            together = Barrier(3)
            acts = [
                _with_plan(tills[0], code),
                _without(tills[1]),
                _phone(address, code),
            ]

            answers = list(people.map(lambda act, at=together: _at_once(act, at), acts))

            won = [name for name, got_it in answers if got_it]
            assert len(won) == 1, answers
            winners += won
            with database.reading() as work:
                assert stock.free(work, [BALL], at=clock.now())[BALL][SITE] == 0

    assert "the till without the plan" not in winners  # while it is kept, it is not free
    assert [check for check in checks.verify(database) if not check.ok] == []
    database.dispose()


Act = tuple[str, Callable[[], bool]]


def _at_once(act: Act, together: Barrier) -> tuple[str, bool]:
    name, press = act
    together.wait(PATIENCE)
    return name, press()


def _plan(database: Database) -> str:
    with database.transaction() as work:
        items = Items("blade_spine", (BALL,), ())
        issued = plans.issue(work, SITE, items, by="Priya", zone=LONDON, at=clock.now())
    assert issued.not_kept == ()
    return issued.code


def _with_plan(till: Till, code: str) -> Act:
    _empty(till)
    page = till.http.get(f"{till.address}/staff/plans/{code}", timeout=PATIENCE).text
    assert till.send(f"/staff/plans/{code}/till", hidden_fields(page)).status_code == 303
    form = _pay_form(till)
    return "the till with the plan", lambda: _sold(till.send("/staff/till/pay", form))


def _without(till: Till) -> Act:
    form = till.ready_to_pay()
    return "the till without the plan", lambda: _sold(till.send("/staff/till/pay", form))


def _phone(address: str, code: str) -> Act:
    http = requests.Session()
    page = http.get(f"{address}/p/{code}", timeout=PATIENCE).text
    chosen = http.post(
        f"{address}/p/{code}/basket",
        {**hidden_fields(page), "way": f"collect:{SITE}"},
        timeout=PATIENCE,
    ).text
    way = PRICE.search(chosen)
    assert way, chosen
    form = {**hidden_fields(chosen), "way": way[1]}

    def pay() -> bool:
        answer = http.post(f"{address}/checkout/pay", form, allow_redirects=False, timeout=PATIENCE)
        assert answer.status_code in (303, 400, 409), answer.text
        return answer.status_code == 303

    return "the phone", pay


def _empty(till: Till) -> None:
    shown = till.http.get(f"{till.address}/staff/till", timeout=PATIENCE).text
    if "Nothing in it yet" not in shown:
        till.send("/staff/till/line", {**hidden_fields(shown), "remove": BALL})


def _pay_form(till: Till) -> dict[str, str]:
    page = till.http.get(f"{till.address}/staff/till/pay", timeout=PATIENCE).text
    return {**hidden_fields(page), "code": "", "method": "card"}


def _sold(answer: requests.Response) -> bool:
    assert answer.status_code in (303, 409), answer.text
    return answer.status_code == 303
