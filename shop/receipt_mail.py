"""A desk sale's receipt by mail: queued for an address that is kept nowhere but with the mail."""

from datetime import datetime

from sqlalchemy.orm import Session

from shop import mail_address, order_lines, order_sets, orders, outbox, sites
from shop.money import in_words
from shop.receipts import Receipt


def send(
    work: Session, receipt: Receipt, address: str, *, guides: str, press: str, at: datetime
) -> None:
    """Queue it, once for each press. `guides` is where the tools' guides are.

    Raises Unreadable for what is no address. The order never knows of it.
    """
    order = orders.get(work, receipt.order_id)
    site = sites.get(work, receipt.site)
    lines = [
        f"{line.units} × {line.name}: {in_words(line.total_pence)}"
        for line in order_lines.lines_of(work, [order.id])
    ]
    saved = [
        f"{f'{each.units} × ' if each.units > 1 else ''}{each.name}: "
        f"{in_words(each.saving_pence)} off, which is in these prices already"
        for each in order_sets.of_order(work, order.id, order.sets_pence)
    ]
    parts = [
        "Thank you. This is what you bought.",
        "\n".join([*lines, *saved, f"Total: {in_words(order.total_pence)}"]),
        f"How to use it:\n{guides}",
        "\n".join([site.name, site.address, site.phone]),
        "If something is wrong with it, bring it back with this receipt.",
    ]
    outbox.put(
        work, f"receipt:{receipt.number}:{press}", to=mail_address.checked(address),
        site=receipt.site, subject=f"Your receipt {receipt.number}", body="\n\n".join(parts), at=at,
    )  # fmt: skip
