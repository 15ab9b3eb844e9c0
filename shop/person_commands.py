"""`flask shop erase --person` and `export --person`: what a person may ask of us."""

import json

import click
from flask.cli import with_appcontext
from sqlalchemy import text

from shop import clock, privacy
from shop.db import reading, retried, transaction
from shop.errors import Refusal
from shop.pages.text import line
from shop.privacy import Erased
from shop.state import here
from shop.table_check import need_tables


@click.command("erase")
@click.option("--person", required=True, metavar="EMAIL", help="Whose address it is.")
@with_appcontext
def erase(person: str) -> None:
    """Take a buyer off their orders, their mail and their links. The accounts stay as they are."""
    need_tables()
    try:
        done = _erased(line(person))
    except Refusal as refusal:
        raise click.ClickException(str(refusal)) from refusal
    _empty_the_log()
    click.echo(f"Erased from {done.orders} orders.")
    for number in done.kept:
        click.echo(f"Order {number} keeps its name and address: its VAT invoice has to have them.")


def written(person: str) -> str:
    """All that we hold of a person, as JSON. Raises NotFound."""
    with reading() as work:
        return json.dumps(privacy.held(work, line(person)), indent=2, ensure_ascii=False)


@retried
def _erased(person: str) -> Erased:
    with transaction() as work:
        return privacy.erase(work, person, by="command line", at=clock.now())


def _empty_the_log() -> None:
    """What SQLite wrote before is in its log too, until it is brought into the file."""
    if here().database.engine.dialect.name == "sqlite":
        with here().database.engine.connect() as connection:
            connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
