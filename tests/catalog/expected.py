"""A second opinion: what the notes allow a person, worked out apart from the program.

It knows the answers, the tables of `notes`, the positions and kinds of the guides, and nothing
of `catalog.allowed`, `fitting` or `safety`. What the program offers beyond it is a fault.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from catalog.answers import Answers, Position, Press, Spot
from catalog.doses import Technique
from catalog.guides import Guide
from catalog.limits import Ask, Limit
from catalog.outcomes import Advice, GuideAdvice, Referral, Urgent
from catalog.refinements import Experience
from catalog.safety import Level
from catalog.sensitivity import Band
from catalog.tools import Firmness, Kind, Surface, Tool
from tests.catalog import notes
from tests.catalog.answering import content, demo_candidates

GENTLEST = 3  # out of ten: section 3, and X9 and X12 of 4e
HELD = {Kind.STICK: (Firmness.SOFT, 0), Kind.CANE: (Firmness.MEDIUM, 2)}  # by hand, without weight
MOVING = {Technique.MOVE, Technique.ROLL}


@dataclass(frozen=True, slots=True)
class Expected:
    """What the notes allow. `level` is how soon a person is needed, where no tool is."""

    tool: bool
    level: Level | None = None  # None beside a tool, and where rest is all it takes
    band: Band = Band.LOW
    asks: frozenset[Ask] = frozenset()
    ceiling: Firmness = Firmness.VERY_FIRM
    pressure: int = 0
    discomfort: int = 0
    positions: frozenset[Position] = frozenset()
    kinds: frozenset[Kind] = frozenset()
    without: frozenset[Technique] = frozenset()
    without_guides: frozenset[str] = frozenset()
    regions: frozenset[str] = frozenset()
    smooth: bool = False
    pointed: bool = False


def expected(given: Answers) -> Expected:
    """What the notes allow this person, from the first answer to the last."""
    if level := urgency(given):
        return Expected(tool=False, level=level)
    found, untried, nowhere = _found(given)
    places = set().union(*found) - notes.NEVER_PRESSED
    if nowhere or not places or given.press is Press.ON_BONE:
        return Expected(tool=False, level=Level.REFER)
    never = any(spots and spots <= notes.NEVER_PRESSED for spots in found)
    return _below_the_limits(given, places, untried, never=never)


def urgency(given: Answers) -> Level | None:
    """How soon a person is needed for what was ticked, or None where nothing rules a tool out."""
    told, felt = _told(given), set(given.regions or ())
    levels = [notes.LEVELS[id_] for id_ in told if id_ in notes.LEVELS]
    levels += [Level.REFER] * (given.safety is None)
    for rule in notes.TOGETHER:
        here = rule.places is None or rule.places & felt
        levels += [rule.level] if here and all(told & part for part in rule.parts) else []
    for topic in map(content().rules.topics.__getitem__, given.safety or ()):
        if not told & {sign.id for sign in topic.signs}:  # ticked, and nobody said which
            levels.append(topic.level or Level.REFER)
    return max(levels, default=None)


def _told(given: Answers) -> set[str]:
    """The signs of the second step, and those that a topic of one sign is by itself."""
    topics = [content().rules.topics[id_] for id_ in given.safety or ()]
    alone = {topic.signs[0].id for topic in topics if len(topic.signs) == 1}
    return alone | set(given.signs or ())


def band_of(given: Answers) -> Band:
    """Section 3, lay form: the worst of four answers, and three high ones are very high."""
    settling, waking = given.settling, given.waking
    scores = [given.press_score, given.usual, settling and settling.score, waking and waking.score]
    known = [4 if score is None else score for score in scores]
    if max(known) >= 9 or sum(score >= 7 for score in known) >= 3:
        return Band.VERY_HIGH
    return Band.LOW if max(known) <= 3 else Band.MODERATE if max(known) <= 6 else Band.HIGH


def _found(given: Answers) -> tuple[list[set[str]], bool, bool]:
    """What brings each felt place on, whether one was left untried, and whether no press hurt."""
    found, untried, nowhere = [], given.press_score is None, []
    for region in given.regions or ():
        sources = content().regions[region].felt_from
        said = (given.spots or {}).get(region, frozenset({Spot.CANT_REACH}))
        said = said if sources else frozenset({region})
        untried |= Spot.CANT_REACH in said
        nowhere.append(Spot.NOWHERE in said)
        found.append(set() if nowhere[-1] else set(said - set(Spot)) or {region})
    return found, untried, all(nowhere)


def _below_the_limits(given: Answers, places: set[str], untried: bool, *, never: bool) -> Expected:
    band, everywhere = band_of(given), set(given.regions or ()) | places
    holding = [
        limit
        for id_ in _told(given)
        for limit in notes.LIMITS.get(id_, ())
        if _holds(limit, everywhere, band, given.press_score)
    ]
    left = {r for r in places if not any(r in limit.removes for limit in holding)}
    left |= {limit.instead for limit in holding if limit.removes & places and limit.instead}
    odd = (given.usual or 0) >= 7 and given.press_score is not None and given.press_score <= 2
    asks = {limit.ask for limit in holding if limit.ask} | ({Ask.TOO} if odd or never else set())
    stops = any(limit.stops and not limit.rests for limit in holding)
    if stops or not left or band is Band.VERY_HIGH:
        return Expected(tool=False, level=Level.REFER)
    what = Expected(
        tool=True,
        band=band,
        asks=frozenset(asks),
        regions=frozenset(left),
        without=_without(given, holding, untried),
        **_allowed(given, band, holding, places | left, gentle=untried or odd),  # type: ignore[arg-type]
    )
    if next(fitting(given, what), None) is None:
        what = Expected(tool=False, level=Level.REFER)
    if any(limit.rests for limit in holding):
        return Expected(tool=False, level=Level.REFER if asks or not what.tool else None)
    return what


def _holds(limit: Limit, everywhere: set[str], band: Band, press: int | None) -> bool:
    here = not limit.regions or bool(limit.regions & everywhere)
    sore = limit.from_press is None or (press is not None and press >= limit.from_press)
    return here and sore and (limit.from_band is None or band >= limit.from_band)


def _allowed(
    given: Answers, band: Band, holding: list[Limit], places: set[str], *, gentle: bool
) -> dict[str, object]:
    regular = given.experience is Experience.REGULAR
    strong = regular and band is Band.LOW
    caps = [notes.CEILINGS[band][regular], *(limit.ceiling or 4 for limit in holding)]
    for place in places & notes.THIN:
        firm = strong and place in notes.THIN_BUT_FIRM_FOR_REGULARS
        caps.append(Firmness.FIRM if firm else Firmness.MEDIUM)
    caps += [Firmness.SOFT] * (gentle or "other" in places)
    caps += [_one_softer(own) for own in given.worse or ()]
    steps = sum(limit.softer for limit in holding)
    narrowed = any(limit != Limit(say="", ask=limit.ask, regions=limit.regions)
                   for limit in holding)  # fmt: skip
    discomfort = [notes.DISCOMFORT[band], *(limit.discomfort or 10 for limit in holding)]
    return {
        "ceiling": Firmness(max(1, min(caps) - steps)),
        "pressure": notes.PRESSURE[band][regular],
        "discomfort": min(discomfort + [GENTLEST] * gentle),
        "positions": notes.POSITIONS[band].intersection(*(limit.positions for limit in holding)),
        "kinds": frozenset(Kind).intersection(*(limit.kinds for limit in holding)),
        "without_guides": frozenset().union(*(limit.without_guides for limit in holding)),
        "smooth": any(limit.smooth for limit in holding) or bool(places & notes.ONLY_SMOOTH),
        "pointed": strong and not narrowed and places <= notes.THICK,
    }


def _without(given: Answers, holding: list[Limit], untried: bool) -> frozenset[Technique]:
    still = untried or any(firm_of(own) is Firmness.SOFT for own in given.worse or ())
    return frozenset().union(MOVING if still else (), *(limit.without for limit in holding))


def _one_softer(own: str) -> Firmness:
    """X18: one step softer than the tool that made it worse."""
    return Firmness(max(1, firm_of(own) - 1))


def firm_of(own: str) -> Firmness:
    return felt(content().own_tools[own].tool)


def felt(tool: Tool) -> Firmness:
    assert tool.firmness
    return HELD[tool.kind][0] if tool.kind in HELD else tool.firmness


def pressure(tool: Tool, guide: Guide, at: Position) -> int:
    """The pressure index of section 3: firmness, plus shape, plus load."""
    if tool.kind in HELD:
        return sum(HELD[tool.kind])
    return felt(tool) + shape(tool) + weight(tool, guide, at)


def shape(tool: Tool) -> int:
    assert tool.diameter_mm
    hard = tool.firmness in (Firmness.FIRM, Firmness.VERY_FIRM)
    if tool.surface is Surface.RIDGED or (tool.surface is Surface.SPIKY and hard):
        return 3
    if tool.kind is Kind.ROLLER:
        return 0
    if tool.diameter_mm < 50:
        return 3
    return 1 if tool.kind is Kind.PEANUT or tool.diameter_mm >= 80 else 2


def weight(tool: Tool, guide: Guide, at: Position) -> int:
    if tool.kind in HELD or at is Position.CHAIR:
        return 0
    return 1 if at is Position.WALL else 3 if guide.id in notes.FULL_WEIGHT else 2


def fitting(given: Answers, what: Expected) -> Iterator[tuple[Tool, str, Position]]:
    """Every tool of the demo range or of a home, with each guide it may be used for, and where."""
    home = [own.tool for own in content().own_tools.values()
            if own.household or own.id in (given.owns or ())]  # fmt: skip
    tools = [candidate.tool for candidate in demo_candidates() if candidate.tool.known]
    for guide in content().guides.values():
        at = _where(guide, given, what)
        for tool in (*tools, *home):
            if at and suits(tool, guide, at, what):
                yield tool, guide.id, at


def _where(guide: Guide, given: Answers, what: Expected) -> Position | None:
    """The guide's best position that the person can do and that is allowed."""
    if what.band not in guide.doses or guide.id in what.without_guides:
        return None
    if not what.regions & set(guide.regions):
        return None
    able = (given.positions or frozenset()) & what.positions
    if guide.id in notes.ONLY_LOW_ON_THE_FLOOR and what.band is not Band.LOW:
        able -= {Position.FLOOR}
    return next((position for position in guide.positions if position in able), None)


def suits(tool: Tool, guide: Guide, at: Position, what: Expected) -> bool:
    limit = what.ceiling
    if tool.kind not in HELD:
        limit = min(limit, notes.GUIDE_CEILINGS.get(guide.id, Firmness.VERY_FIRM))
    return (
        tool.kind in guide.kinds
        and tool.kind in what.kinds
        and felt(tool) <= limit
        and pressure(tool, guide, at) <= what.pressure
        and (what.pointed or not (tool.powered or shape_felt(tool) == 3))
        and (tool.surface is Surface.SMOOTH or not what.smooth)
    )


def shape_felt(tool: Tool) -> int:
    return HELD[tool.kind][1] if tool.kind in HELD else shape(tool)


def faults(outcome: Advice | Referral | Urgent, given: Answers, what: Expected) -> list[str]:
    """What is wrong with an outcome, in words; nothing where it is as the notes want it."""
    if isinstance(outcome, Urgent):
        right = what.level is not None and outcome.clearance.level == what.level
        return [] if right and what.level and what.level.urgent else ["another urgency"]
    if isinstance(outcome, Referral):
        if what.tool or (what.level and what.level.urgent):
            return ["a referral where the notes want something else"]
        wrong = outcome.refer is not (what.level is not None)
        return ["it refers or rests wrongly"] * wrong + ["no reason"] * (not outcome.reasons)
    if not what.tool:
        return ["a tool where the notes allow none"]
    return list(_beyond(outcome, given, what))


def _beyond(advice: Advice, given: Answers, what: Expected) -> Iterator[str]:
    asked = {Ask.FIRST} if advice.asks_first else set()
    if advice.refer is not bool(what.asks) or asked != what.asks & {Ask.FIRST}:
        yield "it asks the wrong people, or asks too late"
    if advice.discomfort_limit != what.discomfort or advice.band is not what.band:
        yield "another discomfort or band"
    if not advice.guides or not (advice.best or advice.own):
        yield "no guide or no tool"
    for pick in filter(None, (advice.best, advice.own, *advice.others)):
        for advised in (*pick.guides, *(a for a in advice.guides if a in pick.guides)):
            at = _where(advised.guide, given, what)
            if at is not advised.position or not suits(pick.tool, advised.guide, at, what):
                yield f"{pick.tool} for {advised.guide.id} at {advised.position}"
            yield from _too_much(advised, what)


def _too_much(advised: GuideAdvice, what: Expected) -> Iterator[str]:
    dose = advised.dose
    moves = (notes.MOVES[what.band] & set(dose.techniques)) - what.without
    if dose.discomfort_limit != what.discomfort:
        yield f"{dose.discomfort_limit} out of ten for {advised.guide.id}"
    if set(dose.techniques) & MOVING != moves or (dose.repeats and Technique.MOVE not in moves):
        yield f"{sorted(dose.techniques)} for {advised.guide.id}"
