"""Everything the answers allow, before any product is looked at.

The strictest of all answers decides each limit, so no answer can loosen another, and each
limit remembers whose answer it was, so that the reason can name it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from catalog import because
from catalog.answers import Answers, Position
from catalog.body import Region
from catalog.doses import BandRule, Technique
from catalog.library import Library
from catalog.limits import Ask, Limit
from catalog.own_tools import OwnTool
from catalog.refinements import Experience
from catalog.safety import Sign
from catalog.sensitivity import Band, band
from catalog.spots import Places
from catalog.tools import Firmness, Kind

GENTLEST_LIMIT = 3  # out of ten, where nobody could try how it feels to press
MOVING = frozenset({Technique.MOVE, Technique.ROLL})
Held = tuple[Sign, Limit]  # a limit that applies, and the condition it comes from


@dataclass(frozen=True, slots=True)
class Allowed:
    """What may be used, where and how. `held` are the limits that conditions brought."""

    band: Band
    regions: tuple[Region, ...]
    held: tuple[Held, ...]
    ceiling: Firmness
    target: Firmness
    pressure_limit: int
    positions: frozenset[Position]
    kinds: frozenset[Kind]
    without: frozenset[Technique]
    without_guides: frozenset[str]
    discomfort_limit: int
    smooth: bool
    pointed: bool  # whether every place takes a ridged, small firm or powered tool
    used_to_it: bool  # a regular user whose spot is hardly sore
    hold_only: bool
    ceiling_because: str  # the person's own answer that set it

    @property
    def asks_first(self) -> bool:
        return any(limit.ask is Ask.FIRST for _, limit in self.held)


def sensitivity(answers: Answers) -> Band:
    """The band of all four answers, each of which counts as moderate where it is missing."""
    settling = answers.settling.score if answers.settling else None
    waking = answers.waking.score if answers.waking else None
    return band(answers.press_score, answers.usual, settling, waking)


def held(answers: Answers, signs: Iterable[Sign], places: Places, here: Band) -> tuple[Held, ...]:
    """The limits that apply to this person, of all the conditions that were ticked."""
    return tuple(
        (sign, limit)
        for sign in signs
        for limit in sign.limits
        if limit.holds(places.all, here, answers.press_score)
    )


def remaining(places: Places, held: Iterable[Held], library: Library) -> tuple[Region, ...]:
    """The places that may be pressed, after what the conditions take out or put instead."""
    removed: set[str] = set()
    instead: dict[str, Region] = {}
    for _, limit in held:
        hit = limit.removes & {region.id for region in places.pressed}
        removed |= hit
        if hit and limit.instead:
            instead[limit.instead] = library.regions[limit.instead]
    left = {region.id: region for region in places.pressed} | instead
    return tuple(region for id_, region in left.items() if id_ not in removed)


def allow(
    answers: Answers,
    places: Places,
    left: tuple[Region, ...],
    held: tuple[Held, ...],
    library: Library,
) -> Allowed:
    """Put the band, the experience, the places and the conditions together."""
    rule = library.bands[sensitivity(answers)]
    # Also of the places that a condition took out: adding one must never allow more.
    chosen = tuple({region.id: region for region in (*places.pressed, *left)}.values())
    ceiling, why = _ceiling(answers, chosen, held, rule, places, library)
    strong = answers.experience is Experience.REGULAR and rule.band is Band.LOW
    without = frozenset[Technique]().union(*(limit.without for _, limit in held))
    if _untried(answers, places) or _soft_made_it_worse(answers, library):
        without |= MOVING
    return Allowed(
        band=rule.band,
        regions=left,
        held=held,
        ceiling=ceiling,
        target=min(ceiling, _target(answers, chosen, rule.band)),
        pressure_limit=rule.regular_pressure_limit if strong else rule.pressure_limit,
        positions=rule.positions.intersection(*(limit.positions for _, limit in held)),
        kinds=frozenset(Kind).intersection(*(limit.kinds for _, limit in held)),
        without=without,
        without_guides=frozenset[str]().union(*(limit.without_guides for _, limit in held)),
        discomfort_limit=_discomfort(answers, places, held, rule),
        smooth=any(limit.smooth for _, limit in held) or any(region.smooth for region in chosen),
        pointed=strong
        and all(region.thick for region in chosen)
        and not any(limit.narrows for _, limit in held),
        used_to_it=strong,
        hold_only=not MOVING & (rule.techniques - without),
        ceiling_because=why,
    )


def at_best(answers: Answers) -> Band:
    """The calmest band that the answers still missing could lead to."""
    given = (answers.press_score, answers.usual)
    scored = tuple(each.score if each else None for each in (answers.settling, answers.waking))
    return band(*(0 if score is None else score for score in (*given, *scored)))


def mismatch(answers: Answers) -> bool:
    """Very sore on a usual day, and hardly sore when pressed: not the picture of a sore spot."""
    usual, press = answers.usual, answers.press_score
    return usual is not None and press is not None and usual >= 7 and press <= 2


def _target(answers: Answers, chosen: Sequence[Region], here: Band) -> Firmness:
    """How firm is firm enough: soft to start with, medium for who is used to it or less sore."""
    if here >= Band.HIGH:
        return Firmness.SOFT
    new = answers.experience in (None, Experience.NEVER)
    thin = any(region.ceiling <= Firmness.MEDIUM for region in chosen)
    return Firmness.SOFT if here is Band.MODERATE and (new or thin) else Firmness.MEDIUM


def _ceiling(
    answers: Answers,
    chosen: Sequence[Region],
    held: Sequence[Held],
    rule: BandRule,
    places: Places,
    library: Library,
) -> tuple[Firmness, str]:
    """The firmest tool allowed, and the answer that says so."""
    regular = answers.experience is Experience.REGULAR
    strong = regular and rule.band is Band.LOW
    caps = [(rule.regular_ceiling if regular else rule.ceiling, because.band(answers, rule.band))]
    caps += [
        (region.regular_ceiling if strong else region.ceiling, because.region(region))
        for region in chosen
    ]
    caps += [(limit.ceiling, because.sign(sign)) for sign, limit in held if limit.ceiling]
    caps += [
        (Firmness(max(Firmness.SOFT, firmness - 1)), because.worse(own))
        for own, firmness in _made_it_worse(answers, library)
    ]
    if _untried(answers, places):
        caps.append((Firmness.SOFT, because.UNTRIED))
    if mismatch(answers):
        caps.append((Firmness.SOFT, because.MISMATCH))
    ceiling, why = min(caps, key=lambda cap: cap[0])
    for sign, limit in held:
        if limit.softer and ceiling > Firmness.SOFT:
            ceiling = Firmness(max(Firmness.SOFT, ceiling - limit.softer))
            why = because.sign(sign)
    return ceiling, why


def _discomfort(answers: Answers, places: Places, held: Iterable[Held], rule: BandRule) -> int:
    limits = [rule.discomfort_limit, *(limit.discomfort or 10 for _, limit in held)]
    if _untried(answers, places) or mismatch(answers):
        limits.append(GENTLEST_LIMIT)
    return min(limits)


def _untried(answers: Answers, places: Places) -> bool:
    return answers.press_score is None or places.untried


def _made_it_worse(answers: Answers, library: Library) -> list[tuple[OwnTool, Firmness]]:
    """The person's own tools after which it was worse the next morning, and how firm they feel."""
    tools = [library.own_tool(id_) for id_ in sorted(answers.worse or ())]
    return [(own, own.tool.felt_firmness or Firmness.SOFT) for own in tools]


def _soft_made_it_worse(answers: Answers, library: Library) -> bool:
    """Nothing is softer than soft, so then it is held still instead."""
    return any(firmness is Firmness.SOFT for _, firmness in _made_it_worse(answers, library))
