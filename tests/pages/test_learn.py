"""The education page and the advice cards on screen: all of it, attributed, without a query."""

import re
from itertools import pairwise

import pytest

from catalog.library import OWN_DATA
from tests.conftest import database_of, make_app
from tests.pages.reading import GUIDES, LIBRARY, read

AUTHOR = "A. N. Author"
BOTH = ["/how-it-works", "/what-keeps-it-going"]


@pytest.mark.parametrize("lesson", LIBRARY.lessons.values(), ids=lambda lesson: lesson.id)
def test_the_education_page_says_the_whole_lesson_with_its_citations(client, lesson):
    page = read(client, "/how-it-works")

    assert page.count(f"{lesson.title}</h2>") == 1
    for text in (*lesson.paragraphs, *lesson.points):
        assert text in page
    for finding in lesson.findings:
        said = page.partition(finding.text)[2].partition("</li>")[0]
        for source in finding.sources:
            assert source.text in said
            assert re.search(r"\((summary read|not read again|a detail is unsure)\)", said)


def test_the_evidence_stands_beside_what_is_only_thought(client):
    page = read(client, "/how-it-works")

    pairs = re.findall(r'<div class="tp-two">\s*<section aria-labelledby="tp-(\w+)">', page)
    assert pairs == ["thought", "pressure"]
    for id_ in pairs:
        beside = LIBRARY.lessons[id_].beside
        after = page.partition(f'<h2 id="tp-{id_}">')[2]
        assert re.search(r'<h2 id="tp-(\w+)">', after)[1] == beside


def test_what_is_only_thought_is_said_to_be_the_articles(client):
    page = read(client, "/how-it-works")

    claims = [lesson for lesson in LIBRARY.lessons.values() if lesson.attributed]
    assert page.count("published physiotherapist’s article says, in our words") == len(claims)
    for lesson in claims:
        said = page.partition(f"{lesson.title}</h2>")[2]
        assert said.index("published physiotherapist’s article") < said.index(lesson.paragraphs[0])


def test_the_author_is_named_only_with_the_setting_that_records_permission(demo_copy):
    named = make_app(demo_copy(), SHOP_ARTICLE_AUTHOR=AUTHOR)
    plain = make_app(demo_copy())

    assert f"article by {AUTHOR} says" in read(named.test_client(), "/how-it-works")
    assert " by " not in read(plain.test_client(), "/how-it-works").split("article")[1][:12]
    assert AUTHOR not in read(plain.test_client(), "/how-it-works")
    for app in (named, plain):
        database_of(app).dispose()


@pytest.mark.parametrize("card", LIBRARY.cards.values(), ids=lambda card: card.id)
def test_a_card_asks_and_says_what_to_try(client, card):
    page = read(client, "/what-keeps-it-going")

    assert page.count(f"<h2>{card.title}</h2>") == 1
    for text in (card.when, *card.text, *(source.text for source in card.sources)):
        assert text in page


@pytest.mark.parametrize("url", BOTH)
def test_both_pages_say_when_a_person_is_needed_today_and_name_no_reviewer_yet(client, url):
    page = read(client, url)

    assert "Urgent advice: </span>Call NHS 111 or your GP today if" in page
    assert "linically reviewed" not in page


def test_a_reviewed_page_names_its_reviewers(tmp_path, demo_copy):
    for name in ("cards", "education"):
        own = (OWN_DATA / f"{name}.toml").read_text(encoding="utf-8")
        signed = re.sub(r"^(title = )", r'reviewer = "Dr Sam Okoro"\n\1', own, flags=re.MULTILINE)
        (tmp_path / f"{name}.toml").write_text(signed, encoding="utf-8")
    app = make_app(demo_copy(), SHOP_CONTENT_FOLDERS=str(tmp_path))

    for url in BOTH:
        page = read(app.test_client(), url)
        assert page.count("Clinically reviewed by Dr Sam Okoro.") == 1
    database_of(app).dispose()


@pytest.mark.parametrize("url", BOTH)
def test_reading_asks_the_database_nothing(client, statements, url):
    read(client, url)

    with statements() as seen:
        read(client, url)

    assert seen == []


@pytest.mark.parametrize("url", BOTH)
def test_headings_go_down_one_level_at_a_time(client, url):
    levels = [int(level) for level in re.findall(r"<h([1-6])[ >]", read(client, url))]

    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


@pytest.mark.parametrize("url", ["/guides", GUIDES[0]])
def test_guides_lead_to_both_pages(client, url):
    page = read(client, url)

    for link in BOTH:
        assert f'href="{link}"' in page
