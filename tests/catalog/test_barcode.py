"""Barcodes: what is drawn is read back by a reader of the test's own, and measured."""

import re

import pytest

from catalog.drawing import barcode

LEFT = {"0001101": 0, "0011001": 1, "0010011": 2, "0111101": 3, "0100011": 4,
        "0110001": 5, "0101111": 6, "0111011": 7, "0110111": 8, "0001011": 9}  # fmt: skip


def drawn(svg: str) -> str:
    """The row of dark and white modules that a drawing shows, quiet zones and all."""
    across = int(re.search(r'viewBox="0 0 (\d+)', svg)[1])
    row = ["0"] * across
    for start, width in re.findall(r"M(\d+) 0h(\d+)v\d+h-", svg):
        for at in range(int(start), int(start) + int(width)):
            row[at] = "1"
    return "".join(row)


def read_ean13(row: str) -> str:
    bars = row.strip("0")
    assert len(bars) == 95
    assert (bars[:3], bars[45:50], bars[-3:]) == ("101", "01010", "101")
    digits, parities = "", ""
    for at in range(3, 45, 7):
        pattern = bars[at : at + 7]
        odd = pattern.count("1") % 2
        parities += "L" if odd else "G"
        left = pattern if odd else pattern[::-1].translate(str.maketrans("01", "10"))
        digits += str(LEFT[left])
    for at in range(50, 92, 7):
        digits += str(LEFT[bars[at : at + 7].translate(str.maketrans("01", "10"))])
    first = ["LLLLLL", "LLGLGG", "LLGGLG", "LLGGGL", "LGLLGG",
             "LGGLLG", "LGGGLL", "LGLGLG", "LGLGGL", "LGGLGL"].index(parities)  # fmt: skip
    return f"{first}{digits}"


def read_code128(row: str) -> str:
    bars = row.strip("0")
    assert bars.endswith("1100011101011")
    signs = [bars[at : at + 11] for at in range(0, len(bars) - 13, 11)]
    table = {
        "".join("10"[at % 2] * int(width) for at, width in enumerate(widths)): value
        for value, widths in enumerate(barcode._CODE_128)
    }
    start, *values, proof = (table[sign] for sign in signs)
    assert start == 104
    assert (start + sum(at * value for at, value in enumerate(values, 1))) % 103 == proof
    return "".join(chr(value + 32) for value in values)


@pytest.mark.parametrize("code", ["2000000010014", "5012345678900", "9780306406157"])
def test_an_ean_is_drawn_as_one_and_read_back(code: str) -> None:
    assert read_ean13(drawn(barcode.svg(code, most_mm=60))) == code


@pytest.mark.parametrize("code", ["BALL-65-S", "A", "5012345678901", "96385074", "Az 09~"])
def test_any_other_code_is_drawn_as_code_128_and_read_back(code: str) -> None:
    assert read_code128(drawn(barcode.svg(code, most_mm=60))) == code


def test_every_sign_of_code_128_is_eleven_modules_of_three_bars() -> None:
    *signs, stop = barcode._CODE_128

    assert len(signs) == 106
    assert len(set(signs)) == 106
    assert {sum(map(int, sign)) for sign in signs} == {11}
    assert {sum(map(int, sign[::2])) % 2 for sign in signs} == {0}  # the bars' parity is even
    assert sum(map(int, stop)) == 13


def test_an_ean_has_its_usual_size_and_its_white_on_both_sides() -> None:
    svg = barcode.svg("2000000010014", most_mm=60)

    assert 'width="37.290mm"' in svg  # 113 modules of 0.33 mm
    row = drawn(svg)
    assert (len(row) - len(row.lstrip("0")), len(row) - len(row.rstrip("0"))) == (11, 7)


def test_a_long_code_is_drawn_narrower_and_one_that_nobody_could_scan_is_refused() -> None:
    long, too_long = "A" * 20, "A" * 30

    width = float(re.search(r'width="([\d.]+)mm"', barcode.svg(long, most_mm=58))[1])

    assert 50 < width <= 58
    assert not barcode.fits(too_long, 58)
    with pytest.raises(ValueError, match="wide"):
        barcode.svg(too_long, most_mm=58)


@pytest.mark.parametrize("code", ["", "é", "BALL\n", "ＢＡＬＬ"])
def test_what_a_scanner_has_no_sign_for_is_refused(code: str) -> None:
    assert not barcode.fits(code, 60)
