"""What may stand in for a tool that is gone: kind, firmness and size the same, and no rougher."""

from dataclasses import replace
from functools import cache
from itertools import product

import pytest

from catalog import library as content
from catalog.library import Library
from catalog.outcomes import Candidate
from catalog.planning import serving
from catalog.substitutes import alike, instead_of, size_band
from catalog.tools import Firmness, Kind, Surface, Tool

BALL = Tool(Kind.BALL, Firmness.SOFT, 65, surface=Surface.SMOOTH)
ROLLER = Tool(Kind.ROLLER, Firmness.MEDIUM, 150, 450, Surface.SMOOTH)
SPIKY = replace(BALL, surface=Surface.SPIKY)


@cache
def library() -> Library:
    return content.load()


def on_shelf(tool: Tool, sku: str = "OTHER", here: int = 1) -> Candidate:
    return Candidate(sku, sku, tool, 500, here, 0)


@pytest.mark.parametrize(
    ("gone", "other", "same"),
    [
        (BALL, replace(BALL, diameter_mm=79), True),
        (BALL, replace(BALL, diameter_mm=50), True),
        (BALL, replace(BALL, diameter_mm=80), False),
        (BALL, replace(BALL, diameter_mm=49), False),
        (BALL, replace(BALL, firmness=Firmness.MEDIUM), False),
        (replace(BALL, firmness=Firmness.MEDIUM), BALL, False),  # nor a softer one
        (BALL, replace(BALL, kind=Kind.PEANUT), False),
        (BALL, replace(BALL, powered=True), False),
        (BALL, SPIKY, False),
        (SPIKY, BALL, True),
        (SPIKY, replace(BALL, surface=Surface.NUBBED), False),
        (BALL, replace(BALL, firmness=None), False),
        (replace(BALL, firmness=None), replace(BALL, firmness=None), False),
        (BALL, replace(BALL, diameter_mm=None), False),
        (BALL, replace(BALL, surface=None), False),
        (ROLLER, replace(ROLLER, length_mm=600), True),
        (ROLLER, replace(ROLLER, length_mm=330), False),
        (ROLLER, replace(ROLLER, length_mm=900), False),
        (ROLLER, replace(ROLLER, length_mm=None), False),
        (replace(ROLLER, length_mm=None), replace(ROLLER, length_mm=None), False),
    ],
)
def test_alike_is_the_same_kind_firmness_and_size_and_no_rougher(
    gone: Tool, other: Tool, same: bool
) -> None:
    assert alike(gone, other) is same


def test_a_size_that_nobody_has_measured_is_none() -> None:
    assert size_band(Tool(Kind.BALL)) is None
    assert size_band(Tool(Kind.ROLLER, diameter_mm=150)) is None


def test_what_is_here_comes_first_and_then_the_nearest_in_size() -> None:
    area, guides = library().regions["blade_spine"], [library().guides["G01"]]
    others = [
        on_shelf(replace(BALL, diameter_mm=66), "NEAR-OUT", here=0),
        on_shelf(replace(BALL, diameter_mm=75), "FAR"),
        on_shelf(replace(BALL, diameter_mm=68), "NEAR"),
        on_shelf(replace(BALL, firmness=Firmness.FIRM), "FIRM"),
    ]

    found = instead_of(BALL, others, area, guides, library())

    assert [each.sku for each in found] == ["NEAR", "FAR", "NEAR-OUT"]


def test_an_area_that_is_gone_from_the_content_has_none() -> None:
    assert instead_of(BALL, [on_shelf(BALL)], None, [], library()) == ()


def test_for_every_area_guide_and_tool_a_substitute_is_one_that_a_new_plan_could_have() -> None:
    """No ceiling of a place or a guide is passed, whatever the two tools are."""
    sizes = ((None, None), (45, None), (65, None), (65, 130), (90, None), (150, 330), (150, 450))
    tools = [
        Tool(kind, firmness, *size, surface)
        for kind, firmness, size, surface in product(
            Kind, (None, *Firmness), sizes, (None, *Surface)
        )
    ]
    asked = 0
    for gone in tools:
        others = [on_shelf(tool, str(n)) for n, tool in enumerate(tools) if alike(gone, tool)]
        for area in library().regions.values() if others else ():
            guides = library().guides_for(area.id)
            for other in instead_of(gone, others, area, guides, library()):
                asked += 1
                assert other.tool.felt_firmness == gone.felt_firmness
                assert other.tool.felt_firmness <= area.ceiling
                assert other.tool.surface is Surface.SMOOTH or not area.smooth
                assert serving(other.tool, area, guides)
                assert all(g.allows(other.tool) for g in guides if g.allows(gone))
    assert asked > 100
