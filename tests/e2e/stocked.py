"""A shop whose every stock screen has something to show, in each state with a page of its own."""

from sqlalchemy import URL

from shop import (
    alerts,
    arrivals,
    clock,
    counts,
    purchases,
    stock,
    suppliers,
    tallies,
    transfers,
    unpackings,
    uploads,
    variances,
)
from shop.arrivals import Outcome, Part
from shop.db import Database
from shop.ledger import MoveReason
from shop.pages.product_rows import NEEDED
from shop.purchases import Wanted

BALL, PEANUT = "BALL-45-F", "PEANUT-63-F"


def stock_pages(url: URL) -> list[str]:
    """Do something of everything at Ely, and give the addresses of what came of it."""
    books = Database(url)
    put(books, BALL, 20, "ely")
    put(books, PEANUT, 0, "ely")
    who = {"by": "Morgan Lee", "at": clock.now()}
    with books.transaction() as work:
        supplier = suppliers.add(work, "Barrier Balls", email="orders@barrier.example")
        suppliers.supplies(work, supplier.id, PEANUT, unit_cost_pence=250, code="P-1")
        alerts.set_rule(work, "ely", PEANUT, minimum=2, target=8, pack=4, lead_days=5, **who)
        packing = transfers.draft(work, "ely", "cambridge", {BALL: 99}, **who).number
        sent = transfers.draft(work, "ely", "cambridge", {BALL: 4}, **who).number
        transfers.send(work, sent, **who)
        arrivals.receive(work, sent, "cambridge", [Part(BALL, 1, Outcome.BROKEN, "Wet")], **who)
        draft = purchases.draft(work, supplier.id, "ely", [Wanted(PEANUT, 4, 250)], **who).number
        ordered = purchases.draft(work, supplier.id, "ely", [Wanted(PEANUT, 4, 250)], **who).number
        purchases.order(work, ordered, **who)
        box = unpackings.begin(work, "ely", ordered, **who).id
        unpackings.scan(work, box, PEANUT, 6, at=who["at"])
        done = unpackings.begin(work, "ely", **who).id
        unpackings.scan(work, done, BALL, 2, at=who["at"])
        delivery = unpackings.finish(work, done, {BALL: 210}, **who).number
        counting = counts.start(work, "ely", [BALL, PEANUT], **who).number
        tallies.put(work, counting, BALL, 3, **who)
        counted = counts.start(work, "newmarket", [BALL], **who).number
        tallies.put(work, counted, BALL, 0, **who)
        tallies.put(work, counted, BALL, 0, **who)
        variances.post(work, counted, **who)
        upload = uploads.keep(
            work, "range.csv", [*NEEDED], [[(2, ["X", "X", "5", "ball"])]], **who
        ).id
    books.dispose()
    stock = "/staff/stock"
    return [
        stock, f"{stock}?q=ball&only=not-counted", f"{stock}/{BALL}", f"{stock}/{PEANUT}",
        f"{stock}/{BALL}/labels?copies=2", f"{stock}/{PEANUT}/rule", f"{stock}/alerts",
        f"{stock}/transfers", f"{stock}/transfers/{packing}", f"{stock}/transfers/{sent}",
        f"{stock}/transfers/{packing}?q=ball", f"{stock}/counts", f"{stock}/counts/{counting}",
        f"{stock}/counts/{counting}?line={PEANUT}", f"{stock}/counts/{counting}/review",
        f"{stock}/counts/{counted}/review", f"{stock}/receive", f"{stock}/receive/{box}",
        f"{stock}/deliveries/{delivery}", f"{stock}/orders", f"{stock}/orders/{draft}",
        f"{stock}/orders/{ordered}", f"{stock}/suppliers", f"{stock}/value", f"{stock}/import",
        f"{stock}/import/{upload}",
    ]  # fmt: skip


def put(books: Database, sku: str, units: int, site: str = "newmarket") -> None:
    """Make it so many on a shelf."""
    with books.transaction() as work:
        there = stock.free(work, [sku], at=clock.now()).get(sku, {}).get(site, 0)
        if there != units:
            reason = MoveReason.FOUND if units > there else MoveReason.LOST
            stock.adjust(work, site, sku, units - there, reason, by="test", at=clock.now())
