"""What a condition of the notes leaves allowed, for everybody who may have it."""

from itertools import product

import pytest

from catalog.allowed import Allowed
from catalog.answers import Position
from catalog.doses import Technique
from catalog.limits import Ask
from catalog.outcomes import Advice, Referral
from catalog.refinements import Experience
from catalog.sensitivity import Band
from catalog.tools import Firmness, Kind
from tests.catalog import notes
from tests.catalog.answering import advise, content, hardly_sore, limits_of
from tests.catalog.expected import Expected, expected, faults
from tests.catalog.people import (
    AGES,
    EXPERIENCES,
    FIVE_BANDS,
    ONE_OR_ALL,
    person,
    places,
    pressed_places,
)

SOFT, MEDIUM, FIRM, _ = Firmness
CONDITIONS = ("", *notes.LIMITS)


def same(limits: Allowed, notes_say: Expected) -> bool:
    return (
        limits.ceiling is notes_say.ceiling
        and limits.target <= limits.ceiling
        and limits.band is notes_say.band
        and limits.pressure_limit == notes_say.pressure
        and limits.discomfort_limit == notes_say.discomfort
        and limits.positions == notes_say.positions
        and limits.kinds == notes_say.kinds
        and limits.without == notes_say.without
        and limits.without_guides == notes_say.without_guides
        and {region.id for region in limits.regions} == notes_say.regions
        and limits.smooth is notes_say.smooth
        and limits.pointed is notes_say.pointed
        and limits.asks_first is (Ask.FIRST in notes_say.asks)
    )


@pytest.mark.parametrize("band", Band)
def test_a_band_allows_what_the_notes_say(band: Band) -> None:
    rule = content().bands[band]

    assert (rule.ceiling, rule.regular_ceiling) == notes.CEILINGS[band]
    assert (rule.pressure_limit, rule.regular_pressure_limit) == notes.PRESSURE[band]
    assert rule.discomfort_limit == notes.DISCOMFORT[band]
    assert rule.hold_limit_seconds == notes.HOLD_SECONDS[band]
    assert rule.positions == notes.POSITIONS[band]
    assert rule.techniques & {Technique.MOVE, Technique.ROLL} == notes.MOVES[band]
    assert (Technique.HOLD in rule.techniques) is (band is not Band.VERY_HIGH)
    for dose in (g.doses[band] for g in content().guides.values() if band in g.doses):
        assert dose.hold_limit_seconds <= notes.HOLD_SECONDS[band]
        assert dose.discomfort_limit == notes.DISCOMFORT[band]


@pytest.mark.parametrize("age", AGES)
@pytest.mark.parametrize("condition", CONDITIONS)
def test_its_limits_are_those_of_the_notes_for_everyone(condition: str, age: str) -> None:
    """Each place, band and experience; the positions a person can do change no limit."""
    for place, sore, experience in product(places(), FIVE_BANDS, EXPERIENCES):
        given = person(place, sore=sore, signs=[condition, age], experience=experience)
        notes_say = expected(given)

        if notes_say.tool:
            assert same(limits_of(given), notes_say), given
        else:
            assert isinstance(advise(given), Referral), given


@pytest.mark.parametrize("condition", CONDITIONS)
def test_nothing_is_offered_beyond_what_the_notes_allow(condition: str) -> None:
    for place, sore, at in product(pressed_places(), FIVE_BANDS, ONE_OR_ALL):
        given = person(
            place, sore=sore, signs=[condition], at=at, experience=Experience.REGULAR,
            owns=frozenset(content().own_tools),
        )  # fmt: skip

        assert not faults(advise(given), given, expected(given)), given


@pytest.mark.parametrize("condition", notes.LIMITS)
def test_it_is_named_wherever_it_changes_something(condition: str) -> None:
    for place, sore in product(pressed_places(), ("low", "high")):
        given = person(place, sore=sore, signs=[condition])
        outcome = advise(given)

        said = outcome.reasons
        if isinstance(outcome, Advice):
            said += outcome.asks + outcome.cautions
        label = content().rules.signs[condition].label
        assert any(label in reason.text for reason in said), (place, sore)


@pytest.mark.parametrize("age", ["age_16_17", "over_74"])
def test_an_age_that_is_named_lets_nothing_firm_through(age: str) -> None:
    for place in pressed_places():
        grown, limited = (
            advise(person(place, signs=signs, experience=Experience.REGULAR))
            for signs in ([], [age])
        )

        assert isinstance(grown, Advice)
        assert isinstance(limited, Advice)
        firmest = max(pick.tool.felt_firmness or SOFT for pick in (limited.best, *limited.others)
                      if pick)  # fmt: skip
        assert firmest <= MEDIUM


# A few of them in plain sight, as a reader of the notes would look them up


def test_blood_thinners_leave_a_soft_ball_at_a_wall_after_asking() -> None:
    outcome = advise(hardly_sore("blade_spine", signs={"thinners"}))

    assert isinstance(outcome, Advice)
    assert outcome.best
    assert (outcome.best.tool.kind, outcome.best.tool.firmness) == (Kind.BALL, SOFT)
    assert {advised.position for advised in outcome.guides} == {Position.WALL}
    assert (outcome.asks_first, outcome.discomfort_limit) == (True, 3)


def test_blood_thinners_and_a_sore_neck_are_for_a_person() -> None:
    """By hand on a chair it would be less load than at the wall, which is all they leave."""
    outcome = advise(hardly_sore("neck_back", signs={"thinners"}))

    assert isinstance(outcome, Referral)
    assert outcome.refer
    assert [reason.code for reason in outcome.reasons] == ["removed-thinners"]


@pytest.mark.parametrize("felt", ["calf", "sole"])
def test_blood_thinners_and_a_sore_calf_are_for_a_person(felt: str) -> None:
    given = hardly_sore(felt, signs={"thinners"}, spots={"sole": frozenset({"calf"})})

    assert isinstance(advise(given), Referral)


def test_thin_bones_keep_off_the_floor_and_the_roller() -> None:
    for sign, place in product(("osteoporosis", "steroids"), pressed_places()):
        outcome = advise(person(place, signs=[sign], experience=Experience.REGULAR))

        if isinstance(outcome, Advice):
            picks = [pick for pick in (outcome.best, outcome.own, *outcome.others) if pick]
            assert Kind.ROLLER not in {pick.tool.kind for pick in picks}
            assert Position.FLOOR not in {a.position for pick in picks for a in pick.guides}


def test_pregnancy_takes_the_calf_the_inner_thigh_and_the_lower_back_out() -> None:
    for place in pressed_places():
        outcome = advise(person(place, signs=["pregnant"]))
        out = place[1] in {"calf", "thigh_inner", "low_back"}

        assert isinstance(outcome, Referral) is out, place


def test_back_pain_in_pregnancy_ends_at_the_buttock_at_a_wall_after_asking() -> None:
    outcome = advise(person(("low_back", "buttock"), signs=["pregnant"]))

    assert isinstance(outcome, Advice)
    assert [(a.guide.id, a.position) for a in outcome.guides] == [("G15", Position.WALL)]
    assert outcome.asks_first


def test_numb_feet_take_the_sole_the_shin_and_the_calf_out() -> None:
    for place in pressed_places():
        outcome = advise(person(place, signs=["numb_feet"]))

        assert isinstance(outcome, Referral) is (place[1] in {"sole", "shin", "calf"}), place


def test_two_conditions_that_go_softer_go_two_steps_softer_and_never_below_soft() -> None:
    def ceiling(*signs: str) -> Firmness:
        return limits_of(hardly_sore("buttock", signs=set(signs), experience=Experience.REGULAR)
                         ).ceiling  # fmt: skip

    assert ceiling() is FIRM
    assert ceiling("aspirin") is MEDIUM
    assert ceiling("aspirin", "widespread") is SOFT
    assert ceiling("aspirin", "widespread", "hypermobility") is SOFT


def test_a_condition_that_only_needs_saying_changes_nothing_else() -> None:
    for sign in ("joint_replaced", "cancer_discharged", "worn_out"):
        plain, said = (
            advise(hardly_sore("buttock", signs=signs, experience=Experience.REGULAR))
            for signs in (set[str](), {sign})
        )

        assert isinstance(plain, Advice)
        assert isinstance(said, Advice)
        assert (said.best, said.others, said.guides) == (plain.best, plain.others, plain.guides)


def test_fragile_skin_is_pressed_and_never_rolled() -> None:
    for place in pressed_places():
        outcome = advise(person(place, signs=["fragile_skin"], experience=Experience.REGULAR))

        if isinstance(outcome, Advice):
            assert all(Technique.ROLL not in a.dose.techniques for a in outcome.guides)
