"""The contact sheet: who sees it, that no drawing is missing, and that captions can be hidden."""

import re
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from shop.staff import Role
from tests.pages.at_desk import Post, sign_in
from tests.pages.payloads import PAYLOADS
from tests.pages.reading import LIBRARY, read

URL = "/staff/content/drawings"


@pytest.fixture
def reviewer(app: Flask, post: Post) -> FlaskClient:
    return sign_in(app, post, {"cambridge": Role.PRACTITIONER})


@pytest.mark.parametrize("role", [Role.PRACTITIONER, Role.MANAGER, Role.OWNER])
def test_practitioners_managers_and_owners_find_the_sheet(
    app: Flask, post: Post, role: Role
) -> None:
    client = sign_in(app, post, {"cambridge": role})

    assert f'href="{URL}"' in client.get("/staff/content").text
    assert client.get(URL).status_code == 200


def test_reception_is_told_whom_to_ask(desk: FlaskClient) -> None:
    refused = desk.get(URL)

    assert refused.status_code == 403
    assert "practitioners and managers" in refused.text
    assert "/staff/content" not in desk.get("/staff").text


def test_a_stranger_is_led_to_the_door(client: FlaskClient) -> None:
    assert client.get(URL).status_code == 303


def test_every_guide_is_on_it_with_all_its_frames_and_other_ways(reviewer: FlaskClient) -> None:
    page = read(reviewer, URL)
    sections = dict(re.findall(r'id="sheet-(G\d+)">(.*?)</section>', page, re.S))

    assert list(sections) == list(LIBRARY.guides)
    for guide in LIBRARY.guides.values():
        frames = (*guide.figure.frames, *guide.figure.variations)
        assert guide.title in sections[guide.id]
        assert sections[guide.id].count("<svg") == len(frames)
        assert all(frame.caption in sections[guide.id] for frame in frames)


def test_without_captions_every_picture_stays_and_no_caption_is_under_one(
    reviewer: FlaskClient,
) -> None:
    with_captions, without = reviewer.get(URL).text, reviewer.get(f"{URL}?captions=off").text

    assert f'href="{URL}?captions=off"' in with_captions
    assert f'href="{URL}"' in without
    assert without.count("<svg") == with_captions.count("<svg") > 100
    assert "<figcaption" in with_captions
    assert "<figcaption" not in without


def test_a_guide_that_nobody_has_reviewed_says_so_and_another_names_its_reviewer(
    app: Flask, reviewer: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, *others = LIBRARY.guides.values()
    assert not first.review.reviewer
    assert reviewer.get(URL).text.count("Not yet reviewed.") == len(LIBRARY.guides)

    named = replace(first, review=replace(first.review, reviewer="Ada Pike, PH123456"))
    library = replace(LIBRARY, guides={guide.id: guide for guide in (named, *others)})
    for name, state in app.extensions["shop"].items():
        signed_off = replace(state, library=library, parts={})
        monkeypatch.setitem(app.extensions["shop"], name, signed_off)

    page = reviewer.get(URL).text
    assert "Reviewed by Ada Pike, PH123456." in page
    assert page.count("Not yet reviewed.") == len(others)


def test_captions_that_are_neither_on_nor_off_are_refused(reviewer: FlaskClient) -> None:
    for payload in set(PAYLOADS) - {"", "on", "off"}:
        refused = reviewer.get(URL, query_string={"captions": payload})

        assert refused.status_code == 400, payload
