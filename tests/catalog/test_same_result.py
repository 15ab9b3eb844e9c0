"""What has no say in safety has none: and the same answers give the same advice, to the byte."""

import os
import subprocess
import sys
from dataclasses import replace
from itertools import permutations, product
from pathlib import Path

import pytest

from catalog.answers import Answers
from catalog.outcomes import Advice, Candidate, Referral, Urgent
from catalog.refinements import Experience
from tests.catalog import canonical
from tests.catalog.answering import advise, content, demo_candidates
from tests.catalog.expected import expected, faults
from tests.catalog.people import ONE_OR_ALL, Place, person, places, pressed_places
from tests.catalog.strength import urgency

ROOT = Path(__file__).resolve().parents[2]


def safety_of(given: Answers, range_: tuple[Candidate, ...]) -> tuple[object, ...]:
    """All of an outcome that is not the choice of a product among those that suit."""
    outcome = advise(given, range_)
    if not isinstance(outcome, Advice):
        return type(outcome), urgency(outcome), [reason.code for reason in outcome.reasons]
    assert outcome.best
    return (
        type(outcome), urgency(outcome), outcome.band, outcome.discomfort_limit,
        outcome.best.tool.felt_firmness, outcome.best.tool.kind, outcome.guides, outcome.asks,
        outcome.cautions,
    )  # fmt: skip


def dear_and_cheap() -> tuple[Candidate, ...]:
    return tuple(replace(c, price_pence=4000 - c.price_pence) for c in demo_candidates())


def renamed() -> tuple[Candidate, ...]:
    """Other codes and names, in the opposite order of the alphabet."""
    skus = sorted(c.sku for c in demo_candidates())
    new = dict(zip(skus, (f"{99 - n}-A" for n in range(len(skus))), strict=True))
    return tuple(replace(c, sku=new[c.sku], name=f"Brand {c.sku}") for c in demo_candidates())


def sold_out(*kinds: object) -> tuple[Candidate, ...]:
    return tuple(
        replace(c, here=0, elsewhere=0) if c.tool.firmness in kinds or c.tool.kind in kinds else c
        for c in demo_candidates()
    )


SHOPS = {
    "the other way round": demo_candidates()[::-1],
    "dear what was cheap": dear_and_cheap(),
    "by another brand": renamed(),
    "nothing here": tuple(replace(c, here=0) for c in demo_candidates()),
    "nothing anywhere": tuple(replace(c, here=0, elsewhere=0) for c in demo_candidates()),
    "no soft one": sold_out(1),
    "no medium one": sold_out(2),
    "no ball": sold_out("ball"),
    "no roller": sold_out("roller"),
}


@pytest.mark.parametrize("shop", SHOPS)
def test_the_shop_has_no_say_in_what_is_safe(shop: str) -> None:
    for place, sore, at in product(pressed_places(), ("low", "moderate", "high"), ONE_OR_ALL):
        given = person(place, sore=sore, at=at, experience=Experience.REGULAR)

        assert safety_of(given, SHOPS[shop]) == safety_of(given, demo_candidates()), given


@pytest.mark.parametrize("budget", [0, 600, 100_000])
def test_a_budget_has_no_say_in_what_is_safe(budget: int) -> None:
    for place, sore in product(pressed_places(), ("low", "moderate", "high")):
        given = person(place, sore=sore, experience=Experience.REGULAR)
        budgeted = replace(given, budget_pence=budget)

        assert safety_of(budgeted, demo_candidates()) == safety_of(given, demo_candidates())


def test_the_order_of_the_places_has_no_say_in_what_is_safe() -> None:
    each = {felt: (felt, source) for felt, source in reversed(places())}
    for pair in permutations(each.values(), 2):
        _same_whatever_the_order(pair)
    for three in zip(each.values(), [*each.values()][5:], [*each.values()][9:], strict=False):
        for order in permutations(three):
            _same_whatever_the_order(order)


def _same_whatever_the_order(felt: tuple[Place, ...]) -> None:
    """The first place may choose among what suits. Both choices keep to the same limits."""
    given = [person(*order, signs=["aspirin"]) for order in (felt, sorted(felt))]
    one, other = map(advise, given)

    assert (type(one), urgency(one)) == (type(other), urgency(other)), felt
    assert expected(given[0]) == expected(given[1])
    assert not faults(one, given[0], expected(given[1])), felt
    if isinstance(one, Advice) and isinstance(other, Advice) and one.best and other.best:
        assert one.best.tool.felt_firmness == other.best.tool.felt_firmness, felt
        assert one.discomfort_limit == other.discomfort_limit


def test_no_tool_of_ones_own_bypasses_a_limit() -> None:
    """Each of them alone, and all at once, for the sore, the new and the limited."""
    owned = [frozenset({own}) for own in content().own_tools] + [frozenset(content().own_tools)]
    for place, owns in product(pressed_places(), owned):
        for sore, signs in (("low", []), ("moderate", []), ("high", []), ("low", ["unsteady"])):
            given = person(place, sore=sore, signs=signs, owns=owns, experience=Experience.REGULAR)

            assert not faults(advise(given), given, expected(given)), given


def test_a_tool_of_ones_own_changes_nothing_but_what_is_used() -> None:
    for place, own in product(pressed_places(), content().own_tools):
        given = person(place, experience=Experience.REGULAR)
        plain, owning = advise(given), advise(replace(given, owns=frozenset({own})))

        assert isinstance(plain, Advice)
        assert isinstance(owning, Advice)
        assert (plain.best, plain.others) == (owning.best, owning.others)
        assert plain.discomfort_limit == owning.discomfort_limit


# To the byte


def test_the_same_answers_give_the_same_result_to_the_byte() -> None:
    for given in canonical.people():
        assert repr(advise(given)) == repr(advise(given))


def test_the_order_of_the_range_changes_no_byte() -> None:
    for given in canonical.people():
        assert repr(advise(given, demo_candidates()[::-1])) == repr(advise(given))


def test_another_process_gives_the_same_result_whatever_its_hash_seed() -> None:
    command = [sys.executable, "-m", "tests.catalog.canonical"]
    told = {
        subprocess.check_output(
            command, cwd=ROOT, text=True, env={**os.environ, "PYTHONHASHSEED": seed}
        ).strip()
        for seed in ("0", "1", "4711")
    }

    assert told == {canonical.digest()}


def test_a_result_says_which_content_it_came_from() -> None:
    kinds = set()
    for given in canonical.people():
        outcome = advise(given)
        kinds.add(type(outcome))

        assert outcome.version == content().version
    assert kinds == {Advice, Referral, Urgent}
