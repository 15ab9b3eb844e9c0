"""Card numbers, which nobody types here: a sale by card is made on the clinic's own machine."""

import re

NEVER = (
    "That looks like a card number. Never type one here: it stays on the card machine. "
    "Type the reference on its slip, or nothing."
)
SHORTEST, LONGEST = 13, 19  # digits of a card number
_DIGITS = re.compile(rf"(?<!\d)\d(?:[ ./-]?\d){{{SHORTEST - 1},{LONGEST - 1}}}(?!\d)", re.ASCII)


def looks_like_one(text: str, *, fewest: int = SHORTEST) -> bool:
    """Whether some digits in it, with spaces, dots or dashes between them, pass a card's check.

    Barcodes have their own check, which one in ten passes both of: give `fewest` as more digits
    than a barcode has where one may be typed.
    """
    found = (re.sub(r"\D", "", run) for run in _DIGITS.findall(text))
    return any(len(digits) >= fewest and _luhn(digits) for digits in found)


def _luhn(digits: str) -> bool:
    """The check digit of ISO/IEC 7812-1."""
    doubled = (2 * int(digit) for digit in digits[-2::-2])
    return (sum(map(int, digits[-1::-2])) + sum(n - 9 if n > 9 else n for n in doubled)) % 10 == 0
