"""What is advised: a gentle tool, its exercise, and the person's own words for why."""

from dataclasses import replace
from itertools import product as chosen

import pytest

from catalog import fitting
from catalog.answers import Position, Press
from catalog.guides import Guide
from catalog.outcomes import Advice, Candidate, GuideAdvice, Referral
from catalog.refinements import Experience, Goal, Settling, Waking
from catalog.sensitivity import Band
from catalog.tools import HAND_HELD, Firmness, Kind, Surface, Tool
from tests.catalog import expected, notes
from tests.catalog.answering import (
    advise,
    answers,
    content,
    demo_candidates,
    hardly_sore,
    limits_of,
)
from tests.catalog.people import ANYWHERE

SOFT, MEDIUM, FIRM, VERY_FIRM = Firmness


def advice(*regions: str, candidates: object = None, **more: object) -> Advice:
    given = {"at": ANYWHERE, **more}
    outcome = advise(answers(*regions, **given), candidates)  # type: ignore[arg-type]
    assert isinstance(outcome, Advice), outcome.reasons
    return outcome


def calm_regular(*regions: str, candidates: object = None, **more: object) -> Advice:
    given = hardly_sore(*regions, experience=Experience.REGULAR, **more)
    outcome = advise(given, candidates)
    assert isinstance(outcome, Advice), outcome.reasons
    return outcome


def product(tool: Tool) -> list[Candidate]:
    return [Candidate("X", "A new tool", tool, 500, 9, 9)]


def ball(firmness: Firmness = SOFT, mm: int = 65, surface: Surface = Surface.SMOOTH) -> Tool:
    return Tool(Kind.BALL, firmness, mm, surface=surface)


# The main job


def test_the_main_job_ends_in_a_soft_ball_at_the_wall_with_the_articles_guide() -> None:
    found = advice("blade_spine", press=Press.QUITE, at={Position.WALL})

    assert found.best
    assert (found.best.tool.kind, found.best.tool.firmness) == (Kind.BALL, SOFT)
    assert found.guides[0].guide.id == "G01"
    assert {advised.position for advised in found.guides} == {Position.WALL}


def test_the_reasons_name_the_persons_own_answers() -> None:
    found = advice("blade_spine", press=Press.QUITE, at={Position.WALL})
    said = " ".join(reason.text for reason in found.reasons)

    for words in ("quite sore", "between your shoulder blade", "lean on a wall", "none of the"):
        assert words in said


def test_very_sore_holds_and_does_not_move() -> None:
    found = advice("blade_spine", press=Press.VERY)

    assert found.band is Band.HIGH
    assert found.calm is content().calm
    assert "hold-only" in [reason.code for reason in found.reasons]
    for advised in found.guides:
        assert advised.dose.repeats == 0
        assert advised.dose.hold_only


def test_a_spot_that_is_less_sore_has_no_calm_down_plan_beside_its_tool() -> None:
    assert advice("blade_spine", press=Press.QUITE).calm is None


def test_who_wants_to_move_further_sees_the_exercises_that_move_first() -> None:
    plain, further = (
        calm_regular("thigh_back", goal=goal, at={Position.FLOOR, Position.CHAIR})
        for goal in (Goal.LESS_PAIN, Goal.RANGE)
    )

    assert {a.guide.id for a in plain.guides} == {a.guide.id for a in further.guides}
    assert "goal-range" in [reason.code for reason in further.reasons]
    moving = [bool(advised.dose.repeats) for advised in further.guides]
    assert moving == sorted(moving, reverse=True)


def test_exercises_that_only_roll_come_after_those_that_move_for_who_wants_range() -> None:
    found = calm_regular("mid_back", goal=Goal.RANGE, at={Position.FLOOR})

    assert [advised.guide.id for advised in found.guides] == ["G11", "G10"]
    assert [a.guide.id for a in calm_regular("mid_back", at={Position.FLOOR}).guides] == [
        *("G10", "G11")
    ]


# Bands that turn on what is missing


def test_a_referral_that_hangs_on_missing_answers_offers_to_give_them() -> None:
    short = advise(answers("blade_spine", signs={"thinners"}, press=Press.A_LITTLE))
    known = advise(
        answers("blade_spine", signs={"thinners"}, press=Press.A_LITTLE, usual=5,
                settling=Settling.MINUTES, waking=Waking.NO)
    )  # fmt: skip
    calf = advise(answers("calf", signs={"thinners"}, press=Press.A_LITTLE))

    assert [isinstance(each, Referral) for each in (short, known, calf)] == [True] * 3
    assert [each.refine for each in (short, known, calf)] == [True, False, False]  # type: ignore[union-attr]


def test_a_referral_names_what_makes_it_one_and_the_band() -> None:
    sore = advise(answers("blade_spine", signs={"thinners"}, press=9))

    assert isinstance(sore, Referral)
    assert (sore.band, sore.calm, sore.refer) == (Band.VERY_HIGH, content().calm, True)
    assert [reason.code for reason in sore.reasons] == ["stop-thinners"]


# Products are judged by what they are


@pytest.mark.parametrize("missing", ["firmness", "diameter_mm", "surface"])
def test_a_product_of_unknown_firmness_or_size_is_never_advised(missing: str) -> None:
    found = calm_regular("buttock", candidates=product(replace(ball(), **{missing: None})))

    assert found.best is None
    assert found.own
    assert (found.own.owned, found.own.own.household) == (False, True)


def test_the_brand_product_is_ruled_out_with_its_reason() -> None:
    ruled_out = advice("blade_spine").ruled_out

    assert any(r.code == "not-measured" and r.text.startswith("Eureka") for r in ruled_out)


def test_a_product_added_today_is_judged_today() -> None:
    new = Candidate("A-NEW", "New ball", ball(), 500, 3, 3)

    found = advice("blade_spine", candidates=[*demo_candidates(), new])

    assert found.best
    assert found.best.candidate.sku == "A-NEW"  # alike in all that counts, and first by its code


@pytest.mark.parametrize(
    "tool",
    [
        ball(FIRM),
        ball(SOFT, mm=45),
        ball(FIRM, surface=Surface.SPIKY),
        Tool(Kind.ROLLER, SOFT, 140, 330, Surface.RIDGED),
        replace(ball(), powered=True),
    ],
)
def test_who_is_new_to_it_starts_with_nothing_firm_small_ridged_or_powered(tool: Tool) -> None:
    """Also where it is hardly sore; and the reason is told for each."""
    outcome = advise(hardly_sore("buttock"), product(tool))

    assert isinstance(outcome, Advice)
    assert outcome.best is None
    assert any(reason.code in {"X", "too-firm", "too-pointed", "powered"}
               for reason in outcome.ruled_out)  # fmt: skip


@pytest.mark.parametrize(
    "tool",
    [ball(SOFT, mm=45), ball(FIRM, surface=Surface.SPIKY), replace(ball(), powered=True)],
)
def test_a_regular_user_may_have_them_on_thick_muscle_and_nowhere_else(tool: Tool) -> None:
    assert calm_regular("buttock", candidates=product(tool)).best
    assert calm_regular("thigh_back", candidates=product(tool)).best
    assert not calm_regular("shoulder_top", candidates=product(tool)).best
    assert not calm_regular("buttock", "shoulder_top", candidates=product(tool)).best


@pytest.mark.parametrize("guide", content().guides.values(), ids=lambda guide: guide.id)
def test_a_guide_for_a_gentle_tool_takes_nothing_firmer_that_body_weight_presses(
    guide: Guide,
) -> None:
    limit = notes.GUIDE_CEILINGS.get(guide.id, VERY_FIRM)
    for kind, firmness in ((kind, firmness) for kind in guide.kinds for firmness in Firmness):
        tool = Tool(kind, firmness, 65, surface=Surface.SMOOTH)

        assert guide.allows(tool) is (kind in HAND_HELD or firmness <= limit), (kind, firmness)


def test_the_pressure_of_every_tool_in_every_exercise_is_that_of_the_notes() -> None:
    """Firmness, plus how small an area takes it, plus the body weight that lies on it."""
    tools = [own.tool for own in content().own_tools.values()]
    tools += [c.tool for c in demo_candidates() if c.tool.known]
    for guide, at, tool in chosen(content().guides.values(), Position, tools):
        advised = GuideAdvice(guide, at, content().guides["G01"].doses[Band.LOW])

        assert fitting.load(tool, advised) == expected.weight(tool, guide, at)
        assert fitting.pressure_index(tool, advised) == expected.pressure(tool, guide, at)
    with pytest.raises(ValueError, match="Nobody has measured"):
        fitting.pressure_index(Tool(Kind.BALL), advised)


@pytest.mark.parametrize(("region", "sign"), [("buttock", "diabetes"), ("mid_back", None)])
def test_where_only_smooth_tools_go_a_spiky_one_is_ruled_out(region: str, sign: str | None) -> None:
    spiky = Tool(Kind.PEANUT if region == "mid_back" else Kind.BALL, SOFT, 65,
                 surface=Surface.NUBBED)  # fmt: skip
    signs = {sign} - {None}

    found = calm_regular(region, candidates=product(spiky), signs=signs)

    assert found.best is None
    assert "too-rough" in [reason.code for reason in found.ruled_out]
    assert calm_regular("blade_spine", candidates=product(spiky)).best


@pytest.mark.parametrize(("limit", "allowed"), [(4, True), (3, False)])
def test_a_tool_that_would_press_harder_than_the_band_allows_is_ruled_out(
    limit: int, allowed: bool
) -> None:
    """A soft ball at a wall is four: what no firmness and no shape rules out, the sum does."""
    given = answers("blade_spine", press=7)
    guides = advice("blade_spine", press=7, at={Position.WALL}).guides
    limits = replace(limits_of(given), pressure_limit=limit)

    suitable, ruled_out = fitting.fitting(product(ball()), given, limits, guides)

    assert bool(suitable) is allowed
    assert ("too-much-pressure" in [reason.code for reason in ruled_out]) is not allowed


def test_a_shop_with_nothing_gentle_enough_does_not_make_do_with_something_firmer() -> None:
    firm = [c for c in demo_candidates() if (c.tool.felt_firmness or FIRM) >= FIRM]

    found = advice("blade_spine", candidates=firm)

    assert (found.best, found.others) == (None, ())
    assert found.own
    assert found.own.own.id == "tennis_ball"
    assert found.guides == found.own.guides


def test_where_a_tool_of_ours_suits_no_household_thing_is_named() -> None:
    assert advice("blade_spine").own is None


def test_where_a_condition_takes_out_the_only_tools_of_an_exercise_it_says_so() -> None:
    outcome = advise(hardly_sore("thigh_inner", signs={"fragile_skin"}))

    assert isinstance(outcome, Referral)
    assert [reason.code for reason in outcome.reasons] == ["no-tool-fragile_skin"]
    assert "need another tool" in outcome.reasons[0].text
