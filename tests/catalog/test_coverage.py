"""The board: what comes out in every place, soreness and position, and where to look twice."""

from dataclasses import replace
from functools import cache

import pytest

from catalog import coverage
from catalog.allowed import sensitivity
from catalog.answers import Position
from catalog.body import Region
from catalog.coverage import EVERY_SET, ONE_EACH, Cell, Mark, cells, person
from catalog.library import Library
from catalog.outcomes import Advice, Candidate, Referral, Urgent
from catalog.recommend import recommend
from catalog.sensitivity import Band
from catalog.tools import Firmness, Kind, Surface, Tool
from tests.catalog.answering import content, demo_candidates

WALL, CHAIR, FLOOR = ONE_EACH
SOFT_BALL = Candidate(
    "SOFT", "A soft ball", Tool(Kind.BALL, Firmness.SOFT, 65, surface=Surface.SMOOTH), 500, 1, 0
)


@cache
def board() -> dict[tuple[str, Band, coverage.Able], Cell]:
    found = cells(demo_candidates(), content(), EVERY_SET)
    return {(cell.region, cell.band, cell.able): cell for cell in found}


def library_with(**regions: Region) -> Library:
    return replace(content(), regions={**content().regions, **regions})


def test_the_board_has_a_cell_for_every_place_soreness_and_position() -> None:
    drawn = list(cells(demo_candidates(), content()))

    assert len(drawn) == len(content().regions) * len(Band) * len(Position)
    assert [cell.region for cell in drawn[::12]] == list(content().regions)
    assert [cell.band for cell in drawn[:12:3]] == list(Band)


@pytest.mark.parametrize("band", Band)
def test_the_person_of_a_cell_is_as_sore_as_it_says(band: Band) -> None:
    assert sensitivity(person("calf", band, WALL)) is band


def test_a_cell_is_what_the_finder_would_have_said() -> None:
    for (region, band, able), cell in board().items():
        told = recommend(person(region, band, able), demo_candidates(), content())

        if isinstance(told, Advice):
            assert told.best
            assert cell.skus[0] == told.best.candidate.sku
            assert {advised.guide.id for advised in told.guides} <= set(cell.guides)
            assert not cell.reason
        else:
            assert cell.reason == told.reasons[0].code
            assert (cell.guides, cell.kinds, cell.skus) == ((), (), ())


def test_a_cell_knows_every_product_that_may_be_used_and_no_other() -> None:
    for able, band in ((WALL, Band.LOW), (WALL, Band.HIGH), (CHAIR, Band.MODERATE)):
        cell = board()["blade_spine", band, able]
        alone = {
            candidate.sku
            for candidate in demo_candidates()
            if (told := recommend(person("blade_spine", band, able), [candidate], content()))
            and isinstance(told, Advice)
            and told.best
        }

        assert set(cell.skus) == alone
        assert len(cell.skus) == len(alone) > 3


def test_our_own_content_has_no_dead_end() -> None:
    assert [cell.name for cell in board().values() if cell.dead_end] == []


def test_every_exercise_comes_out_somewhere() -> None:
    shown = {guide for cell in board().values() for guide in cell.guides}

    assert shown == {guide.id for guide in content().guides.values() if guide.presses}


def test_each_reason_that_answers_the_person_is_among_our_own_cells() -> None:
    reasons = {cell.reason.partition("-press-")[0] for cell in board().values()}

    assert reasons == {"", "never", "very-high", "no-position", "no-guide"}


def test_muscle_that_no_exercise_is_for_is_a_dead_end() -> None:
    heel = replace(content().regions["calf"], id="heel", label="At your heel")

    found = [c for c in cells(demo_candidates(), library_with(heel=heel)) if c.region == "heel"]

    assert {cell.reason for cell in found} == {"no-guide"}
    assert {cell.name for cell in found if cell.dead_end} == {
        f"heel, {band.word}, {at}" for band in Band for at in Position
    }


def test_a_place_without_muscle_to_press_explains_itself() -> None:
    assert board()["other", Band.LOW, WALL].reason == "no-guide"
    assert board()["other", Band.LOW, WALL].mark({"SOFT"}) is None


def test_where_no_position_helps_the_advice_to_change_it_is_a_dead_end() -> None:
    calf_guides = {guide.id for guide in content().guides_for("calf")}
    only_low = {
        id_: replace(guide, doses={Band.LOW: guide.doses[Band.LOW]})
        if id_ in calf_guides
        else guide
        for id_, guide in content().guides.items()
    }

    found = cells(demo_candidates(), replace(content(), guides=only_low), EVERY_SET)

    ends = {(cell.band, cell.reason) for cell in found if cell.region == "calf" and cell.dead_end}
    assert ends == {(Band.MODERATE, "no-position"), (Band.HIGH, "no-position")}


def test_a_reason_we_have_not_thought_of_is_a_dead_end(monkeypatch: pytest.MonkeyPatch) -> None:
    def puzzled(*given: object) -> Advice | Referral | Urgent:
        told = recommend(*given)  # type: ignore[arg-type]
        if isinstance(told, Referral):
            return replace(told, reasons=(replace(told.reasons[0], code="no-tool"),))
        return told

    monkeypatch.setattr(coverage, "recommend", puzzled)

    found = list(cells(demo_candidates(), content()))

    assert {cell.dead_end for cell in found if cell.reason} == {True}


def test_too_sore_to_press_is_explained_only_beside_the_calm_down_plan(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def without_plan(*given: object) -> Advice | Referral | Urgent:
        told = recommend(*given)  # type: ignore[arg-type]
        return replace(told, calm=None) if isinstance(told, Referral) else told

    monkeypatch.setattr(coverage, "recommend", without_plan)

    found = list(cells(demo_candidates(), content()))

    assert {cell.band for cell in found if cell.dead_end} == {Band.VERY_HIGH}


def test_a_cell_that_only_one_product_fits_says_so() -> None:
    found = next(cells([SOFT_BALL], content()))

    assert found.skus == ("SOFT",)
    assert found.mark({"SOFT"}) is Mark.ONE_PRODUCT


def test_what_is_sold_out_at_every_clinic_is_worse_than_one_product() -> None:
    found = next(cells([SOFT_BALL], content()))

    assert found.mark({"SOMETHING ELSE"}) is Mark.OUT_OF_STOCK


def test_without_a_product_what_most_homes_have_is_named() -> None:
    found = next(cells([], content()))

    assert content().own_tools[found.at_home].household
    assert found.guides == ("G05",)
    assert found.mark(set()) is Mark.NO_PRODUCT


def test_a_full_shelf_with_a_choice_needs_no_look() -> None:
    cell = board()["blade_spine", Band.LOW, WALL]

    assert len(cell.skus) > 1
    assert cell.mark(cell.skus[-1:]) is None


def test_stock_changes_no_cell() -> None:
    sold_out = [replace(candidate, here=0, elsewhere=0) for candidate in demo_candidates()]

    before = {(c.name, frozenset(c.skus), c.reason) for c in cells(demo_candidates(), content())}
    after = {(c.name, frozenset(c.skus), c.reason) for c in cells(sold_out, content())}

    assert after == before


def test_every_mark_has_its_meaning_in_words() -> None:
    assert all(mark.meaning.endswith(".") for mark in Mark)
