"""What a command asks before it starts: whether the tables are this version's."""

import sys

import click
from sqlalchemy.exc import DBAPIError

from shop import checks, migrations
from shop.state import here


def need_tables() -> None:
    """End with 2, and say what to run, where the tables are missing or older."""
    try:
        current = checks.version(here().database) == migrations.head()
    except DBAPIError as error:
        click.echo(f"The database does not answer. {error.orig}", err=True)
        sys.exit(2)
    if not current:
        click.echo("There are no tables of this version here. Run: flask shop upgrade", err=True)
        sys.exit(2)
