"""Pictures for tests, good ones and those that somebody made to do harm."""

import io
import struct
import zlib

from PIL import Image

SECRET = b"PATIENT-ADA-52.2053N"
SCRIPT = b"<script>alert(1)</script>"


def picture(kind: str = "PNG", size: tuple[int, int] = (400, 300), **options: object) -> bytes:
    """A red picture with a blue top left corner, so that it is seen which way up it is."""
    return saved(painted(size), kind, **options)


def painted(size: tuple[int, int]) -> Image.Image:
    image = Image.new("RGB", size, "red")
    image.paste("blue", (0, 0, size[0] // 2, size[1] // 2))
    return image


def saved(image: Image.Image, kind: str, **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def with_words() -> bytes:
    """A JPEG that says where, when and with what it was taken, lying on its side."""
    exif = Image.Exif()
    exif[0x010F] = SECRET.decode()  # the camera's maker
    exif[0x0112] = 6  # turn it to the right to see it
    exif.get_ifd(0x8825)[29] = SECRET.decode()  # a place
    return picture("JPEG", exif=exif, comment=SCRIPT, icc_profile=SECRET)


def png(width: int, height: int, *extra: bytes, pixels: bytes = b"") -> bytes:
    """A PNG put together by hand, so that its head may say what its body does not hold."""
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    body = zlib.compress(pixels or b"\0" * min((width + 1) * height, 1_000_000), 9)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        [_chunk(b"IHDR", head), *extra, _chunk(b"IDAT", body), _chunk(b"IEND", b"")]
    )


def _chunk(name: bytes, data: bytes) -> bytes:
    check = zlib.crc32(name + data).to_bytes(4, "big")
    return struct.pack(">I", len(data)) + name + data + check


def moving(kind: str) -> bytes:
    frames = [painted((200, 150)), painted((200, 150)).rotate(180)]
    return saved(frames[0], kind, save_all=True, append_images=frames[1:], duration=200)


GOOD = {
    "a PNG": picture(),
    "a JPEG": picture("JPEG"),
    "a WebP": picture("WEBP"),
    "a JPEG with a film behind it, as phones make": picture("JPEG") + b"\0\0\0\x18ftypmp42" * 50,
    "a JPEG of two sizes, as phones make": moving("MPO"),
    "a JPEG in colours for print": saved(painted((400, 300)).convert("CMYK"), "JPEG"),
    "a PNG with few colours": saved(painted((400, 300)).convert("P"), "PNG"),
    "a PNG in grey": saved(painted((400, 300)).convert("L"), "PNG"),
    "a see-through PNG": saved(painted((400, 300)).convert("RGBA"), "PNG"),
}
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="300" height="300">' + SCRIPT + b"</svg>"
BAD = {
    "nothing": b"",
    "words": b"This is a photo of a ball, believe me.",
    "an SVG": SVG,
    "an SVG with a head of XML": b'<?xml version="1.0"?>\n' + SVG,
    "a page": b"<!doctype html>" + SCRIPT,
    "a GIF": saved(painted((300, 300)), "GIF"),
    "a GIF that is a script too": b"GIF89a/*" + b"\0" * 300 + b"*/=1;alert(1)",
    "a BMP": saved(painted((300, 300)), "BMP"),
    "a TIFF": saved(painted((300, 300)), "TIFF"),
    "a PDF": b"%PDF-1.7\n" + b"\0" * 500,
    "a ZIP": b"PK\x03\x04" + b"\0" * 500,
    "a program": b"MZ" + b"\0" * 500,
    "a RIFF that is sound": b"RIFF\x24\0\0\0WAVEfmt " + b"\0" * 24,
    "the head of a PNG": picture()[:8],
    "the head of a JPEG": b"\xff\xd8\xff",
    "half a PNG": picture()[: len(picture()) // 2],
    "half a JPEG": picture("JPEG", (1200, 900))[:4_000],
    "half a WebP": picture("WEBP", (1200, 900))[:-300],
    "a PNG with a page behind it": picture() + SCRIPT,
    "a PNG with a ZIP behind it": picture() + b"PK\x03\x04" + b"\0" * 200,
    "a WebP with a page behind it": picture("WEBP") + SCRIPT,
    "a PNG that moves": moving("PNG"),
    "a WebP that moves": moving("WEBP"),
    "a small file with a huge picture": png(24_000, 24_000),
    "a picture as long as a street": png(12_001, 200),
    "more pixels than we take": png(5_001, 5_000),
    "a picture too small to see": picture(size=(99, 300)),
    "a head that promises more than is there": png(3_000, 3_000, pixels=b"\0" * 10),
    "words that unfold without end": png(
        300, 300, _chunk(b"zTXt", b"a\0\0" + zlib.compress(b"A" * 90_000_000, 9))
    ),
    "a picture of 16 bits a pixel": saved(Image.new("I;16", (300, 300), 30_000), "PNG"),
}
