"""A maker's code is given to a product: which codes can be, and who wins when two try."""

import threading
from collections.abc import Callable

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from shop import barcodes, products, sets
from shop.audit import AuditRow
from shop.db import Database, retried
from shop.errors import NotFound, Refusal, Unreadable
from shop.products import Product
from tests.shop.conftest import BALL, NOON, ROLLER, SPIKY
from tests.shop.unsaved import shared, unsaved  # noqa: F401 - the `work` of these tests

EAN, OLD = "5012345678900", "2000000000015"


def bare(work: Session, sku: str = BALL) -> None:
    """Take its code off a product."""
    work.execute(update(Product).where(Product.sku == sku).values(barcode=None))


def give(work: Session, sku: str = BALL, code: str = EAN, **rest: str | None) -> Product:
    return barcodes.give(work, sku, code, by="morgan", at=NOON, **rest)  # type: ignore[arg-type]


def test_a_scan_of_the_code_finds_the_product_from_then_on_and_it_is_on_record(
    work: Session,
) -> None:
    bare(work)

    give(work)

    found = products.scanned(work, EAN)
    assert found
    assert found.sku == BALL
    rows = work.execute(select(AuditRow.act, AuditRow.subject, AuditRow.by)).all()
    assert ("barcode given", f"{BALL}: {EAN}", "morgan") in [tuple(row) for row in rows]


def test_a_product_with_a_code_keeps_it_unless_that_one_is_named(work: Session) -> None:
    with pytest.raises(Refusal, match=f"Soft ball has the code {OLD} now"):
        give(work)
    with pytest.raises(Refusal, match="Nothing was changed"):
        give(work, replacing="2000000000099")
    assert products.scanned(work, OLD)

    give(work, replacing=OLD)

    assert products.scanned(work, OLD) is None
    audit = work.scalars(select(AuditRow.subject).where(AuditRow.act == "barcode given")).one()
    assert audit == f"{BALL}: {EAN} instead of {OLD}"


@pytest.mark.parametrize("taken", ["2000000000022", SPIKY, "spiky-70"])
def test_a_code_that_finds_another_product_is_refused(work: Session, taken: str) -> None:
    bare(work)

    with pytest.raises(Refusal, match="Spiky ball has the code"):
        give(work, code=taken)


@pytest.mark.parametrize("code", ["5012345678900", "96385074", "036000291452", "15012345678907"])
def test_a_code_whose_check_digit_fits_is_taken_and_one_off_is_not(
    work: Session, code: str
) -> None:
    barcodes.require_free(work, code)
    slip = f"{code[:-1]}{(int(code[-1]) + 1) % 10}"

    with pytest.raises(Unreadable, match="last digit"):
        barcodes.require_free(work, slip)


@pytest.mark.parametrize("code", [
    "", "123", "x" * 21, "two words", "5*12345", "<b>", "ÄÖÜ1", "1001", "0123456789", "CAM-12",
    "CAM-Z12",
])  # fmt: skip
def test_what_is_no_barcode_or_means_an_order_or_a_receipt_is_refused(
    work: Session, code: str
) -> None:
    with pytest.raises(Unreadable):
        barcodes.require_free(work, code)


def test_a_card_number_is_refused_and_not_said_back(work: Session) -> None:
    with pytest.raises(Unreadable) as refused:
        barcodes.require_free(work, "4111111111111111")

    assert "4111" not in str(refused.value)


@pytest.mark.parametrize("code", ["SET-NECK", "set-neck"])
@pytest.mark.parametrize("stopped", [False, True])
def test_a_sets_code_is_no_barcode(work: Session, code: str, stopped: bool) -> None:
    a_set(work)
    if stopped:
        sets.stop(work, "SET-NECK", by="olive", at=NOON)
    bare(work)

    with pytest.raises(Refusal, match=f"{code} is the code of a set"):
        give(work, code=code)

    assert products.get(work, BALL).barcode is None


def a_set(work: Session) -> None:
    parts = {SPIKY: 1, ROLLER: 1}
    sets.make(work, "SET-NECK", "Neck set", parts, price_pence=1000, by="olive", at=NOON)


def test_of_a_set_and_a_barcode_with_one_code_at_once_one_is_kept(database: Database) -> None:
    with database.transaction() as work:
        bare(work)
    gate, answers = threading.Barrier(2), []

    def try_(act: Callable[[Session], object]) -> None:
        gate.wait()
        try:
            retried(lambda: in_one(act))()
            answers.append("done")
        except Refusal as refusal:
            answers.append(str(refusal))

    def in_one(act: Callable[[Session], object]) -> None:
        with database.transaction() as work:
            act(work)

    acts = (a_set, lambda work: give(work, code="SET-NECK"))
    both = [threading.Thread(target=try_, args=(act,)) for act in acts]
    for each in both:
        each.start()
    for each in both:
        each.join()

    assert sorted(answer == "done" for answer in answers) == [False, True]
    with database.reading() as work:
        has = products.scanned(work, "SET-NECK")
        assert (has is None) == bool(sets.among(work, ["SET-NECK"]))


@pytest.mark.parametrize("code", ["ABC-12345-X", "4711-00815.2", "12345678901", "AB12"])
def test_a_makers_own_code_is_taken(work: Session, code: str) -> None:
    barcodes.require_free(work, code)


def test_a_product_that_is_withdrawn_or_unknown_gets_none(work: Session) -> None:
    bare(work)
    work.execute(update(Product).where(Product.sku == BALL).values(on_sale=False))

    with pytest.raises(Refusal, match="no longer on sale"):
        give(work)
    with pytest.raises(NotFound):
        give(work, "NO-SUCH")


def test_of_two_who_give_one_code_to_two_products_at_once_one_wins(database: Database) -> None:
    with database.transaction() as work:
        for sku in (BALL, ROLLER):
            bare(work, sku)
    gate, answers = threading.Barrier(2), []

    @retried
    def once(sku: str) -> None:
        with database.transaction() as work:
            give(work, sku)

    def try_(sku: str) -> None:
        gate.wait()
        try:
            once(sku)
            answers.append("given")
        except Refusal as refusal:
            answers.append(str(refusal))

    both = [threading.Thread(target=try_, args=(sku,)) for sku in (BALL, ROLLER)]
    for each in both:
        each.start()
    for each in both:
        each.join()

    assert sorted(answer == "given" for answer in answers) == [False, True]
    assert any("already. Nothing was changed." in answer for answer in answers)
    with database.reading() as work:
        has = work.scalars(select(Product.sku).where(Product.barcode == EAN)).all()
    assert len(has) == 1
