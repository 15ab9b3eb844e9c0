"""Canaries: what somebody said is in no address, log, row, title or readable cookie."""

import base64
import logging
import zlib
from collections.abc import Iterator
from html import unescape

import pytest
from flask import Flask, request_finished
from sqlalchemy import text
from werkzeug.test import TestResponse

from shop.db import Base
from shop.pages.front import carried
from tests.conftest import database_of
from tests.pages.finding import Finder
from tests.pages.reading import LIBRARY

# What is said on the way, each a word that stands nowhere else in this shop's rows.
JOURNEYS: list[dict[str, object]] = [
    {"regions": ["thigh_inner"], "safety": "condition", "signs": {"condition": "hypermobility"},
     "press": "very-sore", "positions": ["chair", "wall"]},
    {"regions": ["calf"], "safety": "calf_blood", "signs": {"calf_blood": "thinners"}},
    {"regions": ["head_temple"], "spots": {"head_temple": "skull_base"}},
    {"regions": ["low_back"], "safety": "about_you", "signs": {"about_you": "pregnancy_signs"}},
]  # fmt: skip
MORE = {"usual": "9", "waking": "most-nights", "owns": ["", "massage_gun"], "goal": "move-further"}


def canaries() -> set[str]:
    """Codes and labels of all that is said, in lower case."""
    rules, said = LIBRARY.rules, set()
    for journey in JOURNEYS:
        signs = [sign for ids in dict(journey.get("signs") or {}).values() for sign in [ids]]
        for id_ in journey["regions"]:
            said |= {id_, LIBRARY.regions[id_].label}
        for id_ in signs:
            said |= {id_, rules.signs[id_].label}
    said |= {"skull_base", "very-sore", "most-nights", "massage_gun", "massage gun", "move-further"}
    return {word.lower() for word in said if word != "calf"}


@pytest.fixture
def answered(app: Flask) -> Iterator[list[TestResponse]]:
    """Every answer of the app, as it leaves it."""
    seen: list[TestResponse] = []

    def note(sender: Flask, response: TestResponse, **rest: object) -> None:
        seen.append(response)

    with request_finished.connected_to(note, app):
        yield seen


def stored(app: Flask) -> set[str]:
    """Every row of every table."""
    with database_of(app).reading() as work:
        return {
            f"{name} {tuple(row)!r}".lower()
            for name in Base.metadata.tables
            for row in work.execute(text(f"SELECT * FROM {name}"))
        }


def readable(value: str) -> str:
    """All that can be read out of a cookie without a key: as it is, decoded, and unpacked."""
    shown = [value]
    for part in value.replace("-", "+").replace("_", "/").split("."):
        raw = base64.b64decode(part + "=" * (-len(part) % 4), validate=False)
        shown.append(raw.decode("latin-1"))
        try:
            shown.append(zlib.decompress(raw).decode("latin-1"))
        except zlib.error:
            continue
    return " ".join(shown).lower()


@pytest.mark.parametrize("journey", JOURNEYS, ids=lambda journey: journey["regions"][0])
def test_an_answer_is_found_nowhere_after_the_visit(
    app: Flask,
    finder: Finder,
    answered: list[TestResponse],
    caplog: pytest.LogCaptureFixture,
    journey: dict[str, object],
) -> None:
    caplog.set_level(logging.DEBUG)
    said = {k: v for k, v in journey.items() if k != "regions"}
    before = stored(app)  # where plans of the clinic name areas

    page = unescape(finder.go(*journey["regions"], **said).text)
    finder.refine(**MORE)
    kept = finder.keep()
    finder.client.get(kept.headers["Location"])
    app.logger.info("the visit is over")

    assert any(word in page.lower() for word in canaries()), "the journey said nothing"
    seen = {
        "address": " ".join([*finder.trail, kept.headers["Location"]]).lower(),
        "header": " ".join(str(answer.headers).lower() for answer in answered),
        "log": caplog.text.lower(),
        "row": " ".join(stored(app) - before),
        "title": " ".join(
            answer.get_data(as_text=True).partition("<title>")[2].partition("</title>")[0].lower()
            for answer in answered
        ),
        "cookie": " ".join(readable(c.value) for c in finder.client._cookies.values()),
    }
    found = [(where, word) for where, text_ in seen.items() for word in canaries() if word in text_]
    assert found == []
    assert all(seen.values())


def test_the_search_for_canaries_finds_one_that_is_there(app: Flask) -> None:
    with app.test_request_context("/find"):
        assert "most-nights" in readable(
            base64.urlsafe_b64encode(zlib.compress(b'{"waking": "most-nights"}')).decode()
        )
    assert "thinners" in canaries()
    assert carried.COOKIE not in canaries()
