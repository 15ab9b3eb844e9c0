"""A picture that somebody hands us, drawn anew: only its pixels come through.

PNG, JPEG and WebP and nothing else; what is stored or shown is always a WebP of our own making,
so no script, place, date or second file that was hidden in it is left.
"""

import io
from dataclasses import dataclass

from PIL import Image, ImageOps

from shop.errors import Unreadable

MOST_BYTES = 8_000_000  # of one file: a phone's photo has three to six million
MOST_PIXELS = 25_000_000  # a small file can unfold into an endless picture
LONGEST_SIDE = 12_000
SHORTEST_SIDE = 100
KINDS = "a PNG, JPEG or WebP picture"
_QUALITIES = (82, 74, 66, 58, 50, 42)
_PNGS_END = b"\0\0\0\0IEND\xaeB`\x82"


@dataclass(frozen=True, slots=True)
class Picture:
    """A WebP of ours and its size in pixels."""

    content: bytes
    width: int
    height: int


def read(content: bytes, *, longest: int, see_through: bool = False) -> Image.Image:
    """The pixels of a file, upright, at most `longest` wide or high.

    What is see-through lies on white, or stays so with `see_through`. Raises Unreadable with
    what to do about the file; nothing of it is kept anywhere.
    """
    _refuse_what_is_no_picture(content)
    try:
        return _pixels_alone(_decode(content, longest), longest, see_through)
    except Unreadable:
        raise
    except Exception as stumble:  # whatever a decoder falls over is a file that we can't use
        raise Unreadable("That picture is damaged. Save it again, or choose another.") from stumble


def webp(image: Image.Image, *, longest: int, most_bytes: int) -> Picture:
    """The picture at most `longest` wide or high, as good as `most_bytes` allow."""
    side: float = longest
    while True:
        smaller = image.copy()
        smaller.thumbnail((side, side), Image.Resampling.LANCZOS)
        for quality in _QUALITIES:
            file = io.BytesIO()
            smaller.save(file, "WEBP", quality=quality, method=4)
            if file.tell() <= most_bytes:
                return Picture(file.getvalue(), *smaller.size)
        side = max(smaller.size) * 0.8


def _refuse_what_is_no_picture(content: bytes) -> None:
    """By the bytes, never by the name or by what the browser says of it."""
    if not content:
        raise Unreadable("That file is empty. Choose another.")
    if len(content) > MOST_BYTES:
        raise Unreadable(
            f"That file is too big. Use a picture of {MOST_BYTES // 1_000_000} MB or less."
        )
    png, web = content.startswith(b"\x89PNG\r\n\x1a\n"), content.startswith(b"RIFF")
    if not (png or content.startswith(b"\xff\xd8\xff") or (web and content[8:12] == b"WEBP")):
        raise Unreadable(f"That is not a picture we can use. Choose {KINDS}.")
    # A phone writes more behind a JPEG: a short film, or a second size. That is left out when it
    # is drawn anew. Behind the others nobody writes anything by accident.
    size = int.from_bytes(content[4:8], "little")
    if (png and not content.endswith(_PNGS_END)) or (web and 8 + size + size % 2 != len(content)):
        raise Unreadable("There is less or more in that file than a picture. Save it again.")


def _decode(content: bytes, longest: int) -> Image.Image:
    image = Image.open(io.BytesIO(content), formats=("PNG", "JPEG", "WEBP"))
    if image.format in ("PNG", "WEBP") and getattr(image, "is_animated", False):
        raise Unreadable("That picture moves. Choose one that stays still.")
    wide, high = image.size
    if wide * high > MOST_PIXELS or max(image.size) > LONGEST_SIDE:
        raise Unreadable(
            f"That picture is too large. Use {MOST_PIXELS // 1_000_000} million pixels or fewer, "
            f"and no side over {LONGEST_SIDE:,}."
        )
    if min(image.size) < SHORTEST_SIDE:
        raise Unreadable(f"That picture is too small. Use {SHORTEST_SIDE} pixels or more each way.")
    if image.mode.startswith(("I", "F")):  # 16 or 32 bits a pixel, which would turn out white
        raise Unreadable("That picture has more colours than we can read. Save it as a JPEG.")
    image.draft("RGB", (longest, longest))  # a JPEG need not be unfolded to its full size
    image.load()
    return ImageOps.exif_transpose(image)


def _pixels_alone(image: Image.Image, longest: int, see_through: bool) -> Image.Image:
    """A new image with these pixels and none of the file's words about them."""
    clear = image.has_transparency_data
    drawn = image.convert("RGBA" if clear else "RGB")
    drawn.thumbnail((longest, longest), Image.Resampling.LANCZOS)
    if clear and see_through:
        base = Image.new("RGBA", drawn.size)
        base.paste(drawn)
    else:
        base = Image.new("RGB", drawn.size, "white")
        base.paste(drawn, mask=drawn.getchannel("A") if clear else None)
    return base
