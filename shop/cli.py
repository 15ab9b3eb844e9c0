"""`flask shop …`: what an operator does from the command line."""

import json
import sys
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any, NoReturn

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy.exc import DBAPIError

from catalog import library, proofs
from catalog.entries import ContentError
from shop import accounts, backups, checks, clock, demo, migrations, reconcile, sites
from shop import tick as tick_
from shop.checks import Check
from shop.db import reading, transaction
from shop.errors import NotReady, Refusal
from shop.file_commands import export, import_products
from shop.pages.payment_desk import payment_desk
from shop.pages.postman import postman
from shop.pages.text import clean, line
from shop.person_commands import erase
from shop.staff import ANYWHERE, Role
from shop.state import here
from shop.table_check import need_tables


class Commands(AppGroup):
    """A command that meets a setting it can't work with says so in a sentence, and ends with 2."""

    def invoke(self, context: click.Context) -> Any:
        try:
            return super().invoke(context)
        except NotReady as refusal:
            click.echo(f"Error: {refusal}", err=True)
            context.exit(2)


shop_cli = Commands("shop", help="The clinic's shop: tables, demo, proof, content, staff.")
shop_cli.add_command(import_products)
shop_cli.add_command(export)
shop_cli.add_command(erase)


@shop_cli.command()
def upgrade() -> None:
    """Make or change the tables to this version's. Safe to run again, and by several at once."""
    try:
        migrations.upgrade(here().database, here().settings.zone)
    except DBAPIError as error:
        raise click.ClickException(f"The database refused. {error.orig}") from error
    click.echo("The tables are up to date.")


@shop_cli.command("demo")
@click.option("--keep", is_flag=True, help="Say nothing against a database that is filled already.")
def demo_(keep: bool) -> None:
    """Fill an upgraded, empty database with a made-up clinic. Development only."""
    need_tables()
    try:
        demo.fill(current_app, keep=keep)
    except Refusal as refusal:
        raise click.ClickException(str(refusal)) from refusal
    click.echo("Sign in to the desk at /staff/sign-in with one of these:", err=True)
    for login in demo.LOGINS:
        click.echo(f"{login.role:<13} {login.email:<34} {login.password}")


@shop_cli.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def verify(as_json: bool) -> None:
    """Prove that the books are right: a line a check, exit 1 if one fails, 2 without tables."""
    need_tables()
    _say(checks.verify(here().database), as_json)


@shop_cli.command()
def tick() -> None:
    """Do what is due: holds that are over, digests, mail, seals. For cron, every minute or so."""
    need_tables()
    shop = here()
    settings = shop.settings
    done = tick_.run(
        shop.database, settings.zone, clock.now, shop.gateway, postman(), settings.zones
    )
    for each in done:
        click.echo(f"{'ok  ' if each.ok else 'FAIL'} {each.job}: {each.said}")
    sys.exit(0 if all(each.ok for each in done) else 1)


@shop_cli.command("reconcile")
@click.option("--days", type=click.IntRange(1, 365), default=30, show_default=True)
def reconcile_(days: int) -> None:
    """Compare our payments with the payment service's, and make good what one of them missed."""
    need_tables()
    try:
        found = reconcile.run(payment_desk(), clock.now() - timedelta(days=days))
    except Refusal as refusal:
        raise click.ClickException(str(refusal)) from refusal
    for what, times in sorted(found.mended.items()):
        click.echo(f"mended  {what}: {times}")
    for sentence in found.unknown:
        click.echo(f"LOOK AT {sentence}")
    if found.away:
        click.echo(f"The payment service was away {found.away} times. Run this again.", err=True)
    if found.clean:
        click.echo("Nothing to mend.")
    sys.exit(1 if found.unknown or found.away else 0)


@shop_cli.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def backup(file: Path) -> None:
    """Write all of the shop's tables into a new file, while the shop goes on selling."""
    need_tables()
    try:
        backups.backup(here().database, file)
    except Refusal as refusal:
        raise click.ClickException(str(refusal)) from refusal
    click.echo(f"Backed up to {file}. Try it: flask shop restore {file} --check")


@shop_cli.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--check", is_flag=True, help="Into a throw-away database, and verify it there.")
def restore(file: Path, check: bool) -> None:
    """Bring a backup into an empty database, or prove with --check that it could be."""
    try:
        if check:
            _say(backups.check(here().database, file), as_json=False)
        backups.restore(here().database, file)
    except Refusal as refusal:
        raise click.ClickException(str(refusal)) from refusal
    except DBAPIError as error:
        raise click.ClickException(f"The database refused. {error.orig}") from error
    click.echo("Restored. Bring it to this version with: flask shop upgrade")


@shop_cli.group()
def content() -> None:
    """The clinical content, before it is published."""


@content.command("check")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
def content_check(folder: Path) -> None:
    """Prove a content folder on top of the shop's own: a line a problem, exit 1 if there is one."""
    if not [*folder.glob("*.toml"), *folder.glob("guides/*.toml")]:
        raise click.UsageError(f"{folder} has no content: no *.toml, and no guides/*.toml.")
    folders = {known.resolve(): known for known in (*here().settings.folders, folder)}
    try:
        proved = library.load(*folders.values())
        problems = [str(problem) for problem in proofs.check(proved)]
    except ContentError as mistake:
        problems = [str(mistake)]
    for problem in problems:
        click.echo(problem)
    if problems:
        click.echo(f"Not fit to publish. Problems: {len(problems)}.", err=True)
        sys.exit(1)
    click.echo(
        f"Fit to publish: {len(proved.guides)} guides, {len(proved.regions)} places, "
        f"{len(proved.rules.signs)} warning signs and conditions. Content version {proved.version}"
    )


@shop_cli.group()
def staff() -> None:
    """The stand-alone site's own accounts."""


@staff.command("add")
@click.argument("email")
@click.argument("name")
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True)
@click.option("--site", default=ANYWHERE, show_default=True, help="One clinic's id, or * for all.")
@click.password_option(help="Asked for when it is not given.")
def staff_add(email: str, name: str, role: str, site: str, password: str) -> None:
    """Open an account: flask shop staff add anna@example.org Anna --role reception"""
    need_tables()
    try:
        email, name, password = line(email), line(name), clean(password)
        with transaction() as work:
            if site != ANYWHERE:
                sites.get(work, site)
            accounts.add(
                work,
                email,
                name,
                password,
                {site: Role(role)},
                by="command line",
                at=clock.now(),
            )
    except Refusal as refusal:
        raise click.ClickException(str(refusal)) from refusal
    click.echo(f"{name} can sign in.")


@staff.command("list")
def staff_list() -> None:
    """Everybody with an account, and their roles."""
    need_tables()
    with reading() as work:
        for email, name, site, role in accounts.listed(work):
            click.echo(f"{email}\t{name}\t{role} at {site}")


def _say(found: Sequence[Check], as_json: bool) -> NoReturn:
    """A line a check, the wrong rows below it, and the exit status that goes with them."""
    for check in found:
        if as_json:
            click.echo(json.dumps({"check": check.name, "ok": check.ok, "rows": list(check.wrong)}))
            continue
        click.echo(f"{'ok  ' if check.ok else 'FAIL'} {check.name}")
        for row in check.wrong:
            click.echo(f"       {row}")
    sys.exit(0 if all(check.ok for check in found) else 1)
