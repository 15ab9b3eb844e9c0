"""Going through the finder, screen by screen, wherever its answers lead."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import unescape

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from shop.pages.front import carried
from tests.pages.at_desk import Post
from tests.pages.forms_on import forms_on

BLADE = "blade_spine"
Words = str | Sequence[str]


@dataclass
class Finder:
    """Somebody who goes through the finder. `trail` is every address they came to."""

    client: FlaskClient
    post: Post
    trail: list[str] = field(default_factory=list)

    def go(
        self,
        *regions: str,
        safety: Words = "none",
        signs: Mapping[str, Words] | None = None,
        spots: Mapping[str, Words] | None = None,
        press: str = "quite-sore",
        positions: Words = "wall",
    ) -> TestResponse:
        """Start anew, answer whatever is asked, and give the page it ends on.

        A spot brings on itself where nothing else is said.
        """
        self.client.delete_cookie(carried.COOKIE, path="/find")
        self.trail.clear()
        said = {
            "/find/where": lambda: {"regions": list(regions) or BLADE},
            "/find/check": lambda: {"safety": safety},
            "/find/check/more": lambda: {f"signs-{k}": v for k, v in (signs or {}).items()},
            "/find/spot": lambda: self._spots(spots or {}),
            "/find/press": lambda: {"press": press},
            "/find/position": lambda: {"positions": positions},
        }
        at = "/find/where"
        while at != "/find/result":
            before, answer = at, self.post(self.client, at, **said[at]())
            assert answer.status_code == 303, unescape(answer.text)
            at = answer.headers["Location"]
            self.trail.append(at)
            assert at != before, f"{at} leads to itself"
        return self.client.get(at)

    def refine(self, **said: object) -> TestResponse:
        """Change answers on the result as a browser would, the others being sent as they are."""
        shown = unescape(self.client.get("/find/result").text)
        sent = {k: v for k, v in checked(shown).items() if k not in said}
        return self.client.post("/find/result", data={**sent, **said})

    def keep(self) -> TestResponse:
        return self.post(self.client, "/find/keep", page="/find/result")

    def _spots(self, spots: Mapping[str, Words]) -> dict[str, Words]:
        fields = forms_on(self.client.get("/find/spot").text, "/find/spot")[0].values
        asked = {k.removeprefix("spots-"): v for k, v in fields.items() if k.startswith("spots-")}
        return {
            f"spots-{felt}": spots.get(felt, felt if felt in offered else offered[0])
            for felt, offered in asked.items()
        }


def checked(page: str) -> dict[str, list[str]]:
    """What a browser sends of the page's form of more answers: hidden fields and what is ticked."""
    form = page.partition('action="/find/result"')[2].partition("</form>")[0]
    sent: dict[str, list[str]] = {}
    for tag in re.findall(r"<input[^>]*>", form):
        attributes = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        if attributes["type"] == "hidden" or " checked" in tag:
            sent.setdefault(attributes["name"], []).append(attributes.get("value", ""))
    return sent


def main_part(page: str) -> str:
    """What a page says, without the header and the foot that every page has."""
    return unescape(page.partition("<main")[2].partition("</main>")[0])
