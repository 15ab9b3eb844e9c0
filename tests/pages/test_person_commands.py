"""A buyer's rights from the command line: all of it printed, all of it gone, also from the file."""

import json
from pathlib import Path

from click.testing import Result
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from tests.conftest import database_of
from tests.pages.at_desk import deliver
from tests.pages.ordering import EMAIL, Customer


def run(app: Flask, *arguments: str) -> Result:
    return app.test_cli_runner().invoke(args=["shop", *arguments])


def ordered(app: Flask, client: FlaskClient) -> None:
    """Somebody has bought a ball and it was given back."""
    deliver(app, "cambridge", 1)
    customer = Customer(client)
    order = customer.order()
    assert customer.send(order, f"{order}/cancel").status_code == 303


def test_a_person_is_printed_and_erased(app: Flask, client: FlaskClient) -> None:
    ordered(app, client)

    printed = run(app, "export", "--person", EMAIL.upper())
    assert printed.exit_code == 0, printed.output
    assert json.loads(printed.stdout)["orders"][0]["person"]["name"] == "Pat Poole"

    erased = run(app, "erase", "--person", EMAIL)
    assert erased.exit_code == 0, erased.output
    assert erased.stdout == "Erased from 1 orders.\n"
    engine = database_of(app).engine
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            file = connection.execute(text("PRAGMA database_list")).one()[2]
        kept = b"".join(Path(file + end).read_bytes() for end in ("", "-wal")
                        if Path(file + end).exists())  # fmt: skip
        assert EMAIL.encode() not in kept
        assert b"Pat Poole" not in kept


def test_somebody_unknown_is_refused_in_words(app: Flask) -> None:
    for command in ("export", "erase"):
        answer = run(app, command, "--person", "nobody@nowhere.example")
        assert answer.exit_code == 1
        assert "Nobody has that email address here." in answer.stderr


def test_exporting_nothing_is_wrong_usage(app: Flask) -> None:
    answer = run(app, "export")

    assert answer.exit_code == 2
    assert "--person EMAIL" in answer.stderr
