"""`flask shop import-products` and `export`: products into the shop as a file, and out again."""

import shutil
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import IO

import click
from flask.cli import AppGroup, with_appcontext

from shop import clock, person_commands, product_import, sites
from shop.db import reading, retried, transaction
from shop.errors import Refusal
from shop.pages import product_export, product_file, product_rows
from shop.pages.product_file import Report
from shop.pages.sheet_reader import batches
from shop.product_import import ProductRow
from shop.table_check import need_tables


@click.command("import-products")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Look through the file and import nothing.")
@with_appcontext
def import_products(file: Path, dry_run: bool) -> None:
    """Import products and opening stock from a CSV or XLSX file, if it has no mistake."""
    need_tables()
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


@click.group("export", cls=AppGroup, invoke_without_command=True)
@click.option("--person", metavar="EMAIL", help="Print what is held of one buyer, as JSON.")
@click.pass_context
@with_appcontext
def export(context: click.Context, person: str | None) -> None:
    """What the shop knows, in a file or on standard output."""
    if context.invoked_subcommand is not None:
        return
    if person is None:
        raise click.UsageError("Say what: products FILE, or --person EMAIL.")
    need_tables()
    try:
        click.echo(person_commands.written(person))
    except Refusal as refusal:
        raise click.ClickException(str(refusal)) from refusal


@export.command("products")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def export_products(file: Path) -> None:
    """Write every product and what stands on every shelf into a new CSV or XLSX file."""
    need_tables()
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
