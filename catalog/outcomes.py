"""What the advice is made of: the products that may be chosen, and the three outcomes."""

from dataclasses import dataclass

from catalog.answers import Position
from catalog.doses import Dose
from catalog.guides import Guide
from catalog.own_tools import OwnTool
from catalog.reason import Reason
from catalog.safety import Clearance
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

    @property
    def tool(self) -> Tool:
        return self.candidate.tool


@dataclass(frozen=True, slots=True)
class OwnPick:
    """A tool that the person has at home, or a towel, and the guides it may be used for."""

    own: OwnTool
    guides: tuple[GuideAdvice, ...]
    owned: bool  # False where we only say that it would do

    @property
    def tool(self) -> Tool:
        return self.own.tool


@dataclass(frozen=True, slots=True)
class Advice:
    """A tool that may suit, the guides for it, and why.

    `own` may be used in place of `best`; one of the two is always there. `asks` are the
    people to ask, `asks_first` says that it comes before any tool is used or bought online.
    """

    best: Pick | None
    own: OwnPick | None
    others: tuple[Pick, ...]
    guides: tuple[GuideAdvice, ...]
    band: Band
    discomfort_limit: int
    reasons: tuple[Reason, ...]
    asks: tuple[Reason, ...]
    asks_first: bool
    cautions: tuple[Reason, ...]
    ruled_out: tuple[Reason, ...]
    calm: Guide | None  # the calm-down plan, beside the tool, where it is very sore
    version: str

    @property
    def refer(self) -> bool:
        return bool(self.asks)


@dataclass(frozen=True, slots=True)
class Referral:
    """No tool: a person has to look first, or it has to calm down first.

    `refer` is False only where resting is enough. `refine` says that more answers could
    change it, because it depends on how easily the spot is stirred up.
    """

    reasons: tuple[Reason, ...]
    version: str
    refer: bool = True
    refine: bool = False
    calm: Guide | None = None
    band: Band | None = None


@dataclass(frozen=True, slots=True)
class Urgent:
    """No tool and no waiting: `clearance` names what was ticked, the worst first."""

    clearance: Clearance
    reasons: tuple[Reason, ...]
    version: str
