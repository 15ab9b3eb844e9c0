"""What people have at home already: it counts like a product, and nobody has to buy anything."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from catalog.entries import Entry
from catalog.tools import Tool


@dataclass(frozen=True, slots=True)
class OwnTool:
    id: str
    name: str  # as a choice: "A soft ball"
    tool: Tool
    household: bool  # a thing that most homes have, and no shop has to sell

    @property
    def called(self) -> str:
        """The name in the middle of a sentence, as something of the person's: "soft ball"."""
        return self.name.removeprefix("A ").partition(",")[0]

    @classmethod
    def read(cls, entry: Entry) -> Self:
        own = cls(
            id=entry.id,
            name=entry.text("name"),
            household=entry.flag("household"),
            tool=Tool.read(entry),
        )
        entry.done()
        if not own.tool.known:
            raise entry.refuse("a tool that people name has a firmness, a size and a surface.")
        return own


def like(tool: Tool, known: Iterable[OwnTool]) -> OwnTool | None:
    """The answer of the questionnaire that a product counts as: of its kind, as firm and as rough,
    and nearest in size. None for what nobody has measured or what no answer is like."""
    alike = [
        own
        for own in known
        if not own.household
        and tool.known
        and (own.tool.kind, own.tool.firmness, own.tool.powered)
        == (tool.kind, tool.firmness, tool.powered)
        and (own.tool.surface, own.tool.pointedness >= 3) == (tool.surface, tool.pointedness >= 3)
    ]
    return min(
        alike,
        key=lambda own: abs((own.tool.diameter_mm or 0) - (tool.diameter_mm or 0)),
        default=None,
    )
