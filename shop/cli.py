"""`flask shop …`: what an operator does from the command line."""

import json
import shutil
import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import IO, Any, NoReturn

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy.exc import DBAPIError

from catalog import library, proofs
from catalog.entries import ContentError
from shop import accounts, backups, checks, clock, demo, migrations, product_import, sites
from shop import tick as tick_
from shop.checks import Check
from shop.db import reading, retried, transaction
from shop.errors import NotReady, Refusal
from shop.pages import product_export, product_file, product_rows
from shop.pages.product_file import Report
from shop.pages.sheet_reader import batches
from shop.pages.text import clean, line
from shop.product_import import ProductRow
from shop.staff import ANYWHERE, Role
from shop.state import here


class Commands(AppGroup):
    """A command that meets a setting it can't work with says so in a sentence, and ends with 2."""

    def invoke(self, context: click.Context) -> Any:
        try:
            return super().invoke(context)
        except NotReady as refusal:
            click.echo(f"Error: {refusal}", err=True)
            context.exit(2)


shop_cli = Commands("shop", help="The clinic's shop: tables, demo, proof, content, staff.")


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
    _need_tables()
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
    _need_tables()
    _say(checks.verify(here().database), as_json)


@shop_cli.command()
def tick() -> None:
    """Do what is due: holds that are over, digests, seals. For cron, every minute or so."""
    _need_tables()
    shop = here()
    done = tick_.run(shop.database, shop.settings.zone, clock.now)
    for each in done:
        click.echo(f"{'ok  ' if each.ok else 'FAIL'} {each.job}: {each.said}")
    sys.exit(0 if all(each.ok for each in done) else 1)


@shop_cli.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def backup(file: Path) -> None:
    """Write all of the shop's tables into a new file, while the shop goes on selling."""
    _need_tables()
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


@shop_cli.command("import-products")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Look through the file and import nothing.")
def import_products(file: Path, dry_run: bool) -> None:
    """Import products and opening stock from a CSV or XLSX file, if it has no mistake."""
    _need_tables()
    try:
        with file.open("rb") as opened:
            report = _looked_through(opened, file.name)
            if not dry_run:
                _import(opened, file.name, report.lines)
    except Refusal as refusal:
        raise click.ClickException(str(refusal)) from refusal
    done = "would be" if dry_run else "are"
    click.echo(
        f"{report.new:,} new products and {report.changed:,} known ones {done} imported, with "
        f"{report.units:,} units of opening stock."
    )


def _looked_through(file: IO[bytes], name: str) -> Report:
    with reading() as work:
        report = product_file.check(work, file, name, sites.listed(work))
    for mistake in report.mistakes:
        click.echo(f"line {mistake.line}: {mistake.text}", err=True)
    if report.wrong:
        raise Refusal(f"{report.wrong:,} of {report.lines:,} lines can't be used. Nothing is done.")
    return report


def _import(file: IO[bytes], name: str, lines: int) -> None:
    """Batch by batch, each saved as a whole. One that was broken off is simply run again."""
    with reading() as work:
        columns, found = product_file.head(file, name, sites.listed(work))
    done = 0
    for batch in batches(found, product_file.A_BATCH):
        rows = [product_rows.read(number, columns, cells) for number, cells in batch]
        _save(rows, name)
        done += len(batch)
        click.echo(f"{done:,} of {lines:,} lines", err=True)


@retried
def _save(rows: Sequence[ProductRow], name: str) -> None:
    with transaction() as work:
        product_import.save(work, rows, source=name, by="command line", at=clock.now())


@shop_cli.group()
def export() -> None:
    """Files of what the shop knows."""


@export.command("products")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def export_products(file: Path) -> None:
    """Write every product and what stands on every shelf into a new CSV or XLSX file."""
    _need_tables()
    make = {".csv": product_export.csv_file, ".xlsx": product_export.xlsx_file}
    if file.suffix not in make:
        raise click.UsageError("The file's name ends with .csv or .xlsx.")
    try:
        with reading() as work, file.open("xb") as new:
            made = make[file.suffix](product_export.rows(work, sites.listed(work)))
            with closing(made):
                shutil.copyfileobj(made, new)
    except FileExistsError as there:
        raise click.ClickException(f"{file} is there already.") from there
    except Refusal as refusal:
        raise click.ClickException(str(refusal)) from refusal
    click.echo(f"Exported to {file}.")


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
    _need_tables()
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
    _need_tables()
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


def _need_tables() -> None:
    try:
        current = checks.version(here().database) == migrations.head()
    except DBAPIError as error:
        click.echo(f"The database does not answer. {error.orig}", err=True)
        sys.exit(2)
    if not current:
        click.echo("There are no tables of this version here. Run: flask shop upgrade", err=True)
        sys.exit(2)
