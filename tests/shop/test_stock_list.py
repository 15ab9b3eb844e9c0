"""The stock list: our shelf, what is kept, on its way and elsewhere; what needs attention first."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from shop import counts, stock_list, tallies, transfers, variances
from shop.levels import StockLevel
from shop.products import Product
from shop.stock_list import Only, Row, State
from shop.stock_rules import StockRule
from tests.shop.conftest import BALL, NOON, ROLLER, SPIKY, received
from tests.shop.selling import place

WHO = {"by": "anna", "at": NOON}


def listed(work: Session, **asked: object) -> Sequence[Row]:
    return stock_list.page(work, "cambridge", at=NOON, **asked)


def row(work: Session, sku: str = BALL, **asked: object) -> Row:
    return next(each for each in listed(work, **asked) if each.sku == sku)


def rule(work: Session, sku: str, minimum: int, target: int, site: str = "cambridge") -> None:
    values = {"site": site, "sku": sku, "minimum": minimum, "target": target}
    work.execute(insert(StockRule).values(**values, pack=1, lead_days=5))


def test_a_row_has_what_is_here_kept_free_coming_and_elsewhere(work: Session) -> None:
    received(work, 9)
    received(work, 7, site="ely")
    place(work, {BALL: 2}, hold_until=NOON + timedelta(hours=1))
    number = transfers.draft(work, "ely", "cambridge", {BALL: 3}, **WHO).number
    transfers.send(work, number, **WHO)

    found = row(work)

    assert (found.shelf, found.kept, found.free, found.coming) == (9, 2, 7, 3)
    assert found.elsewhere == {"ely": 4}


def test_what_is_set_aside_for_an_order_counts_as_kept_and_not_as_on_the_shelf(
    work: Session,
) -> None:
    received(work, 4)
    aside = {"place": "kept:cambridge", "sku": BALL, "on_hand": 3}
    work.execute(insert(StockLevel).values(**aside))

    found = row(work)

    assert (found.shelf, found.kept, found.free) == (4, 3, 4)


def test_a_hold_that_is_past_its_time_is_free_again(work: Session) -> None:
    received(work, 4)
    place(work, {BALL: 2}, hold_until=NOON + timedelta(minutes=1))

    later = stock_list.page(work, "cambridge", words=BALL, at=NOON + timedelta(hours=1))

    assert (later[0].kept, later[0].free) == (0, 4)


@pytest.mark.parametrize(
    ("units", "state"),
    [(0, State.OUT), (1, State.LOW), (3, State.LOW), (4, State.OK), (8, State.OK), (9, State.OVER)],
)
def test_a_rule_says_when_a_shelf_is_low_or_over(work: Session, units: int, state: State) -> None:
    rule(work, BALL, minimum=3, target=8)
    rule(work, BALL, minimum=20, target=30, site="ely")
    if units:
        received(work, units)

    assert row(work).state == state


@pytest.mark.parametrize(("units", "state"), [(5, State.LOW), (6, State.OK), (500, State.OK)])
def test_without_a_rule_a_few_are_low_and_none_is_too_many(
    work: Session, units: int, state: State
) -> None:
    received(work, units)

    assert row(work).state == state


def test_what_needs_attention_stands_first_and_then_by_name(work: Session) -> None:
    received(work, 50)
    received(work, 2, sku=SPIKY)

    assert [each.sku for each in listed(work)] == [ROLLER, SPIKY, BALL]


@pytest.mark.parametrize(
    ("only", "skus"),
    [
        (Only.OUT, {ROLLER}),
        (Only.LOW, {SPIKY}),
        (Only.OVER, {BALL}),
        (Only.NOT_COUNTED, {ROLLER, SPIKY}),
    ],
)
def test_a_filter_keeps_what_it_names(work: Session, only: Only, skus: set[str]) -> None:
    rule(work, BALL, minimum=3, target=8)
    received(work, 20)
    received(work, 2, sku=SPIKY)
    counted(work, BALL)

    assert {each.sku for each in listed(work, only=only)} == skus


def test_a_count_is_forgotten_after_ninety_days_and_one_that_was_not_posted_never_counts(
    work: Session,
) -> None:
    received(work, 20)
    counted(work, BALL)
    counts.start(work, "cambridge", [ROLLER], **WHO)
    day = timedelta(days=90)

    def not_counted(at: object) -> set[str]:
        found = stock_list.page(work, "cambridge", only=Only.NOT_COUNTED, at=at)
        return {each.sku for each in found}

    assert not_counted(NOON + day) == {SPIKY, ROLLER}
    assert not_counted(NOON + day + timedelta(seconds=1)) == {BALL, SPIKY, ROLLER}
    assert row(work).counted_at == NOON


def counted(work: Session, sku: str) -> None:
    number = counts.start(work, "cambridge", [sku], **WHO).number
    tallies.put(work, number, sku, 20, **WHO)
    variances.post(work, number, **WHO)


@pytest.mark.parametrize("words", ["spi", "ball spiky", "2000000000022", "SPIKY-70"])
def test_letters_a_code_or_a_barcode_find_a_product(work: Session, words: str) -> None:
    assert [each.sku for each in listed(work, words=words)] == [SPIKY]


def test_pages_follow_one_another_and_show_every_product_once(work: Session) -> None:
    received(work, 50)
    received(work, 2, sku=SPIKY)
    seen, mark = [], None
    while found := listed(work, after=mark, most=1):
        seen.append(found[0].sku)
        mark = found[0].mark

    assert seen == [ROLLER, SPIKY, BALL]


def test_a_page_takes_two_statements_and_never_reads_the_ledger(
    work: Session, statements: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    received(work, 5)

    with statements() as said:
        listed(work)

    assert len(said) == 2
    assert not any("shop_stock_move" in statement for statement in said)


def test_what_was_withdrawn_is_listed_while_some_is_here(work: Session) -> None:
    received(work, 1)
    work.execute(update(Product).where(Product.sku.in_([BALL, SPIKY])).values(on_sale=False))

    assert [each.sku for each in listed(work)] == [ROLLER, BALL]
