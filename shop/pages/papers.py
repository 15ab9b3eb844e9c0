"""What a credit note and a full VAT invoice say, for a customer's page and the desk's alike.

Source: VAT Regulations 1995, regulations 13 to 16: an invoice of more than £250 names its customer,
and says what each line comes to without VAT.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from shop import buyers, invoices, order_lines, order_sets, orders, receipts, refunds, sites
from shop.buyers import LONGEST_ADDRESS, LONGEST_NAME
from shop.credit_notes import CreditNote
from shop.invoices import Invoice
from shop.orders import Order
from shop.pages.fields import LineField
from shop.pages.form import Form
from shop.pages.receipt_vat import VatRate, rates, vat_of
from shop.state import here


class InvoiceForm(Form):
    """Who the invoice is for."""

    name = LineField("Name or business", most=LONGEST_NAME)
    address = LineField("Address, in one line", most=LONGEST_ADDRESS)

    def complete(self) -> bool:
        """Whether it was sent with both. Says what is missing."""
        if not self.sent():
            return False
        for field in (self.name, self.address):
            if not field.data:
                self.refuse(field, "A VAT invoice has to have this.")
        return not self.problems


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a paper. `rate` is per cent, none where there is no VAT."""

    words: str
    gross_pence: int
    vat_pence: int
    rate: str

    @property
    def net_pence(self) -> int:
        return self.gross_pence - self.vat_pence


def invoice(
    work: Session, order: Order, name: str, address: str, given: Invoice | None = None
) -> dict[str, Any]:
    """The invoice of a sale, for this customer. Its number is the receipt's.

    One that was `given` says what it said then, whatever the business is called now.
    """
    lines = order_lines.lines_of(work, [order.id])
    rows = [
        _row(f"{line.units} × {line.name}", line.total_pence, line.vat_pence, line.vat_bp)
        for line in lines
    ]
    if order.postage_pence:
        rows.append(
            _row("Post", order.postage_pence, order.postage_vat_pence, order.postage_vat_bp)
        )
    return {
        "receipt": receipts.of_order(work, order.id),
        "customer": (name, *(part.strip() for part in address.replace("\n", ",").split(","))),
        "corrected": given is not None and given.version > 1,
        **_paper(work, order, rows, given),
        "vat": vat_of(order, lines) if vat_number(given) else [],
    }


def give(work: Session, order: Order, form: InvoiceForm, *, by: str, at: datetime) -> None:
    """Write down an invoice for who is named in the form, as the business is today."""
    invoices.give(
        work, order.id, name=form.name.data, address=form.address.data, by=by, at=at,
        issuer="\n".join(_issuer(work, order)), vat_number=vat_number(None),
    )  # fmt: skip


def vat_number(given: Invoice | None) -> str:
    return given.vat_number if given else here().settings.vat_number


def credit_note(work: Session, note: CreditNote) -> dict[str, Any]:
    """What was given back with this number, and for which receipt."""
    refund = refunds.get(work, note.refund_id)
    order = orders.get(work, refund.order_id)
    lines = {line.id: line for line in order_lines.lines_of(work, [order.id])}
    parts = [(lines[part.order_line_id], part) for part in refunds.lines_of(work, refund.id)]
    rows = [
        _row(
            f"{part.units} × {line.name}" if part.units else line.name,
            part.amount_pence, part.vat_pence, line.vat_bp,
        )
        for line, part in parts
    ]  # fmt: skip
    if refund.postage_pence:
        rows.append(
            _row("Post", refund.postage_pence, refund.postage_vat_pence, order.postage_vat_bp)
        )
    vat = [(line.vat_bp, part.amount_pence, part.vat_pence) for line, part in parts]
    vat.append((order.postage_vat_bp, refund.postage_pence, refund.postage_vat_pence))
    buyer = buyers.of_order(work, order.id)
    return {
        "note": note,
        "refund": refund,
        "receipt": receipts.of_order(work, order.id),
        "customer": tuple(part for part in (buyer.name,) if part) if buyer else (),
        "vat": _charged(vat) if here().settings.vat_number else [],
        **_paper(work, order, rows),
    }


def _charged(parts: list[tuple[int, int, int]]) -> list[VatRate]:
    return rates([part for part in parts if part[1]])


def _paper(
    work: Session, order: Order, rows: list[Row], given: Invoice | None = None
) -> dict[str, Any]:
    issuer = given.issuer.splitlines() if given else _issuer(work, order)
    sets = order_sets.of_order(work, order.id, order.sets_pence)
    return {
        "order": order, "rows": rows, "issuer": issuer, "sets": sets,
        "vat_number": vat_number(given),
    }  # fmt: skip


def _issuer(work: Session, order: Order) -> list[str]:
    """The business, line by line, as its papers name it today."""
    site = sites.get(work, order.site)
    return [here().settings.name, *site.address.splitlines(), site.phone]


def _row(words: str, gross: int, vat: int, rate_bp: int) -> Row:
    rate = f"{rate_bp / 100:g}%" if rate_bp else ""
    return Row(words, gross, vat, rate)
