"""Why: every outcome in sentences that name the person's own answers."""

from collections.abc import Iterable, Sequence

from catalog import allowed, because
from catalog.allowed import Allowed, Held
from catalog.answers import Answers, Position
from catalog.body import Region
from catalog.exclusions import capital
from catalog.guides import Guide
from catalog.library import Library
from catalog.outcomes import GuideAdvice, OwnPick, Pick
from catalog.reason import Reason
from catalog.refinements import Goal
from catalog.safety import Clearance
from catalog.sensitivity import SOURCE as BANDS
from catalog.sensitivity import Band
from catalog.spots import SOURCE as SPOTS
from catalog.spots import Places
from catalog.tools import Firmness, Kind, Tool, noun

_ABLE = {
    Position.WALL: "You said you can lean on a wall, so you set the pressure by how far you lean.",
    Position.CHAIR: "You said you can sit on a chair, so you can ease off at any time.",
    Position.FLOOR: "You said you can get down on the floor and up again.",
}


def not_cleared(clearance: Clearance) -> tuple[Reason, ...]:
    """What was ticked and what to do, the worst first; or that the step has no answer yet."""
    if not clearance.raised:
        return (Reason("safety-unanswered", "The safety question has no answer yet."),)
    return tuple(
        Reason(f"safety-{item.id}", f"You ticked “{item.label}”. {item.action}", item.source)
        for item in clearance.raised
    )


def leave_own(answers: Answers, library: Library) -> tuple[Reason, ...]:
    """What the person has at home is not used either, and has to be said."""
    names = [library.own_tool(id_).called for id_ in sorted(answers.owns or ())]
    if not names:
        return ()
    what = f"your {' or your '.join(names)}" if len(names) < 3 else "the tools you have"
    text = f"Do not use {what} there for now."
    return (Reason("leave-own", text),)


def never_pressed(regions: Sequence[Region]) -> tuple[Reason, ...]:
    return tuple(
        Reason(
            f"never-press-{region.id}",
            f"You chose “{region.label}”. No ball or roller goes there. {region.keep_off} "
            "Ask your physiotherapist or GP about it.",
        )
        for region in regions
    )


def nowhere() -> Reason:
    text = (
        "You said that no gentle press brings on the pain you know. That does not fit a sore "
        "spot, so ask your physiotherapist or GP what it is."
    )
    return Reason("nowhere", text, SPOTS)


def on_bone() -> Reason:
    text = (
        "You said it is on the bone, not in the muscle. Nothing is pressed on a bone: "
        "ask your physiotherapist or GP to look at it."
    )
    return Reason("on-bone", text)


def stops(held: Iterable[Held]) -> tuple[Reason, ...]:
    """The conditions that rule out every tool for now."""
    first = {sign.id: (sign, limit) for sign, limit in reversed(tuple(held))}
    return tuple(
        _of(f"stop-{sign.id}", sign.label, limit.say, sign.source)
        for sign, limit in reversed(first.values())
    )


def removed(held: Iterable[Held]) -> tuple[Reason, ...]:
    """The conditions that took out every place that was chosen."""
    return tuple(
        _of(f"removed-{sign.id}", sign.label, limit.say, sign.source)
        for sign, limit in held
        if limit.removes
    )


def too_sore(answers: Answers) -> Reason:
    text = (
        f"{capital(because.sensitivity(answers))}. So pressing it with a tool is not the place "
        "to start. Let it calm down first, and see your physiotherapist."
    )
    return Reason("very-high", text, BANDS)


def no_guide(regions: Sequence[Region]) -> Reason:
    text = f"You chose “{regions[0].label}”, and we have no home exercise for that yet."
    return Reason("no-guide", text)


def no_position(able: Iterable[Position], limits: Allowed) -> Reason:
    """No exercise is left for what the person can do, of what their answers allow."""
    said = " or ".join(position.ability for position in sorted(able))
    start = f"You said you can {said}." if said else "You said none of the positions is easy."
    narrowed = [sign for sign, limit in limits.held if limit.narrows]
    ticked = f" You ticked “{narrowed[0].label}”." if narrowed else ""
    text = f"{start}{ticked} Our exercises for “{limits.regions[0].label}” need another position."
    return Reason("no-position", text)


def nothing_left(limits: Allowed, guides: Iterable[GuideAdvice]) -> Reason:
    """A condition took out the only tools that an exercise uses, or none of ours is so gentle."""
    if not any(advised.guide.kinds_left(limits.kinds) for advised in guides):
        sign, limit = next((s, limit) for s, limit in limits.held if limit.kinds != set(Kind))
        where = limits.regions[0].label
        say = f"{limit.say} Our exercises for “{where}” need another tool."
        return _of(f"no-tool-{sign.id}", sign.label, say, sign.source)
    text = f"None of our tools is gentle enough. {capital(limits.ceiling_because)}."
    return Reason("no-tool", text)


def why(
    answers: Answers, places: Places, limits: Allowed, pick: OwnPick | Pick, first: GuideAdvice
) -> tuple[Reason, ...]:
    """Why this tool, this place and this position, a sentence each."""
    lines = [_own(pick)] if isinstance(pick, OwnPick) and pick.owned else []
    lines += [_firmness(answers, pick.tool, limits), *_places(places, limits, first.guide)]
    lines.append(Reason(f"position-{first.position.value}", _ABLE[first.position]))
    if limits.hold_only:
        lines.append(_hold_only(answers, limits))
    elif answers.goal is Goal.RANGE and first.dose.repeats:
        text = "You said you want to move further, so the slow movement matters most."
        lines.append(Reason("goal-range", text))
    if not limits.held:
        text = "You told us that none of the safety questions applies to you."
        lines.append(Reason("safety-clear", text))
    return tuple(lines)


def asks(answers: Answers, places: Places, limits: Allowed) -> tuple[Reason, ...]:
    """Whom to see, first or as well, beside a tool that is allowed."""
    lines = [
        _of(f"ask-{sign.id}", sign.label, limit.say, sign.source)
        for sign, limit in limits.held
        if limit.ask
    ]
    lines += never_pressed(places.never)
    if allowed.mismatch(answers):
        text = (
            f"You gave your usual pain {answers.usual} out of 10, yet it hardly hurts when "
            "pressed. That does not fit a sore spot: see your physiotherapist or GP as well."
        )
        lines.append(Reason("ask-mismatch", text, BANDS))
    return tuple(lines)


def cautions(limits: Allowed) -> tuple[Reason, ...]:
    """What a condition changes, for those that ask for nobody."""
    return tuple(
        _of(f"limit-{sign.id}", sign.label, limit.say, sign.source)
        for sign, limit in limits.held
        if not limit.ask
    )


def difference(best: Tool, other: Tool) -> str:
    """How another tool differs from the best match, in one line."""
    ours, theirs = best.felt_firmness or 0, other.felt_firmness or 0
    if theirs > ours:
        return "Firmer, if the first one feels like too little."
    if theirs < ours:
        return "Softer, if the first one feels like too much."
    if other.kind is not best.kind:
        return f"A {noun(other.kind)} instead: as gentle, with another shape."
    return "As gentle, with another size or surface."


def _of(code: str, label: str, say: str, source: str) -> Reason:
    return Reason(code, f"You ticked “{label}”. {say}", source)


def _own(pick: OwnPick) -> Reason:
    text = f"You said you have a {pick.own.called}. It fits, so you don’t need to buy anything."
    return Reason(f"own-{pick.own.id}", text)


def _firmness(answers: Answers, tool: Tool, limits: Allowed) -> Reason:
    felt = tool.felt_firmness or Firmness.SOFT
    by_hand = tool.kind in (Kind.STICK, Kind.CANE)
    start = f"we start with a {'' if by_hand else felt.word + ' '}{noun(tool.kind)}"
    said = capital(limits.ceiling_because)
    if limits.ceiling_because == because.FOR_HOME:
        said = capital(because.sensitivity(answers))
    end = ", and nothing firmer" if felt >= limits.ceiling and not by_hand else ""
    return Reason(f"firmness-{felt.word.replace(' ', '-')}", f"{said}. So {start}{end}.", BANDS)


def _places(places: Places, limits: Allowed, guide: Guide) -> list[Reason]:
    where = next((r for r in limits.regions if r.id in guide.regions), limits.regions[0])
    felt = [r for r in places.felt if where in places.brought_on.get(r.id, ())]
    if felt and where not in places.felt:
        text = (
            f"You chose “{felt[0].label}”. Pressing {where.place} brings it on. "
            "The place that hurts is not the place to press."
        )
        return [Reason(f"source-{where.id}", text, SPOTS)]
    if where not in places.pressed:
        text = f"The guide “{guide.title}” is for another place that may help, {where.place}."
    else:
        text = f"You said it is {where.place}. The guide “{guide.title}” is for that area."
    return [Reason(f"place-{where.id}", text, guide.sources[0].text)]


def _hold_only(answers: Answers, limits: Allowed) -> Reason:
    ticked = [sign for sign, limit in limits.held if limit.without]
    said = because.sensitivity(answers)
    if answers.press_score is None:
        said = because.UNTRIED
    elif limits.band is not Band.HIGH and ticked:
        said = because.sign(ticked[0])
    text = f"{capital(said)}. So hold gently, and leave out the movement for now."
    return Reason("hold-only", text, BANDS)
