"""Products from a file: looked through first, then imported part by part; and the same back."""

from collections.abc import Iterator
from functools import partial
from typing import IO

from flask import Response, redirect, request, send_file, url_for
from flask.typing import ResponseReturnValue
from wtforms import FileField

from shop import clock, product_import, sites, uploads
from shop.db import reading, retried, transaction
from shop.errors import Refusal, Unreadable
from shop.pages import pages, product_export, product_rows, upload
from shop.pages.product_file import A_BATCH, Report, check, head
from shop.pages.sheet_reader import MOST_FILE_BYTES, batches
from shop.pages.staff import site_here, staff_here
from shop.pages.staff.frame import show
from shop.pages.staff.press import PressForm, answer, blank, managing_at
from shop.pages.staff.said import said, say
from shop.pages.text import line, whole_number
from shop.pages.upload import taking_file
from shop.uploads import Upload

MOST_REQUEST_BYTES = MOST_FILE_BYTES + 1_048_576  # the file, and the form around it
LAST_NUMBER = 999_999_999
PARTS_A_PRESS = 4  # so that an answer comes within seconds, however long the file
_KINDS = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class FileForm(PressForm):
    file = FileField("CSV or XLSX file")

    def chosen(self) -> tuple[IO[bytes], str]:
        """The file and its name. Raises Unreadable where none was chosen."""
        sent = request.files.get(self.file.name)
        if sent is None or not sent.filename:
            raise Unreadable("Choose a file.")
        return sent.stream, line(sent.filename)[-100:]


@pages.get("/staff/stock/import")
def stock_import() -> ResponseReturnValue:
    """Choose a file to import, or take one away."""
    staff_here()
    return _draw(blank(FileForm), None)


@pages.post("/staff/stock/import")
@taking_file
@retried
def stock_import_check() -> ResponseReturnValue:
    """Look through the file. One without a mistake is kept until it is imported."""
    with reading() as work:
        managing_at(work)
    upload.open_form(MOST_REQUEST_BYTES)
    form, report = FileForm(), None
    try:
        if form.sent():
            file, name = form.chosen()
            report = _looked_through(file, name)
            if not report.wrong:
                return redirect(_keep(form, file, name, report), 303)
        status = 400
    except Refusal as refusal:
        form.refuse(form.file, str(refusal))
        status = refusal.status
    form.renew()
    return _draw(form, report), status


def _looked_through(file: IO[bytes], name: str) -> Report:
    with reading() as work:
        return check(work, file, name, sites.listed(work))


def _keep(form: FileForm, file: IO[bytes], name: str, report: Report) -> str:
    with transaction() as work:
        managing_at(work)
        now = clock.now()
        if not form.first(work, at=now):
            return url_for(".stock_import")
        columns, found = head(file, name, sites.listed(work))
        parts = batches(found, A_BATCH)
        kept = uploads.keep(work, name, columns, parts, by=staff_here().name, at=now)
    say(f"{_in_words(report)} Nothing is imported yet.")
    return url_for(".stock_import_at", number=kept.id)


def _in_words(report: Report) -> str:
    """What a file would bring: "No mistakes in 2 lines: 1 new product, …"."""
    found = (
        _many(report.new, "new product"),
        f"{report.changed:,} that {'is' if report.changed == 1 else 'are'} there already",
        f"{_many(report.units, 'unit')} of opening stock",
    )
    return f"No mistakes in {_many(report.lines, 'line')}: {', '.join(found)}."


def _many(many: int, what: str) -> str:
    return f"{many:,} {what}{'' if many == 1 else 's'}"


@pages.get("/staff/stock/import/<number>")
def stock_import_at(number: str) -> ResponseReturnValue:
    """How far an import is."""
    staff_here()
    return _draw_one(number, blank(PressForm))


@pages.post("/staff/stock/import/<number>")
@retried
def stock_import_go(number: str) -> ResponseReturnValue:
    """Import the next few parts. The page asks for more until all are in."""
    form = PressForm()

    def go_on() -> str:
        _go_on(form, whole_number(number, 1, LAST_NUMBER))
        return url_for(".stock_import_at", number=number)

    return answer(form, go_on, partial(_draw_one, number))


def _go_on(form: PressForm, upload_id: int) -> None:
    for turn in range(PARTS_A_PRESS):
        with transaction() as work:
            managing_at(work)
            now = clock.now()
            if turn == 0 and not form.first(work, at=now):
                return
            kept = uploads.get(work, upload_id)
            part = uploads.next_part(work, upload_id)
            if not part:
                return
            rows = [product_rows.read(at, kept.columns, cells) for at, cells in part]
            who = staff_here().name
            product_import.save(work, rows, source=kept.name, by=who, at=now)


def _draw(form: FileForm, report: Report | None) -> str:
    staff = staff_here()
    with reading() as work:
        site, clinics = site_here(work), sites.listed(work)
    return show(
        "import",
        site,
        form=form,
        report=report,
        columns=product_rows.all_columns(clinics),
        needed=product_rows.NEEDED,
        may_decide=staff.may_decide_stock_at(site.id),
        said=said(),
    )


def _draw_one(number: str, form: PressForm) -> str:
    with reading() as work:
        site = site_here(work)
        kept: Upload = uploads.get(work, whole_number(number, 1, LAST_NUMBER))
    form.renew()
    return show(
        "import_at",
        site,
        form=form,
        upload=kept,
        progress=uploads.progress(kept, A_BATCH),
        begun=kept.done > 0,
        may_decide=staff_here().may_decide_stock_at(site.id),
        said=said(),
    )


@pages.get("/staff/stock/export")
def stock_export() -> Response:
    """Every product and what stands on every shelf, as a file that can be imported again."""
    kind = line(request.args.get("kind", "csv"))
    if kind not in _KINDS:
        raise Unreadable("Choose csv or xlsx.")
    with reading() as work:
        managing_at(work)
        found: Iterator[list[str]] = product_export.rows(work, sites.listed(work))
        make = product_export.xlsx_file if kind == "xlsx" else product_export.csv_file
        file = make(found)
    name = f"products.{kind}"
    return send_file(file, mimetype=_KINDS[kind], as_attachment=True, download_name=name)
