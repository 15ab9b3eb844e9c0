"""Guides: every step, dose and warning is on the page, and no tool that is too firm."""

import re
from dataclasses import replace

import pytest

from catalog.drawing import small
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


@pytest.mark.parametrize("page", ["/guides", "/search?q=calf"])
def test_a_guide_in_a_list_shows_its_first_picture_and_only_its_name_is_read_out(client, page):
    cards = re.findall(r'<article class="tp-card tp-item">.*?</article>', read(client, page), re.S)
    listed = {guide.slug: guide for guide in LIBRARY.guides.values()}
    shown = {re.search(r'href="/guides/([^"]+)"', card): card for card in cards}
    guides = {listed[found[1]].id: card for found, card in shown.items() if found}

    assert guides
    if page == "/guides":
        assert guides.keys() == LIBRARY.guides.keys()
    for guide_id, card in guides.items():
        picture = f'aria-hidden="true">{small.svg(LIBRARY.guides[guide_id].figure)}</div>'
        assert picture in card


def test_a_guide_that_nobody_has_drawn_yet_shows_its_tool_in_a_list(app, client, monkeypatch):
    bare = replace(LIBRARY.guides["G25"], figure=None)
    library = replace(LIBRARY, guides={**LIBRARY.guides, "G25": bare})
    for name, state in app.extensions["shop"].items():
        monkeypatch.setitem(app.extensions["shop"], name, replace(state, library=library, parts={}))

    page = client.get("/guides").text

    card = re.search(
        r'<article(?:(?!<article).)*/guides/calf-on-a-roller".*?</article>', page, re.S
    )
    assert 'class="tp-p ' in card[0]
    assert 'class="tp-f"' not in card[0]


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
