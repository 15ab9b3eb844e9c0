"""Whose answer set a limit, as the end of a sentence: "…, because you ticked “Aspirin”"."""

from catalog.answers import Answers, Press
from catalog.body import Region
from catalog.own_tools import OwnTool
from catalog.refinements import Experience, Settling, Waking
from catalog.safety import Sign
from catalog.sensitivity import UNANSWERED, Band

UNTRIED = "you could not try how it feels to press"
MISMATCH = "your usual pain is high, yet it hardly hurts when pressed"
FOR_HOME = "nothing firmer is for use at home"

_FELT = {
    Press.NOT_SORE: "not sore",
    Press.A_LITTLE: "a little sore",
    Press.QUITE: "quite sore",
    Press.VERY: "very sore",
    Press.TOO_SORE: "too sore to press",
}
_SETTLES = {
    Settling.MINUTES: "a few minutes",
    Settling.HALF_HOUR: "up to 30 minutes",
    Settling.TWO_HOURS: "up to 2 hours",
    Settling.LONGER: "more than 2 hours",
}
_WAKES = {
    Waking.NO: "does not wake you",
    Waking.SOMETIMES: "wakes you sometimes",
    Waking.MOST_NIGHTS: "wakes you most nights",
}


def pressed(answers: Answers) -> str:
    """The person's own word, or number, for how it feels when pressed."""
    if isinstance(answers.press, Press):
        word = _FELT.get(answers.press)
        return f"you said it is {word} when pressed" if word else UNTRIED
    if answers.press is None:
        return UNTRIED
    return f"you gave it {answers.press} out of 10 when pressed"


def sensitivity(answers: Answers) -> str:
    """The answer that made the band what it is: the worst of the four, or the missing ones."""
    said = [(answers.press_score, pressed(answers))]
    if answers.usual is not None:
        said.append((answers.usual, f"you gave your usual pain {answers.usual} out of 10"))
    if answers.settling:
        text = f"you said it takes {_SETTLES[answers.settling]} to settle"
        said.append((answers.settling.score, text))
    if answers.waking:
        said.append((answers.waking.score, f"you said it {_WAKES[answers.waking]}"))
    worst = max((score or 0) for score, _ in said)
    if worst < UNANSWERED and open_questions(answers):
        return "some questions about how sore it is are still open"
    return next(text for score, text in said if (score or 0) == worst)


def open_questions(answers: Answers) -> bool:
    """Whether one of the four sensitivity answers is missing, which then counts as moderate."""
    return None in (answers.press_score, answers.usual, answers.settling, answers.waking)


def band(answers: Answers, here: Band) -> str:
    """Why the band's ceiling is where it is."""
    if here is not Band.LOW:
        return sensitivity(answers)
    if answers.experience is Experience.REGULAR:
        return FOR_HOME
    if answers.experience is Experience.FEW:
        return "you have used these tools only a few times"
    return "you have not said that you are used to these tools"


def region(chosen: Region) -> str:
    return f"you chose “{chosen.label}”, where nothing firmer goes"


def sign(ticked: Sign) -> str:
    return f"you ticked “{ticked.label}”"


def worse(own: OwnTool) -> str:
    return f"your {own.called} made it worse the next morning"
