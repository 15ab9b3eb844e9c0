"""The content board in a browser: readable on a phone and on paper, with and without script."""

from collections.abc import Callable

import pytest

from tests.e2e.test_pages import barriers, check, scheme, sheets  # noqa: F401 - light and dark
from tests.e2e.visit import Visit

BOARD = "/staff/content"


@pytest.mark.parametrize("width", ["phone", "desk"], indirect=True)
def test_the_board_has_no_barrier(
    open_visit: Callable[..., Visit],
    width: int,
    scheme: str,  # noqa: F811
    axe_source: str,
) -> None:
    visit = open_visit(width)
    visit.sign_in("owner", "Cambridge")
    wrong = check(visit, [BOARD], scheme, axe_source)
    visit.press("Record that they reviewed")  # no name: the page says so
    wrong += barriers(visit, axe_source)

    assert wrong == []
    visit.says("There is a problem", "Enter the reviewer’s name")


def test_an_owner_records_a_review_with_or_without_script(visit: Visit) -> None:
    visit.sign_in("owner", "Cambridge")
    visit.go(BOARD)
    visit.page.get_by_label("Name of the clinician").fill("Sam Okoro")
    visit.page.get_by_label("Their registration number").fill("ph 123456")
    visit.press("Record that they reviewed")

    visit.says("Clinically reviewed by Sam Okoro, PH123456")
    visit.fits()
    assert visit.complaints == []


def test_a_practitioner_starts_the_questionnaire_and_ends_the_muscle_names(visit: Visit) -> None:
    visit.sign_in("practitioner", "Cambridge")
    visit.go(BOARD)
    visit.press("Run the questionnaire with a patient")
    assert visit.page.url.endswith("/find/where")

    visit.go(BOARD)
    visit.says("Muscle names are shown in the questionnaire on this device.")
    visit.press("Switch muscle names off")

    visit.says("Run the questionnaire with a patient")
    assert visit.complaints == []


def test_the_board_prints_with_no_place_cut_in_two(open_visit: Callable[..., Visit]) -> None:
    visit = open_visit()
    visit.sign_in("practitioner", "Cambridge")
    visit.go(BOARD)
    visit.page.emulate_media(media="print")

    places = visit.page.locator("section:has(.tp-board)")
    cut = [p for p in places.all() if p.evaluate("e => getComputedStyle(e).breakInside") != "avoid"]
    assert places.count() >= 20
    assert cut == []
    assert not visit.page.get_by_role("button").first.is_visible()
    assert 6 <= sheets(visit) <= 14
