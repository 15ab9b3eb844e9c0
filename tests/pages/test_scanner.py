"""Trying a scanner out: what came, how it ended, and a till without a keyboard."""

import pytest
from flask.testing import FlaskClient

from tests.pages.at_desk import BALL_NAME, BARCODE, Post
from tests.pages.test_till import units

PAGE = "/staff/settings/scanner"


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        (BARCODE, ["Never. Set the scanner to end with Enter.", "Nothing", BALL_NAME]),
        (f"{BARCODE}\r\n", ["Once, as it should."]),
        (f"{BARCODE}\n\n", ["2 times. The till counts them as one."]),
        (f"]E0{BARCODE}\n", ["<dd>]E0</dd>", BALL_NAME]),
        ("5012345678900\n", ["None that we know"]),
    ],
)
def test_it_says_what_arrived_and_adds_nothing(
    desk: FlaskClient, post: Post, sent: str, words: list[str]
) -> None:
    page = post(desk, f"{PAGE}/try", page=PAGE, tried=sent)

    assert page.status_code == 200
    for each in words:
        assert each in page.text, each
    assert units(desk) == 0


@pytest.mark.parametrize("sent", ["", "\n\n", "x" * 201, f"{BARCODE}\n{BARCODE}\n"])
def test_what_is_no_single_scan_is_refused(desk: FlaskClient, post: Post, sent: str) -> None:
    refused = post(desk, f"{PAGE}/try", page=PAGE, tried=sent)

    assert refused.status_code == 400
    assert "There is a problem" in refused.text


def test_a_tablet_with_a_scanner_shows_no_keyboard(desk: FlaskClient, post: Post) -> None:
    assert 'inputmode="none"' not in desk.get("/staff/till").text

    post(desk, PAGE, only="y")
    assert 'inputmode="none"' in desk.get("/staff/till").text

    post(desk, PAGE)
    assert 'inputmode="none"' not in desk.get("/staff/till").text
