"""Money: whole pence in, words out. No float ever touches a price."""

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
