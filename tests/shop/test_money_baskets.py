"""Random baskets against an oracle that knows fractions and nothing of our code: to the penny."""

import os
import random
from fractions import Fraction

import pytest

from shop.discounts import Discount
from shop.drafts import Channel, Draft, DraftLine
from shop.money import share_out, vat_left, vat_within
from shop.set_offers import Offer, Part

BASKETS = int(os.environ.get("MONEY_BASKETS", "5000"))
RATES = (0, 500, 2000, 1250, 10_000)
SEED = 20260603


def half_up(exact: Fraction) -> int:
    """To the nearest whole, a half upwards."""
    return int((exact + Fraction(1, 2)) // 1)


def vat_in(gross: int, rate_bp: int) -> int:
    """The VAT in a gross amount, by its definition: gross minus gross over one plus the rate."""
    return half_up(gross - Fraction(gross) / (1 + Fraction(rate_bp, 10_000)))


def some_draft(dice: random.Random) -> tuple[Draft, list[Offer]]:
    lines = tuple(
        DraftLine(
            f"SKU-{n}",
            f"Product {n}",
            dice.randint(1, 99),
            dice.choice((1, 2, 99, dice.randint(1, 9_999))),
            dice.choice(RATES),
        )
        for n in range(dice.randint(1, 20))
    )
    postage = dice.choice((0, 0, 395, dice.randint(1, 2_000)))
    draft = Draft("ely", Channel.WEB, "GBP", lines, None, postage, 2000 if postage else 0)
    offers, discount = some_sets(dice, lines), some_discount(dice)
    draft = draft.in_sets(offers)
    return (draft.less(discount) if discount else draft), offers


def some_sets(dice: random.Random, lines: tuple[DraftLine, ...]) -> list[Offer]:
    """Up to three sets of what is in the basket, which may overlap, and may save nothing."""
    if len(lines) < 2:
        return []
    offers = []
    for n in range(dice.randint(0, 3)):
        chosen = dice.sample(lines, dice.randint(2, min(6, len(lines))))
        parts = tuple(Part(line.sku, dice.randint(1, 3), line.unit_pence) for line in chosen)
        full = sum(part.units * part.unit_pence for part in parts)
        price = dice.choice((1, full, dice.randint(1, full), full + 5))
        offers.append(Offer(f"SET-{n}", dice.choice("AB"), "", price, parts))
    return offers


def set_savings(draft: Draft, offers: list[Offer]) -> dict[str, Fraction]:
    """What comes off each line by the words of it: the set that saves most goes first, again and
    again, while all of its parts are there; its parts share that by what they cost."""
    left = {line.sku: line.units for line in draft.lines}
    off = {line.sku: Fraction(0) for line in draft.lines}
    while True:
        fits = [
            (-(full - each.asked_pence), each.name, each.code, full, each)
            for each in offers
            for full in (sum(p.units * p.unit_pence for p in each.parts),)
            if full > each.asked_pence and all(left[p.sku] >= p.units for p in each.parts)
        ]
        if not fits:
            return off
        saving, _, _, full, best = min(fits, key=lambda fit: fit[:3])
        for part in best.parts:
            left[part.sku] -= part.units
            off[part.sku] += Fraction(-saving * part.units * part.unit_pence, full)


def some_discount(dice: random.Random) -> Discount | None:
    """None, per cent or pence, by a code or a person: also all of it, and more than there is."""
    cause = dice.choice(({"voucher": "SUMMER10"}, {"reason": "Old box", "by": "Rae"}))
    amount = dice.choice((None, {"percent": dice.randint(1, 100)}, {"percent": 100},
                          {"pence": dice.randint(1, 9_999)}, {"pence": 10_000_000}))  # fmt: skip
    return Discount(**amount, **cause) if amount else None  # type: ignore[arg-type]


def taken_off(draft: Draft) -> int:
    """What comes off by the words of it: a share of the goods' price with their sets, or an amount
    of it."""
    goods, given = sum(line.units * line.unit_pence for line in draft.lines), draft.discount
    goods -= draft.sets_pence
    if given is None:
        return 0
    share = Fraction(goods * given.percent, 100) if given.percent else Fraction(given.pence)
    return min(half_up(share), goods)


def cut(whole: int, dice: random.Random) -> list[int]:
    """An amount in random parts, in random order."""
    parts = []
    while whole:
        part = dice.choice((1, whole, dice.randint(1, whole), min(whole, dice.randint(1, 9))))
        parts.append(part)
        whole -= part
    dice.shuffle(parts)
    return parts


def refunded(total: int, rate_bp: int, dice: random.Random) -> list[int]:
    """The VAT of each part when all of it is given back in random parts."""
    vat, found = vat_within(total, rate_bp), []
    remains, remaining_vat = total, vat
    for part in cut(total, dice):
        in_part = vat_left(remains, remaining_vat, part, rate_bp)
        assert 0 <= in_part <= part
        found.append(in_part)
        remains, remaining_vat = remains - part, remaining_vat - in_part
    return found


def test_every_basket_and_every_way_of_giving_it_back_is_right_to_the_penny() -> None:
    dice = random.Random(SEED)
    off_by = with_sets = 0

    for _ in range(BASKETS):
        draft, offers = some_draft(dice)
        goods, off = sum(line.units * line.unit_pence for line in draft.lines), taken_off(draft)
        sets = set_savings(draft, offers)
        sets_off = sum(sets.values())
        with_sets += bool(sets_off)
        off_by += abs(draft.sets_pence - sets_off)
        off_by += abs(draft.total_pence - (goods - sets_off - off + draft.postage_pence))
        off_by += abs(draft.discount_pence - off - sets_off)
        for line in draft.lines:
            full, in_sets = line.units * line.unit_pence, sets[line.sku]
            exact = in_sets + Fraction(off) * (full - in_sets) / (goods - sets_off)
            assert abs(line.discount_pence - exact) < 1 + 3  # a penny, and one for each set
            assert 0 <= line.discount_pence <= full
        parts = [(line.total_pence, line.vat_bp, line.vat_pence) for line in draft.lines]
        parts.append((draft.postage_pence, draft.postage_vat_bp, draft.postage_vat_pence))
        for total, rate, vat in parts:
            off_by += abs(vat - vat_in(total, rate))
        total, rate, vat = dice.choice(parts)
        off_by += abs(sum(refunded(total, rate, dice)) - vat)

    assert off_by == 0
    assert with_sets > BASKETS / 10


def test_a_part_that_failed_and_is_given_back_later_still_comes_to_the_whole() -> None:
    dice = random.Random(SEED)
    for _ in range(BASKETS):
        total, rate = dice.randint(1, 9_999), dice.choice(RATES)
        vat = given = given_vat = 0
        whole = vat_within(total, rate)
        live: list[tuple[int, int]] = []
        while given < total:
            part = dice.randint(1, total - given)
            vat = vat_left(total - given, whole - given_vat, part, rate)
            live.append((part, vat))
            if dice.random() < 0.3:  # the bank sends one of them back
                live.pop(dice.randrange(len(live)))
            given, given_vat = (sum(each[n] for each in live) for n in (0, 1))
            assert 0 <= vat <= part

        assert given_vat == whole, (total, rate, live)


def test_a_shared_sum_is_shared_to_the_penny_and_nobody_gets_more_than_there_is() -> None:
    dice = random.Random(SEED)
    for _ in range(BASKETS):
        among = [dice.choice((0, dice.randint(0, 5_000))) for _ in range(dice.randint(1, 20))]
        pence = dice.randint(0, sum(among))

        parts = share_out(pence, among)

        assert sum(parts) == pence
        for part, of in zip(parts, among, strict=True):
            exact = Fraction(pence * of, sum(among) or 1)
            assert 0 <= part <= of
            assert abs(part - exact) < 1


@pytest.mark.parametrize(("pence", "among"), [(-1, [5]), (6, [5]), (1, []), (1, [0])])
def test_what_is_not_there_is_not_shared_out(pence: int, among: list[int]) -> None:
    with pytest.raises(ValueError, match="can't be shared out"):
        share_out(pence, among)


@pytest.mark.parametrize("part", [-1, 101])
def test_what_is_no_part_has_no_vat(part: int) -> None:
    with pytest.raises(ValueError, match="are no part of"):
        vat_left(100, 17, part, 2000)
