"""Barcodes for shelf labels, drawn to the millimetre: EAN-13, or Code 128 for a code of our own.

Source: GS1 General Specifications, 5.2 (EAN-13) and 5.4 (Code 128).
"""

import re
from html import escape

WIDEST_MM, NARROWEST_MM = 0.33, 0.19  # of one module: usual, and still read by a scanner
BAR_HEIGHT_MM = 14.0


def _words(text: str) -> list[str]:
    return text.split()


_EAN = re.compile(r"\d{13}", re.ASCII)
_EAN_LEFT = _words(
    "0001101 0011001 0010011 0111101 0100011 0110001 0101111 0111011 0110111 0001011"
)
_EAN_MIRRORED = _words("LLLLLL LLGLGG LLGGLG LLGGGL LGLLGG LGGLLG LGGGLL LGLGLG LGLGGL LGGLGL")
_EAN_QUIET = (11, 7)  # empty modules before and after
# Widths of bar, space, bar… of each of the 106 values, and of the stop sign.
_CODE_128 = _words("""
212222 222122 222221 121223 121322 131222 122213 122312 132212 221213 221312 231212 112232 122132
122231 113222 123122 123221 223211 221132 221231 213212 223112 312131 311222 321122 321221 312212
322112 322211 212123 212321 232121 111323 131123 131321 112313 132113 132311 211313 231113 231311
112133 112331 132131 113123 113321 133121 313121 211331 231131 213113 213311 213131 311123 311321
331121 312113 312311 332111 314111 221411 431111 111224 111422 121124 121421 141122 141221 112214
112412 122114 122411 142112 142211 241211 221114 413111 241112 134111 111242 121142 121241 114212
124112 124211 411212 421112 421211 212141 214121 412121 111143 111341 131141 114113 114311 411113
411311 113141 114131 311141 411131 211412 211214 211232 2331112
""")
_START_B, _STOP = 104, 106
_128_QUIET = (10, 10)


def is_ean13(code: str) -> bool:
    """Whether these are 13 digits of which the last one fits the others."""
    return bool(_EAN.fullmatch(code)) and _check_digit(code[:12]) == code[12]


def fits(code: str, most_mm: float) -> bool:
    """Whether a scanner could still read this code, drawn no wider than that."""
    printable = all(" " <= character <= "~" for character in code)
    return bool(code) and printable and _width_mm(code, most_mm) >= NARROWEST_MM


def svg(code: str, *, most_mm: float) -> str:
    """The bars of a code, sized in millimetres, with the white on both sides that a scanner needs.

    Raises ValueError for a code that does not fit.
    """
    if not fits(code, most_mm):
        raise ValueError(f"{code!r} can't be drawn as a barcode {most_mm} mm wide.")
    bars, wide = modules(code), _width_mm(code, most_mm)
    before, after = _quiet(code)
    across, high = before + len(bars) + after, round(BAR_HEIGHT_MM / wide)
    drawn = "".join(
        f"M{before + found.start()} 0h{len(found[0])}v{high}h-{len(found[0])}z"
        for found in re.finditer("1+", bars)
    )
    return (
        f'<svg width="{across * wide:.3f}mm" height="{BAR_HEIGHT_MM}mm"'
        f' viewBox="0 0 {across} {high}" preserveAspectRatio="none"'
        f' shape-rendering="crispEdges" role="img" aria-label="Barcode {escape(code)}">'
        f'<path fill="#fff" d="M0 0h{across}v{high}H0z"/>'
        f'<path fill="#000" d="{drawn}"/></svg>'
    )


def modules(code: str) -> str:
    """The bars as a row of ones, and the gaps as noughts."""
    return _ean13(code) if is_ean13(code) else _code128(code)


def _width_mm(code: str, most_mm: float) -> float:
    return min(WIDEST_MM, most_mm / (sum(_quiet(code)) + len(modules(code))))


def _quiet(code: str) -> tuple[int, int]:
    return _EAN_QUIET if is_ean13(code) else _128_QUIET


def _check_digit(digits: str) -> str:
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(digits))
    return str(-total % 10)


def _ean13(code: str) -> str:
    """Guard, six digits, middle, six, guard. How the left are drawn tells the first digit."""
    left = "".join(
        _EAN_LEFT[int(digit)] if how == "L" else _inverted(_EAN_LEFT[int(digit)])[::-1]
        for digit, how in zip(code[1:7], _EAN_MIRRORED[int(code[0])], strict=True)
    )
    right = "".join(_inverted(_EAN_LEFT[int(digit)]) for digit in code[7:])
    return f"101{left}01010{right}101"


def _inverted(pattern: str) -> str:
    return pattern.translate(str.maketrans("01", "10"))


def _code128(code: str) -> str:
    """Start, the characters, a sum that proves them, stop."""
    values = [ord(character) - 32 for character in code]
    proof = (_START_B + sum(at * value for at, value in enumerate(values, 1))) % 103
    widths = "".join(_CODE_128[value] for value in (_START_B, *values, proof, _STOP))
    return "".join("10"[at % 2] * int(width) for at, width in enumerate(widths))
