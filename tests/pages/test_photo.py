"""The photo's screen: managers only, with words for it, and nothing kept of what is refused."""

import io
import re
import tempfile
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import select
from werkzeug.test import TestResponse

from shop.audit import AuditRow
from shop.photos import ProductPhoto
from shop.staff import Role
from tests.conftest import database_of
from tests.pages.at_desk import BALL, Post, sign_in
from tests.pages.conftest import hidden_fields
from tests.pages.reading import read
from tests.pictures import BAD, GOOD, SCRIPT, SECRET, picture, with_words

PAGE = f"/staff/stock/{BALL}/photo"
ALT = "Yellow ball on a wooden floor"


@pytest.fixture
def manager(app: Flask, post: Post) -> FlaskClient:
    return sign_in(app, post, {"cambridge": Role.MANAGER})


def send(client: FlaskClient, content: bytes, alt: str = ALT, name: str = "p.png") -> TestResponse:
    fields = hidden_fields(client.get(PAGE).text)
    token = fields.get("csrf_token", "")
    file = (io.BytesIO(content), name)
    answer = client.post(PAGE, data={"csrf_token": token, "alt": alt, "photo": file})
    answer.request.environ["wsgi.input"].close()  # the test client's own copy of a large body
    return answer


def rows(app: Flask) -> list[str]:
    with database_of(app).reading() as work:
        return list(work.scalars(select(ProductPhoto.alt)))


def acts(app: Flask) -> list[str]:
    with database_of(app).reading() as work:
        found = select(AuditRow.act).where(AuditRow.subject == BALL).order_by(AuditRow.id)
        return list(work.scalars(found))


def addresses(page: str) -> list[str]:
    return re.findall(r'src="(/photos/[^"]+)"', page)


@pytest.mark.parametrize("kind", GOOD)
def test_a_photo_takes_the_drawings_place_and_the_drawing_still_shows_the_size(
    app: Flask, client: FlaskClient, manager: FlaskClient, kind: str
) -> None:
    assert send(manager, GOOD[kind]).status_code == 303

    for url, size in (("/shop/soft-ball-65", "large"), ("/shop", "small")):
        page = read(client, url)
        (address,) = set(addresses(page))  # in a set it is shown once more
        shown = client.get(address)
        assert address.endswith(f"/{size}.webp")
        assert f'alt="{ALT}"' in page
        assert "Sand smooth ball, 65 mm across, soft" in page
        assert Image.open(io.BytesIO(shown.data)).format == "WEBP"
        assert shown.mimetype == "image/webp"
        assert shown.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert shown.headers["X-Content-Type-Options"] == "nosniff"
    assert acts(app) == ["photo added"]


def test_a_photo_is_sized_before_it_is_there_so_that_nothing_jumps(
    client: FlaskClient, manager: FlaskClient
) -> None:
    send(manager, picture(size=(400, 300)))

    assert re.search(r'<img class="tp-photo"[^>]* width="400" height="300"', read(client, "/shop"))


@pytest.mark.parametrize("kind", BAD)
@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
def test_nothing_is_left_of_what_was_refused(
    app: Flask, manager: FlaskClient, kind: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    answer = send(manager, BAD[kind])

    assert answer.status_code == 400
    assert "There is a problem" in answer.text
    assert f'value="{ALT}"' in answer.text  # what was typed is still there
    assert list(tmp_path.iterdir()) == []
    assert (rows(app), acts(app)) == ([], [])


def test_a_bad_file_leaves_the_photo_that_was_there(app: Flask, manager: FlaskClient) -> None:
    send(manager, picture())

    assert send(manager, BAD["an SVG"], alt="Worse").status_code == 400
    assert (rows(app), acts(app)) == ([ALT], ["photo added"])


def test_neither_name_nor_type_of_a_file_is_believed(app: Flask, manager: FlaskClient) -> None:
    assert send(manager, BAD["a page"], name="photo.png").status_code == 400
    assert send(manager, picture(), name="../../evil.php").status_code == 303
    assert "evil" not in manager.get(PAGE).text


def test_what_a_photo_says_of_its_place_and_time_is_not_kept(
    client: FlaskClient, manager: FlaskClient
) -> None:
    send(manager, with_words())

    for url in ("/shop", "/shop/soft-ball-65"):
        content = client.get(addresses(client.get(url).text)[0]).data
        assert SECRET not in content
        assert SCRIPT not in content


def test_a_file_that_is_too_big_gets_a_sentence_in_its_form(
    app: Flask, manager: FlaskClient
) -> None:
    answer = send(manager, picture() + b"\0" * 8_000_000)

    assert answer.status_code == 400
    assert "8 MB or less" in answer.text
    assert send(manager, b"\0" * 16_500_000).status_code == 413
    assert rows(app) == []


@pytest.mark.parametrize("alt", ["", "   ", "\t"])
def test_a_photo_needs_words_for_whom_it_is_not_seen_by(
    app: Flask, manager: FlaskClient, alt: str
) -> None:
    answer = send(manager, picture(), alt=alt)

    assert answer.status_code == 400
    assert "Say what the photo shows" in answer.text
    assert rows(app) == []


def test_too_many_words_are_refused(app: Flask, manager: FlaskClient) -> None:
    assert "150 characters or fewer" in send(manager, picture(), alt="a" * 151).text
    assert send(manager, picture(), alt="a" * 150).status_code == 303
    assert rows(app) == ["a" * 150]


def test_words_cannot_break_out_of_the_page(client: FlaskClient, manager: FlaskClient) -> None:
    send(manager, picture(), alt='"><script>alert(1)</script>')

    assert "<script>alert" not in client.get("/shop").text


def test_without_a_file_only_the_words_change(app: Flask, manager: FlaskClient) -> None:
    assert "Choose a photo" in send(manager, b"", name="").text
    send(manager, picture())
    before = addresses(manager.get(PAGE).text)

    assert send(manager, b"", alt="In other words", name="").status_code == 303

    assert addresses(manager.get(PAGE).text) == before
    assert rows(app) == ["In other words"]
    assert send(manager, b"", alt="In other words", name="").status_code == 303  # nothing new
    assert acts(app) == ["photo added", "photo described"]


def test_another_photo_has_another_address_and_the_old_one_is_gone(
    client: FlaskClient, manager: FlaskClient
) -> None:
    send(manager, picture())
    (old,) = set(addresses(client.get("/shop").text))
    send(manager, picture(size=(500, 500)))
    (new,) = set(addresses(client.get("/shop").text))

    assert old != new
    assert client.get(old).status_code == 404
    assert client.get(new).status_code == 200


def test_a_photo_can_be_taken_away(app: Flask, manager: FlaskClient, post: Post) -> None:
    send(manager, picture())

    assert post(manager, f"{PAGE}/remove", page=PAGE).status_code == 303
    assert post(manager, f"{PAGE}/remove", page=PAGE).status_code == 404

    assert rows(app) == []
    assert acts(app) == ["photo added", "photo removed"]


@pytest.mark.parametrize("role", [Role.RECEPTION, Role.PRACTITIONER])
def test_reception_and_practitioners_cannot_change_a_photo(
    app: Flask, post: Post, role: Role
) -> None:
    client = sign_in(app, post, {"cambridge": role})

    assert client.get(PAGE).status_code == 403
    assert client.post(PAGE, data={"alt": ALT}).status_code == 403
    assert client.post(f"{PAGE}/remove").status_code == 403
    assert "photo" not in read(client, f"/staff/stock/{BALL}").lower()


def test_a_stranger_is_led_to_the_door_and_what_they_sent_is_never_read(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("werkzeug.wrappers.Request._load_form_data", None)
    body = (io.BytesIO(picture()), "p.png")

    answer = client.post(PAGE, data={"alt": ALT, "photo": body})

    assert (answer.status_code, answer.headers["Location"]) == (303, "/staff/sign-in")


def test_a_photo_without_the_forms_token_is_refused(app: Flask, manager: FlaskClient) -> None:
    body = {"alt": ALT, "photo": (io.BytesIO(picture()), "p.png")}

    assert manager.post(PAGE, data=body).status_code == 400
    assert manager.post(f"{PAGE}/remove").status_code == 400
    assert rows(app) == []


@pytest.mark.parametrize("name", ["nothing", "a" * 22, "%00", "..%2f..%2fetc%2fpasswd"])
@pytest.mark.parametrize("size", ["large.webp", "huge.webp", "large.png"])
def test_no_other_address_has_a_photo(client: FlaskClient, name: str, size: str) -> None:
    assert client.get(f"/photos/{name}/{size}").status_code in (400, 404)


def test_a_photo_of_no_product_is_not_found(manager: FlaskClient) -> None:
    assert manager.get("/staff/stock/NOTHING/photo").status_code == 404
