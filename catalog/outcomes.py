"""What the advice is made of: the products that may be chosen, and the three outcomes."""

from dataclasses import dataclass

from catalog import safety
from catalog.answers import Position
from catalog.doses import Dose
from catalog.guides import Guide
from catalog.reasons import Reason
from catalog.sensitivity import Band
from catalog.tools import Tool


@dataclass(frozen=True, slots=True)
class Candidate:
    """A product as the advice sees it: `here` and `elsewhere` are units free to sell."""

    sku: str
    name: str
    tool: Tool
    price_pence: int
    here: int
    elsewhere: int


@dataclass(frozen=True, slots=True)
class GuideAdvice:
    guide: Guide
    position: Position
    dose: Dose


@dataclass(frozen=True, slots=True)
class Pick:
    candidate: Candidate
    guides: tuple[GuideAdvice, ...]
    difference: str = ""  # from the best match, in words


@dataclass(frozen=True, slots=True)
class Advice:
    """A tool that may suit, the guides for it, and why."""

    best: Pick
    others: tuple[Pick, ...]
    guides: tuple[GuideAdvice, ...]
    band: Band
    discomfort_limit: int
    reasons: tuple[Reason, ...]
    ruled_out: tuple[Reason, ...]
    version: str


@dataclass(frozen=True, slots=True)
class Referral:
    """No tool: a person has to look first."""

    reasons: tuple[Reason, ...]
    version: str


@dataclass(frozen=True, slots=True)
class Urgent:
    """No tool and no waiting: `clearance` names what was ticked, the worst first."""

    clearance: safety.Clearance
    version: str
