"""A picture that comes in: drawn anew from its pixels, or refused with a sentence."""

import io
import warnings

import pytest
from PIL import Image

from shop import raster
from shop.errors import Unreadable
from tests.pictures import BAD, GOOD, SCRIPT, SECRET, painted, picture, saved, with_words


def redrawn(content: bytes, *, most_bytes: int = 48_000) -> Image.Image:
    drawn = raster.webp(raster.read(content, longest=800), longest=800, most_bytes=most_bytes)
    image = Image.open(io.BytesIO(drawn.content))
    assert (image.format, image.size) == ("WEBP", (drawn.width, drawn.height))
    return image.convert("RGB")


def is_blue(pixel: tuple[int, ...]) -> bool:
    return pixel[2] > 150 > pixel[0]


@pytest.mark.parametrize("kind", GOOD)
def test_a_good_picture_comes_through_as_a_webp(kind: str) -> None:
    image = redrawn(GOOD[kind])

    assert image.size in ((400, 300), (200, 150))
    if "grey" not in kind:
        assert is_blue(image.getpixel((20, 20)))
        assert not is_blue(image.getpixel((image.width - 20, 20)))


@pytest.mark.parametrize("kind", BAD)
@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
def test_what_is_no_picture_or_a_bad_one_is_refused_with_a_sentence(kind: str) -> None:
    with pytest.raises(Unreadable, match=r"^[A-Z].*\.$") as refusal:
        raster.read(BAD[kind], longest=800)

    assert "Error" not in str(refusal.value)


def test_a_file_that_is_too_big_is_refused_before_anybody_decodes_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Image, "open", None)

    with pytest.raises(Unreadable, match="8 MB or less"):
        raster.read(picture() + b"\0" * raster.MOST_BYTES, longest=800)


def test_a_picture_that_unfolds_without_end_is_refused_by_its_head(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def load(image: Image.Image) -> None:
        raise AssertionError("it was unfolded")

    monkeypatch.setattr("PIL.ImageFile.ImageFile.load", load)
    for bomb in ("more pixels than we take", "a picture as long as a street"):
        with pytest.raises(Unreadable, match="too large"):
            raster.read(BAD[bomb], longest=800)


def test_nothing_of_a_file_but_its_pixels_comes_through() -> None:
    content = with_words()
    assert SECRET in content
    assert SCRIPT in content

    drawn = raster.webp(raster.read(content, longest=800), longest=800, most_bytes=48_000)

    for hidden in (SECRET, SCRIPT, b"EXIF", b"ICCP", b"XMP", b"Exif"):
        assert hidden not in drawn.content


def test_a_picture_that_lies_on_its_side_is_stood_up() -> None:
    image = redrawn(with_words())

    assert image.size == (300, 400)
    assert is_blue(image.getpixel((280, 20)))


def test_what_is_see_through_lies_on_white_or_stays_so() -> None:
    content = saved(Image.new("RGBA", (200, 200), (0, 0, 0, 0)), "PNG")

    assert min(redrawn(content).getpixel((9, 9))) > 250
    logo = raster.webp(
        raster.read(content, longest=200, see_through=True), longest=200, most_bytes=9_000
    )
    assert Image.open(io.BytesIO(logo.content)).convert("RGBA").getpixel((9, 9))[3] == 0


def test_a_large_picture_is_made_smaller_and_a_small_one_is_not_made_larger() -> None:
    assert redrawn(picture(size=(4_000, 2_000))).size == (800, 400)
    assert redrawn(picture(size=(120, 100))).size == (120, 100)


def test_even_noise_fits_into_the_bytes_there_are() -> None:
    noise = saved(Image.effect_noise((900, 900), 120).convert("RGB"), "JPEG")

    drawn = raster.webp(raster.read(noise, longest=800), longest=800, most_bytes=12_000)

    assert len(drawn.content) <= 12_000


def test_a_picture_at_the_limits_is_taken() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert raster.read(saved(painted((5_000, 5_000)), "JPEG"), longest=800).size == (800, 800)
        assert raster.read(picture(size=(12_000, 100)), longest=800).width == 800
