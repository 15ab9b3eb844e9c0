"""Why: every outcome in one sentence that names the person's own answer, with a stable code.

Codes are for tests and for the practitioner's eye; the sentences are what people read.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from catalog.answers import Position, Press
from catalog.body import Region
from catalog.guides import Guide
from catalog.safety import Clearance
from catalog.tools import Firmness, Tool, noun


@dataclass(frozen=True, slots=True)
class Reason:
    code: str
    text: str


_FELT = {
    Press.NOT_SORE: "not sore",
    Press.A_LITTLE: "a little sore",
    Press.QUITE: "quite sore",
    Press.VERY: "very sore",
    Press.TOO_SORE: "too sore to press",
}
_ABLE = {
    Position.WALL: "You said you can lean on a wall, so you set the pressure by how far you lean.",
    Position.CHAIR: "You said you can sit on a chair, so you can ease off at any time.",
    Position.FLOOR: "You said you can get down on the floor and up again.",
}


def not_cleared(clearance: Clearance) -> tuple[Reason, ...]:
    if not clearance.answered:
        return (Reason("safety-unanswered", "The safety question has no answer yet."),)
    return tuple(
        Reason(f"safety-{sign.id}", f"You ticked “{sign.label}”. {sign.action}")
        for sign in clearance.raised
    )


def never_pressed(regions: Sequence[Region]) -> tuple[Reason, ...]:
    return tuple(
        Reason(
            f"never-press-{region.id}",
            f"You chose “{region.label}”. No ball or roller goes there. {region.keep_off}".strip(),
        )
        for region in regions
    )


def too_sore() -> Reason:
    return Reason(
        "very-high",
        "You said it is too sore to press, so pressing it with a tool is not the place to start.",
    )


def no_guide(regions: Sequence[Region]) -> Reason:
    return Reason(
        "no-guide",
        f"You chose “{regions[0].label}”, and we have no home exercise for that yet.",
    )


def no_position(able: Iterable[Position], regions: Sequence[Region]) -> Reason:
    said = " or ".join(position.label.lower() for position in sorted(able))
    start = f"You said you can {said}." if said else "You said none of the positions is easy."
    return Reason(
        "no-position",
        f"{start} Our exercises for “{regions[0].label}” need another position.",
    )


def nothing_gentle_enough() -> Reason:
    return Reason("no-tool", "None of our tools is gentle enough for what you told us.")


def firmness(press: Press, tool: Tool, ceiling: Firmness) -> Reason:
    word = _word(tool)
    start = f"we start with a {word} {noun(tool.kind)}"
    if press is Press.CANT_REACH:
        text = f"You could not try how it feels to press, so {start}."
    elif ceiling is Firmness.SOFT:
        text = f"You said it is {_FELT[press]} when pressed, so {start} and nothing firmer."
    else:
        text = (
            f"You said it is {_FELT[press]} when pressed, so {start}."
            f" For now, go no firmer than {ceiling.word}."
        )
    return Reason(f"firmness-{word.replace(' ', '-')}", text)


def place(regions: Sequence[Region], guide: Guide) -> Reason:
    where = next((r for r in regions if r.id in guide.regions), regions[0])
    return Reason(
        f"place-{where.id}",
        f"You said it is {where.place}. The guide “{guide.title}” is for that area.",
    )


def position(chosen: Position) -> Reason:
    return Reason(f"position-{chosen.value}", _ABLE[chosen])


def cleared() -> Reason:
    return Reason("safety-clear", "You told us that none of the safety questions applies to you.")


def hold_only(press: Press) -> Reason:
    said = "could not try pressing" if press is Press.CANT_REACH else f"said it is {_FELT[press]}"
    return Reason("hold-only", f"You {said}, so hold gently and leave out the movement for now.")


def not_measured(name: str) -> Reason:
    return Reason("not-measured", f"{name}: nobody has told us its size and firmness.")


def powered(name: str) -> Reason:
    return Reason("powered", f"{name}: a motor presses harder than you may notice.")


def too_firm(name: str, ceiling: Firmness) -> Reason:
    return Reason("too-firm", f"{name}: firmer than {ceiling.word}, which is enough for now.")


def not_for_here(name: str) -> Reason:
    return Reason("not-for-here", f"{name}: no guide for this area uses one.")


def too_pointed(name: str) -> Reason:
    return Reason("too-pointed", f"{name}: it presses on too small a spot to start with.")


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


def _word(tool: Tool) -> str:
    felt = tool.felt_firmness
    return felt.word if felt else "soft"
