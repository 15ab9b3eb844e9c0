"""One press, one act."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from shop import presses
from shop.db import Database
from tests.shop.conftest import NOON


def test_a_form_works_once(database: Database) -> None:
    token = presses.new()
    with database.transaction() as work:
        assert presses.first(work, token, at=NOON)
    with database.transaction() as work:
        assert not presses.first(work, token, at=NOON)
        assert presses.first(work, presses.new(), at=NOON)


def test_a_form_whose_act_was_undone_works_again(database: Database) -> None:
    token = presses.new()
    with pytest.raises(ZeroDivisionError), database.transaction() as work:
        assert presses.first(work, token, at=NOON) / 0

    with database.transaction() as work:
        assert presses.first(work, token, at=NOON)


def test_a_token_is_forgotten_after_a_week_and_not_before(work: Session) -> None:
    presses.first(work, "old", at=NOON - presses.KEPT - timedelta(seconds=1))
    presses.first(work, "young", at=NOON - presses.KEPT)

    assert presses.forget(work, at=NOON) == 1
    assert not presses.first(work, "young", at=NOON)
