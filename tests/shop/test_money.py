"""Money: whole pence, VAT to the half penny, and words a receipt can show."""

import random
from fractions import Fraction

import pytest

from shop.money import BASIS, MOST_PENCE, in_words, vat_within

CASES = 5_000


def vat_by_fractions(gross_pence: int, rate_bp: int) -> int:
    """HMRC's VAT fraction, exact, half a penny up. Written apart from the program's integers."""
    exact = gross_pence * Fraction(rate_bp, 10_000) / (1 + Fraction(rate_bp, 10_000))
    pence, rest = divmod(exact, 1)
    return int(pence) + (rest >= Fraction(1, 2))


def gross_and_rates() -> list[tuple[int, int]]:
    """Real rates and odd ones, small sums and the largest, and every exact half penny of 20 %."""
    rng = random.Random(1)
    rates = (0, 500, 1250, 1750, 2000, 2100, BASIS, 1, BASIS - 1)
    ordinary = [
        (rng.randint(0, rng.choice((200, 10_000, MOST_PENCE))), rng.choice(rates))
        for _ in range(CASES - 1_500)
    ]
    return (
        ordinary
        + [(pence, 2000) for pence in range(3, 6_003, 6)]
        + [(rng.randint(0, MOST_PENCE), rng.randint(0, BASIS)) for _ in range(500)]
    )


def test_vat_within_a_price_is_the_exact_fraction_with_half_a_penny_rounded_up() -> None:
    cases = gross_and_rates()

    wrong = [case for case in cases if vat_within(*case) != vat_by_fractions(*case)]

    assert len(cases) == CASES
    assert wrong == []


@pytest.mark.parametrize(
    ("gross_pence", "rate_bp", "vat_pence"),
    [
        (1200, 2000, 200),  # the plainest one there is
        (850, 2000, 142),  # 141.67
        (3, 2000, 1),  # exactly half a penny: up
        (2, 2000, 0),
        (105, 500, 5),
        (999, 0, 0),
        (0, 2000, 0),
    ],
)
def test_vat_of_prices_worked_out_by_hand(gross_pence: int, rate_bp: int, vat_pence: int) -> None:
    assert vat_within(gross_pence, rate_bp) == vat_pence


@pytest.mark.parametrize(("gross_pence", "rate_bp"), [(-1, 2000), (100, -1), (100, BASIS + 1)])
def test_vat_of_what_is_no_price_or_no_rate_is_a_bug(gross_pence: int, rate_bp: int) -> None:
    with pytest.raises(ValueError, match="No VAT"):
        vat_within(gross_pence, rate_bp)


@pytest.mark.parametrize(
    ("pence", "words"),
    [
        (0, "£0.00"),
        (5, "£0.05"),
        (850, "£8.50"),
        (1200, "£12.00"),
        (123_456, "£1,234.56"),
        (MOST_PENCE, "£100,000.00"),
        (-850, "-£8.50"),
    ],
)
def test_money_reads_as_on_a_till(pence: int, words: str) -> None:
    assert in_words(pence) == words


def test_no_penny_is_lost_between_numbers_and_words() -> None:
    words = [in_words(pence) for pence in range(0, 20_000, 7)]

    assert [int(w.replace("£", "").replace(".", "").replace(",", "")) for w in words] == [
        *range(0, 20_000, 7)
    ]
