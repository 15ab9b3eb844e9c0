"""Of the tools that suit, which one comes first, and which others stand beside it."""

from collections.abc import Callable
from dataclasses import replace
from itertools import product

import pytest

from catalog.fitting import MOST_OTHERS
from catalog.outcomes import Advice, Candidate, Pick
from catalog.refinements import Experience
from catalog.tools import Firmness, Kind, Surface, Tool
from tests.catalog.answering import advise, answers, demo_candidates, hardly_sore
from tests.catalog.people import ANYWHERE, SORENESS, person, pressed_places

SOFT, MEDIUM, FIRM, _ = Firmness


def advice(given: object, candidates: object = None) -> Advice:
    outcome = advise(given, candidates)  # type: ignore[arg-type]
    assert isinstance(outcome, Advice), outcome.reasons
    return outcome


def shelf(change: Callable[[Candidate], bool], **stock: int) -> list[Candidate]:
    """The demo range, with other stock for some of it."""
    return [replace(c, **stock) if change(c) else c for c in demo_candidates()]


def best(given: object, candidates: object = None) -> Pick:
    pick = advice(given, candidates).best
    assert pick
    return pick


def regular(region: str, **more: object) -> object:
    return hardly_sore(region, experience=Experience.REGULAR, **more)


# How firm


@pytest.mark.parametrize(
    ("sore", "region", "experience", "firmness"),
    [
        ("low", "buttock", None, MEDIUM),
        ("low", "buttock", Experience.REGULAR, MEDIUM),
        ("moderate", "buttock", None, SOFT),
        ("moderate", "buttock", Experience.NEVER, SOFT),
        ("moderate", "buttock", Experience.FEW, MEDIUM),
        ("moderate", "chest", Experience.REGULAR, SOFT),  # thin muscle
        ("low", "chest", None, MEDIUM),
        ("high", "buttock", Experience.REGULAR, SOFT),
        ("short path", "buttock", None, SOFT),
        ("untried", "buttock", Experience.REGULAR, SOFT),
    ],
)
def test_it_starts_as_firm_as_is_enough_and_no_firmer(
    sore: str, region: str, experience: Experience | None, firmness: Firmness
) -> None:
    given = person((region, region), sore=sore, experience=experience)

    assert best(given).tool.firmness is firmness


def test_a_thin_place_beside_a_thick_one_makes_both_start_softly() -> None:
    both = person(("chest", "chest"), ("buttock", "buttock"), sore="moderate",
                  experience=Experience.REGULAR)  # fmt: skip

    assert best(both).tool.firmness is SOFT


# Which of those that are alike


def test_the_exercises_own_first_kind_of_tool_comes_first() -> None:
    assert best(regular("skull_base")).tool.kind is Kind.PEANUT
    assert best(regular("neck_back")).tool.kind is Kind.CANE
    assert best(regular("mid_back")).tool.kind is Kind.ROLLER  # of the first exercise there
    assert best(answers("calf", press=7, at=ANYWHERE)).tool.kind is Kind.STICK


def test_the_tool_that_serves_more_of_the_places_comes_first() -> None:
    """A ball serves both; a peanut ball, first at the skull, would serve one."""
    assert best(regular("skull_base")).tool.kind is Kind.PEANUT
    both = hardly_sore("skull_base", "chest")

    assert best(both).tool.kind is Kind.BALL
    assert {id_ for a in best(both).guides for id_ in a.guide.regions} == {"skull_base", "chest"}


def test_softer_smooth_and_wide_tools_win_between_equals() -> None:
    def first(*tools: Tool) -> Tool:
        range_ = [Candidate(f"{n}", "Ball", tool, 500, 3, 3) for n, tool in enumerate(tools)]
        return best(regular("buttock"), range_).tool

    soft, firm = (Tool(Kind.BALL, f, 65, surface=Surface.SMOOTH) for f in (SOFT, FIRM))
    spiky = replace(soft, surface=Surface.SPIKY)
    small = replace(soft, diameter_mm=45)

    assert first(firm, soft) is soft  # as far from medium, on either side
    assert first(spiky, soft) is soft
    assert first(small, soft) is soft
    assert first(small, spiky) is spiky


def test_what_is_in_the_budget_comes_before_what_is_on_the_shelf() -> None:
    soft = Tool(Kind.BALL, SOFT, 65, surface=Surface.SMOOTH)
    twins = [
        Candidate("A", "Dear, here", soft, 900, 5, 5),
        Candidate("B", "Cheap, nowhere", soft, 400, 0, 0),
        Candidate("C", "Cheap, elsewhere", soft, 400, 0, 5),
        Candidate("D", "Cheap, here", soft, 400, 5, 0),
    ]
    given = answers("chest", press=5)

    assert best(given, twins).candidate.sku == "A"
    assert best(replace(given, budget_pence=400), twins).candidate.sku == "D"
    assert best(replace(given, budget_pence=400), twins[:3]).candidate.sku == "C"
    assert best(replace(given, budget_pence=899), twins[:1]).candidate.sku == "A"
    assert best(replace(given, budget_pence=900), twins).candidate.sku == "A"


def test_a_cheaper_tool_that_fits_less_well_never_comes_first() -> None:
    for place, sore in product(pressed_places(), ("low", "moderate", "high")):
        given = person(place, sore=sore)
        thrifty = replace(given, budget_pence=500)

        assert best(thrifty).tool.felt_firmness == best(given).tool.felt_firmness
        assert best(thrifty).tool.kind is best(given).tool.kind


# What stands beside it


def test_there_are_two_others_at_most_each_once_and_each_says_how_it_differs() -> None:
    for place, sore in product(pressed_places(), SORENESS):
        outcome = advise(person(place, sore=sore, experience=Experience.REGULAR))
        if isinstance(outcome, Advice) and outcome.best:
            shown = [outcome.best, *outcome.others]

            assert len(outcome.others) <= MOST_OTHERS == 2
            assert len({pick.candidate.sku for pick in shown}) == len(shown)
            assert all(pick.difference for pick in outcome.others)


def test_a_firmer_tool_beside_the_best_is_for_regular_users_whose_spot_is_hardly_sore() -> None:
    def firmer(given: object) -> list[str]:
        found = advice(given)
        assert found.best
        return [
            pick.difference
            for pick in found.others
            if (pick.tool.felt_firmness or 0) > (found.best.tool.felt_firmness or 0)
            and pick.tool.kind is found.best.tool.kind
        ]

    assert firmer(regular("buttock")) == ["Firmer, if the first one feels like too little."]
    assert firmer(hardly_sore("buttock", experience=Experience.FEW)) == []
    assert firmer(hardly_sore("buttock")) == []


def test_for_anybody_else_a_firmer_one_stands_where_its_fit_puts_it() -> None:
    ball, peanut = (
        Tool(kind, SOFT, 65, surface=Surface.SMOOTH) for kind in (Kind.BALL, Kind.PEANUT)
    )
    range_ = [
        Candidate(tool.kind.value + str(tool.firmness), "A tool", tool, 500, 3, 3)
        for tool in (ball, peanut, replace(ball, firmness=MEDIUM))
    ]
    given = person(("blade_spine", "blade_spine"), sore="moderate")

    found = advice(given, range_)

    assert found.best
    assert [p.tool for p in (found.best, *found.others)] == [each.tool for each in range_]


def test_the_best_fit_that_is_sold_out_is_shown_beside_one_that_is_here() -> None:
    given = regular("buttock")
    usual = best(given).candidate
    without = shelf(lambda c: c.tool.firmness is MEDIUM, here=0)

    found = advice(given, without)

    assert found.best
    assert found.best.candidate.sku == usual.sku
    assert found.others[0].candidate.here > 0
    assert found.others[0].tool.felt_firmness is SOFT  # and never a firmer one in its stead
    assert found.others[0].difference


def test_of_two_that_are_alike_the_one_that_is_here_comes_first() -> None:
    given = answers("blade_spine", press=5)
    twin = best(given, shelf(lambda c: c.sku == "BALL-65-S", here=0)).candidate

    assert twin.sku == "BALL-70-S"
    assert best(given).candidate.sku == "BALL-65-S"


def test_what_feels_different_fills_the_rest() -> None:
    found = advice(regular("side_back"))

    feels = [(p.tool.kind, p.tool.felt_firmness) for p in (found.best, *found.others) if p]
    assert len(set(feels)) == len(feels) == 3


# What the person has


def test_what_the_person_has_is_used_in_place_of_anything_to_buy() -> None:
    found = advice(answers("blade_spine", press=5, owns=frozenset({"tennis_ball"})))

    assert found.own
    assert (found.own.own.id, found.own.owned) == ("tennis_ball", True)
    assert found.reasons[0].code == "own-tennis_ball"
    assert found.guides == found.own.guides
    assert found.best  # still shown, for who would rather


def test_the_one_that_fits_best_is_taken_and_of_the_rest_it_is_said_why_not() -> None:
    owns = frozenset({"firm_ball", "medium_ball", "soft_ball", "massage_gun"})
    found = advice(answers("blade_spine", press=5, owns=owns))

    assert found.own
    assert found.own.own.id == "soft_ball"
    codes = [reason.code for reason in found.ruled_out]
    assert {"own-firm_ball", "own-massage_gun"} <= set(codes)


def test_a_tool_of_ones_own_that_does_not_fit_is_left_and_another_is_suggested() -> None:
    found = advice(answers("blade_spine", press=7, owns=frozenset({"firm_ball"})))

    assert found.own is None
    assert found.best
    assert "own-firm_ball" in [reason.code for reason in found.ruled_out]


def test_a_tool_that_made_it_worse_is_not_suggested_from_the_household_either() -> None:
    only_firm = [c for c in demo_candidates() if c.tool.firmness is FIRM and c.tool.kind is
                 Kind.BALL]  # fmt: skip
    given = answers("blade_spine", press=5, at=ANYWHERE)

    usual = advice(given, only_firm)
    assert usual.own
    assert usual.own.own.id == "tennis_ball"
    owned = advice(replace(given, owns=frozenset({"soft_ball"})), only_firm)
    assert owned.own
    assert (owned.own.own.id, owned.own.owned) == ("soft_ball", True)
    worse = advise(replace(given, worse=frozenset({"tennis_ball"})), only_firm)
    assert not (isinstance(worse, Advice) and worse.own and worse.own.own.id == "tennis_ball")
