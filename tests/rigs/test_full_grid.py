"""The whole answer space, as far as a machine gets: dev.py rigs, and more of it by night."""

import os
from collections.abc import Iterator
from itertools import product

import pytest

from catalog.refinements import Experience
from tests.catalog import notes
from tests.catalog.people import (
    EXPERIENCES,
    FIVE_BANDS,
    ONE_OR_ALL,
    POSITION_SETS,
    SORENESS,
    places,
    pressed_places,
)
from tests.rigs import crowd

NIGHTLY = bool(os.environ.get("RIG_NIGHTLY"))


@pytest.fixture(autouse=True)
def _figures_are_printed(capfd: pytest.CaptureFixture[str]) -> Iterator[None]:
    """They are what the rig is run for."""
    with capfd.disabled():
        yield


def test_a_worse_answer_is_never_answered_with_more_in_the_whole_grid() -> None:
    positions = POSITION_SETS if NIGHTLY else ONE_OR_ALL
    used = EXPERIENCES if NIGHTLY else (None, Experience.REGULAR)

    assert not crowd.ask_all("the sensitivity grid", crowd.grid,
                             product(pressed_places(), positions, used))  # fmt: skip


def test_no_sign_leads_to_a_tool_for_anybody() -> None:
    assert not crowd.ask_all("warning signs", crowd.signs, product(places(), FIVE_BANDS))


def test_no_condition_allows_more_than_the_notes_for_anybody() -> None:
    assert not crowd.ask_all("conditions", crowd.conditions, product(places(), ("", *notes.LIMITS)))


def test_no_two_conditions_allow_more_than_one_of_them() -> None:
    positions = ONE_OR_ALL if NIGHTLY else ONE_OR_ALL[-1:]
    sore = FIVE_BANDS if NIGHTLY else ("low", "high")

    assert not crowd.ask_all("pairs of conditions", crowd.pairs,
                             product(pressed_places(), sore, positions))  # fmt: skip


def test_no_three_places_allow_more_than_the_strictest() -> None:
    limits = ("", *notes.LIMITS) if NIGHTLY else ("", "pregnant", "hip_side")

    assert not crowd.ask_all("three places", crowd.triples, product(SORENESS, limits))


def test_nobody_made_up_by_chance_gets_more_than_the_notes_allow() -> None:
    seeds = 200 if NIGHTLY else 20

    assert not crowd.ask_all("people by chance", crowd.anybody, product(range(seeds), [2500]))
