"""Money: whole pence in, words out. No float ever touches a price."""

from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache

from babel.numbers import format_currency

MOST_PENCE = 10_000_000  # one hundred thousand pounds: past this, somebody mistyped
BASIS = 10_000  # VAT rates are in basis points: 20 % is 2000


@lru_cache(maxsize=1024)  # a range has few prices, and Babel takes its time
def in_words(pence: int, currency: str = "GBP") -> str:
    """£12.00, as a till and a receipt show it."""
    return format_currency(Decimal(pence) / 100, currency, locale="en_GB")


def vat_within(gross_pence: int, rate_bp: int) -> int:
    """The VAT inside a gross price, half a penny rounded up.

    Source: VAT fraction rate/(100 + rate), HMRC VAT guide 700, rounding per line.
    """
    if gross_pence < 0 or not 0 <= rate_bp <= BASIS:
        raise ValueError(f"No VAT can be in {gross_pence} pence at {rate_bp} basis points.")
    whole = BASIS + rate_bp
    return (2 * gross_pence * rate_bp + whole) // (2 * whole)


def vat_left(gross_pence: int, vat_pence: int, part_pence: int, rate_bp: int) -> int:
    """The VAT in a part of what remains: what remains of it before, less what will remain after.

    Parts that are given back in any order and any size come to the VAT of the whole. A part
    never has less than none, or more than itself; what that puts off comes with a later part.
    """
    if not 0 <= part_pence <= gross_pence:
        raise ValueError(f"{part_pence} pence are no part of {gross_pence}.")
    after = vat_within(gross_pence - part_pence, rate_bp)
    return min(max(vat_pence - after, 0), part_pence)


def share_out(pence: int, among: Sequence[int]) -> list[int]:
    """Split an amount in proportion to what there is, to the penny and to none more than it has.

    The pennies that proportion leaves over go to the largest remainders, the first one first.
    """
    whole = sum(among)
    if not 0 <= pence <= whole:
        raise ValueError(f"{pence} pence can't be shared out among {whole}.")
    if not whole:
        return [0 for _ in among]
    parts = [pence * each // whole for each in among]
    by_remainder = sorted(range(len(among)), key=lambda i: (-(pence * among[i] % whole), i))
    for i in by_remainder[: pence - sum(parts)]:
        parts[i] += 1
    return parts
