"""Zones of the post: told by the postcode, and only where one has a price of its own."""

import pytest

from shop import post_zones
from shop.post_zones import PostZone, Zones

MAINLAND, NI, ISLANDS = PostZone.MAINLAND, PostZone.NI, PostZone.ISLANDS
BOTH = Zones(frozenset({NI, ISLANDS}), post_zones.areas(post_zones.ISLANDS))


@pytest.mark.parametrize(
    ("address", "zone"),
    [
        ("12 Mill Lane\nCambridge\nCB2 1RX", MAINLAND),
        ("1 Strand\nLondon\nEC1A 1BB", MAINLAND),
        ("9 High Street, Belfast, BT1 2AA", NI),
        ("9 High Street, Belfast, bt12aa", NI),
        ("Lerwick ZE1 0AA", ISLANDS),
        ("Kirkwall KW15 1AA", ISLANDS),
        ("Wick KW1 4AA", MAINLAND),
        ("Portree IV51 9AA", ISLANDS),
        ("Inverness IV2 3AA", MAINLAND),
        ("Tobermory PA75 6AA", ISLANDS),
        ("Paisley PA1 1AA", MAINLAND),
        ("Newport PO30 1AA", ISLANDS),
        ("Portsmouth PO3 5AA", MAINLAND),
        ("St Mary's TR21 0AA", ISLANDS),
        ("Truro TR1 1AA", MAINLAND),
        ("Birmingham B12 8AA", MAINLAND),  # not Belfast: it is the letters that count
        ("c/o BT1 2AA Ltd\nEly\nCB7 4AF", MAINLAND),  # the last one is the postcode
        ("somewhere without a postcode", None),
        ("", None),
    ],
)
def test_a_postcode_says_which_zone_an_address_is_in(address: str, zone: PostZone | None) -> None:
    assert BOTH.of_address(address) == zone


def test_a_zone_without_a_price_of_its_own_is_the_mainland() -> None:
    only_ni = Zones(frozenset({NI}), post_zones.areas(post_zones.ISLANDS))

    assert only_ni.of_address("Lerwick ZE1 0AA") == MAINLAND
    assert Zones().of_address("Belfast BT1 2AA") == MAINLAND


def test_an_address_is_elsewhere_only_where_a_zone_was_paid_and_its_postcode_tells() -> None:
    belfast = "Belfast BT1 2AA"

    assert BOTH.other(MAINLAND, belfast) == NI
    assert BOTH.other(NI, belfast) is None
    assert BOTH.other(NI, "Ely CB7 4AF") == MAINLAND
    assert BOTH.other(None, belfast) is None
    assert BOTH.other(MAINLAND, "no postcode") is None
    assert Zones().other(NI, belfast) is None  # also when it has no price any more
    assert Zones().other(MAINLAND, belfast) is None


@pytest.mark.parametrize("said", ["hs", "HS-ZE", "KW15-", "1", "HS,ZE", "KW15-17-19", "ABC1"])
def test_what_names_no_postcodes_is_refused(said: str) -> None:
    with pytest.raises(ValueError, match=said.split()[0]):
        post_zones.areas(said)


def test_each_zone_says_where_one_may_live() -> None:
    only = {zone: Zones(frozenset({zone})).words(MAINLAND) for zone in (NI, ISLANDS)}

    assert only == {NI: "England, Scotland or Wales", ISLANDS: "the UK, but no island"}
    assert BOTH.words(MAINLAND) == "mainland England, Scotland or Wales"
    assert (BOTH.words(NI), BOTH.words(ISLANDS)) == ("Northern Ireland", "an island")
