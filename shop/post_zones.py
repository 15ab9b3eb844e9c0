"""Where the post costs something of its own: the mainland, Northern Ireland, the islands.

Which it is shows in the postcode. Which postcodes are the islands' is a list of our own, and no
carrier's: an owner's carrier may draw the line elsewhere, so a setting names others.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

ISLANDS = "HS ZE KW15-17 IV41-49 IV51 IV55-56 KA27-28 PA20 PA41-49 PA60-78 PH42-44 TR21-25 PO30-41"
_AREA = re.compile(r"([A-Z]{1,2})(?:(\d{1,2})(?:-(\d{1,2}))?)?", re.ASCII)
_POSTCODE = re.compile(r"\b([A-Z]{1,2})(\d{1,2})[A-Z]?[ ]*\d[A-Z]{2}\b", re.ASCII)
_LAST = 99  # the highest number of a district


class PostZone(StrEnum):
    MAINLAND = "mainland"
    NI = "ni"
    ISLANDS = "islands"


@dataclass(frozen=True, slots=True)
class Area:
    """Postcodes that begin so: "PA", or "PA41" to "PA49"."""

    letters: str
    low: int = 0
    high: int = _LAST


# What a parcel's zone is called in a sentence: "the post was paid to ...".
WORDS: Mapping[PostZone, str] = {
    PostZone.MAINLAND: "the mainland",
    PostZone.NI: "Northern Ireland",
    PostZone.ISLANDS: "an island",
}


def areas(said: str) -> tuple[Area, ...]:
    """Postcode areas as a setting names them: HS KW15-17. Raises ValueError for anything else."""
    found = []
    for word in said.split():
        match = _AREA.fullmatch(word)
        if match is None:
            raise ValueError(word)
        letters, low, high = match.groups()
        found.append(Area(letters, int(low or 0), int(high or low or _LAST)))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Zones:
    """The zones that have a price of their own, and which postcodes are the islands'.

    Where there is none, the post costs the same everywhere, and nobody is asked.
    """

    own: frozenset[PostZone] = frozenset()
    islands: Sequence[Area] = ()

    def of_address(self, address: str) -> PostZone | None:
        """Which one an address lies in, by its last postcode; none where it has no postcode."""
        codes = _POSTCODE.findall(address.upper())
        if not codes:
            return None
        letters, district = codes[-1]
        zone = PostZone.MAINLAND
        if letters == "BT":
            zone = PostZone.NI
        elif any(a.letters == letters and a.low <= int(district) <= a.high for a in self.islands):
            zone = PostZone.ISLANDS
        return zone if zone in self.own else PostZone.MAINLAND

    def other(self, paid: str | None, address: str) -> PostZone | None:
        """The zone that an address lies in, if its post was paid to another one."""
        if not paid:
            return None
        known = replace(self, own=self.own | {PostZone(paid)})  # also if it has no price any more
        there = known.of_address(address)
        return there if there != paid else None

    def words(self, zone: PostZone) -> str:
        """Where somebody may have it sent who pays for this zone."""
        if zone != PostZone.MAINLAND:
            return WORDS[zone]
        if PostZone.ISLANDS not in self.own:
            return "England, Scotland or Wales"
        if PostZone.NI not in self.own:
            return "the UK, but no island"
        return "mainland England, Scotland or Wales"


EVERYWHERE = Zones()  # the post costs the same
