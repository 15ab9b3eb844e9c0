"""A purchase order as a message to its supplier, queued in the transaction that asks for it."""

from datetime import datetime

from sqlalchemy.orm import Session

from shop import audit, outbox, products, purchases, sites, suppliers
from shop.errors import Refusal
from shop.purchases import PurchaseState


def queue(work: Session, number: int, *, from_: str, by: str, at: datetime) -> str:
    """Queue an order to its supplier, once. Gives the address it goes to.

    Raises Refusal for a draft, for a supplier without an address, and for a second time.
    """
    purchase = purchases.locked(work, number, PurchaseState.ORDERED)
    supplier = suppliers.get(work, purchase.supplier_id)
    if not supplier.email:
        raise Refusal(f"We have no email address of {supplier.name}. Print the order instead.")
    site = sites.get(work, purchase.site)
    queued = outbox.put(
        work,
        f"purchase:{number}",
        to=supplier.email,
        site=purchase.site,
        subject=f"Purchase order {number} from {from_}",
        body="\n".join(
            [f"Please deliver to {from_}, {site.name}, {site.address}:", "", *_lines(work, number)]
        ),
        at=at,
    )
    if not queued:
        raise Refusal(f"Purchase order {number} was queued before. It is sent once.")
    audit.record(work, "purchase.queued", f"{number} to {supplier.email}", by=by, at=at)
    return supplier.email


def _lines(work: Session, number: int) -> list[str]:
    lines, supplies = purchases.lines_of(work, number), suppliers.of(work)
    known = products.by_sku(work, [line.sku for line in lines])
    codes = {sku: supply.code for sku, supply in supplies.items() if supply.code}
    return [
        f"{line.units} x {known[line.sku].name} ({codes.get(line.sku, line.sku)})" for line in lines
    ]
