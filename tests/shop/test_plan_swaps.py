"""Another tool in open plans whose own was withdrawn: the same again, approved once, and kept."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import cache, partial
from threading import Barrier

import pytest
from sqlalchemy import insert, text, update
from sqlalchemy.orm import Session

from catalog import library as content
from catalog.library import Library
from catalog.tools import Surface
from shop import checks, demand, failpoints, orders, plan_swaps, plans, stock
from shop.db import Database
from shop.errors import Refusal
from shop.plan_items import Dosed, Items
from shop.plan_swaps import Swapped, Waiting
from shop.plans import Plan, PlanVersion
from shop.products import Product
from tests.shop.conftest import BALL, LONDON, NOON, received
from tests.shop.selling import draft, pay

DOSE = Dosed("G01", hold_seconds=45, repeats=8, times_a_day=2, weeks=3)
ITEMS = Items("blade_spine", (BALL,), (DOSE,))
SAME, LARGER, FIRMER, SPIKY = "SAME-70", "LARGER-90", "FIRMER-65", "SPIKES-65"
LATER = NOON + timedelta(hours=2)


@cache
def library() -> Library:
    return content.load()


def stocked(work: Session, units: int = 3, **free: int) -> None:
    """A soft ball of 65 mm, and four others: one is just the same, the others in three of four."""
    ball = {"kind": "ball", "firmness": 1, "surface": "smooth", "price_pence": 700}
    others = (
        (SAME, {"diameter_mm": 70}),
        (LARGER, {"diameter_mm": 90}),
        (FIRMER, {"diameter_mm": 65, "firmness": 2}),
        (SPIKY, {"diameter_mm": 65, "surface": "spiky"}),
    )
    measured = {"diameter_mm": 65, "surface": Surface.SMOOTH}
    work.execute(update(Product).where(Product.sku == BALL).values(**measured))
    for sku, more in others:
        row = {**ball, **more, "sku": sku, "slug": sku.lower(), "name": sku.title()}
        work.execute(insert(Product).values(**row))
        if units:
            received(work, units, sku=sku)


def issue(
    work: Session, items: Items = ITEMS, *, at: datetime = NOON, site: str = "cambridge"
) -> str:
    issued = plans.issue(work, site, items, note="Gently.", by="Priya Shah", zone=LONDON, at=at)
    return issued.code


def withdraw(work: Session, *skus: str) -> None:
    work.execute(update(Product).where(Product.sku.in_(skus or (BALL,))).values(on_sale=False))


def waiting(work: Session, *, at: datetime = LATER, site: str = "cambridge") -> list[Waiting]:
    return plan_swaps.waiting(work, site, library(), at=at)


def proposed(work: Session, *, at: datetime = LATER) -> list[tuple[str, list[str]]]:
    return [(w.plan.code, [each.sku for each in w.instead]) for w in waiting(work, at=at)]


def swap(
    work: Session, code: str = "", *, instead: str = SAME, at: datetime = LATER,
    site: str = "cambridge", gone: str = BALL,
) -> Swapped:  # fmt: skip
    return plan_swaps.swap(
        work, site, gone, instead, code=code, library=library(), by="Priya Shah", zone=LONDON, at=at
    )


def said(work: Session, code: str) -> tuple[Plan, PlanVersion, Items]:
    plan = plans.with_code(work, code)
    return plan, *plans.current(work, [plan])[plan.id]


def free(work: Session, sku: str, *, at: datetime = LATER) -> int:
    return stock.free(work, [sku], at=at).get(sku, {}).get("cambridge", 0)


def clean(database: Database) -> bool:
    return [check for check in checks.verify(database) if not check.ok] == []


@pytest.fixture
def withdrawn(database: Database) -> Database:
    """A clinic with two soft balls, which no one can buy any more, and what is like them."""
    with database.transaction() as work:
        stocked(work)
        received(work, 2)
    return database


def written(database: Database, many: int = 1) -> list[str]:
    """So many plans for the ball, which is withdrawn then."""
    with database.transaction() as work:
        codes = [issue(work) for _ in range(many)]
        withdraw(work)
    return codes


# Which plans wait


def test_only_open_plans_of_this_clinic_with_a_tool_that_is_gone_wait(withdrawn: Database) -> None:
    with withdrawn.transaction() as work:
        received(work, 9)
        received(work, 9, site="ely")
        codes = [issue(work) for _ in range(4)]
        issue(work, site="ely")
        issue(work, Items("blade_spine", (SAME,), (DOSE,)))
        issue(work, Items("blade_spine", (), (DOSE,)))
        assert plan_swaps.many(work, "cambridge", at=LATER) == 0
        assert waiting(work) == []
        plans.revoke(work, codes[0], by="Morgan", at=NOON)
        order = orders.place(
            work, draft(work, {BALL: 1}), press=orders.new_press(), at=NOON,
            plans=[plans.with_code(work, codes[1]).id],
        )  # fmt: skip
        pay(work, order)
        other = Items("blade_spine", (SAME,), (DOSE,))
        plans.change(work, codes[2], other, by="Priya", zone=LONDON, at=NOON)
        withdraw(work)

    with withdrawn.reading() as work:
        assert [each.plan.code for each in waiting(work)] == [codes[3]]
        assert plan_swaps.many(work, "cambridge", at=LATER) == 1
        over = plans.with_code(work, codes[3]).ends_at
        assert waiting(work, at=over) == []
        assert plan_swaps.many(work, "cambridge", at=over) == 0
        assert len(waiting(work, at=over - timedelta(seconds=1))) == 1


def test_what_is_proposed_is_the_same_kind_firmness_and_size_and_on_sale(
    withdrawn: Database,
) -> None:
    (code,) = written(withdrawn)

    with withdrawn.transaction() as work:
        assert proposed(work) == [(code, [SAME])]
        assert waiting(work)[0].instead[0].here == 3
        withdraw(work, SAME)
        assert proposed(work) == [(code, [])]


def test_what_the_plan_has_already_is_not_proposed(withdrawn: Database) -> None:
    with withdrawn.transaction() as work:
        issue(work, Items("blade_spine", (BALL, SAME), (DOSE,)))
        withdraw(work)
        assert [skus for _, skus in proposed(work)] == [[]]


def test_for_an_area_that_the_content_has_no_more_nothing_is_proposed(withdrawn: Database) -> None:
    with withdrawn.transaction() as work:
        issue(work, Items("nowhere", (BALL,), (DOSE,)))
        withdraw(work)
        assert [skus for _, skus in proposed(work)] == [[]]


# What an approval does


def test_an_approval_is_the_next_version_with_the_doses_and_the_note_it_had(
    withdrawn: Database,
) -> None:
    (code,) = written(withdrawn)
    with withdrawn.transaction() as work:
        assert swap(work, code) == Swapped((code,), (), ())

    with withdrawn.reading() as work:
        plan, version, items = said(work, code)
        assert (plan.version, version.version) == (2, 2)
        assert (version.by, version.at, version.note) == ("Priya Shah", LATER, "Gently.")
        assert items == Items("blade_spine", (SAME,), (DOSE,))
        assert (free(work, BALL), free(work, SAME)) == (2, 2)
        acts = work.execute(text('SELECT act, subject, "by" FROM shop_audit')).all()
        assert [tuple(act) for act in acts] == [
            ("plan.swapped", f"plan {code}: {SAME} for {BALL}", "Priya Shah")
        ]
        assert waiting(work) == []
    assert clean(withdrawn)


def test_the_last_one_kept_for_a_plan_passes_to_who_buys_it_after_the_swap(
    withdrawn: Database,
) -> None:
    (code,) = written(withdrawn)
    with withdrawn.transaction() as work:
        swap(work, code)
    with withdrawn.transaction() as work:
        order = orders.place(
            work, draft(work, {SAME: 3}), press=orders.new_press(), at=LATER,
            plans=[plans.with_code(work, code).id],
        )  # fmt: skip
        pay(work, order, at=LATER)
    assert clean(withdrawn)


def test_where_none_is_free_it_says_so_and_counts_as_missed(withdrawn: Database) -> None:
    codes = written(withdrawn, 2)
    with withdrawn.transaction() as work:
        stock.adjust(work, "cambridge", SAME, -2, stock.MoveReason.LOST, by="anna", at=NOON)
    with withdrawn.transaction() as work:
        done = swap(work)

    assert (set(done.codes), done.late) == (set(codes), ())
    assert len(done.out) == 1
    with withdrawn.reading() as work:
        assert (free(work, BALL), free(work, SAME)) == (2, 0)
        today = NOON.date()
        missed = demand.over(work, today, today + timedelta(days=1))
        assert missed == {("cambridge", SAME): 1}
    assert clean(withdrawn)


def test_a_plan_whose_keeping_is_over_keeps_nothing_of_the_new_one(withdrawn: Database) -> None:
    """Ninety days of plans would take the whole shelf."""
    (code,) = written(withdrawn)
    on_thursday_night = datetime.fromisoformat("2026-06-04T23:00+00:00")

    with withdrawn.transaction() as work:
        assert swap(work, code, at=on_thursday_night) == Swapped((code,), (), (code,))
        assert free(work, SAME, at=on_thursday_night) == 3


def test_one_press_changes_all_plans_with_that_product_and_no_other(withdrawn: Database) -> None:
    with withdrawn.transaction() as work:
        received(work, 9)
        received(work, 2, site="ely")
        both = Items("blade_spine", (FIRMER, BALL), (DOSE,))
        mine = [issue(work), issue(work, both), issue(work)]
        elsewhere = issue(work, site="ely")
        odd = issue(work, Items("nowhere", (BALL,), (DOSE,)))
        withdraw(work)

    with withdrawn.transaction() as work:
        assert set(swap(work).codes) == set(mine)
    with withdrawn.reading() as work:
        assert said(work, mine[1])[2].tools == (FIRMER, SAME)
        assert [said(work, code)[0].version for code in (*mine, elsewhere, odd)] == [2, 2, 2, 1, 1]
        assert free(work, SAME) == 0
    assert clean(withdrawn)


def test_with_two_tools_gone_one_is_swapped_and_the_other_waits_on(withdrawn: Database) -> None:
    with withdrawn.transaction() as work:
        code = issue(work, Items("blade_spine", (BALL, FIRMER), (DOSE,)))
        withdraw(work, BALL, FIRMER)
    with withdrawn.transaction() as work:
        swap(work, code)

    with withdrawn.reading() as work:
        assert said(work, code)[2].tools == (SAME, FIRMER)
        assert [each.gone.sku for each in waiting(work)] == [FIRMER]
        assert free(work, FIRMER) == 2
    assert clean(withdrawn)


@pytest.mark.parametrize("instead", [FIRMER, LARGER, SPIKY, BALL, "NONE", ""])
def test_nothing_but_what_is_proposed_is_ever_put_in(withdrawn: Database, instead: str) -> None:
    (code,) = written(withdrawn)
    for named in (code, ""):
        with (
            pytest.raises(Refusal, match="can’t take its place"),
            withdrawn.transaction() as work,
        ):
            swap(work, named, instead=instead)

    with withdrawn.reading() as work:
        assert said(work, code)[0].version == 1


@pytest.mark.parametrize("end", ["bought", "revoked", "changed", "over", "other clinic"])
def test_a_plan_that_is_open_no_more_stays_as_it_is(withdrawn: Database, end: str) -> None:
    (code,) = written(withdrawn)
    at, site = LATER, "cambridge"
    with withdrawn.transaction() as work:
        plan = plans.with_code(work, code)
        if end == "bought":
            plan.bought = True
            work.flush()
        elif end == "revoked":
            plans.revoke(work, code, by="Morgan", at=NOON)
        elif end == "changed":
            plans.change(work, code, Items("x", (), (DOSE,)), by="Morgan", zone=LONDON, at=NOON)
        elif end == "over":
            at = plan.ends_at
        else:
            site = "ely"
        before = plan.version

    with pytest.raises(Refusal, match="Nothing was changed"), withdrawn.transaction() as work:
        swap(work, code, at=at, site=site)

    with withdrawn.reading() as work:
        assert said(work, code)[0].version == before


# At once


def _at_once(database: Database, acts: Sequence[Callable[[Session], object]]) -> list[str]:
    together = Barrier(len(acts))

    def run(act: Callable[[Session], object]) -> str:
        together.wait(20)
        try:
            with database.transaction() as work:
                act(work)
        except Refusal:
            return "refused"
        return "done"

    with ThreadPoolExecutor(len(acts)) as people:
        return list(people.map(run, acts))


def test_of_two_approvals_at_once_one_makes_a_version(withdrawn: Database) -> None:
    for _ in range(5):
        with withdrawn.transaction() as work:
            received(work, 1)
            work.execute(update(Product).where(Product.sku == BALL).values(on_sale=True))
            code = issue(work)
            received(work, 1, sku=SAME)
            withdraw(work)

        ended = _at_once(withdrawn, [partial(swap, code=code), swap])

        assert sorted(ended) == ["done", "refused"]
        with withdrawn.reading() as work:
            assert said(work, code)[0].version == 2
        assert clean(withdrawn)


def test_a_plan_revoked_at_the_same_moment_keeps_nothing(withdrawn: Database) -> None:
    for _ in range(5):
        with withdrawn.transaction() as work:
            work.execute(update(Product).where(Product.sku == BALL).values(on_sale=True))
            code = issue(work)
            withdraw(work)

        _at_once(
            withdrawn,
            [
                partial(swap, code=code),
                partial(plans.revoke, code=code, by="Morgan", at=LATER),
            ],
        )

        with withdrawn.reading() as work:
            assert (free(work, BALL), free(work, SAME)) == (2, 3)
        assert clean(withdrawn)


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
@pytest.mark.parametrize("what", ["revoked", "bought", "changed"])
def test_what_happens_between_the_look_and_the_change_wins(
    withdrawn: Database, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    """On PostgreSQL another transaction may end in between; SQLite lets nobody in."""
    (code,) = written(withdrawn)
    look = plan_swaps._on_sale

    def meanwhile(*args: object) -> object:
        with withdrawn.transaction() as other:
            plan = plans.with_code(other, code)
            if what == "revoked":
                plans.revoke(other, code, by="Morgan", at=NOON)
            elif what == "bought":
                plan.bought = True
                other.flush()
            else:
                items = Items("x", (), (DOSE,))
                plans.change(other, code, items, by="Morgan", zone=LONDON, at=NOON)
        return look(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(plan_swaps, "_on_sale", meanwhile)
    with pytest.raises(Refusal, match="Nothing was changed"), withdrawn.transaction() as work:
        swap(work, code)

    with withdrawn.reading() as work:
        assert said(work, code)[2].tools == (() if what == "changed" else (BALL,))
    assert clean(withdrawn)


def test_an_approval_that_breaks_in_the_middle_has_done_nothing(
    withdrawn: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    codes = written(withdrawn, 2)
    monkeypatch.setenv("SHOP_FAILPOINT", "plan.after_swaps:raise")
    monkeypatch.setattr(failpoints, "reached", failpoints._act)
    with pytest.raises(failpoints.Broken), withdrawn.transaction() as work:
        swap(work)
    monkeypatch.undo()

    with withdrawn.reading() as work:
        assert [said(work, code)[0].version for code in codes] == [1, 1]
    with withdrawn.transaction() as work:
        assert set(swap(work).codes) == set(codes)
    assert clean(withdrawn)
