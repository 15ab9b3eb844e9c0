"""Plans: a code and no name, one of each tool kept, passed on to who buys, and counted alone."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from shop import (
    basket_stock,
    baskets,
    checks,
    demand,
    holds,
    orders,
    plan_codes,
    plan_counts,
    plan_list,
    plan_progress,
    plan_templates,
    plans,
    sites,
    stock,
    tick,
)
from shop.db import Database
from shop.errors import Gone, NotFound, OutOfStock, Refusal, Unreadable
from shop.plan_items import Dosed, Items
from shop.plans import Plan
from tests.shop.conftest import BALL, LONDON, NOON, ROLLER, SPIKY, received
from tests.shop.selling import draft, pay, place, sell

DOSE = Dosed("G01", hold_seconds=60, repeats=10, times_a_day=1, weeks=2)
ITEMS = Items("blade_spine", (BALL,), (DOSE,))
THE_NEXT_DAY = datetime(2026, 6, 4, 23, 0, tzinfo=UTC)  # midnight after Thursday, in London


def issue(work: Session, items: Items = ITEMS, *, at: datetime = NOON, note: str = "") -> str:
    issued = plans.issue(work, "cambridge", items, note=note, by="Priya Shah", zone=LONDON, at=at)
    return issued.code


def free(work: Session, sku: str = BALL, *, at: datetime = NOON) -> int:
    return stock.free(work, [sku], at=at).get(sku, {}).get("cambridge", 0)


def plan_of(work: Session, code: str) -> Plan:
    return plans.with_code(work, code)


def clean(database: Database) -> bool:
    return [check for check in checks.verify(database) if not check.ok] == []


def buy(work: Session, code: str, basket: dict[str, int], *, at: datetime = NOON) -> str:
    """At the desk, with this plan in the basket."""
    order = orders.place(
        work, draft(work, basket), press=orders.new_press(), at=at, plans=[plan_of(work, code).id]
    )
    return pay(work, order, at=at)


# Codes


def test_a_code_has_eight_characters_and_none_that_is_taken_for_another(work: Session) -> None:
    received(work, 1)
    codes = {issue(work, Items("blade_spine", (), (DOSE,))) for _ in range(50)}

    assert len(codes) == 50
    for code in codes:
        assert len(code) == 8
        assert not set(code) & set("01IO")
        assert code == code.upper()


@pytest.mark.parametrize("typed", ["{}", " {} ", "{0:.4} {1}", "{0:.4}-{1}"])
def test_a_code_is_found_as_people_type_it(work: Session, typed: str) -> None:
    code = issue(work, Items("blade_spine", (), (DOSE,)))

    found = plans.find(work, typed.format(code.lower(), code.lower()[4:]), at=NOON)

    assert found.code == code


@pytest.mark.parametrize("typed", ["", "O0I1O0I1", "ABCDEFGH", "ABC", "é" * 8, "A" * 500, "x" * 22])
def test_what_is_no_code_says_what_to_check(work: Session, typed: str) -> None:
    with pytest.raises(NotFound, match="never has a 0 or an O, and never a 1 or an I"):
        plans.find(work, typed, at=NOON)


def test_a_link_leads_to_its_plan_and_is_not_in_the_database(work: Session) -> None:
    code = issue(work, Items("blade_spine", (), (DOSE,)))
    first, second = (plans.mint(work, code, at=NOON) for _ in range(2))

    assert first != second
    assert plans.find(work, first, at=NOON).code == plans.find(work, second, at=NOON).code == code
    hashes = work.execute(text("SELECT link_hash FROM shop_plan_link")).scalars().all()
    assert sorted(hashes) == sorted(map(plan_codes.hashed, (first, second)))
    assert first not in hashes


# What is suggested


def test_a_plan_says_tools_and_guides_in_the_order_they_were_given(work: Session) -> None:
    received(work, 1)
    items = Items("blade_spine", (ROLLER, BALL), (DOSE, Dosed("G02", 30, 0, 2, 4)))
    code = issue(work, items, note="Start gently.")

    version, said = plans.current(work, [plan_of(work, code)])[plan_of(work, code).id]

    assert (said, version.note, version.version) == (items, "Start gently.", 1)


@pytest.mark.parametrize(
    ("items", "note", "why"),
    [
        (Items("calf"), "", "There is nothing in this plan yet"),
        (Items("calf", (BALL, SPIKY, ROLLER, "X")), "", "Choose 3 tools at most"),
        (Items("calf", (), tuple(Dosed(f"G0{n}", 1, 0, 1, 1) for n in range(4))), "", "3 guides"),
        (Items("calf", ("NONE",)), "", "NONE is no longer on sale"),
        (ITEMS, "x" * 201, "at most 200 characters"),
    ],
)
def test_what_cannot_be_a_plan_is_refused_in_words(
    work: Session, items: Items, note: str, why: str
) -> None:
    with pytest.raises(Refusal, match=why):
        issue(work, items, note=note)


@pytest.mark.parametrize(
    "dose",
    [(0, 1, 1, 1), (121, 1, 1, 1), (1, -1, 1, 1), (1, 21, 1, 1), (1, 1, 0, 1), (1, 1, 1, 13)],
)
def test_the_database_takes_no_dose_past_its_bounds(work: Session, dose: tuple[int, ...]) -> None:
    with pytest.raises(IntegrityError):
        issue(work, Items("calf", (), (Dosed("G01", *dose),)))


def test_a_change_is_the_next_version_under_the_same_code(work: Session) -> None:
    received(work, 2)
    code = issue(work)

    again = plans.change(
        work, code, Items("calf", (), (DOSE,)), by="Morgan Lee", zone=LONDON, at=THE_NEXT_DAY
    )

    plan = plan_of(work, code)
    version, said = plans.current(work, [plan])[plan.id]
    assert (again.code, plan.version, version.by) == (code, 2, "Morgan Lee")
    assert (said.area, said.tools) == ("blade_spine", ())  # the area stays
    assert free(work) == 2


# What is kept


@pytest.mark.parametrize(
    ("written", "days", "over"),
    [
        # A Wednesday in summer: to the end of Thursday.
        ("2026-06-03T11:00+00:00", range(6), "2026-06-04T23:00+00:00"),
        # A Saturday: Sunday is closed.
        ("2026-06-06T11:00+00:00", range(6), "2026-06-08T23:00+00:00"),
        # Ely opens on Monday, Wednesday and Friday.
        ("2026-06-05T11:00+00:00", (0, 2, 4), "2026-06-08T23:00+00:00"),
        # One day a week: the same day of the next one.
        ("2026-06-03T11:00+00:00", (2,), "2026-06-10T23:00+00:00"),
        # Just before midnight in London it is still that day.
        ("2026-06-03T22:59+00:00", range(6), "2026-06-04T23:00+00:00"),
        ("2026-06-03T23:00+00:00", range(6), "2026-06-05T23:00+00:00"),
        # The clocks go forward in the night to Sunday 29 March 2026, and back on 25 October.
        ("2026-03-28T12:00+00:00", range(7), "2026-03-29T23:00+00:00"),
        ("2026-10-24T12:00+00:00", range(7), "2026-10-26T00:00+00:00"),
        ("2026-10-24T12:00+00:00", range(6), "2026-10-27T00:00+00:00"),
    ],
)
def test_one_is_kept_until_the_end_of_the_next_opening_day(
    work: Session, written: str, days: range, over: str
) -> None:
    received(work, 1)
    sites.set_weekdays(work, "cambridge", set(days), by="anna", at=NOON)
    at, end = datetime.fromisoformat(written), datetime.fromisoformat(over)

    issue(work, at=at)

    moments = (at, end - timedelta(seconds=1), end)
    assert [free(work, at=moment) for moment in moments] == [0, 0, 1]


def test_a_clinic_that_is_never_open_is_none(work: Session) -> None:
    with pytest.raises(Unreadable, match="one at least"):
        sites.set_weekdays(work, "cambridge", [], by="anna", at=NOON)


def test_what_is_kept_for_a_plan_is_sold_to_nobody_else(work: Session) -> None:
    received(work, 1)
    issue(work)

    with pytest.raises(OutOfStock, match="No Soft ball left"):
        sell(work, {BALL: 1})


def test_a_plan_for_what_is_out_keeps_nothing_and_counts_as_missed(work: Session) -> None:
    received(work, 1, sku=SPIKY)
    both = Items("blade_spine", (BALL, SPIKY), (DOSE,))
    issued = plans.issue(work, "cambridge", both, by="Priya", zone=LONDON, at=NOON)

    assert issued.not_kept == (BALL,)
    assert free(work, SPIKY) == 0
    missed = demand.over(work, date(2026, 6, 3), date(2026, 6, 4))
    assert missed == {("cambridge", BALL): 1}


def test_tick_lets_go_of_what_is_kept_past_its_time(database: Database) -> None:
    with database.transaction() as work:
        received(work, 1)
        issue(work)

    tick.expire_holds(database, lambda: THE_NEXT_DAY)

    with database.reading() as work:
        assert work.scalar(text("SELECT SUM(held) FROM shop_stock_level")) == 0
    assert clean(database)


def test_a_revoked_plan_keeps_nothing_and_opens_nothing(database: Database) -> None:
    with database.transaction() as work:
        received(work, 1)
        code = issue(work)
        link = plans.mint(work, code, at=NOON)
    for _ in range(2):
        with database.transaction() as work:
            plans.revoke(work, code, by="Morgan Lee", at=NOON)

    with database.reading() as work:
        assert free(work) == 1
        for way in (code, link):
            with pytest.raises(Gone, match="This code has ended"):
                plans.find(work, way, at=NOON)
        acts = work.execute(text("SELECT act FROM shop_audit")).scalars().all()
    assert acts == ["plan.revoked"]
    assert clean(database)


def test_a_revoked_plan_is_not_changed_or_printed_again(work: Session) -> None:
    received(work, 1)
    code = issue(work)
    plans.revoke(work, code, by="Morgan", at=NOON)

    for act in (
        lambda: plans.change(work, code, ITEMS, by="Priya", zone=LONDON, at=NOON),
        lambda: plans.mint(work, code, at=NOON),
    ):
        with pytest.raises(Gone):
            act()


def test_a_plan_that_was_changed_too_often_is_refused_in_words(work: Session) -> None:
    code = issue(work)
    plan_of(work, code).version = plans.MOST_VERSIONS
    work.flush()

    with pytest.raises(Refusal, match="changed too often"):
        plans.change(work, code, ITEMS, by="Priya", zone=LONDON, at=NOON)


def test_a_plan_ends_after_ninety_days_and_then_its_note_goes(database: Database) -> None:
    with database.transaction() as work:
        code = issue(work, Items("calf", (), (DOSE,)), note="For the left one")
        plans.mint(work, code, at=NOON)
    last = datetime(2026, 9, 1, 23, 0, tzinfo=UTC)  # midnight after 1 September in London

    with database.reading() as work:
        assert plans.find(work, code, at=last - timedelta(seconds=1)).code == code
        with pytest.raises(Gone):
            plans.find(work, code, at=last)
    tick.forget_plans(database, lambda: last - timedelta(seconds=1))
    with database.reading() as work:
        assert work.execute(text("SELECT note FROM shop_plan_version")).scalar() != ""
    assert tick.forget_plans(database, lambda: last) == "1 ended"

    with database.reading() as work:
        assert work.execute(text("SELECT note FROM shop_plan_version")).scalars().all() == [""]
        assert work.execute(text("SELECT COUNT(*) FROM shop_plan_link")).scalar() == 0


def test_a_change_lets_go_of_what_goes_and_keeps_what_comes(database: Database) -> None:
    with database.transaction() as work:
        for sku in (BALL, SPIKY, ROLLER):
            received(work, 1, sku=sku)
        code = issue(work, Items("calf", (BALL, SPIKY), (DOSE,)))
    with database.transaction() as work:
        new = Items("calf", (SPIKY, ROLLER), (DOSE,))
        plans.change(work, code, new, by="Priya", zone=LONDON, at=NOON)

    with database.reading() as work:
        assert [free(work, sku) for sku in (BALL, SPIKY, ROLLER)] == [1, 0, 0]
    assert clean(database)


# What is bought


def test_the_last_one_passes_to_who_buys_the_plan(database: Database) -> None:
    with database.transaction() as work:
        received(work, 1)
        code = issue(work)
    with database.transaction() as work:
        buy(work, code, {BALL: 1})

    with database.reading() as work:
        assert free(work) == 0
        held, on_hand = work.execute(
            text("SELECT SUM(held), SUM(on_hand) FROM shop_stock_level")
        ).one()
        assert (held, on_hand) == (0, 0)
    assert clean(database)


def test_more_than_was_kept_comes_from_the_shelf(database: Database) -> None:
    with database.transaction() as work:
        received(work, 3)
        received(work, 1, sku=SPIKY)
        code = issue(work)
    with database.transaction() as work:
        buy(work, code, {BALL: 2, SPIKY: 1})

    with database.reading() as work:
        assert (free(work), free(work, SPIKY)) == (1, 0)
    assert clean(database)


def test_what_is_not_bought_of_a_plan_stays_kept(database: Database) -> None:
    with database.transaction() as work:
        received(work, 1)
        received(work, 1, sku=SPIKY)
        code = issue(work, Items("calf", (BALL, SPIKY), (DOSE,)))
    with database.transaction() as work:
        buy(work, code, {BALL: 1})

    with database.reading() as work:
        assert free(work, SPIKY) == 0
        assert [each.plan.code for each in plan_list.waiting(work, "cambridge", at=NOON)] == [code]
    assert clean(database)


def test_two_plans_in_one_basket_both_pass(database: Database) -> None:
    with database.transaction() as work:
        received(work, 2)
        both = [plan_of(work, issue(work)).id for _ in range(2)]
    with database.transaction() as work:
        order = orders.place(
            work, draft(work, {BALL: 2}), press=orders.new_press(), at=NOON, plans=both
        )
        pay(work, order)

    assert clean(database)


def test_a_plan_that_is_bought_elsewhere_lets_its_unit_go(database: Database) -> None:
    with database.transaction() as work:
        received(work, 1)
        received(work, 1, site="ely")
        plan = plan_of(work, issue(work)).id
    with database.transaction() as work:
        order = orders.place(
            work, draft(work, {BALL: 1}, site="ely"), press=orders.new_press(), at=NOON,
            plans=[plan],
        )  # fmt: skip
        pay(work, order)

    with database.reading() as work:
        assert free(work) == 1
    assert clean(database)


def test_an_order_that_waits_for_its_payment_takes_the_hold_over(database: Database) -> None:
    with database.transaction() as work:
        received(work, 1)
        plan = plan_of(work, issue(work)).id
    with database.transaction() as work:
        orders.place(
            work, draft(work, {BALL: 1}), press=orders.new_press(), at=NOON, plans=[plan],
            hold_until=NOON + timedelta(minutes=45),
        )  # fmt: skip

    with database.reading() as work:
        assert free(work) == 0
        ends = work.execute(text("SELECT ending FROM shop_hold ORDER BY id")).scalars().all()
    assert ends == ["passed", None]
    assert clean(database)


def test_a_sale_that_is_undone_leaves_the_plan_its_unit(database: Database) -> None:
    with database.transaction() as work:
        received(work, 1)
        code = issue(work)
    with pytest.raises(OutOfStock), database.transaction() as work:
        buy(work, code, {BALL: 1, SPIKY: 1})

    with database.reading() as work:
        assert free(work) == 0
        assert plan_counts.over(work, NOON.date(), THE_NEXT_DAY.date()).bought == 0
    assert clean(database)


def test_nothing_in_the_database_joins_an_order_to_a_plan(database: Database) -> None:
    """Not by a reference, and not by a moment that both would share."""
    bought_at = NOON + timedelta(hours=3)
    with database.transaction() as work:
        received(work, 1)
        code = issue(work)
    with database.transaction() as work:
        baskets.load(work, "a-device", plan_of(work, code).id, [BALL], at=bought_at)
    with database.transaction() as work:
        taken = baskets.take_plans(work, "a-device")
        baskets.take(work, "a-device")
        order = orders.place(
            work, draft(work, {BALL: 1}), press=orders.new_press(), at=bought_at, plans=taken
        )
        pay(work, order, at=bought_at)

    with database.reading() as work:
        assert work.execute(text("SELECT COUNT(*) FROM shop_basket_plan")).scalar() == 0
        theirs = work.execute(
            text("SELECT made_at, ended_at FROM shop_hold WHERE plan_id IS NOT NULL")
        ).one()
        assert theirs.made_at == theirs.ended_at
        both = text(
            "SELECT COUNT(*) FROM shop_hold WHERE plan_id IS NOT NULL AND order_number IS NOT NULL"
        )
        assert work.execute(both).scalar() == 0


def test_a_basket_remembers_its_plan_until_it_is_empty(work: Session) -> None:
    received(work, 1)
    plan = plan_of(work, issue(work)).id
    for _ in range(2):
        baskets.load(work, "till-1", plan, [BALL], at=NOON)

    assert baskets.contents(work, "till-1") == {BALL: 1}
    assert baskets.plans_of(work, "till-1") == [plan]
    mine, other = baskets.plans_of(work, "till-1"), baskets.plans_of(work, "till-2")
    assert basket_stock.free(work, mine, [BALL], at=NOON) == {BALL: {"cambridge": 1}}
    assert basket_stock.free(work, other, [BALL], at=NOON) == {BALL: {"cambridge": 0}}

    baskets.set_units(work, "till-1", BALL, 0, at=NOON)

    assert baskets.plans_of(work, "till-1") == []


# What is counted


def test_a_plan_counts_once_as_written_opened_and_bought(database: Database) -> None:
    with database.transaction() as work:
        received(work, 5)
        code = issue(work)
        issue(work)
    for _ in range(3):
        with database.transaction() as work:
            plan_progress.opened(work, plan_of(work, code).id)
            buy(work, code, {BALL: 1})

    with database.reading() as work:
        june = plan_counts.over(work, date(2026, 6, 3), date(2026, 6, 4), "cambridge")
        assert june == plan_counts.Tally(written=2, opened=1, bought=1)
        assert plan_counts.over(work, date(2026, 6, 4), date(2026, 7, 4)).written == 0


def test_a_sale_of_something_else_is_not_the_plans(work: Session) -> None:
    received(work, 1)
    received(work, 1, sku=SPIKY)
    code = issue(work)

    buy(work, code, {SPIKY: 1})

    assert plan_counts.over(work, date(2026, 6, 3), date(2026, 6, 4)).bought == 0
    assert free(work) == 0


# Lists and templates


def test_the_usual_are_the_last_six_combinations_of_one_person(work: Session) -> None:
    for n in range(8):
        dosed = Dosed("G01", 30 + n, 0, 1, 2)
        issue(work, Items(f"area-{n % 7}", (), (dosed,)), at=NOON + timedelta(minutes=n))

    usual = plan_list.usual(work, "Priya Shah")

    assert [items.area for _, items in usual] == [f"area-{n}" for n in (0, 6, 5, 4, 3, 2)]
    assert usual[0][1].guides[0].hold_seconds == 37  # as it was written the last time
    assert plan_list.usual(work, "Morgan Lee") == []


def test_a_template_gets_its_next_version_and_plans_keep_theirs(work: Session) -> None:
    assert plan_templates.save(work, "Desk workers", ITEMS, by="Priya", at=NOON) == 1
    (first,) = plan_templates.listed(work)
    other = Items("blade_spine", (), (DOSE,))

    assert plan_templates.save(work, "Desk workers", other, by="Morgan", at=NOON) == 2

    (second,) = plan_templates.listed(work)
    assert (first.items, second.items, second.id) == (ITEMS, other, first.id)
    assert plan_templates.retire(work, second.id, by="Morgan", at=NOON) == "Desk workers"
    assert plan_templates.listed(work) == []
    assert plan_templates.save(work, "Desk workers", ITEMS, by="Priya", at=NOON) == 3


# What the database and `verify` say


def test_a_hold_belongs_to_an_order_or_a_plan_and_never_to_both_or_none(database: Database) -> None:
    with database.transaction() as work:
        received(work, 2)
        issue(work)
        number = place(work, {BALL: 1}, hold_until=THE_NEXT_DAY).number

    for wrong in ("plan_id = NULL, order_number = NULL", f"order_number = {number}"):
        with pytest.raises(IntegrityError), database.transaction() as work:
            work.execute(text(f"UPDATE shop_hold SET {wrong} WHERE plan_id IS NOT NULL"))


def test_a_plan_keeps_a_product_once(work: Session) -> None:
    received(work, 2)
    issue(work)
    copy = (
        "INSERT INTO shop_hold (id, place, sku, units, plan_id, made_at, until) "
        "SELECT id + 1000, place, sku, units, plan_id, made_at, until FROM shop_hold"
    )

    with pytest.raises(IntegrityError):
        work.execute(text(copy))


def test_verify_sees_a_hold_of_a_plan_that_was_taken_back(database: Database) -> None:
    with database.transaction() as work:
        received(work, 1)
        issue(work)
    assert clean(database)

    with database.transaction() as work:
        work.execute(update(Plan).values(revoked_at=NOON, revoked_by="x"))

    wrong = [check.name for check in checks.verify(database) if not check.ok]
    assert [name.partition(" ")[0] for name in wrong] == ["I4"]


def test_a_count_names_the_plan_that_something_is_kept_for(work: Session) -> None:
    received(work, 1)
    issue(work)

    assert holds.kept_for(work, "shelf:cambridge", BALL, at=NOON) == ["a plan"]
