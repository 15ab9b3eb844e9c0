"""Advice: safe first, gentle enough, explained, and the same for the same answers."""

from dataclasses import replace
from itertools import chain, combinations, product

import pytest

from catalog.answers import Answers, Position, Press
from catalog.doses import Technique
from catalog.guides import Guide
from catalog.outcomes import Advice, Candidate, Referral, Urgent
from catalog.recommend import pressure_index, recommend
from catalog.safety import Level
from catalog.sensitivity import Band
from catalog.tools import HAND_HELD, Firmness, Kind, Surface, Tool
from tests.catalog.answering import advise, answers, content, demo_candidates

POSITION_SETS = [
    frozenset(chosen)
    for chosen in chain.from_iterable(combinations(Position, n) for n in range(len(Position) + 1))
]


def everybody_without_signs() -> list[Answers]:
    return [
        answers(region, press=press, at=positions)
        for region, press, positions in product(content().regions, Press, POSITION_SETS)
    ]


def test_the_main_job_ends_in_a_soft_ball_at_the_wall_with_the_articles_guide() -> None:
    advice = advise(answers("blade_spine", press=Press.QUITE, at={Position.WALL}))

    assert isinstance(advice, Advice)
    assert advice.best.candidate.tool.kind is Kind.BALL
    assert advice.best.candidate.tool.firmness is Firmness.SOFT
    assert [advised.guide.id for advised in advice.guides] == ["G01"]
    assert advice.guides[0].position is Position.WALL


def test_the_reasons_name_the_persons_own_answers() -> None:
    advice = advise(answers("blade_spine", press=Press.QUITE, at={Position.WALL}))
    said = " ".join(reason.text for reason in advice.reasons)

    for words in ("quite sore", "between your shoulder blade", "lean on a wall", "none of the"):
        assert words in said


@pytest.mark.parametrize("sign", content().signs.values(), ids=lambda sign: sign.id)
@pytest.mark.parametrize("region", content().regions)
def test_a_ticked_item_never_leads_to_a_product(sign: object, region: str) -> None:
    for press, positions in product(Press, POSITION_SETS):
        outcome = advise(answers(region, safety={sign.id}, press=press, at=positions))

        assert isinstance(outcome, Urgent if sign.level.urgent else Referral)


def test_the_most_urgent_of_several_items_wins() -> None:
    for signs in combinations(content().signs.values(), 2):
        outcome = advise(answers(safety={sign.id for sign in signs}))

        worst = max(sign.level for sign in signs)
        if worst > Level.REFER:
            assert isinstance(outcome, Urgent)
            assert outcome.clearance.level == worst
        else:
            assert isinstance(outcome, Referral)


def test_a_safety_step_that_nobody_answered_clears_nobody() -> None:
    for given in everybody_without_signs():
        assert isinstance(advise(replace(given, safety=None)), Referral)


def test_an_item_we_do_not_know_is_no_clearance() -> None:
    with pytest.raises(ValueError, match="No such safety item: made-up"):
        advise(answers(safety={"made-up"}))


def test_a_region_we_do_not_know_is_refused() -> None:
    with pytest.raises(ValueError, match="No such region: elbow-room"):
        advise(answers("elbow-room"))


@pytest.mark.parametrize("region", ["throat", "head_temple"])
def test_some_places_are_never_pressed(region: str) -> None:
    outcome = advise(answers(region))

    assert isinstance(outcome, Referral)
    assert outcome.reasons[0].code == f"never-press-{region}"


def test_too_sore_to_press_gets_no_tool() -> None:
    for region in content().regions:
        outcome = advise(answers(region, press=Press.TOO_SORE))

        assert isinstance(outcome, Referral)
        if not content().regions[region].never_press:
            assert outcome.reasons[0].code == "very-high"


def test_every_answer_without_signs_ends_in_a_plan_or_an_explained_referral() -> None:
    for given in everybody_without_signs():
        outcome = advise(given)

        assert not isinstance(outcome, Urgent)
        assert outcome.reasons
        assert all(reason.code and len(reason.text) > 20 for reason in outcome.reasons)


def test_what_is_advised_stays_within_every_limit() -> None:
    for given in everybody_without_signs():
        outcome = advise(given)
        if not isinstance(outcome, Advice):
            continue
        region = content().regions[given.regions[0]]
        rule = content().bands[outcome.band]
        for pick in (outcome.best, *outcome.others):
            tool = pick.candidate.tool
            assert tool.known
            assert tool.felt_firmness <= min(rule.ceiling, region.ceiling)
            for advised in pick.guides:
                assert advised.guide.allows(tool)
                assert region.id in advised.guide.regions
                assert advised.position in given.positions & rule.positions
                assert pressure_index(tool, advised.position) <= rule.pressure_limit
                assert advised.dose.discomfort_limit <= rule.discomfort_limit


def test_a_higher_press_answer_never_leads_to_anything_stronger() -> None:
    scored = [press for press in Press if press.score is not None]
    for region, positions in product(content().regions, POSITION_SETS):
        strengths = [
            _strength(advise(answers(region, press=press, at=positions))) for press in scored
        ]

        assert strengths == sorted(strengths, reverse=True)


def _strength(outcome: Advice | Referral | Urgent) -> tuple[int, int, int]:
    if not isinstance(outcome, Advice):
        return (0, 0, 0)
    picks = (outcome.best, *outcome.others)
    return (
        max(pick.candidate.tool.felt_firmness or 0 for pick in picks),
        max(pressure_index(p.candidate.tool, a.position) for p in picks for a in p.guides),
        outcome.discomfort_limit,
    )


def test_nobody_who_could_not_press_is_told_to_move_or_to_press_hard() -> None:
    for region, positions in product(content().regions, POSITION_SETS):
        outcome = advise(answers(region, press=Press.CANT_REACH, at=positions))
        if isinstance(outcome, Advice):
            for pick in (outcome.best, *outcome.others):
                assert pick.candidate.tool.felt_firmness is Firmness.SOFT
            assert outcome.discomfort_limit == 3
            for advised in outcome.guides:
                assert advised.dose.hold_only
                assert not advised.dose.techniques & {Technique.MOVE, Technique.ROLL}


def test_very_sore_holds_and_does_not_move() -> None:
    advice = advise(answers("blade_spine", press=Press.VERY))

    assert advice.band is Band.HIGH
    assert advice.guides[0].dose.repeats == 0
    assert "hold-only" in [reason.code for reason in advice.reasons]


def test_a_product_of_unknown_firmness_or_size_is_never_advised() -> None:
    blank = Tool(kind=Kind.BALL)
    for missing in ({"firmness": None}, {"diameter_mm": None}, {"surface": None}):
        known = Tool(Kind.BALL, Firmness.SOFT, 65, surface=Surface.SMOOTH)
        for tool in (blank, replace(known, **missing)):
            outcome = advise(answers(), [Candidate("X", "Ball", tool, 100, 9, 9)])

            assert isinstance(outcome, Referral)


SOFT_ONLY = {"G04", "G05", "G08", "G14", "G17", "G22", "G26", "G31"}  # section 6 of our notes


@pytest.mark.parametrize("guide", content().guides.values(), ids=lambda guide: guide.id)
def test_a_guide_for_a_soft_tool_takes_nothing_firmer_that_body_weight_presses(
    guide: Guide,
) -> None:
    firmer = [
        item.sku
        for item in content().demo_range
        if guide.allows(item.tool)
        and item.tool.kind not in HAND_HELD
        and item.tool.firmness > Firmness.SOFT
    ]

    assert bool(firmer) == (guide.id not in SOFT_ONLY)


def test_nobody_starts_with_a_tool_as_small_as_a_golf_ball() -> None:
    small = Tool(Kind.BALL, Firmness.SOFT, 45, surface=Surface.SMOOTH)

    outcome = advise(answers(), [Candidate("X", "Small ball", small, 100, 9, 9)])

    assert isinstance(outcome, Referral)


def test_the_brand_product_is_ruled_out_with_its_reason() -> None:
    advice = advise(answers())

    assert any(
        reason.code == "not-measured" and reason.text.startswith("Eureka")
        for reason in advice.ruled_out
    )


def test_advice_goes_by_attributes_so_a_product_added_today_is_judged_today() -> None:
    new = Candidate("A-NEW", "New ball", Tool(Kind.BALL, Firmness.SOFT, 65, surface=Surface.SMOOTH),
                    500, 3, 3)  # fmt: skip

    advice = advise(answers(), [*demo_candidates(), new])

    assert advice.best.candidate.sku == "A-NEW"  # alike in all that counts, and first by its code


def test_stock_never_makes_the_best_fit_firmer() -> None:
    for region in content().regions:
        stocked = advise(answers(region))
        if not isinstance(stocked, Advice):
            continue
        empty = [
            replace(c, here=0, elsewhere=0)
            if c.tool.felt_firmness == stocked.best.candidate.tool.felt_firmness
            else c
            for c in demo_candidates()
        ]
        outcome = advise(answers(region), empty)

        assert outcome.best.candidate.tool == stocked.best.candidate.tool


def test_price_and_order_of_the_range_change_nothing() -> None:
    shuffled = [replace(c, price_pence=10_000 - c.price_pence) for c in demo_candidates()][::-1]
    for given in everybody_without_signs():
        first, second = advise(given), advise(given, shuffled)
        if isinstance(first, Advice):
            assert first.best.candidate.sku == second.best.candidate.sku


def test_the_same_answers_give_the_same_result_to_the_byte() -> None:
    for given in everybody_without_signs():
        assert repr(advise(given)) == repr(advise(given))


def test_a_result_says_which_content_it_came_from() -> None:
    for given in (answers(), answers("throat"), answers(safety={"heart_and_lungs"})):
        assert advise(given).version == content().version


def test_no_shop_with_nothing_gentle_enough_makes_do_with_something_firmer() -> None:
    firm = [c for c in demo_candidates() if (c.tool.firmness or 0) >= Firmness.FIRM]
    hand_held = {Kind.STICK, Kind.CANE}

    outcome = recommend(answers(), [c for c in firm if c.tool.kind not in hand_held], content())

    assert isinstance(outcome, Referral)
    assert outcome.reasons[0].code == "no-tool"


def test_the_second_choice_says_how_it_differs() -> None:
    advice = advise(answers("blade_spine"))

    assert advice.others
    assert all(pick.difference for pick in advice.others)
    assert len({pick.candidate.sku for pick in (advice.best, *advice.others)}) == 3
