"""Guides: every step, dose and warning is on the page, and no tool that is too firm."""

import pytest

from catalog.tools import Firmness, Kind, Surface, Tool
from shop import clock, content_reviews
from shop.pages.front.guides import serves
from tests.conftest import database_of
from tests.pages.reading import LIBRARY, read


@pytest.mark.parametrize("guide", LIBRARY.guides.values(), ids=lambda guide: guide.id)
def test_a_guide_shows_its_steps_its_dose_and_when_to_stop(client, guide):
    page = read(client, f"/guides/{guide.slug}")

    for step in guide.steps:
        assert step.text in page
    for dose in guide.doses.values():
        assert f"{dose.discomfort_limit} out of 10" in page
        assert dose.times_a_day.capitalize() in page
    for sentence in (*LIBRARY.stop_rules, *guide.cautions, guide.gentler, guide.firmer):
        assert sentence in page
    for region in guide.regions:
        assert LIBRARY.regions[region].keep_off in page


def test_a_guide_names_who_has_reviewed_this_version_and_says_nothing_before(app, client):
    url = "/guides/upper-back-and-shoulder-blade"
    before = read(client, url)
    for version, name in ((LIBRARY.version, "Sam Okoro"), ("another", "Nobody Else")):
        with database_of(app).transaction() as work:
            content_reviews.record(
                work, version, reviewer=name, registration="PH123456", by="Olive", at=clock.now()
            )

    after = read(client, url)

    assert "linically reviewed" not in before
    assert "Clinically reviewed by Sam Okoro, PH123456." in after
    assert "Nobody Else" not in after


def test_the_article_s_guide_marks_the_clinic_s_own_steps(client):
    page = read(client, "/guides/upper-back-and-shoulder-blade")

    own = [step for step in LIBRARY.guides["G01"].steps if step.origin == "clinic default"]
    assert page.count("(our clinic’s own)") == len(own)
    assert "Our clinic’s own step, not in the article." in page


def test_a_guide_with_pictures_can_be_played(client):
    page = read(client, "/guides/upper-back-and-shoulder-blade")

    assert "Play the movement" in page
    for frame in LIBRARY.guides["G01"].figure.frames:
        assert frame.caption in page


def test_a_warning_to_call_999_stands_in_a_card_of_its_own(client):
    page = read(client, "/guides/chest-muscle-at-a-wall")

    assert page.index("When to call 999") < page.index("How to do it")


def test_a_guide_offers_no_tool_that_is_too_firm_to_start_with(client):
    page = read(client, "/guides/upper-back-and-shoulder-blade")

    assert "Soft ball 6.5 cm" in page
    assert "Firm ball 6.3 cm" not in page
    assert "Eureka" not in page


def test_a_tool_serves_a_guide_only_below_every_ceiling_of_its_places():
    firm = Tool(Kind.BALL, Firmness.FIRM, 63, surface=Surface.SMOOTH)
    unknown = Tool(Kind.BALL)

    assert serves(firm, LIBRARY.guides["G01"], LIBRARY)  # beside the shoulder blade
    assert not serves(firm, LIBRARY.guides["G02"], LIBRARY)  # on the chest
    assert not serves(unknown, LIBRARY.guides["G01"], LIBRARY)


def test_guides_are_grouped_by_area_with_the_neck_first(client):
    page = read(client, "/guides")

    places = [page.index(f">{area}<") for area in ("Neck and shoulders", "Back", "Chest")]
    assert places == sorted(places)
    for guide in LIBRARY.guides.values():
        assert page.count(f'href="/guides/{guide.slug}"') == 1
