"""What to order and what to move: by rule, by pace, and by what is already coming."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from shop import (
    alerts,
    cover,
    day_totals,
    demand,
    outbox,
    purchases,
    stock,
    suggestions,
    suppliers,
    transfers,
)
from shop.cover import Pace
from shop.demand import Source
from shop.errors import NotFound, Unreadable
from shop.ledger import MoveReason
from shop.purchases import Wanted
from shop.suggestions import Suggestion
from tests.shop.conftest import BALL, LONDON, NOON, ROLLER, SPIKY, received
from tests.shop.selling import place, sell
from tests.shop.unsaved import shared, unsaved

__all__ = ["shared", "unsaved"]
BY = {"by": "anna", "at": NOON}
TODAY = date(2026, 6, 3)
DAY = timedelta(days=1)


def rule(work: Session, *, site: str = "cambridge", sku: str = BALL, **numbers: int) -> None:
    alerts.set_rule(work, site, sku, **{"minimum": 2, "target": 8, **numbers}, **BY)


def suggested(work: Session, site: str | None = None) -> list[Suggestion]:
    return list(suggestions.to_order(work, LONDON, at=NOON, site_id=site))


def low(work: Session, site: str = "cambridge") -> list[tuple[str, int]]:
    return [(each.sku, each.free) for each in alerts.low(work, site)]


# Suggestions


@pytest.mark.parametrize(
    ("free", "pack", "units"), [(2, 1, 6), (2, 4, 8), (0, 6, 12), (7, 10, 10), (8, 4, 0)]
)
def test_an_order_fills_up_to_the_target_in_whole_packs(
    work: Session, free: int, pack: int, units: int
) -> None:
    received(work, free) if free else None
    rule(work, pack=pack)

    assert [each.units for each in suggested(work)] == [units] * bool(units)


def test_packs_that_would_be_more_than_one_order_are_ordered_as_far_as_it_goes(
    work: Session,
) -> None:
    rule(work, target=6_000, pack=5_000)
    supplier = suppliers.add(work, "Balls Ltd")
    suppliers.supplies(work, supplier.id, BALL, unit_cost_pence=100)
    (suggestion,) = suggested(work)
    assert suggestion.formula.endswith("= 6000, in packs of 5000, at most 9,999 at a time: 5000")

    (made,) = suggestions.order_them(work, [suggestion], **BY)
    assert [line.units for line in purchases.lines_of(work, made.number)] == [5_000]
    purchases.order(work, made.number, **BY)

    (rest,) = suggested(work)
    assert (rest.incoming, rest.units) == (5_000, 5_000)


def test_what_is_coming_is_not_ordered_again(work: Session) -> None:
    received(work, 1)
    received(work, 3, site="ely")
    rule(work)
    supplier = suppliers.add(work, "Balls Ltd")
    number = purchases.draft(work, supplier.id, "cambridge", [Wanted(BALL, 2, 1)], **BY).number
    purchases.order(work, number, **BY)
    sent = transfers.draft(work, "ely", "cambridge", {BALL: 3}, **BY).number
    transfers.send(work, sent, **BY)

    (suggestion,) = suggested(work)

    assert (suggestion.free, suggestion.incoming, suggestion.units) == (1, 5, 2)
    assert suggestion.formula == "8 target − 1 free − 5 coming = 2, in packs of 1: 2"
    assert not suggestion.is_due


def test_what_is_kept_for_somebody_is_not_free(work: Session) -> None:
    received(work, 3)
    rule(work)
    place(work, {BALL: 2}, hold_until=NOON + DAY)

    assert [each.free for each in suggested(work)] == [1]


def test_what_is_due_comes_first_and_only_one_clinic_if_asked(work: Session) -> None:
    received(work, 5)
    rule(work)
    rule(work, site="ely", sku=ROLLER)

    assert [(each.site, each.is_due) for each in suggested(work)] == [
        ("ely", True),
        ("cambridge", False),
    ]
    assert [each.site for each in suggested(work, "cambridge")] == ["cambridge"]


def test_a_shelf_that_will_be_empty_before_a_delivery_is_due(work: Session) -> None:
    received_days_ago(work, 30, 40)
    for ago in range(1, 29):
        sell(work, {BALL: 1}, at=NOON - ago * DAY)
    rule(work, minimum=2, target=30, lead_days=12)

    (suggestion,) = suggested(work)

    assert (suggestion.free, suggestion.days_left, suggestion.is_due) == (12, 12, True)


@given(st.integers(0, 50), st.integers(0, 50), st.integers(1, 60), st.integers(1, 20))
def test_an_order_is_the_least_number_of_packs_that_reaches_the_target(
    free: int, incoming: int, target: int, pack: int
) -> None:
    each = Suggestion("ely", BALL, 0, target, pack, 0, free, incoming, Pace())

    assert each.units % pack == 0
    assert free + incoming + each.units >= target or each.units == 0
    if each.units:
        assert free + incoming + each.units - pack < target
    else:
        assert free + incoming >= target


def test_suggestions_become_draft_orders_by_supplier(work: Session) -> None:
    rule(work)
    rule(work, sku=SPIKY)
    rule(work, sku=ROLLER)
    rule(work, site="ely")
    first, second = suppliers.add(work, "Balls Ltd"), suppliers.add(work, "Rollers & Co")
    suppliers.supplies(work, first.id, BALL, unit_cost_pence=300)
    suppliers.supplies(work, second.id, SPIKY, unit_cost_pence=500)
    chosen = suggested(work)

    made = suggestions.order_them(work, chosen, **BY)

    assert [(each.supplier_id, each.site) for each in made] == [
        (first.id, "cambridge"),
        (first.id, "ely"),
        (second.id, "cambridge"),
    ]
    (line,) = purchases.lines_of(work, made[0].number)
    assert (line.sku, line.units, line.unit_cost_pence) == (BALL, 8, 300)
    assert [each.sku for each in suggestions.without_supplier(work, chosen)] == [ROLLER]


# Pace


def received_days_ago(work: Session, days: int, units: int) -> None:
    stock.receive(work, "cambridge", {BALL: units}, by="anna", at=NOON - days * DAY)


def pace(work: Session) -> Pace:
    return cover.paces(work, LONDON, at=NOON)["cambridge", BALL]


def test_the_pace_counts_only_days_on_which_there_was_some(work: Session) -> None:
    received_days_ago(work, 10, 4)
    sell(work, {BALL: 2}, at=NOON - 10 * DAY)
    sell(work, {BALL: 2}, at=NOON - 9 * DAY)
    received_days_ago(work, 1, 6)

    now = pace(work)

    assert (now.sold, now.days_in_stock) == (4, 3)
    assert now.days_left(6) == 4


def test_a_day_is_the_business_day_and_today_is_not_over(work: Session) -> None:
    received_days_ago(work, 40, 10)
    sell(work, {BALL: 1}, at=NOON)
    sell(work, {BALL: 1}, at=NOON - 28 * DAY)
    sell(work, {BALL: 1}, at=NOON - 29 * DAY)

    assert pace(work) == Pace(sold=1, days_in_stock=28)


def test_without_any_sale_nobody_knows_how_long_it_will_do(work: Session) -> None:
    received_days_ago(work, 5, 4)

    assert pace(work) == Pace(sold=0, days_in_stock=5)
    assert pace(work).days_left(4) is None
    assert pace(work).units_for(60) == 0


def test_what_was_wanted_and_missing_stands_beside_what_was_sold(work: Session) -> None:
    received_days_ago(work, 5, 4)
    for source in (Source.FINDER, Source.FINDER, Source.TILL):
        demand.missed(work, "cambridge", BALL, source, day=TODAY - DAY)
    demand.missed(work, "cambridge", BALL, Source.TILL, day=TODAY - 40 * DAY)
    demand.missed(work, "ely", BALL, Source.TILL, day=TODAY - DAY)

    assert pace(work).missed == 3
    assert cover.paces(work, LONDON, at=NOON)["ely", BALL] == Pace(missed=1)


def test_the_pace_of_one_clinic_is_the_same_alone_as_among_all(work: Session) -> None:
    for site in ("cambridge", "ely"):
        received(work, 10, site=site)
        demand.missed(work, site, SPIKY, Source.TILL, day=TODAY)
    sell(work, {BALL: 2})
    later = NOON + 3 * DAY
    every = cover.paces(work, LONDON, at=later)

    alone = cover.paces(work, LONDON, at=later, site="cambridge")

    assert alone == {key: each for key, each in every.items() if key[0] == "cambridge"}
    assert alone["cambridge", BALL].sold == 2
    assert alone["cambridge", SPIKY].missed == 1
    assert {site for site, _ in every} == {"cambridge", "ely"}


def test_a_sale_counts_into_its_business_day_with_its_money(work: Session) -> None:
    received(work, 9)
    late = NOON.replace(hour=23, minute=30)  # half past midnight in London

    sell(work, {BALL: 2}, at=NOON)
    sell(work, {BALL: 1}, at=NOON)
    sell(work, {BALL: 1}, at=late)

    days = {
        day.day: (day.units, day.pence, day.vat_pence)
        for day in work.query(day_totals.DayTotal).order_by(day_totals.DayTotal.day)
    }
    assert days == {TODAY: (3, 2550, 283 + 142), TODAY + DAY: (1, 850, 142)}


# Moving between clinics


def test_a_clinic_with_months_of_cover_sends_what_it_can_spare(work: Session) -> None:
    received_days_ago(work, 30, 40)
    for ago in range(1, 8):
        sell(work, {BALL: 1}, at=NOON - ago * DAY)
    rule(work, target=10)
    rule(work, site="ely", minimum=3, target=12)

    (proposal,) = suggestions.to_move(work, LONDON, at=NOON)

    # Seven sold in 28 days are 15 in 60, and 33 are free.
    assert (proposal.from_site, proposal.to_site, proposal.units) == ("cambridge", "ely", 12)
    assert (proposal.days_there, proposal.days_here) == (132, None)


def test_nobody_is_left_with_less_than_two_months(work: Session) -> None:
    received_days_ago(work, 30, 44)
    for ago in range(1, 15):
        sell(work, {BALL: 1}, at=NOON - ago * DAY)
    rule(work, site="ely", minimum=3, target=12)

    assert suggestions.to_move(work, LONDON, at=NOON) == []


def test_what_is_spare_is_proposed_once(work: Session) -> None:
    received_days_ago(work, 30, 5)
    rule(work, site="ely", minimum=3, target=12)
    before = suggestions.to_move(work, LONDON, at=NOON)
    rule(work, target=3)

    after = suggestions.to_move(work, LONDON, at=NOON)

    assert ([each.units for each in before], [each.units for each in after]) == ([5], [2])


# Alerts


def test_an_alert_fires_with_the_move_that_makes_a_shelf_low_and_only_once(work: Session) -> None:
    received(work, 4)
    rule(work)
    assert low(work) == []

    sell(work, {BALL: 2})
    assert low(work) == [(BALL, 2)]
    fired = alerts.low(work, "cambridge")[0].fired_at
    sell(work, {BALL: 1}, at=NOON + DAY)

    assert [(each.free, each.fired_at) for each in alerts.low(work, "cambridge")] == [(1, fired)]
    assert (alerts.badge(work, "cambridge"), alerts.badge(work, "ely")) == (1, 0)


def test_a_refill_arms_it_again(work: Session) -> None:
    rule(work)
    assert low(work) == [(BALL, 0)]

    received(work, 2)
    assert low(work) == [(BALL, 2)]
    received(work, 1)
    assert low(work) == []
    sell(work, {BALL: 1})
    assert low(work) == [(BALL, 2)]


@pytest.mark.parametrize("way", ["used", "sent", "kept"])
def test_every_way_of_getting_low_fires(work: Session, way: str) -> None:
    received(work, 3)
    rule(work)
    assert low(work) == []

    if way == "used":
        stock.adjust(work, "cambridge", BALL, -1, MoveReason.USED, **BY)
    elif way == "sent":
        number = transfers.draft(work, "cambridge", "ely", {BALL: 1}, **BY).number
        transfers.send(work, number, **BY)
    else:
        place(work, {BALL: 1}, hold_until=NOON + DAY)

    assert low(work) == [(BALL, 2)]


def test_a_new_rule_is_looked_at_once(work: Session) -> None:
    received(work, 3)
    rule(work, minimum=3)
    assert low(work) == [(BALL, 3)]

    rule(work, minimum=2)
    assert low(work) == []
    rule(work, minimum=5)
    alerts.drop_rule(work, "cambridge", BALL, **BY)

    assert low(work) == []
    assert suggested(work) == []


@pytest.mark.parametrize(
    "numbers",
    [
        {"minimum": -1},
        {"minimum": 8},
        {"target": 0},
        {"target": 10_000},
        {"pack": 0},
        {"lead_days": -1},
        {"lead_days": 366},
    ],
)
def test_a_rule_that_makes_no_sense_is_refused(work: Session, numbers: dict[str, int]) -> None:
    with pytest.raises(Unreadable):
        rule(work, **numbers)


def test_a_rule_for_what_nobody_knows_is_not_found(work: Session) -> None:
    with pytest.raises(NotFound):
        rule(work, site="mars")
    with pytest.raises(NotFound):
        rule(work, sku="NO-SUCH")


def test_one_digest_a_day_tells_what_is_new(work: Session) -> None:
    received(work, 3)
    rule(work)
    rule(work, sku=SPIKY)

    assert alerts.digest(work, "cambridge", TODAY, at=NOON)
    assert not alerts.digest(work, "cambridge", TODAY, at=NOON)
    sell(work, {BALL: 1})
    assert not alerts.digest(work, "cambridge", TODAY, at=NOON)  # it waits for tomorrow's
    assert alerts.digest(work, "cambridge", TODAY + DAY, at=NOON + DAY)
    assert not alerts.digest(work, "cambridge", TODAY + 2 * DAY, at=NOON + 2 * DAY)

    first, second = outbox.waiting(work)
    assert (first.to, first.subject) == ("site:cambridge", "Stock at Cambridge: 1 to look at")
    assert first.body == "Spiky ball: 0 free, minimum 2."
    assert second.body == "Soft ball: 2 free, minimum 2.\nSpiky ball: 0 free, minimum 2."


def test_a_transfer_that_should_be_here_by_now_is_in_the_digest(work: Session) -> None:
    received(work, 3)
    number = transfers.draft(work, "cambridge", "ely", {BALL: 1}, **BY).number
    transfers.send(work, number, **BY)

    assert not alerts.digest(work, "ely", TODAY + 6 * DAY, at=NOON + 6 * DAY)
    assert alerts.digest(work, "ely", TODAY + 8 * DAY, at=NOON + 8 * DAY)
    (message,) = outbox.waiting(work)
    assert message.body == f"Transfer {number} has been on its way for 8 days."


def test_nobody_is_reminded_every_day_of_a_transfer_that_is_late(work: Session) -> None:
    received(work, 3)
    for later in (timedelta(), 2 * DAY):
        number = transfers.draft(work, "cambridge", "ely", {BALL: 1}, **BY).number
        transfers.send(work, number, by="anna", at=NOON + later)

    told = [
        days
        for days in range(6, 20)
        if alerts.digest(work, "ely", TODAY + days * DAY, at=NOON + days * DAY)
    ]

    assert told == [7, 9]
    assert "on its way for 9 days.\nTransfer 2 has" in outbox.waiting(work)[-1].body


def test_a_message_with_the_same_key_is_queued_once(work: Session) -> None:
    words = {"to": "site:ely", "site": "ely", "subject": "s", "body": "b"}

    assert outbox.put(work, "k", **words, at=NOON)
    assert not outbox.put(work, "k", **words, at=NOON)
    assert len(outbox.waiting(work)) == 1
