"""Every rule of the clinical content, and what the content is without it.

A rule is a warning sign, a topic, a limit or one cell of it, what means more together, a
ceiling, a place that is never pressed, the bands of a guide, or a cell of the dose table.
Run as a module with the name of one, it runs the proofs on the content without that rule.
"""

import copy
import sys
from collections.abc import Callable, Iterator
from typing import Any
from unittest.mock import patch

import pytest

from catalog import library
from catalog.entries import ContentError, Entry
from catalog.library import OWN_DATA

Pages = dict[str, dict[str, Any]]  # what the content files say: kind of entry, id, and its keys
Change = Callable[[Pages], object]

SURVIVED, CAUGHT, REFUSED = 0, 1, 20
PROOFS = [
    f"tests/catalog/test_{name}.py"
    for name in (
        "safety_questions", "regions", "leg_guides", "follow_ups", "advice", "choice",
        "several_places", "warning_signs", "conditions", "sorer_is_gentler", "same_result",
        "every_way_out",
    )
]  # fmt: skip
# Where a rule is caught most likely, by a word of its name, so that most of it takes a moment.
LIKELIEST = {
    "limit": "conditions",
    "together": "warning_signs",
    "guide": "conditions",
    "band": "conditions",
    "region": "regions",
    "topic": "safety_questions",
    "sign": "warning_signs",
}
# What each cell says that allows the most: a cell that has to be there is not left out.
LOOSEST: dict[str, Any] = {
    "ceiling": "very firm",
    "pressure_limit": 20,
    "regular_ceiling": "very firm",
    "regular_pressure_limit": 20,
    "positions": ["wall", "chair", "floor"],
    "techniques": ["place", "hold", "move", "roll", "ease"],
    "hold_limit_seconds": 120,
    "discomfort_limit": 7,
    "floor_bands": ["low", "moderate", "high"],
}
REGION_CELLS = {"regular_ceiling", "never_press", "thick", "smooth", "felt_from"}
NOT_A_RULE = {"say", "label", "hint", "action", "source", "confidence"}


def read() -> Pages:
    entries, _ = library._read((OWN_DATA,))
    return {
        kind: {entry.id: copy.deepcopy(entry._data) for entry in several}
        for kind, several in entries.items()
    }


def rules(pages: Pages) -> Iterator[tuple[str, Change]]:
    """Each rule by its name, with what takes it out."""
    for id_, sign in pages["sign"].items():
        yield f"sign {id_}", lambda to, id_=id_: _without_sign(to, id_)
        if sign.get("level", "refer") != "refer":
            yield f"level of sign {id_}", lambda to, id_=id_: to["sign"][id_].update(level="refer")
        for number, limit in enumerate(sign.get("limit", [])):
            if limit.keys() <= NOT_A_RULE:
                continue  # it says something, and limits nothing
            name = f"limit {id_} {number + 1}"
            yield name, lambda to, id_=id_, n=number: _without_limit(to["sign"][id_], n)
            for key in sorted(limit.keys() - NOT_A_RULE):
                yield (
                    f"{key} of {name}",
                    lambda to, id_=id_, n=number, key=key: to["sign"][id_]["limit"][n].pop(key),
                )
    for id_, topic in pages["topic"].items():
        yield f"topic {id_}", lambda to, id_=id_: to["topic"].pop(id_)
        for region in topic.get("regions", []):
            yield (
                f"{region} of topic {id_}",
                lambda to, id_=id_, region=region: to["topic"][id_]["regions"].remove(region),
            )
    for id_ in pages["together"]:
        yield f"together {id_}", lambda to, id_=id_: to["together"].pop(id_)
    yield from _cells(pages, "region", ("ceiling",))
    for id_, region in pages["region"].items():
        for key in sorted(REGION_CELLS & region.keys()):
            yield f"{key} of region {id_}", lambda to, id_=id_, key=key: to["region"][id_].pop(key)
    yield from _cells(pages, "guide", ("ceiling", "floor_bands"))
    for id_ in [id_ for id_, guide in pages["guide"].items() if "floor_load" in guide]:
        yield f"floor_load of guide {id_}", lambda to, id_=id_: to["guide"][id_].pop("floor_load")
    yield from _cells(pages, "band", tuple(LOOSEST))


def _cells(pages: Pages, kind: str, keys: tuple[str, ...]) -> Iterator[tuple[str, Change]]:
    for id_, entry in pages[kind].items():
        for key in keys:
            if key in entry and entry[key] != LOOSEST[key]:
                yield (
                    f"{key} of {kind} {id_}",
                    lambda to, id_=id_, key=key: to[kind][id_].update({key: LOOSEST[key]}),
                )


def _without_limit(sign: dict[str, Any], number: int) -> None:
    """A condition without its only limit still has something to say, and limits nothing."""
    limit = sign["limit"].pop(number)
    if not sign["limit"]:
        sign["limit"].append({"say": limit["say"]})


def _without_sign(to: Pages, id_: str) -> None:
    del to["sign"][id_]
    for topic in to["topic"].values():
        topic["signs"] = [sign for sign in topic["signs"] if sign != id_]
    to["topic"] = {key: topic for key, topic in to["topic"].items() if topic["signs"]}
    for rule in to["together"].values():
        rule["parts"] = [[sign for sign in part if sign != id_] for part in rule["parts"]]
    to["together"] = {
        key: rule
        for key, rule in to["together"].items()
        if all(rule["parts"]) and rule["means"] != id_
    }


def broken(change: Change) -> Callable[..., tuple[dict[str, list[Entry]], str]]:
    """A reader of the content files that leaves one rule out of our own."""
    as_it_is, pages = library._read, read()
    change(pages)

    def reader(folders: tuple[Any, ...]) -> tuple[dict[str, list[Entry]], str]:
        if folders != (OWN_DATA,):
            return as_it_is(folders)
        entries = {
            kind: [Entry(f"{kind} {id_}", data, id_) for id_, data in several.items()]
            for kind, several in copy.deepcopy(pages).items()
        }
        return entries, "broken"

    return reader


def main(name: str) -> int:
    change = dict(rules(read()))[name]
    with patch.object(library, "_read", broken(change)):
        try:
            library.load()
        except ContentError:
            return REFUSED
        first = next(proof for word, proof in LIKELIEST.items() if word in name.split())
        named = next(word for word in reversed(name.split()) if not word.isdigit())
        run = ["-x", "-q", "--noconftest", "-p", "no:cacheprovider"]
        if pytest.main([*run, f"tests/catalog/test_{first}.py", "-k", named]) == CAUGHT:
            return CAUGHT
        return int(pytest.main([*run, *PROOFS]))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
