"""The contact sheets: who sees them, no drawing is missing, and captions can be hidden."""

import re
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from catalog.drawing.figure import svgs, variation_svgs
from catalog.guides import Guide
from shop.pages.staff.drawings import MOST_DRAWN, sheets
from shop.staff import Role
from tests.pages.at_desk import Post, sign_in
from tests.pages.payloads import PAYLOADS
from tests.pages.reading import LIBRARY, read

URL = "/staff/content/drawings"


@pytest.fixture
def reviewer(app: Flask, post: Post) -> FlaskClient:
    return sign_in(app, post, {"cambridge": Role.PRACTITIONER})


@pytest.mark.parametrize("role", [Role.PRACTITIONER, Role.MANAGER, Role.OWNER])
def test_practitioners_managers_and_owners_find_the_sheets(
    app: Flask, post: Post, role: Role
) -> None:
    client = sign_in(app, post, {"cambridge": role})

    assert f'href="{URL}"' in client.get("/staff/content").text
    assert client.get(URL).status_code == 200
    assert client.get(f"{URL}/chest").status_code == 200


def test_reception_is_told_whom_to_ask(desk: FlaskClient) -> None:
    for page in (URL, f"{URL}/chest", f"{URL}/nowhere"):
        refused = desk.get(page)

        assert refused.status_code == 403
        assert "practitioners and managers" in refused.text
    assert "/staff/content" not in desk.get("/staff").text


def test_a_stranger_is_led_to_the_door(client: FlaskClient) -> None:
    assert client.get(URL).status_code == 303
    assert client.get(f"{URL}/chest").status_code == 303


def test_every_guide_is_on_one_sheet_with_all_its_frames_and_other_ways(
    reviewer: FlaskClient,
) -> None:
    sections = [
        found
        for sheet in addresses(reviewer)
        for found in re.findall(r'id="sheet-(G\d+)">(.*?)</section>', read(reviewer, sheet), re.S)
    ]
    shown = dict(sections)

    assert len(sections) == len(shown)
    assert shown.keys() == LIBRARY.guides.keys()
    for guide in LIBRARY.guides.values():
        frames = (*guide.figure.frames, *guide.figure.variations)
        assert guide.title in shown[guide.id]
        assert shown[guide.id].count("<svg") == len(frames)
        assert all(frame.caption in shown[guide.id] for frame in frames)


def test_the_way_to_a_sheet_names_its_guides_and_each_sheet_leads_to_the_others(
    reviewer: FlaskClient,
) -> None:
    way = read(reviewer, URL)
    every = addresses(reviewer)

    assert f"{URL}/neck-and-shoulders" in every
    assert {f"{URL}/back-1", f"{URL}/back-2"} <= {*every}
    assert all(f"{guide.id} {guide.title}" in way for guide in LIBRARY.guides.values())
    for sheet in every:
        others = set(re.findall(rf'href="({URL}/[^"?]+)"', reviewer.get(sheet).text))
        assert others == {*every} - {sheet}


def test_a_sheet_stays_light_and_an_area_is_cut_only_where_it_has_to_be() -> None:
    every = sheets(LIBRARY)
    guides = {guide.id: drawn(guide) for guide in LIBRARY.guides.values()}

    assert len({sheet.slug for sheet in every}) == len(every)
    for sheet, following in zip(every, [*every[1:], None], strict=True):
        size = sum(guides[guide.id] for guide in sheet.guides)
        assert size <= MOST_DRAWN
        if following and re.sub(r", \d of \d", "", following.title) in sheet.title:
            assert size + guides[following.guides[0].id] > MOST_DRAWN


def test_a_guide_that_is_heavy_by_itself_has_a_sheet_of_its_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("shop.pages.staff.drawings.MOST_DRAWN", 1)

    assert [len(sheet.guides) for sheet in sheets(LIBRARY)] == [1] * len(LIBRARY.guides)


def test_without_captions_every_picture_stays_and_no_caption_is_under_one(
    reviewer: FlaskClient,
) -> None:
    for sheet in addresses(reviewer):
        with_captions, without = (reviewer.get(f"{sheet}{q}").text for q in ("", "?captions=off"))

        assert f'href="{sheet}?captions=off"' in with_captions
        assert f'href="{sheet}"' in without
        assert without.count("<svg") == with_captions.count("<svg") > 0
        assert "<figcaption" in with_captions
        assert "<figcaption" not in without


def test_who_looks_without_captions_goes_on_without_them(reviewer: FlaskClient) -> None:
    every = addresses(reviewer)
    for page in (f"{URL}?captions=off", f"{every[0]}?captions=off"):
        led_to = re.findall(rf'href="({URL}/[^"]+)"', reviewer.get(page).text)

        assert {address for address in led_to if not address.endswith("captions=off")} <= {every[0]}
        assert len(led_to) >= len(every)


def test_there_is_no_sheet_of_another_name(reviewer: FlaskClient) -> None:
    for name in ("back", "back-3", "nowhere", "%00", "%E2%80%8B"):
        assert reviewer.get(f"{URL}/{name}").status_code in (400, 404)

    assert "listed under Content" in reviewer.get(f"{URL}/nowhere").text


def test_a_guide_that_nobody_has_reviewed_says_so_and_another_names_its_reviewer(
    app: Flask, reviewer: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = LIBRARY.guides["G01"]
    assert not first.review.reviewer
    sheet = f"{URL}/back-1"
    before = reviewer.get(sheet).text.count("Not yet reviewed.")
    assert reviewer.get(URL).text.count("not yet reviewed") == len(LIBRARY.guides)

    named = replace(first, review=replace(first.review, reviewer="Ada Pike, PH123456"))
    library = replace(LIBRARY, guides={**LIBRARY.guides, "G01": named})
    for name, state in app.extensions["shop"].items():
        signed_off = replace(state, library=library, parts={})
        monkeypatch.setitem(app.extensions["shop"], name, signed_off)

    page = reviewer.get(sheet).text
    assert "Reviewed by Ada Pike, PH123456." in page
    assert page.count("Not yet reviewed.") == before - 1
    assert reviewer.get(URL).text.count("not yet reviewed") == len(LIBRARY.guides) - 1


def test_captions_that_are_neither_on_nor_off_are_refused(reviewer: FlaskClient) -> None:
    for payload in set(PAYLOADS) - {"", "on", "off"}:
        for page in (URL, f"{URL}/chest"):
            refused = reviewer.get(page, query_string={"captions": payload})

            assert refused.status_code == 400, payload


def addresses(client: FlaskClient) -> list[str]:
    """Every sheet, as the page that leads to them has them."""
    return re.findall(rf'<h2[^>]*><a href="({URL}/[^"]+)"', client.get(URL).text)


def drawn(guide: Guide) -> int:
    figure = guide.figure
    uid = f"tp-{guide.id.lower()}"
    return sum(map(len, (*svgs(figure, uid), *variation_svgs(figure, uid))))
