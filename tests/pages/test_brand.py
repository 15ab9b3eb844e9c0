"""A clinic's name, logo and colour on every page, without a style of the page's own."""

import io
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import URL

from shop import colour
from shop.errors import NotReady
from shop.extension import MOST_LOGO
from tests import databases
from tests.conftest import database_of, make_app
from tests.pictures import BAD, SECRET, picture, with_words

BRAND = "#7a1f5c"


@pytest.fixture
def clinic(demo_copy: Callable[[], URL]) -> Iterator[Callable[..., Flask]]:
    """The demo in the clothes of another clinic."""
    url, apps = demo_copy(), []

    def dressed(**settings: str) -> Flask:
        apps.append(make_app(url, **settings))
        return apps[-1]

    yield dressed
    for app in apps:
        database_of(app).dispose()
    databases.drop(url)


def file(folder: Path, content: bytes) -> str:
    (folder / "logo.png").write_bytes(content)
    return str(folder / "logo.png")


def test_a_clinics_colour_comes_in_a_stylesheet_that_is_kept_for_a_year(
    clinic: Callable[..., Flask],
) -> None:
    client = clinic(SHOP_BRAND_COLOUR=BRAND.upper()).test_client()
    page = client.get("/").text
    sheets = re.findall(r'<link rel="stylesheet" href="([^"]+)"', page)

    own = client.get(sheets[1])

    assert [name.split(".")[0] for name in sheets] == ["/assets/shop", "/assets/brand"]
    assert own.headers["Cache-Control"].endswith("immutable")
    assert own.mimetype == "text/css"
    assert own.text.startswith(f"@media screen and (forced-colors:none){{.tp{{--brand:{BRAND};")
    assert colour.by_night(BRAND).brand in own.text
    assert "style=" not in page
    assert BRAND not in page.lower()


def test_another_colour_is_at_another_address(clinic: Callable[..., Flask]) -> None:
    addresses = {
        re.search(
            r"/assets/brand\.\w+\.css", clinic(SHOP_BRAND_COLOUR=c).test_client().get("/").text
        )[0]
        for c in (BRAND, "#0b5a5e")
    }

    assert len(addresses) == 2


def test_what_the_colour_sets_is_what_the_stylesheet_uses(clinic: Callable[..., Flask]) -> None:
    client = clinic(SHOP_BRAND_COLOUR=BRAND).test_client()
    ours, own = client.get("/assets/shop.css").text, client.get("/assets/brand.css").text

    for name in re.findall(r"(--[\w-]+):", own):
        assert f"var({name})" in ours


def test_without_a_colour_or_a_logo_there_is_no_such_file(clinic: Callable[..., Flask]) -> None:
    client = clinic().test_client()

    assert client.get("/assets/brand.css").status_code == 404
    assert client.get("/assets/logo.webp").status_code == 404
    assert "brand." not in client.get("/").text


def test_a_logo_stands_beside_the_name_and_has_its_size_before_it_is_there(
    clinic: Callable[..., Flask], tmp_path: Path
) -> None:
    logo = file(tmp_path, picture(size=(1200, 400)))
    client = clinic(SHOP_LOGO=logo, SHOP_NAME="Mill Lane Physio").test_client()
    page = client.get("/").text

    shown = re.search(
        r'<img src="(/assets/logo\.\w{12}\.webp)" alt="" width="(\d+)" height="(\d+)">Mill Lane',
        page,
    )
    assert shown
    answer = client.get(shown[1])

    assert Image.open(io.BytesIO(answer.data)).size == (int(shown[2]), int(shown[3])) == (400, 133)
    assert answer.mimetype == "image/webp"
    assert answer.headers["Cache-Control"].endswith("immutable")


def test_the_longest_list_is_light_also_with_a_colour_and_a_logo_that_is_hard_to_shrink(
    clinic: Callable[..., Flask], tmp_path: Path
) -> None:
    noise = io.BytesIO()
    Image.effect_noise((1200, 900), 120).save(noise, "PNG")
    logo = file(tmp_path, noise.getvalue())
    client = clinic(SHOP_BRAND_COLOUR=BRAND, SHOP_LOGO=logo).test_client()
    page = client.get("/guides").text

    files = set(re.findall(r'(?:href|src)="(/assets/[^"]+)"', page))
    weight = len(page.encode()) + sum(len(client.get(address).data) for address in files)

    assert len(files) == 5  # the look, the colour, the logo, the icon, the script
    assert len(client.get("/assets/logo.webp").data) > MOST_LOGO * 0.6
    assert weight < 100_000


def test_nothing_but_the_logos_pixels_is_sent(clinic: Callable[..., Flask], tmp_path: Path) -> None:
    client = clinic(SHOP_LOGO=file(tmp_path, with_words())).test_client()

    assert SECRET not in client.get("/assets/logo.webp").data


@pytest.mark.parametrize("kind", ["an SVG", "words", "half a PNG", "a PNG that moves",
                                  "a small file with a huge picture"])  # fmt: skip
@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
def test_a_logo_we_cannot_use_stops_the_start(
    clinic: Callable[..., Flask], tmp_path: Path, kind: str
) -> None:
    with pytest.raises(NotReady, match=r"SHOP_LOGO '.*logo.png': [A-Z]"):
        clinic(SHOP_LOGO=file(tmp_path, BAD[kind]))


@pytest.mark.parametrize("path", ["/nowhere/logo.png", ".", "a\0b"])
def test_a_logo_that_is_not_there_stops_the_start(clinic: Callable[..., Flask], path: str) -> None:
    with pytest.raises(NotReady, match=r"SHOP_LOGO .* can't be read"):
        clinic(SHOP_LOGO=path)
